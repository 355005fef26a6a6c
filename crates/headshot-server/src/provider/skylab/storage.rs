//! The provider's storage: a presigned link takes the bytes of one photo.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use reqwest::{Body, Url};

use crate::guard::Guard;
use crate::provider::{Allowed, OutgoingPhoto, ProviderError, client, http};

/// So often is one photo sent in one attempt, each time to a fresh link, because a link may have expired.
pub(super) const TRIES: usize = 3;

/// The longest that one photo may take; the worker's own limit is longer.
const LONGEST_PUT: Duration = Duration::from_mins(1);

const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
const TAGGING: HeaderName = HeaderName::from_static("x-amz-tagging");

/// What the provider's links for photos of regular jobs are signed for [k-py].
const TAGS: &str = "job=photo&api=true";

pub(super) struct Storage {
    clients: http::Clients,
    hosts: Allowed,
}

/// MD5 as `Content-MD5` has it.
pub(super) fn md5_text(md5: &[u8; 16]) -> String {
    STANDARD.encode(md5)
}

impl Storage {
    pub(super) fn new(hosts: Allowed, guard: &Guard) -> anyhow::Result<Self> {
        Ok(Self { clients: http::Clients::for_sending(guard, LONGEST_PUT)?, hosts })
    }

    /// Sends the photo's bytes to a link that the provider gave, without our key.
    pub(super) async fn put(&self, url: &str, photo: OutgoingPhoto<'_>, md5: &str) -> Result<(), ProviderError> {
        let not_sent = |reason: String| ProviderError::NotReached(reason);
        let url: Url = url.parse().map_err(|_| not_sent("the link for the photo is not a URL".into()))?;
        if !self.hosts.has_host_of(&url) {
            let host = url.host_str().unwrap_or_default();
            let setting = self.hosts.setting;
            return Err(not_sent(format!(
                "the link for the photo is not https, or its host {host} is not in {setting}"
            )));
        }
        let http = self.clients.of(&url).ok_or_else(|| not_sent("the system has no certificates".into()))?;
        let request = http
            .put(url)
            .header(CONTENT_TYPE, photo.media_type)
            .header(CONTENT_LENGTH, photo.size_bytes)
            .header(CONTENT_MD5, md5)
            .header(TAGGING, TAGS)
            .body(Body::wrap_stream(photo.file.stream()));
        let status = request.send().await.map_err(client::not_answered)?.status();
        if status.is_success() {
            return Ok(());
        }
        Err(ProviderError::AnswerLost(format!("the storage answered with status {}", status.as_u16())))
    }
}
