use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::openapi::Binary;
use super::path::Segment;
use super::refusals::refusals;
use super::{access, failures, wait};
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::PhotoId;
use crate::photos::{Expected, LinkError, StorageError};
use crate::store::StoredPhoto;

/// What a link adds to the photo's path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Link {
    /// Of a link: until when it works, in Unix seconds.
    expires: Option<i64>,
    /// Of a link: that this server made it.
    #[serde(default)]
    signature: String,
}

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, LinkRefused, LinkExpired, RouteUnknown, PhotoUnknown,
    ServerBusy, StoreUnavailable);

/// Show a photo
///
/// The server's own copy, to whoever holds a link of a session (`photos[].url`, which works for one to two hours), and to
/// the host application with its API key. Only these bytes ever have this id.
#[utoipa::path(
    get,
    path = "/v1/photos/{id}",
    tag = "photos",
    security((), ("host_key" = [])),
    params(
        ("id" = String, Path, description = "The photo."),
        Link,
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the photo that the client holds."),
    ),
    responses(
        (
            status = 200,
            description = "The photo, as the provider made it.",
            content((Binary = "image/jpeg"), (Binary = "image/png"), (Binary = "image/webp")),
            headers(("ETag" = String, description = "The SHA-256 of the bytes, in quotes.")),
        ),
        (
            status = 304,
            description = "The client holds it.",
            headers(("ETag" = String, description = "The SHA-256 of the bytes, in quotes.")),
        ),
        Refusals,
    ),
)]
pub(super) async fn show_photo(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    link: Result<Query<Link>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let expires = if headers.contains_key(header::AUTHORIZATION) {
        access::host_application(&app, &headers)?;
        app.now().as_second()
    } else {
        let Query(link) = link.map_err(|_| Code::LinkRefused)?;
        let expires = link.expires.ok_or(Code::LinkRefused)?;
        app.links.check(&id, expires, &link.signature, app.now())?;
        expires
    };
    let id = PhotoId::parse(&id).ok_or(Code::PhotoUnknown)?;
    let photo = app.store.photo(&id).await?.ok_or(Code::PhotoUnknown)?;
    let etag = format!("\"{}\"", photo.sha256);
    let max_age = expires.saturating_sub(app.now().as_second());
    let mut response = if wait::is_known(&headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let headers =
            [(header::CONTENT_TYPE, photo.media_type.clone()), (header::CONTENT_LENGTH, photo.size_bytes.to_string())];
        (headers, stream(&app, &photo).await?).into_response()
    };
    add_headers(response.headers_mut(), &etag, max_age)?;
    Ok(response)
}

async fn stream(app: &App, photo: &StoredPhoto) -> Result<Body, Error> {
    let expected = Expected { sha256: &photo.sha256, size_bytes: photo.size_bytes };
    let kept = app.files.read(&photo.file, expected).await.map_err(|error| match error {
        StorageError::Missing => Error::from(Code::PhotoUnknown).cause("the file of a photo is missing"),
        StorageError::Away(_) | StorageError::Refused(_) => failures::of_storage(&error),
        error => Error::from(Code::InternalError).cause(format!("the file of a photo cannot be read: {error}")),
    })?;
    Ok(Body::from_stream(kept.stream()))
}

/// Other people's bytes on our origin: shown as what we found them to be, run as nothing.
fn add_headers(headers: &mut HeaderMap, etag: &str, max_age: i64) -> Result<(), Error> {
    let internal = |error| Error::from(Code::InternalError).cause(error);
    let cache = format!("private, max-age={max_age}, immutable");
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_str(&cache).map_err(internal)?);
    headers.insert(header::ETAG, HeaderValue::from_str(etag).map_err(internal)?);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    Ok(())
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Refused => Code::LinkRefused.into(),
            LinkError::Expired => Code::LinkExpired.into(),
        }
    }
}
