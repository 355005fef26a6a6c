use headshot_api::State;

use crate::store::{Change, Standing, StoredSession, Submission, UploadBar};

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

/// What the provider's word means for a session whose photos we pass on. Its word stays that of a job that nobody has
/// queued until it has looked at the photos, and becomes that again when the job is cancelled there.
pub(super) fn seen(before: &StoredSession, mut change: Change) -> Change {
    let Some((standing, _)) = &mut change.standing else { return change };
    let (state, submission) = match (before.submission, &standing.state) {
        (Submission::Wished | Submission::Sent, State::AwaitingUser) => (Some(State::Processing), None),
        (Submission::Refused, State::AwaitingUser) => (Some(State::Failed), None),
        (Submission::Begun, State::AwaitingUser) => (None, Some(Submission::Open)),
        (Submission::Wished | Submission::Sent | Submission::Refused, _) => (None, Some(Submission::Begun)),
        (Submission::Open | Submission::Begun, _) => (None, None),
    };
    standing.state = state.unwrap_or_else(|| standing.state.clone());
    Change { submission, ..change }
}

/// The state is ours to say; how new the provider's word is stays as it was.
fn moved(before: &StoredSession, state: State, submission: Submission) -> Change {
    let standing = Standing { state, ..before.standing.clone() };
    Change { submission: Some(submission), ..Change::to(standing, before.standing_at) }
}
