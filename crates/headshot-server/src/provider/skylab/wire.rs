//! The provider's JSON, read with tolerance. What a job looks like is known to the verifier, because notifications show
//! it too; the rest is here.

use headshot_verify::provider::skylab::Event;
use headshot_verify::{NeutralPhoto, Payload};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::standing;
use crate::ids::ProviderPhotoId;
use crate::provider::ProviderError;
use crate::provider::client::{Refusal, is_code};
use crate::store::{SourcePhoto, Standing};

pub(super) struct Job {
    pub(super) id: String,
    pub(super) standing: Standing,
    pub(super) completed_at: Option<String>,
    /// When the provider removes its photos.
    pub(super) expires_at: Option<Timestamp>,
    /// The finished photos, where the job shows links to them.
    pub(super) photos: Vec<SourcePhoto>,
}

pub(super) struct Photo {
    pub(super) id: String,
    pub(super) name: String,
    /// Where the finished photo is.
    pub(super) finished_url: Option<String>,
}

/// Every answer that shows a job.
pub(super) fn job(answer: &Value) -> Option<Job> {
    let event = Event::assume_verified(answer.to_string().as_bytes()).ok()?;
    let photos = event.neutral().photos.into_iter().map(source).collect();
    let job = event.job?;
    Some(Job {
        standing: standing(job.state.as_str()),
        completed_at: job.completed_at,
        expires_at: job.expiry_date.and_then(|text| text.parse().ok()),
        photos,
        id: job.id,
    })
}

/// The answer to listing a job's photos: a bare array, or one with a name as most lists have.
pub(super) fn photos(answer: &Value) -> Option<Vec<Photo>> {
    let list = answer.as_array().or_else(|| answer.get("photos")?.as_array())?;
    Some(list.iter().filter_map(photo).collect())
}

/// One photo, in a list or alone.
pub(super) fn photo(answer: &Value) -> Option<Photo> {
    let photo = answer.as_object()?;
    Some(Photo {
        id: id(photo.get("id")?)?,
        name: text(photo, "name").unwrap_or_default().to_owned(),
        finished_url: text(photo, "retouchedUrl").or_else(|| text(photo, "retouched_url")).map(str::to_owned),
    })
}

/// The answer to asking where a photo's bytes are to go.
pub(super) fn upload_url(answer: &Value) -> Option<String> {
    text(answer.as_object()?, "url").map(str::to_owned)
}

/// The provider's own refusal, `{"code":422,"message":"text","errors":{"profile":["text"]}}` [k-openapi], whose code is what
/// of the request was not accepted; `None` where the answer is not in that form, so that something else than the provider
/// may have given it.
pub(super) fn refusal(answer: &Value) -> Option<Refusal> {
    let answer = answer.as_object()?;
    let message = text(answer, "message");
    if message.is_none() && !answer.contains_key("code") {
        return None;
    }
    let field = answer.get("errors").and_then(Value::as_object).and_then(|errors| errors.keys().next());
    let about = field.filter(|field| is_code(field)).cloned();
    let names_profile = message.is_some_and(|message| message.to_ascii_lowercase().contains("profile"));
    Some(Refusal { code: about.or_else(|| names_profile.then(|| "profile".to_owned())) })
}

/// A refusal to make a job, seen as what it means for the profile that the host application named.
pub(super) fn as_unknown_profile(error: ProviderError, named: Option<u64>) -> ProviderError {
    match (error, named) {
        // To a request that names nothing else, "not found" is about the profile.
        (ProviderError::NotFound, Some(_)) => ProviderError::FieldUnknown { pointer: "/profileId" },
        (ProviderError::NotFound, None) => ProviderError::Refused { status: 404, code: Some("profile".into()) },
        (ProviderError::Refused { status: 400 | 422, code: Some(code) }, Some(_)) if code.starts_with("profile") => {
            ProviderError::FieldUnknown { pointer: "/profileId" }
        }
        (error, _) => error,
    }
}

fn source(photo: NeutralPhoto) -> SourcePhoto {
    let expires_at = photo.expires_at.and_then(|at| Timestamp::from_second(at.get().try_into().ok()?).ok());
    SourcePhoto { id: ProviderPhotoId(photo.id), url: Some(photo.url), url_expires_at: expires_at }
}

/// Ids are integers [k-openapi]; one that came as a text is taken too.
fn id(value: &Value) -> Option<String> {
    let id = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(id.to_string())
}

fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    map.get(name)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_is_read_in_every_spelling() {
        let urls = json!({"b.jpg": "https://x.test/b", "a.jpg": "https://x.test/a"});
        let camel = json!({
            "id": 42, "state": "complete", "type": "regular", "photoDownloadUrls": urls, "errors": ["e"],
            "completedAt": "t", "expiryDate": "2026-01-16T03:00:00Z",
        });
        let snake = json!({
            "id": 42, "state": "complete", "photo_download_urls": urls, "errors": [["e"], ["f"]],
            "completed_at": "t", "expiry_date": "2026-01-16T03:00:00+00:00",
        });
        for answer in [camel.clone(), snake, json!({"type": "job_complete", "payload": camel})] {
            let job = job(&answer).unwrap();
            assert_eq!((job.id.as_str(), job.standing.provider_status.as_str()), ("42", "complete"));
            assert_eq!(job.completed_at.as_deref(), Some("t"));
            assert_eq!(job.expires_at, Some("2026-01-16T03:00:00Z".parse().unwrap()));
            let names: Vec<_> = job.photos.iter().map(|photo| photo.id.as_str()).collect();
            assert_eq!(names, ["a.jpg", "b.jpg"]);
        }
    }

    #[test]
    fn a_job_without_photos_shows_none() {
        for answer in [json!({"id": 1, "state": "pending", "photoDownloadUrls": null}), json!({"id": 1, "state": "x"})]
        {
            assert!(job(&answer).unwrap().photos.is_empty());
        }
        assert!(job(&json!({"state": "pending"})).is_none());
    }

    #[test]
    fn photos_are_read_in_every_spelling() {
        let list =
            json!([{"id": 9, "name": "a.jpg", "retouchedUrl": "u"}, {"id": "10", "retouched_url": "u"}, {"id": null}]);
        for answer in [list.clone(), json!({ "photos": list })] {
            let photos = photos(&answer).unwrap();
            let read: Vec<_> = photos.iter().map(|photo| (photo.id.as_str(), photo.finished_url.as_deref())).collect();
            assert_eq!(read, [("9", Some("u")), ("10", Some("u"))]);
        }
        assert!(photos(&json!({"message": "x"})).is_none());
    }

    #[test]
    fn an_unknown_profile_is_known_by_field_or_by_sentence() {
        let by_field = json!({"code": 422, "message": "invalid", "errors": {"profile_id": ["is unknown"]}});
        let by_sentence = json!({"code": 422, "message": "Profile could not be found"});
        for answer in [by_field, by_sentence] {
            let error = ProviderError::Refused { status: 422, code: refusal(&answer).unwrap().code };
            assert_eq!(as_unknown_profile(error, Some(7)), ProviderError::FieldUnknown { pointer: "/profileId" });
        }
        let missing = as_unknown_profile(ProviderError::NotFound, None);
        assert_eq!(missing, ProviderError::Refused { status: 404, code: Some("profile".into()) });
    }

    #[test]
    fn a_word_that_is_a_text_is_not_given_on() {
        let answer = json!({"code": 422, "message": "x", "errors": {"<b>secret</b>": []}});
        assert_eq!(refusal(&answer).unwrap().code, None);
    }
}
