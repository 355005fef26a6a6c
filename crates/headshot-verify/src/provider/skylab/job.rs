use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
    EventError, Fields, NeutralPhoto, NeutralState, UnixSeconds, Value,
    json::ObjectWriter,
    time::{read_amazon_expiry, read_rfc3339},
    words::words,
};

words! {
    /// Where a job stands; cancelling takes it back to the beginning.
    pub enum State {
        /// Not yet queued, or its photos are not all there.
        Pending = "pending",
        /// It waits for its turn.
        Queued = "queued",
        /// Its photos are being made.
        Processing = "processing",
        /// Its photos are there.
        Complete = "complete",
        /// It failed.
        Error = "error",
    }
}

/// A job as an event shows it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Job {
    /// Its id, an integer, with the digits as they came.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// The name that whoever made it gave it.
    pub name: Option<String>,
    /// The id of the account, an integer.
    pub account_id: Option<String>,
    /// The id of the profile, an integer.
    pub profile_id: Option<String>,
    /// What kind of job it is, `regular`.
    pub job_type: Option<String>,
    /// When it was created, RFC 3339, as are all its times.
    pub created_at: Option<String>,
    /// When it was changed last.
    pub updated_at: Option<String>,
    /// When it was queued.
    pub submitted_at: Option<String>,
    /// When it was done.
    pub completed_at: Option<String>,
    /// When its photos are removed.
    pub expiry_date: Option<String>,
    /// What went wrong, one message after the other, however deeply they were nested.
    pub errors: Vec<String>,
    /// The link to each photo, after the name of its file and ordered by it. A file named `.jpg` may hold a PNG
    /// \[k-openapi\].
    pub photo_urls: Vec<(String, String)>,
    /// Every other field.
    pub other: Fields,
}

impl Job {
    /// Whether these are the fields of a job: an integer `id` and a text `state`.
    pub(super) fn is_in(fields: &Fields) -> bool {
        matches!((fields.get("id"), fields.get("state")), (Some(Value::Number(_)), Some(Value::Text(_))))
    }

    pub(super) fn from_fields(mut fields: Fields) -> Result<Self, EventError> {
        Ok(Self {
            id: fields.require_integer("id", "/id")?,
            state: State::from(fields.require_text("state", "/state")?),
            name: fields.take_text("name"),
            account_id: take_either(&mut fields, "accountId", "account_id", Fields::take_integer),
            profile_id: take_either(&mut fields, "profileId", "profile_id", Fields::take_integer),
            job_type: fields.take_text("type"),
            created_at: take_either(&mut fields, "createdAt", "created_at", Fields::take_text),
            updated_at: take_either(&mut fields, "updatedAt", "updated_at", Fields::take_text),
            submitted_at: take_either(&mut fields, "submittedAt", "submitted_at", Fields::take_text),
            completed_at: take_either(&mut fields, "completedAt", "completed_at", Fields::take_text),
            expiry_date: take_either(&mut fields, "expiryDate", "expiry_date", Fields::take_text),
            errors: take_errors(&mut fields),
            photo_urls: take_either(&mut fields, "photoDownloadUrls", "photo_download_urls", take_urls)
                .unwrap_or_default(),
            other: fields,
        })
    }

    pub(super) fn write(&self, json: &mut ObjectWriter) {
        json.text("id", Some(&self.id));
        json.text("state", Some(self.state.as_str()));
        json.text("name", self.name.as_deref());
        json.text("accountId", self.account_id.as_deref());
        json.text("profileId", self.profile_id.as_deref());
        json.text("jobType", self.job_type.as_deref());
        json.text("createdAt", self.created_at.as_deref());
        json.text("updatedAt", self.updated_at.as_deref());
        json.text("submittedAt", self.submitted_at.as_deref());
        json.text("completedAt", self.completed_at.as_deref());
        json.text("expiryDate", self.expiry_date.as_deref());
        json.texts("errors", self.errors.iter().map(String::as_str));
        json.object("photoUrls", Some(&self.photo_urls), |json, urls| {
            for (name, url) in urls {
                json.text(name, Some(url));
            }
        });
        json.fields("other", &self.other);
    }

    pub(super) fn neutral_photos(&self) -> Vec<NeutralPhoto> {
        let photos = self.photo_urls.iter().map(|(name, url)| NeutralPhoto {
            id: name.clone(),
            url: url.clone(),
            expires_at: self.end_of(url),
            is_favorite: false,
        });
        photos.collect()
    }

    /// When a link stops working: at its own end, or when the photo is removed, whichever comes first.
    fn end_of(&self, url: &str) -> Option<UnixSeconds> {
        let removed_at = self.expiry_date.as_deref().and_then(read_rfc3339);
        read_amazon_expiry(url).into_iter().chain(removed_at).min()
    }
}

impl State {
    /// `pending` is a job that is still being put together, not one in training as elsewhere.
    pub(super) const fn neutral(&self) -> Option<NeutralState> {
        match self {
            Self::Pending => Some(NeutralState::AwaitingUser),
            Self::Queued | Self::Processing => Some(NeutralState::Processing),
            Self::Complete => Some(NeutralState::Ready),
            Self::Error => Some(NeutralState::Failed),
            Self::Other(_) => None,
        }
    }
}

/// Takes out a field that JSON and prose spell differently \[004\]; the spelling of JSON comes first.
fn take_either<T>(
    fields: &mut Fields,
    camel_case: &str,
    snake_case: &str,
    take: impl Fn(&mut Fields, &str) -> Option<T>,
) -> Option<T> {
    take(fields, camel_case).or_else(|| take(fields, snake_case))
}

/// Takes out the links; a name that has none stays where it is.
fn take_urls(job: &mut Fields, name: &str) -> Option<Vec<(String, String)>> {
    let mut photos = job.take_object(name)?;
    let urls = photos.take_texts();
    if !photos.is_empty() {
        job.put_back(name, Value::Object(photos));
    }
    Some(urls)
}

/// Takes out the messages, which the documents show as texts \[k-openapi\] and as arrays of texts \[004\].
fn take_errors(job: &mut Fields) -> Vec<String> {
    let Some(errors) = job.get("errors") else { return Vec::new() };
    let mut messages = Vec::new();
    if flatten(errors, &mut messages) {
        job.drop_field("errors");
        messages
    } else {
        Vec::new()
    }
}

/// Whether the value was nothing but texts in arrays; as deep as a body may be nested.
fn flatten(value: &Value, messages: &mut Vec<String>) -> bool {
    match value {
        Value::Text(text) => messages.push(text.clone()),
        Value::Array(values) => return values.iter().all(|value| flatten(value, messages)),
        Value::Null => {}
        _ => return false,
    }
    true
}

// Names and links stay out of logs.
impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}
