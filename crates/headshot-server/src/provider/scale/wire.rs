//! The provider's JSON. None of its shapes is documented, so each is read by every name that it is likely to have;
//! this file is the one place to change when the real one is known.

use headshot_api::State;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::provider::ProviderError;
use crate::provider::client::{Refusal, is_code};
use crate::store::Standing;

/// Where the person has not sent anything yet, the provider has no word.
const NO_SUBMISSION: &str = "no_submission";

const ALREADY_EXISTS: &str = "already_exists";

/// Of a contact, what can be written [003].
const CONTACT_FIELDS: [&str; 6] = ["first_name", "last_name", "email", "studio_ids", "custom_attributes", "list_ids"];

/// A person.
#[derive(Clone)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) email: Option<String>,
    /// Of what it holds, what can be written.
    pub(super) fields: Map<String, Value>,
}

/// What came of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Submission {
    pub(super) id: String,
    pub(super) studio: Option<String>,
    pub(super) contact: Option<String>,
    pub(super) session: Option<String>,
    pub(super) email: Option<String>,
    pub(super) created_at: Option<Timestamp>,
    pub(super) status: String,
    pub(super) stage: Stage,
    /// The finished picture.
    pub(super) photo: Option<String>,
}

/// How far a submission is; what is further says more about its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Rejected,
    Submitted,
    Accepted,
    Ready,
}

/// A studio session that was just made.
pub(super) struct StudioSession {
    pub(super) id: String,
    pub(super) link: Option<String>,
    pub(super) expires_at: Option<Timestamp>,
}

/// A part of a list, and where the next one begins.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

/// The answer to reading, creating or updating a contact.
pub(super) fn contact(answer: &Value) -> Option<Contact> {
    let contact = unwrapped(answer, "contact")?;
    let fields = CONTACT_FIELDS.iter().filter_map(|name| Some(((*name).to_owned(), contact.get(*name)?.clone())));
    Some(Contact {
        id: id(contact, "id")?,
        email: text(contact, "email").map(str::to_owned),
        fields: fields.filter(|(_, value)| !value.is_null()).collect(),
    })
}

/// The answer to listing contacts.
pub(super) fn contacts(answer: &Value) -> Option<Page<Contact>> {
    page(answer, "contacts", contact)
}

/// The answer to creating a studio session.
pub(super) fn studio_session(answer: &Value) -> Option<StudioSession> {
    let session = unwrapped(answer, "studio_session")?;
    let link = ["url", "session_url", "studio_url", "link"].iter().find_map(|name| text(session, name));
    Some(StudioSession {
        id: id(session, "id")?,
        link: link.map(str::to_owned),
        expires_at: time(session, "expires_at"),
    })
}

/// The answer to reading a submission.
pub(super) fn submission(answer: &Value) -> Option<Submission> {
    let submission = unwrapped(answer, "submission")?;
    let person = submission.get("contact").and_then(Value::as_object);
    let email = person.and_then(|person| text(person, "email")).or_else(|| text(submission, "email"));
    let status = text(submission, "state").or_else(|| text(submission, "status")).unwrap_or_default();
    let finished = ["enhanced_url", "final_url", "image_url", "url"].iter().find_map(|name| text(submission, name));
    let (stage, photo) = stage(status, finished, text(submission, "original_url"));
    Some(Submission {
        id: id(submission, "id")?,
        studio: id(submission, "studio_id"),
        contact: id(submission, "contact_id").or_else(|| id(person?, "id")),
        session: id(submission, "studio_session_id").or_else(|| id(submission, "session_id")),
        email: email.map(str::to_owned),
        created_at: time(submission, "created_at"),
        status: status.to_owned(),
        stage,
        photo: photo.map(str::to_owned),
    })
}

/// The answer to listing submissions.
pub(super) fn submissions(answer: &Value) -> Option<Page<Submission>> {
    page(answer, "submissions", submission)
}

/// Where a session without any submission stands.
pub(super) fn nothing_yet() -> Standing {
    Standing { provider_status: NO_SUBMISSION.to_owned(), state: State::AwaitingUser }
}

/// Where a session stands that this submission speaks for (providers 4.1).
pub(super) fn standing(submission: &Submission) -> Standing {
    let state = match submission.stage {
        Stage::Rejected => State::Failed,
        Stage::Submitted => State::InReview,
        Stage::Accepted => State::Processing,
        Stage::Ready => State::Ready,
    };
    Standing { provider_status: submission.status.clone(), state }
}

/// Only `ACCEPTED` is documented, and it may stay the word after the picture is finished: then the picture says so.
/// Where the provider says that it is finished and shows no other picture, the person's own is the result. What is not
/// known to be accepted waits for it, whatever pictures it has.
fn stage<'p>(status: &str, finished: Option<&'p str>, original: Option<&'p str>) -> (Stage, Option<&'p str>) {
    let photo = match status.to_ascii_uppercase().as_str() {
        "ACCEPTED" | "APPROVED" => finished,
        "COMPLETE" | "COMPLETED" | "ENHANCED" => finished.or(original),
        "ENHANCING" | "PROCESSING" => None,
        "REJECTED" | "DECLINED" | "FAILED" => return (Stage::Rejected, None),
        _ => return (Stage::Submitted, None),
    };
    (if photo.is_some() { Stage::Ready } else { Stage::Accepted }, photo)
}

/// A refusal in one of the usual forms; `None` where something else than the provider may have given the answer.
pub(super) fn refusal(answer: &Value) -> Option<Refusal> {
    let answer = answer.as_object()?;
    let error = answer.get("error").and_then(Value::as_object).unwrap_or(answer);
    let message = text(error, "message").or_else(|| text(answer, "error"));
    let code = text(error, "code");
    if code.is_none() && message.is_none() {
        return None;
    }
    let is_duplicate = message.is_some_and(|message| message.to_ascii_lowercase().contains("already"));
    let code = if is_duplicate { Some(ALREADY_EXISTS) } else { code.filter(|code| is_code(code)) };
    Some(Refusal { code: code.map(str::to_owned) })
}

/// A refusal to create a contact, seen as what it means for the address.
pub(super) fn as_email_exists(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::Refused { status: 409, .. } => ProviderError::EmailExists,
        ProviderError::Refused { status: 400 | 422, code: Some(code) } if code == ALREADY_EXISTS => {
            ProviderError::EmailExists
        }
        other => other,
    }
}

/// The list itself, below `data` or below its own name; what in it cannot be read is left out.
fn page<T>(answer: &Value, name: &str, read: fn(&Value) -> Option<T>) -> Option<Page<T>> {
    let list = answer.as_array().or_else(|| ["data", name].iter().find_map(|key| answer.get(key)?.as_array()))?;
    let places = [Some(answer), answer.get("pagination"), answer.get("meta")];
    let next = places.into_iter().flatten().find_map(|place| text(place.as_object()?, "next_cursor"));
    Some(Page { items: list.iter().filter_map(read).collect(), next: next.map(str::to_owned) })
}

/// The object itself, which has an id, below `data`, below its own name, or below both.
fn unwrapped<'v>(answer: &'v Value, name: &str) -> Option<&'v Map<String, Value>> {
    let inside = |map: &'v Map<String, Value>, key| match map.get(key).and_then(Value::as_object) {
        Some(inner) if !map.contains_key("id") => inner,
        _ => map,
    };
    Some(inside(inside(answer.as_object()?, "data"), name))
}

fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    map.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// An id, which may be a number.
fn id(map: &Map<String, Value>, name: &str) -> Option<String> {
    let number = || map.get(name)?.as_u64().map(|number| number.to_string());
    text(map, name).map(str::to_owned).or_else(number)
}

fn time(map: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    text(map, name)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const AT: &str = "2026-01-02T03:04:05Z";

    /// The answer in each of the envelopes that it may come in.
    fn enveloped(name: &str, inner: &Value) -> [Value; 4] {
        [inner.clone(), json!({"data": inner}), json!({name: inner}), json!({"data": {name: inner}})]
    }

    #[test]
    fn a_studio_session_is_read_in_every_envelope() {
        for answer in enveloped("studio_session", &json!({"id": "ses_1", "url": "https://x.test/s", "expires_at": AT}))
        {
            let session = studio_session(&answer).unwrap();
            assert_eq!((session.id.as_str(), session.link.as_deref()), ("ses_1", Some("https://x.test/s")), "{answer}");
            assert_eq!(session.expires_at, Some(AT.parse().unwrap()));
        }
        assert!(studio_session(&json!({"url": "https://x.test/s"})).is_none());
    }

    #[test]
    fn the_link_of_a_studio_session_has_four_names() {
        for name in ["url", "session_url", "studio_url", "link"] {
            let session = studio_session(&json!({"id": "ses_1", name: "https://x.test/s"})).unwrap();
            assert_eq!(session.link.as_deref(), Some("https://x.test/s"), "{name}");
        }
    }

    #[test]
    fn a_submission_is_read_in_every_envelope() {
        for answer in enveloped("submission", &json!({"id": "sub_1", "studio_id": "stu_1", "created_at": AT})) {
            let submission = submission(&answer).unwrap();
            assert_eq!((submission.id.as_str(), submission.studio.as_deref()), ("sub_1", Some("stu_1")), "{answer}");
            assert_eq!(submission.created_at, Some(AT.parse().unwrap()));
        }
    }

    #[test]
    fn an_id_may_be_a_number() {
        assert_eq!(submission(&json!({"id": 7, "contact_id": 8})).unwrap().contact.as_deref(), Some("8"));
    }

    #[test]
    fn the_person_of_a_submission_is_named_by_id_or_in_an_object() {
        for answer in [json!({"id": "s", "contact_id": "ctn_1"}), json!({"id": "s", "contact": {"id": "ctn_1"}})] {
            assert_eq!(submission(&answer).unwrap().contact.as_deref(), Some("ctn_1"), "{answer}");
        }
        for answer in [json!({"id": "s", "email": "a@b.test"}), json!({"id": "s", "contact": {"email": "a@b.test"}})] {
            assert_eq!(submission(&answer).unwrap().email.as_deref(), Some("a@b.test"), "{answer}");
        }
    }

    #[test]
    fn the_session_of_a_submission_has_two_names() {
        for name in ["studio_session_id", "session_id"] {
            assert_eq!(submission(&json!({"id": "s", name: "ses_1"})).unwrap().session.as_deref(), Some("ses_1"));
        }
    }

    #[test]
    fn the_word_for_where_a_submission_stands_has_two_names_and_is_kept() {
        for name in ["state", "status"] {
            let submission = submission(&json!({"id": "s", name: "On_Hold"})).unwrap();
            let standing = standing(&submission);
            assert_eq!((standing.provider_status.as_str(), standing.state), ("On_Hold", State::InReview), "{name}");
        }
    }

    #[test]
    fn every_word_has_a_state() {
        let states = [
            ("PENDING", State::InReview),
            ("", State::InReview),
            ("REJECTED", State::Failed),
            ("declined", State::Failed),
            ("FAILED", State::Failed),
            ("ACCEPTED", State::Processing),
            ("approved", State::Processing),
            ("ENHANCING", State::Processing),
            ("PROCESSING", State::Processing),
            ("COMPLETE", State::Processing),
            ("COMPLETED", State::Processing),
            ("ENHANCED", State::Processing),
        ];
        for (word, state) in states {
            let submission = submission(&json!({"id": "s", "state": word})).unwrap();
            assert_eq!(standing(&submission).state, state, "{word}, without a picture");
        }
    }

    #[test]
    fn the_finished_picture_of_what_was_accepted_has_four_names() {
        for name in ["enhanced_url", "final_url", "image_url", "url"] {
            let answer = json!({"id": "s", "state": "ACCEPTED", "original_url": "o", name: "https://x.test/p"});
            let submission = submission(&answer).unwrap();
            assert_eq!((submission.stage, submission.photo.as_deref()), (Stage::Ready, Some("https://x.test/p")));
        }
    }

    #[test]
    fn the_persons_own_picture_is_the_result_only_where_the_provider_says_that_it_is_finished() {
        for (word, photo) in [("COMPLETE", Some("o")), ("ENHANCED", Some("o")), ("ACCEPTED", None)] {
            let submission = submission(&json!({"id": "s", "state": word, "original_url": "o"})).unwrap();
            assert_eq!(submission.photo.as_deref(), photo, "{word}");
        }
    }

    #[test]
    fn what_is_not_accepted_shows_no_picture() {
        for word in ["PENDING", "REJECTED", "", "ENHANCING"] {
            let submission =
                submission(&json!({"id": "s", "state": word, "enhanced_url": "https://x.test/p"})).unwrap();
            assert_eq!(submission.photo, None, "{word}");
        }
    }

    #[test]
    fn a_list_is_read_in_every_envelope() {
        let list = json!([{"id": "sub_1"}, {"no": "id"}]);
        for answer in [list.clone(), json!({"data": list}), json!({"submissions": list})] {
            let page = submissions(&answer).unwrap();
            assert_eq!((page.items.len(), page.next), (1, None), "{answer}");
        }
        assert!(submissions(&json!({"message": "no list"})).is_none());
    }

    #[test]
    fn the_cursor_stands_beside_the_list_or_in_an_object() {
        let page = |more: Value| {
            let mut answer = json!({"data": []});
            answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            submissions(&answer).unwrap()
        };
        for more in [
            json!({"next_cursor": "abc"}),
            json!({"pagination": {"next_cursor": "abc"}}),
            json!({"meta": {"next_cursor": "abc"}}),
        ] {
            assert_eq!(page(more.clone()).next.as_deref(), Some("abc"), "{more}");
        }
        for more in [json!({"next_cursor": null}), json!({"next_cursor": ""}), json!({})] {
            assert_eq!(page(more.clone()).next, None, "{more}");
        }
    }

    #[test]
    fn a_refusal_is_read_in_three_forms() {
        let code = |answer: Value| refusal(&answer).unwrap().code;
        assert_eq!(code(json!({"error": {"code": "not_found", "message": "x"}})).as_deref(), Some("not_found"));
        assert_eq!(code(json!({"error": "text"})), None);
        assert_eq!(code(json!({"message": "text", "code": "c"})).as_deref(), Some("c"));
        assert!(refusal(&json!({"data": []})).is_none());
        assert!(refusal(&json!("<html>")).is_none());
    }

    #[test]
    fn an_address_that_exists_is_known_by_status_or_by_sentence() {
        let by_sentence = |status| {
            let code = refusal(&json!({"error": {"code": "invalid", "message": "email already taken"}})).unwrap().code;
            ProviderError::Refused { status, code }
        };
        for error in [ProviderError::Refused { status: 409, code: None }, by_sentence(422), by_sentence(400)] {
            assert_eq!(as_email_exists(error), ProviderError::EmailExists);
        }
        assert_ne!(as_email_exists(by_sentence(403)), ProviderError::EmailExists);
    }
}
