use alloc::string::String;
use core::fmt;

use super::job::{Job, State};
use crate::{
    EventError, Fields, Neutral, NeutralKind, Payload, Value,
    json::{self, ObjectWriter},
    words::words,
};

const PAYLOAD: &str = "payload";

/// Something that happened to a job, or an error of the API.
///
/// It comes in an envelope with `type` and `payload`, or as a bare job; the document shows both \[004\]. What happened is
/// told by the state of the job first, and by the envelope's `type` second, because the list of types leaves out that a
/// job was queued, for which there is an example all the same.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
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
        let mut fields = read_fields(body)?;
        // A bare job also has a `type`, such as `regular`.
        let is_envelope = matches!(fields.get("type"), Some(Value::Text(_))) && !Job::is_in(&fields)
            || matches!(fields.get(PAYLOAD), Some(Value::Object(_)));
        if !is_envelope {
            return Ok(Self::of_job(Job::from_fields(fields)?));
        }
        let envelope_type = fields.require_text("type", "/type")?;
        let job = take_job(&mut fields)?;
        let kind = kind_of(&envelope_type, job.as_ref());
        Ok(Self { kind, envelope_type: Some(envelope_type), job, other: fields })
    }

    fn to_json(&self) -> String {
        ObjectWriter::written(|json| {
            json.text("type", Some(self.kind.as_str()));
            json.text("envelopeType", self.envelope_type.as_deref());
            json.object("job", self.job.as_ref(), |json, job| job.write(json));
            json.fields("other", &self.other);
        })
    }

    fn neutral(&self) -> Neutral {
        let job = self.job.as_ref();
        Neutral {
            kind: self.kind.neutral(),
            session: job.map(|job| job.id.clone()),
            state: job.and_then(|job| job.state.neutral()),
            photos: job.map(Job::neutral_photos).unwrap_or_default(),
        }
    }
}

fn read_fields(body: &[u8]) -> Result<Fields, EventError> {
    #[cfg(feature = "xml")]
    if super::xml::begins(body) {
        return super::xml::object(body);
    }
    json::object(body)
}

/// Takes out the payload if it is a job.
fn take_job(envelope: &mut Fields) -> Result<Option<Job>, EventError> {
    match envelope.take_object(PAYLOAD) {
        Some(fields) if Job::is_in(&fields) => Job::from_fields(fields).map(Some),
        Some(fields) => {
            envelope.put_back(PAYLOAD, Value::Object(fields));
            Ok(None)
        }
        None => Ok(None),
    }
}

/// The state decides between the kinds that are about a job's state; a type that this version does not know stays.
fn kind_of(envelope_type: &str, job: Option<&Job>) -> EventKind {
    let named = EventKind::from(String::from(envelope_type));
    let is_about_state = matches!(named, EventKind::JobQueued | EventKind::JobComplete | EventKind::JobError);
    match job.map(|job| &job.state) {
        Some(State::Queued) if is_about_state => EventKind::JobQueued,
        Some(State::Complete) if is_about_state => EventKind::JobComplete,
        Some(State::Error) if is_about_state => EventKind::JobError,
        _ => named,
    }
}

impl Event {
    fn of_job(job: Job) -> Self {
        let kind = match &job.state {
            State::Queued => EventKind::JobQueued,
            State::Complete => EventKind::JobComplete,
            State::Error => EventKind::JobError,
            other => EventKind::Other(["job_", other.as_str()].concat()),
        };
        Self { kind, envelope_type: None, job: Some(job), other: Fields::default() }
    }
}

impl EventKind {
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
