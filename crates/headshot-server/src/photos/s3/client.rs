use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, RequestBuilder, Response};
use rusty_s3::credentials::RotatingCredentials;
use rusty_s3::{Credentials, S3Action};

use super::address::is_plain;
use super::{Patience, S3Settings, refusal};
use crate::photos::StorageError;
use crate::provider::http;

/// So long a signature is good: for machines whose clocks differ by less.
const SIGNED_FOR: Duration = Duration::from_mins(5);

/// What a request is signed for.
const MD5: &str = "content-md5";

/// Asks a storage, once each time.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    http: reqwest::Client,
    settings: S3Settings,
    credentials: RotatingCredentials,
}

impl Client {
    /// A client for a storage; nothing is asked yet.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub(crate) fn new(settings: &S3Settings) -> Result<Self, StorageError> {
        let (bucket, longest) = (&settings.address.bucket, settings.patience.attempt);
        let http = http::client_for_sending(is_plain(bucket), longest)
            .map_err(|error| StorageError::Refused(http::causes(&error)))?;
        let (id, secret, token) = texts(settings);
        let credentials = RotatingCredentials::new(id, secret, token);
        Ok(Self(Arc::new(Inner { http, settings: settings.clone(), credentials })))
    }

    /// Takes over the credentials of these settings.
    pub(super) fn renew(&self, settings: &S3Settings) {
        let (id, secret, token) = texts(settings);
        self.0.credentials.update(id, secret, token);
    }

    pub(super) fn patience(&self) -> Patience {
        self.0.settings.patience
    }

    /// What is below the prefix of the address.
    pub(super) fn key(&self, path: &str) -> String {
        format!("{}{path}", self.0.settings.address.prefix)
    }

    /// What the storage is called.
    pub(super) fn name(&self) -> String {
        self.0.settings.address.name()
    }

    pub(super) async fn get(&self, key: &str, longest: Duration) -> Result<Response, StorageError> {
        let credentials = self.credentials();
        let url = self.0.settings.address.bucket.get_object(Some(&credentials), key).sign(SIGNED_FOR);
        answer(self.0.http.get(url), longest).await
    }

    /// The storage compares the digest, and keeps nothing that does not fit it.
    pub(super) async fn put(
        &self,
        key: &str,
        body: impl Into<Body>,
        (size_bytes, md5): (u64, [u8; 16]),
        longest: Duration,
    ) -> Result<(), StorageError> {
        let (credentials, md5) = (self.credentials(), STANDARD.encode(md5));
        let mut action = self.0.settings.address.bucket.put_object(Some(&credentials), key);
        action.headers_mut().insert(MD5, md5.as_str());
        let request = self.0.http.put(action.sign(SIGNED_FOR)).header(MD5, &md5).header(CONTENT_LENGTH, size_bytes);
        match answer(request.body(body), longest).await {
            Ok(_) => Ok(()),
            Err(StorageError::Missing) => Err(StorageError::Refused("it takes no objects at this endpoint".into())),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn delete(&self, key: &str, longest: Duration) -> Result<(), StorageError> {
        let credentials = self.credentials();
        let url = self.0.settings.address.bucket.delete_object(Some(&credentials), key).sign(SIGNED_FOR);
        match answer(self.0.http.delete(url), longest).await {
            Ok(_) | Err(StorageError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn credentials(&self) -> Arc<Credentials> {
        self.0.credentials.get()
    }
}

async fn answer(request: RequestBuilder, longest: Duration) -> Result<Response, StorageError> {
    let response = request.timeout(longest).send().await.map_err(broken_off)?;
    if response.status().is_success() { Ok(response) } else { Err(refusal::of(response).await) }
}

/// The URL is signed, and has no business in a log.
pub(super) fn broken_off(error: reqwest::Error) -> StorageError {
    StorageError::Away(http::causes(&error.without_url()))
}

fn texts(settings: &S3Settings) -> (String, String, Option<String>) {
    let token = settings.session_token.as_ref().map(|token| token.reveal().to_owned());
    (settings.access_key_id.reveal().to_owned(), settings.secret_access_key.reveal().to_owned(), token)
}
