//! Reading bodies, with a limit and a refusal that says what is wrong.

use std::error::Error as _;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, header};
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::error::{Code, Error};
use crate::serve::TooSlow;

/// The largest JSON body of a host application.
pub(super) const LARGEST_JSON: usize = 16 * 1024;

/// The largest body of a delivery.
pub(super) const LARGEST_DELIVERY: usize = 1024 * 1024;

/// The raw bytes, at most `limit` of them.
pub(super) async fn bytes(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Error> {
    let too_large = || Error::from(Code::BodyTooLarge).detail(format!("at most {limit} bytes are read"));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    to_bytes(body, limit).await.map_err(|error| {
        if is_caused_by::<LengthLimitError>(&error) {
            too_large()
        } else if is_caused_by::<TooSlow>(&error) {
            Error::from(Code::RequestTimeout).detail("the body did not arrive in time")
        } else {
            Error::from(Code::BodyMalformed).detail("the body broke off").cause(error)
        }
    })
}

fn is_caused_by<E: std::error::Error + 'static>(error: &axum::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<E>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// A JSON body of the type that the route takes.
pub(super) async fn json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Error> {
    if !is_json(headers) {
        return Err(Code::MediaTypeUnsupported.into());
    }
    let bytes = bytes(headers, body, LARGEST_JSON).await?;
    let mut reader = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Error::from(Code::BodyMalformed).field(pointer(error.path()), error.inner().to_string()))?;
    reader.end().map_err(|error| Error::from(Code::BodyMalformed).field("", error.to_string()))?;
    Ok(value)
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// A JSON Pointer (RFC 6901) to where reading stopped.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let parts = path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    });
    parts.flat_map(|part| ["/".to_owned(), part]).collect()
}
