//! The provider's JSON, read with tolerance: the documents disagree about envelopes and names, and fields come and go.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{MODEL, standing};
use crate::ids::ProviderPhotoId;
use crate::provider::client::{Refusal, is_code};
use crate::provider::{Opened, ProviderError};
use crate::references::References;
use crate::secret::Secret;
use crate::store::{Offer, SourcePhoto, Standing, Surface};

const ALREADY_EXISTS: &str = "ALREADY_EXISTS";

/// Which of a photo's links to take (H8): the finished picture first, a small one last, then whatever there is.
const URL_ORDER: [&str; 6] = ["main", "original", "preview", "pfp", "transparent", "thumbnail"];

pub(super) struct Model {
    pub(super) standing: Standing,
    pub(super) finished_at: Option<String>,
}

pub(super) struct PhotoPage {
    pub(super) photos: Vec<SourcePhoto>,
    /// How many the page held, those that could not be read included.
    pub(super) held: usize,
    pub(super) is_last: bool,
}

/// The answer to creating a model.
pub(super) fn opened(answer: &Value) -> Option<Opened> {
    let answer = envelope(answer)?;
    let model = answer.get("model").and_then(Value::as_object).unwrap_or(answer);
    let field = |name| text(answer, name).or_else(|| text(model, name));
    let id = field("modelId").or_else(|| field("id")).or_else(|| field("_id"))?;
    Some(Opened {
        references: References::none().and(MODEL, id),
        standing: standing(field("status").unwrap_or("onboarding")),
        offer: field("signedUrl").map(|url| Offer::of(Surface::Frame(Secret::new(url)))),
    })
}

/// The answer to reading a model.
pub(super) fn model(answer: &Value) -> Option<Model> {
    let answer = envelope(answer)?;
    let model = answer.get("model").and_then(Value::as_object).unwrap_or(answer);
    let is_deleted = text(model, "deletedAt").is_some();
    let status = if is_deleted { "deleted" } else { text(model, "status")? };
    Some(Model { standing: standing(status), finished_at: text(model, "finishedAt").map(str::to_owned) })
}

/// The answer to listing photos.
pub(super) fn photos(answer: &Value) -> Option<PhotoPage> {
    // A bare array in `data` is as likely as a named one.
    let list = match answer.get("data") {
        Some(Value::Array(list)) => list,
        _ => envelope(answer)?.get("photos")?.as_array()?,
    };
    let pagination = envelope(answer).and_then(|answer| answer.get("pagination")).or_else(|| answer.get("pagination"));
    let has_more = pagination.and_then(|pagination| pagination.get("hasMore")).and_then(Value::as_bool);
    let photos = list.iter().filter_map(photo).collect();
    Some(PhotoPage { photos, held: list.len(), is_last: list.is_empty() || has_more != Some(true) })
}

/// The answer to asking for the favourite; `null` while none is chosen (H10).
pub(super) fn favorite(answer: &Value) -> Option<SourcePhoto> {
    let answer = envelope(answer)?;
    photo(answer.get("photo").or_else(|| answer.get("favoritePhoto"))?)
}

/// One photo, in a list, as a favourite, or in an event.
pub(super) fn photo(value: &Value) -> Option<SourcePhoto> {
    let photo = value.as_object()?;
    let id = text(photo, "id").or_else(|| text(photo, "_id"))?;
    Some(SourcePhoto {
        id: ProviderPhotoId(id.to_owned()),
        url: best_url(photo).map(str::to_owned),
        url_expires_at: text(photo, "expiresAt").and_then(|text| text.parse::<Timestamp>().ok()),
    })
}

/// The provider's own refusal, `{"success":false,"error":"text","code":"CODE"}` [h-errors]; `None` where the answer is
/// not in that form, so that something else than the provider may have given it.
pub(super) fn refusal(answer: &Value) -> Option<Refusal> {
    let answer = answer.as_object()?;
    let code = text(answer, "code");
    let message = text(answer, "error").or_else(|| text(answer, "message"));
    match (code, message) {
        // Which code an existing e-mail address has is not documented (H13), so the sentence is looked at too.
        (Some("INVALID_REQUEST" | "INVALID_EMAIL") | None, Some(message))
            if message.to_ascii_lowercase().contains("already exist") =>
        {
            Some(Refusal { code: Some(ALREADY_EXISTS.into()) })
        }
        (None, None) => None,
        (code, _) => Some(Refusal { code: code.filter(|code| is_code(code)).map(str::to_owned) }),
    }
}

/// A refusal to create, seen as what it means for the address.
pub(super) fn as_email_exists(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::Refused { status: 400 | 409 | 422, code: Some(code) } if code == ALREADY_EXISTS => {
            ProviderError::EmailExists
        }
        // To a request that names no model, "not found" is about the address or the team.
        ProviderError::NotFound => ProviderError::Refused { status: 404, code: Some("NOT_FOUND".into()) },
        other => other,
    }
}

/// The named keys are at the top level in one document and below `data` in another (H11).
fn envelope(answer: &Value) -> Option<&Map<String, Value>> {
    let top = answer.as_object()?;
    Some(top.get("data").and_then(Value::as_object).unwrap_or(top))
}

fn best_url(photo: &Map<String, Value>) -> Option<&str> {
    let urls = photo.get("urls").and_then(Value::as_object);
    let named = urls.and_then(|urls| {
        URL_ORDER.iter().find_map(|name| text(urls, name)).or_else(|| urls.values().find_map(Value::as_str))
    });
    named.or_else(|| text(photo, "url"))
}

fn text<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v str> {
    map.get(name)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_model_is_read_with_and_without_an_envelope() {
        let named = json!({"success": true, "modelId": "m1", "status": "onboarding", "signedUrl": "https://x.test/a"});
        let wrapped = json!({"success": true, "data": {"modelId": "m1", "status": "onboarding", "signedUrl": "https://x.test/a"}});
        for answer in [named, wrapped] {
            let opened = opened(&answer).unwrap();
            assert_eq!(opened.references.get(MODEL), Some("m1"));
            assert_eq!(opened.offer, Some(Offer::of(Surface::Frame(Secret::new("https://x.test/a")))));
        }
    }

    #[test]
    fn a_model_with_a_time_of_deletion_is_deleted() {
        let answer = json!({"model": {"id": "m1", "status": "active", "deletedAt": "2026-01-02T03:04:05Z"}});
        assert_eq!(model(&answer).unwrap().standing.state, headshot_api::State::Deleted);
    }

    #[test]
    fn the_best_link_of_a_photo_is_taken() {
        let cases = [
            (json!({"thumbnail": "t", "original": "o", "main": "m"}), "m"),
            (json!({"transparent": "t", "pfp": "f", "preview": "v"}), "v"),
            (json!({"square": "s"}), "s"),
        ];
        for (urls, best) in cases {
            let photo = photo(&json!({"id": "p1", "urls": urls})).unwrap();
            assert_eq!(photo.url.as_deref(), Some(best));
        }
    }

    #[test]
    fn a_list_is_read_in_every_envelope() {
        let photos_of = |answer| photos(&answer).unwrap();
        let page = photos_of(json!({"photos": [{"id": "p1"}, {"id": 7}], "pagination": {"hasMore": true}}));
        assert_eq!((page.photos.len(), page.held, page.is_last), (1, 2, false));
        assert!(photos_of(json!({"data": {"photos": []}, "pagination": {"hasMore": false}})).is_last);
        assert_eq!(photos_of(json!({"data": [{"_id": "p1"}]})).photos.len(), 1);
    }

    #[test]
    fn no_favorite_is_not_a_fault() {
        assert!(favorite(&json!({"success": true, "photo": null, "message": "none chosen"})).is_none());
    }

    #[test]
    fn an_address_that_exists_is_known_by_code_or_by_sentence() {
        let by_code = json!({"success": false, "error": "duplicate", "code": "ALREADY_EXISTS"});
        let by_sentence =
            json!({"success": false, "error": "Email already exists, use a suffix", "code": "INVALID_REQUEST"});
        for answer in [by_code, by_sentence] {
            let error = ProviderError::Refused { status: 400, code: refusal(&answer).unwrap().code };
            assert_eq!(as_email_exists(error), ProviderError::EmailExists);
        }
    }

    #[test]
    fn a_code_that_is_a_text_is_not_given_on() {
        assert_eq!(refusal(&json!({"error": "x", "code": "<b>secret</b>"})).unwrap().code, None);
    }
}
