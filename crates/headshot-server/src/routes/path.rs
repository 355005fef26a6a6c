use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::{Code, Error};

/// The one variable segment of a route's path.
pub(super) struct Segment(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        // What is not text names nothing that we have.
        let Path(segment) = Path::from_request_parts(parts, state).await.map_err(|_| Code::RouteUnknown)?;
        Ok(Self(segment))
    }
}

/// The two variable segments of a route's path.
pub(super) struct Pair(pub(super) String, pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Pair {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path((first, second)) = Path::from_request_parts(parts, state).await.map_err(|_| Code::RouteUnknown)?;
        Ok(Self(first, second))
    }
}
