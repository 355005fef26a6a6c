//! Which submissions are a session's, and what they say about it.

use std::cmp::Reverse;
use std::time::Duration;

use jiff::Timestamp;

use super::api::Api;
use super::wire::{self, Stage, Submission};
use super::{SESSION, SUBMISSION};
use crate::ids::ProviderPhotoId;
use crate::provider::{ProviderError, Urgency};
use crate::references::References;
use crate::store::{Living, SourcePhoto};

/// So many of a session's submissions are read one by one; of older ones the list must do.
const READ_ONE_BY_ONE: usize = 5;

/// So far may the provider's clock be behind ours.
const A_CLOCK_OFF: Duration = Duration::from_mins(1);

/// Whose submissions are looked for.
pub(super) struct Whose<'a> {
    studio: &'a str,
    contact: &'a str,
    /// What the session is known by.
    references: &'a References,
    since: Timestamp,
}

impl<'a> Whose<'a> {
    pub(super) fn new(studio: &'a str, contact: &'a str, references: &'a References, opened_at: Timestamp) -> Self {
        Self { studio, contact, references, since: opened_at - A_CLOCK_OFF }
    }

    /// The session's submissions: what the list shows, and what it leaves out although it is known. The newest are read
    /// one by one, because no document says that a list shows everything of each (S2).
    pub(super) async fn submissions(&self, api: &Api, urgency: Urgency) -> Result<Vec<Submission>, ProviderError> {
        let listed = self.listed(api, urgency).await?;
        let known = self.references.iter().filter(|reference| reference.kind == SUBMISSION).map(|known| &known.value);
        let unlisted = known.filter(|id| listed.iter().all(|submission| submission.id != **id));
        let to_read = unlisted.chain(listed.iter().map(|submission| &submission.id)).take(READ_ONE_BY_ONE);
        let to_read: Vec<String> = to_read.cloned().collect();
        let mut all = Vec::new();
        for id in &to_read {
            all.extend(api.submission(id, Urgency::UnderWay).await?);
        }
        all.extend(listed.into_iter().filter(|submission| !to_read.contains(&submission.id)));
        all.retain(|submission| self.owns(submission));
        Ok(all)
    }

    /// Those that the list shows, the newest first.
    async fn listed(&self, api: &Api, urgency: Urgency) -> Result<Vec<Submission>, ProviderError> {
        let is_enough = |page: &[Submission]| goes_back(page) && page.last().is_some_and(|last| self.is_older(last));
        let mut listed = api.submissions(self.contact, urgency, is_enough).await?;
        listed.retain(|submission| self.owns(submission));
        listed.sort_by_key(|submission| Reverse(submission.created_at));
        Ok(listed)
    }

    /// Whether a submission is the session's: it says so, or, where one of them does not name the studio session, it is
    /// the same person's in the same studio and not older than the session.
    fn owns(&self, submission: &Submission) -> bool {
        if let (Some(named), Some(session)) = (submission.session.as_deref(), self.references.get(SESSION)) {
            return named == session;
        }
        submission.contact.as_deref() == Some(self.contact)
            && submission.studio.as_deref().is_none_or(|studio| studio == self.studio)
            && !self.is_older(submission)
    }

    fn is_older(&self, submission: &Submission) -> bool {
        submission.created_at.is_some_and(|created_at| created_at < self.since)
    }
}

/// What the submissions say about their session. The newest finished one is shown: a picture that is there is not taken
/// away for one that is still being made. Where none is finished, the one that got furthest speaks for the session.
pub(super) fn living(submissions: &[Submission]) -> Living {
    let speaker = submissions.iter().max_by_key(|submission| (submission.stage, submission.created_at));
    let Some(speaker) = speaker else { return Living::at(wire::nothing_yet()) };
    let living = Living::at(wire::standing(speaker));
    if speaker.stage != Stage::Ready {
        return living;
    }
    let (id, url) = (ProviderPhotoId(speaker.id.clone()), speaker.photo.clone());
    let photo = SourcePhoto { id, url, url_expires_at: None };
    // It is the one picture that the person sent, so it is the chosen one.
    Living { run: Some(speaker.id.clone()), favorite: Some(photo.clone()), photos: Some(vec![photo]), ..living }
}

/// Whether a page of the list goes back in time; one entry alone does not show it.
fn goes_back(page: &[Submission]) -> bool {
    page.len() > 1 && page.is_sorted_by(|newer, older| newer.created_at >= older.created_at)
}

#[cfg(test)]
mod tests {
    use headshot_api::State;
    use serde_json::{Value, json};

    use super::*;

    fn at(second: u8) -> String {
        format!("2026-01-02T03:04:{second:02}Z")
    }

    fn submission(more: &Value) -> Submission {
        let mut answer = json!({"id": "sub", "studio_id": "stu", "contact_id": "ctn", "created_at": at(5)});
        answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wire::submission(&answer).unwrap()
    }

    fn of_states(states: &[&str]) -> Vec<Submission> {
        let submission = |(second, state): (u8, &&str)| {
            let id = format!("sub_{second}");
            let url = state.starts_with("COMPLETE").then(|| format!("https://x.test/{id}"));
            submission(&json!({"id": id, "state": state, "enhanced_url": url, "created_at": at(second)}))
        };
        (0..).zip(states).map(submission).collect()
    }

    #[test]
    fn a_submission_is_the_sessions_that_it_names_or_else_the_persons() {
        let opened_at = at(0).parse::<Timestamp>().unwrap() + A_CLOCK_OFF;
        let (named, unnamed) = (References::none().and(SESSION, "ses_1"), References::none());
        let whose = |references| {
            let whose = Whose::new("stu", "ctn", references, opened_at);
            move |more: &Value| whose.owns(&submission(more))
        };
        let (of_session, of_person) = (whose(&named), whose(&unnamed));
        assert!(of_session(&json!({"session_id": "ses_1", "contact_id": null, "created_at": null})));
        assert!(!of_session(&json!({"session_id": "ses_2"})));
        for owns in [&of_session, &of_person] {
            assert!(owns(&json!({})));
            assert!(owns(&json!({"studio_id": null, "created_at": null})), "what is not said is no objection");
            assert!(!owns(&json!({"contact_id": "other"})));
            assert!(!owns(&json!({"contact_id": null})));
            assert!(!owns(&json!({"studio_id": "other"})));
            assert!(!owns(&json!({"created_at": "2026-01-02T03:03:59Z"})), "older than the session");
        }
        assert!(of_person(&json!({"session_id": "of the public link"})));
    }

    #[test]
    fn the_furthest_submission_speaks_and_of_equal_ones_the_newest() {
        let said = |states: &[&str]| {
            let living = living(&of_states(states));
            (living.standing.provider_status, living.standing.state)
        };
        assert_eq!(said(&[]), ("no_submission".into(), State::AwaitingUser));
        assert_eq!(said(&["REJECTED"]), ("REJECTED".into(), State::Failed));
        assert_eq!(said(&["REJECTED", "PENDING"]), ("PENDING".into(), State::InReview));
        assert_eq!(said(&["PENDING", "REJECTED"]), ("PENDING".into(), State::InReview));
        assert_eq!(said(&["ACCEPTED", "PENDING"]), ("ACCEPTED".into(), State::Processing));
        assert_eq!(said(&["COMPLETE", "ACCEPTED"]), ("COMPLETE".into(), State::Ready));
        assert_eq!(said(&["REJECTED", "DECLINED"]), ("DECLINED".into(), State::Failed));
    }

    #[test]
    fn the_newest_finished_picture_is_the_chosen_one() {
        let living = living(&of_states(&["COMPLETE", "COMPLETED", "REJECTED"]));
        let photos = living.photos.unwrap();
        assert_eq!(photos[0].id.as_str(), "sub_1");
        assert_eq!((photos.len(), living.run.as_deref()), (1, Some("sub_1")));
        assert!(living.favorite == Some(photos[0].clone()));
    }

    #[test]
    fn one_entry_does_not_show_which_way_a_list_goes() {
        let (older, newer) = (submission(&json!({"created_at": at(1)})), submission(&json!({"created_at": at(2)})));
        assert!(goes_back(&[newer.clone(), older.clone()]));
        assert!(!goes_back(std::slice::from_ref(&newer)));
        assert!(!goes_back(&[older, newer]));
    }
}
