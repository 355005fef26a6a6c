use std::time::Duration;

use headshot_api::State;
use jiff::Timestamp;

use crate::store::{Change, Standing, StoredSession, Submission, UploadBar};

/// A provider takes seconds to look at photos. One whose word has not changed for so long was told to stop since, and
/// nobody told us.
const LONGEST_LOOK: Duration = Duration::from_hours(1);

/// Whether photos can be added, removed and submitted, or why not.
pub(crate) fn accepts_uploads(session: &StoredSession) -> Result<(), UploadBar> {
    match (&session.standing.state, session.submission) {
        (State::Deleted, _) => Err(UploadBar::Deleted),
        (State::AwaitingUser, Submission::Open) => Ok(()),
        _ => Err(UploadBar::Submitted),
    }
}

/// The person has done everything, whatever the provider's word is until it has begun.
pub(crate) fn on_submission(before: &StoredSession) -> Change {
    moved(before, State::Processing, Submission::Wished)
}

/// The person can replace the photo that the provider does not take.
pub(crate) fn on_refused_upload(before: &StoredSession) -> Change {
    match before.submission {
        Submission::Wished => moved(before, State::AwaitingUser, Submission::Open),
        _ => Change::default(),
    }
}

/// Nobody but the operator can help; who submits again tries again.
pub(crate) fn on_refused_submission(before: &StoredSession) -> Change {
    match before.submission {
        Submission::Wished => moved(before, State::Failed, Submission::Refused),
        _ => Change::default(),
    }
}

/// The provider was told to begin, and may have done so at once. Its notification can have been faster than its answer.
pub(crate) fn on_sent(before: &StoredSession, standing: Standing, now: Timestamp) -> Change {
    if before.submission != Submission::Wished {
        return Change::default();
    }
    let change = seen(before, Change::to(standing, now), now);
    Change { submission: change.submission.or(Some(Submission::Sent)), ..change }
}

/// What the provider's word means for a session whose photos we pass on. Its word stays that of a job that nobody has
/// queued until it has looked at the photos, and becomes that again when the job is cancelled there.
pub(super) fn seen(before: &StoredSession, mut change: Change, now: Timestamp) -> Change {
    let Some((standing, _)) = &mut change.standing else { return change };
    let has_gone_back = match before.submission {
        Submission::Begun => true,
        Submission::Sent => now >= before.updated_at + LONGEST_LOOK,
        Submission::Open | Submission::Wished | Submission::Refused => false,
    };
    let (state, submission) = match (before.submission, &standing.state) {
        (Submission::Open, _) => (None, None),
        (_, State::AwaitingUser) if has_gone_back => (None, Some(Submission::Open)),
        (Submission::Refused, State::AwaitingUser) => (Some(State::Failed), None),
        (_, State::AwaitingUser) => (Some(State::Processing), None),
        _ => (None, Some(Submission::Begun)),
    };
    standing.state = state.unwrap_or_else(|| standing.state.clone());
    Change { submission, ..change }
}

/// The state is ours to say; how new the provider's word is stays as it was.
fn moved(before: &StoredSession, state: State, submission: Submission) -> Change {
    let standing = Standing { state, ..before.standing.clone() };
    Change { submission: Some(submission), ..Change::to(standing, before.standing_at) }
}
