//! Fetching a photo from the provider's image host: only from hosts that the operator listed, never with our key, never
//! more than a photo can be, and only what is a photo by its first bytes.

use std::time::Duration;

use reqwest::{Response, Url};
use sha2::{Digest, Sha256};

use super::{Part, Storage};
use crate::guard::Guard;
use crate::ids::PhotoId;
use crate::provider::{Allowed, http};
use crate::random::to_hex;
use crate::store::Copy;

/// The largest photo that is kept.
const LARGEST_PHOTO: u64 = 20 * 1024 * 1024;

/// The longest that one photo may take; the worker's own limit is longer.
const LONGEST_FETCH: Duration = Duration::from_mins(1);

/// Why a photo could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("the link is not https, or its host {host} is not in {setting}")]
    HostRefused { host: String, setting: &'static str },
    #[error("the link is not a URL")]
    NotUrl,
    #[error("the link has expired: status {0}")]
    Expired(u16),
    #[error("the image host answered with status {0}")]
    Status(u16),
    #[error("the image host could not be reached: {0}")]
    NotReached(String),
    #[error("the photo is larger than 20 MiB")]
    TooLarge,
    #[error("the bytes are not a PNG, JPEG or WebP image")]
    NotImage,
    #[error("the photo could not be written: {0}")]
    Disk(#[from] std::io::Error),
}

/// Fetches from image hosts.
pub(crate) struct Fetcher(http::Clients);

impl Fetcher {
    pub(crate) fn new(guard: &Guard) -> reqwest::Result<Self> {
        http::Clients::for_fetching(guard, LONGEST_FETCH).map(Self)
    }

    /// Fetches a photo into a new part.
    pub(crate) async fn fetch(
        &self,
        url: &str,
        hosts: &Allowed,
        files: &Storage,
        photo: &PhotoId,
    ) -> Result<(Part, Copy), FetchError> {
        let url: Url = url.parse().map_err(|_| FetchError::NotUrl)?;
        if !hosts.has_host_of(&url) {
            let host = url.host_str().unwrap_or_default().to_owned();
            return Err(FetchError::HostRefused { host, setting: hosts.setting });
        }
        let client = self.0.of(&url).ok_or_else(|| FetchError::NotReached("the system has no certificates".into()))?;
        let response = client.get(url).send().await.map_err(not_reached)?;
        match response.status().as_u16() {
            200 => {}
            // Which of these a signed link gets when its time is over differs between image hosts.
            status @ (400 | 401 | 403 | 404 | 410) => return Err(FetchError::Expired(status)),
            status => return Err(FetchError::Status(status)),
        }
        let mut part = files.new_part(photo.as_str()).await?;
        let copy = receive(response, &mut part).await?;
        Ok((part, copy))
    }
}

async fn receive(mut response: Response, part: &mut Part) -> Result<Copy, FetchError> {
    if response.content_length().is_some_and(|length| length > LARGEST_PHOTO) {
        return Err(FetchError::TooLarge);
    }
    let (mut sha256, mut size_bytes, mut first_bytes) = (Sha256::new(), 0, Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(not_reached)? {
        size_bytes += chunk.len() as u64;
        if size_bytes > LARGEST_PHOTO {
            return Err(FetchError::TooLarge);
        }
        first_bytes.extend(chunk.iter().take(12 - first_bytes.len().min(12)));
        sha256.update(&chunk);
        part.write(&chunk).await?;
    }
    let media_type = media_type(&first_bytes).ok_or(FetchError::NotImage)?;
    Ok(Copy { sha256: to_hex(&sha256.finalize()), media_type, size_bytes })
}

fn not_reached(error: reqwest::Error) -> FetchError {
    FetchError::NotReached(error.without_url().to_string())
}

/// The media type by the first bytes; what a server says about its images is often wrong.
pub(crate) fn media_type(first_bytes: &[u8]) -> Option<&'static str> {
    match first_bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_found_from_the_first_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(media_type(b"<svg xmlns='x'>"), None);
        assert_eq!(media_type(b"RIFF"), None);
        assert_eq!(media_type(b""), None);
    }
}
