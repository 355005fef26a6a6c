//! What the failures of the store and of providers mean to a client.

use axum::http::{HeaderValue, header};
use jiff::Timestamp;

use crate::error::{Code, Error};
use crate::photos::StorageError;
use crate::provider::ProviderError;
use crate::store::StoreError;

/// How long a client should wait when nobody said.
const USUAL_WAIT_SECONDS: u64 = 5;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::from(Code::StoreUnavailable).header(header::RETRY_AFTER, USUAL_WAIT_SECONDS).cause(error)
    }
}

/// A failure of the storage of photos.
pub(super) fn of_storage(error: &StorageError) -> Error {
    Error::from(Code::StoreUnavailable).header(header::RETRY_AFTER, USUAL_WAIT_SECONDS).cause(error)
}

/// A provider's failure. `lost` says what an answer that was lost leaves open.
pub(super) fn of_provider(error: &ProviderError, now: Timestamp, lost: &'static str) -> Error {
    match error {
        ProviderError::EmailExists => Error::from(Code::EmailExists),
        ProviderError::FieldUnknown { pointer } => {
            Error::from(Code::FieldInvalid).field(*pointer, "is nothing that the provider knows").cause(error)
        }
        ProviderError::Busy { until } => Error::from(Code::ProviderBusy).header(header::RETRY_AFTER, wait(*until, now)),
        ProviderError::NotFound => Error::from(Code::ProviderRefused).detail("NOT_FOUND").cause(error),
        ProviderError::Refused { status, code } => {
            let detail = code.clone().unwrap_or_else(|| format!("status {status}"));
            Error::from(Code::ProviderRefused).detail(detail).cause(error)
        }
        ProviderError::Store(error) => error.clone().into(),
        ProviderError::NotReached(_) => Error::from(Code::ProviderUnreachable).cause(error),
        ProviderError::AnswerLost(_) => Error::from(Code::ProviderUnreachable).detail(lost).cause(error),
    }
}

fn wait(until: Timestamp, now: Timestamp) -> HeaderValue {
    u64::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1).into()
}
