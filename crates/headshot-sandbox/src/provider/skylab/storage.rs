//! The storage that presigned URLs lead to: as strict as the real one about what was signed.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use md5::{Digest, Md5};
use serde::Deserialize;
use sha2::Sha256;
use url::Url;

use super::{account::Account, job::Job, photo::Photo};
use crate::{
    Speed,
    gate::{Call, with_luck},
    portrait::{Format, Size},
    random::{hex, unhex},
    stand_in::{StandIn, base_of},
};

/// How long a URL works at real speed: no document says.
const LIFETIME: Duration = Duration::from_hours(1);
/// Speed does not make uploads faster, so that a URL lasts no fewer seconds than this.
const SHORTEST_LIFETIME: i64 = 5;
/// More than any photo may have, so that too large ones come to the check of the job.
const LARGEST_BODY_BYTES: usize = 64 << 20;
/// What photos of regular jobs are tagged with \[k-py\]\[k-js\]\[k-rb\].
const TAGGING: &str = "job=photo&api=true";
const TAGGING_HEADER: &str = "x-amz-tagging";
const DATE: &str = "%Y%m%dT%H%M%SZ";

/// Makes presigned URLs.
pub(super) struct Storage {
    base: String,
    key: [u8; 32],
    speed: Speed,
}

/// What a URL gives the right to.
pub(super) struct Access {
    method: &'static str,
    path: String,
    content_md5: Option<String>,
    is_tagged: bool,
    series: u32,
}

#[derive(Clone, Copy)]
pub(super) enum Folder {
    Original,
    Retouched,
}

impl Folder {
    /// The path of the file of a photo with that key.
    pub(super) fn path(self, key: &str) -> String {
        match self {
            Self::Original => format!("/storage/original/{key}"),
            Self::Retouched => format!("/storage/retouched/{key}.jpg"),
        }
    }
}

impl Access {
    pub(super) fn read(path: &str, series: u32) -> Self {
        Self { method: "GET", path: path.to_owned(), content_md5: None, is_tagged: false, series }
    }

    /// The right to put a file; bound to its MD5 if that was told.
    pub(super) fn write(path: &str, content_md5: Option<String>, is_tagged: bool, series: u32) -> Self {
        Self { method: "PUT", path: path.to_owned(), content_md5, is_tagged, series }
    }

    fn signed_headers(&self) -> String {
        let md5 = self.content_md5.as_ref().map(|_| "content-md5");
        let tagging = self.is_tagged.then_some(TAGGING_HEADER);
        [md5, Some("host"), tagging].into_iter().flatten().collect::<Vec<_>>().join(";")
    }
}

impl Storage {
    pub(super) fn new(base: &Url, key: [u8; 32], speed: Speed) -> Self {
        Self { base: base_of(base).to_owned(), key, speed }
    }

    /// When a URL must have been made to have ended by `now`.
    pub(super) fn over_at(&self, now: Timestamp) -> Timestamp {
        now - SignedDuration::from_secs(self.lifetime() + 1)
    }

    pub(super) fn url(&self, access: &Access, now: Timestamp) -> String {
        let (date, expires) = (now.strftime(DATE).to_string(), self.lifetime());
        let signature = hex(&self.tag(access, &date, expires).finalize().into_bytes());
        let credential = format!("SANDBOX/{}/sandbox-1/s3/aws4_request", &date[..8]);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
            .append_pair("X-Amz-Credential", &credential)
            .append_pair("X-Amz-Date", &date)
            .append_pair("X-Amz-Expires", &expires.to_string())
            .append_pair("X-Amz-SignedHeaders", &access.signed_headers())
            .append_pair("X-Amz-Signature", &signature)
            .finish();
        format!("{}{}?{query}", self.base, access.path)
    }

    fn check(&self, access: &Access, presigned: &Presigned, now: Timestamp) -> Result<(), Refusal> {
        let genuine = unhex(&presigned.signature).is_some_and(|signature| {
            self.tag(access, &presigned.date, presigned.expires).verify_slice(&signature).is_ok()
        });
        let made_at = DateTime::strptime(DATE, &presigned.date).and_then(|date| date.to_zoned(TimeZone::UTC));
        let ends_at = made_at.map(|made_at| made_at.timestamp() + SignedDuration::from_secs(presigned.expires));
        match ends_at {
            Ok(ends_at) if genuine && now < ends_at => Ok(()),
            Ok(_) if genuine => Err(REQUEST_EXPIRED),
            _ => Err(SIGNATURE_MISMATCH),
        }
    }

    /// Whole seconds, which is all that a URL can name.
    fn lifetime(&self) -> i64 {
        i64::try_from(self.speed.shorten(LIFETIME).as_secs()).unwrap_or(i64::MAX).max(SHORTEST_LIFETIME)
    }

    /// Not the real algorithm, but over the same parts: nobody else has to check it.
    fn tag(&self, access: &Access, date: &str, expires: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        let Access { method, path, content_md5, series, .. } = access;
        let md5 = content_md5.as_deref().unwrap_or_default();
        let signed = format!("{method}\n{path}\n{date}\n{expires}\n{}\n{md5}\n{series}", access.signed_headers());
        mac.update(signed.as_bytes());
        mac
    }
}

#[derive(Deserialize)]
struct Presigned {
    #[serde(rename = "X-Amz-Date")]
    date: String,
    #[serde(rename = "X-Amz-Expires")]
    expires: i64,
    #[serde(rename = "X-Amz-SignedHeaders")]
    signed_headers: String,
    #[serde(rename = "X-Amz-Signature")]
    signature: String,
}

pub(super) fn router(account: &Arc<Account>) -> Router<Arc<Account>> {
    Router::new()
        .route("/storage/original/{key}", get(original).put(upload))
        .route("/storage/retouched/{file}", get(retouched))
        .layer(DefaultBodyLimit::max(LARGEST_BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(account), storage_luck))
}

async fn storage_luck(State(account): State<Arc<Account>>, request: Request, next: Next) -> Response {
    let call = Call::of(&request);
    with_luck(account.backstage(), &call, request, next, |status| {
        Refusal(status, "InternalError", "Try again").into_response()
    })
    .await
}

async fn upload(
    State(account): State<Arc<Account>>,
    Path(key): Path<String>,
    presigned: Result<Query<Presigned>, QueryRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let Query(presigned) = presigned.map_err(|_| ACCESS_DENIED)?;
    let (photo, job, _) = found(&account, &key)?;
    let content_md5 = text(&headers, "content-md5");
    let signs = |name: &str| presigned.signed_headers.split(';').any(|signed| signed == name);
    if headers.contains_key(TAGGING_HEADER) && !signs(TAGGING_HEADER) {
        return Err(HEADER_NOT_SIGNED);
    }
    if signs(TAGGING_HEADER) && text(&headers, TAGGING_HEADER) != Some(TAGGING) {
        return Err(SIGNATURE_MISMATCH);
    }
    let signed_md5 = content_md5.filter(|_| signs("content-md5")).map(str::to_owned);
    let series = job.as_ref().map_or(0, |job| job.link_series);
    let access = Access::write(&Folder::Original.path(&key), signed_md5, signs(TAGGING_HEADER), series);
    account.storage.check(&access, &presigned, Timestamp::now())?;
    check_md5(content_md5, &body)?;
    account.keep_file(photo.id, body).map_err(|_| NO_KEY)?;
    Ok(StatusCode::OK)
}

async fn original(
    State(account): State<Arc<Account>>,
    Path(key): Path<String>,
    presigned: Result<Query<Presigned>, QueryRejection>,
) -> Result<Response, Refusal> {
    let (photo, job, _) = found(&account, &key)?;
    check_read(&account, &Folder::Original.path(&key), job.as_ref(), presigned)?;
    let file = photo.file.ok_or(NO_KEY)?;
    let kind = if file.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    Ok(([(header::CONTENT_TYPE, kind)], file).into_response())
}

/// A drawn headshot in place of the real work: a JPEG for a JPEG, else a PNG that is called `.jpg` \[k-openapi\].
async fn retouched(
    State(account): State<Arc<Account>>,
    Path(file): Path<String>,
    presigned: Result<Query<Presigned>, QueryRejection>,
) -> Result<Response, Refusal> {
    let key = file.strip_suffix(".jpg").ok_or(NO_KEY)?;
    let (photo, job, index) = found(&account, key)?;
    check_read(&account, &Folder::Retouched.path(key), job.as_ref(), presigned)?;
    let job = job.filter(|job| job.completed_at.is_some() && job.has_files(Timestamp::now())).ok_or(NO_KEY)?;
    let extracts = extracts(&account, &job);
    let format = if photo.is_jpeg() && !extracts { Format::Jpeg } else { Format::Png };
    let size = if extracts { Size::Transparent } else { Size::Main };
    let image = account.portraits.image(job.person, photo.key, index, size, format).await;
    Ok(([(header::CONTENT_TYPE, "image/jpeg")], image).into_response())
}

fn found(account: &Account, key: &str) -> Result<(Photo, Option<Job>, usize), Refusal> {
    let books = account.books();
    let (photo, index) = books.photo_by_key(key).ok_or(NO_KEY)?;
    let job = photo.job().and_then(|id| books.job(id).ok()).cloned();
    Ok((photo.clone(), job, index))
}

fn extracts(account: &Account, job: &Job) -> bool {
    let books = account.books();
    job.profile_id.and_then(|id| books.profile(id).ok()).is_some_and(super::profile::Profile::extracts)
}

fn check_read(
    account: &Account,
    path: &str,
    job: Option<&Job>,
    presigned: Result<Query<Presigned>, QueryRejection>,
) -> Result<(), Refusal> {
    let Query(presigned) = presigned.map_err(|_| ACCESS_DENIED)?;
    let access = Access::read(path, job.map_or(0, |job| job.link_series));
    account.storage.check(&access, &presigned, Timestamp::now())
}

/// A digest that is told must be that of the body, whether it was signed or not.
fn check_md5(told: Option<&str>, body: &[u8]) -> Result<(), Refusal> {
    let Some(told) = told else { return Ok(()) };
    let digest = BASE64_STANDARD.decode(told).ok().filter(|digest| digest.len() == 16).ok_or(INVALID_DIGEST)?;
    if digest == Md5::digest(body).as_slice() { Ok(()) } else { Err(BAD_DIGEST) }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Why the storage does nothing, in the XML that such storages answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refusal(StatusCode, &'static str, &'static str);

const ACCESS_DENIED: Refusal = Refusal(StatusCode::FORBIDDEN, "AccessDenied", "Access Denied");
const REQUEST_EXPIRED: Refusal = Refusal(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired");
const HEADER_NOT_SIGNED: Refusal =
    Refusal(StatusCode::FORBIDDEN, "AccessDenied", "There were headers present in the request which were not signed");
const SIGNATURE_MISMATCH: Refusal =
    Refusal(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", "The signature does not match the request");
const INVALID_DIGEST: Refusal =
    Refusal(StatusCode::BAD_REQUEST, "InvalidDigest", "The Content-MD5 you specified was invalid");
const BAD_DIGEST: Refusal =
    Refusal(StatusCode::BAD_REQUEST, "BadDigest", "The Content-MD5 you specified did not match what was received");
const NO_KEY: Refusal = Refusal(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist");

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, code, message) = self;
        let body = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"#
        );
        (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
    }
}
