use alloc::{borrow::Cow, string::String};
use core::{fmt, mem};

use super::job::Job;
use crate::{
    EventError, Fields, Neutral, NeutralKind, Payload, References,
    json::{self, Object},
    words::words,
};

const PAYLOAD: &str = "payload";

/// Something that happened to a job, or an error of the API.
///
/// It comes in an envelope with `type` and `payload`, or as a bare job; the document shows both \[004\]. What happened is
/// told by the state of the job first, and by the envelope's `type` second, because the list of types leaves out that a
/// job was queued, for which there is an example all the same.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: EventKind,
    /// The envelope's `type` as it came; a bare job has none.
    pub envelope_type: Option<String>,
    /// The job; an error of the API may have none.
    pub job: Option<Job>,
    /// Every other field of the envelope; a payload that is no job is one of them.
    pub other: Fields,
}

words! {
    /// What happened.
    pub enum EventKind {
        /// A call of the API failed; what it carries is not documented.
        ApiError = "api_error",
        /// A job waits for its turn.
        JobQueued = "job_queued",
        /// A job's photos are there.
        JobComplete = "job_complete",
        /// A job failed.
        JobError = "job_error",
    }
}

impl Payload for Event {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        let body = in_json(body)?;
        let mut fields = json::object(&body)?;
        // A bare job also has a `type`, such as `regular`.
        let is_envelope = fields.get("type").is_some_and(json::is_text) && !Job::is_in(&fields)
            || fields.get(PAYLOAD).is_some_and(|payload| payload.starts_with('{'));
        let (envelope_type, job) = if is_envelope {
            let envelope_type = fields.require("type", "/type", json::text)?;
            (Some(envelope_type), fields.take(PAYLOAD, |payload| Object::of(payload).filter(Job::is_in).map(Job::read)))
        } else {
            (None, Some(Job::read(mem::take(&mut fields))))
        };
        let job = job.transpose()?;
        let kind = kind_of(envelope_type.as_ref(), job.as_ref());
        Ok(Self { kind, envelope_type, job, other: fields.into_fields() })
    }

    fn neutral(&self) -> Neutral {
        let job = self.job.as_ref();
        let about = References::of(job.map(|job| job.id.clone()), None, None);
        Neutral {
            state: job.and_then(|job| job.state.neutral()),
            photos: job.map(Job::neutral_photos).unwrap_or_default(),
            ..Neutral::of(self.kind.neutral(), about)
        }
    }

    fn references(body: &[u8]) -> References {
        let [in_payload, bare] = in_json(body).map_or([None, None], |body| json::sought(&body, ["/payload/id", "/id"]));
        References::of(in_payload.or(bare), None, None)
    }
}

/// The body, or what JSON would be written for its XML.
#[cfg_attr(not(feature = "xml"), expect(clippy::unnecessary_wraps, reason = "JSON is what it is"))]
fn in_json(body: &[u8]) -> Result<Cow<'_, [u8]>, EventError> {
    #[cfg(feature = "xml")]
    if super::xml::begins(body) {
        return super::xml::to_json(body).map(|json| Cow::Owned(json.into_bytes()));
    }
    Ok(Cow::Borrowed(body))
}

/// The state decides between the kinds that are about a job's state, which are called after the states; a type that
/// this version does not know stays.
fn kind_of(envelope_type: Option<&String>, job: Option<&Job>) -> EventKind {
    let mut word = String::new();
    if let Some(job) = job {
        word.push_str("job_");
        word.push_str(job.state.as_str());
    }
    let named = EventKind::from(envelope_type.unwrap_or(&word).clone());
    let of_job = EventKind::from(word);
    if named.is_about_state() && of_job.is_about_state() { of_job } else { named }
}

impl EventKind {
    const fn is_about_state(&self) -> bool {
        matches!(self, Self::JobQueued | Self::JobComplete | Self::JobError)
    }

    const fn neutral(&self) -> NeutralKind {
        match self {
            Self::JobQueued => NeutralKind::StateChanged,
            Self::JobComplete => NeutralKind::PhotosReady,
            Self::JobError => NeutralKind::SessionFailed,
            Self::ApiError | Self::Other(_) => NeutralKind::Other,
        }
    }
}

// Names, links and unknown fields stay out of logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("kind", &self.kind).field("job", &self.job).finish_non_exhaustive()
    }
}
