//! Receiving a photo: into a file, piece by piece, and only if it is a picture that the provider takes.

use std::io::{BufReader, Read as _, Seek as _};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_api::UploadLimits;
use http_body_util::BodyExt;
use imagesize::ImageSize;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error};
use crate::photos::{Part, fetch};
use crate::random::to_hex;
use crate::store::Picture;

/// So much is read of a photo that is refused.
const MOST_DRAINED: usize = 64 * 1024 * 1024;

/// Writes the body into `part`.
///
/// # Errors
/// It breaks off, is too large, is not what `Content-MD5` names, or is no picture within the limits.
pub(crate) async fn receive(
    headers: &HeaderMap,
    body: &mut Body,
    part: &mut Part,
    limits: &UploadLimits,
) -> Result<Picture, Error> {
    let announced_md5 = announced_md5(headers)?;
    let (mut sha256, mut size_bytes) = (Sha256::new(), 0);
    if announced_size(headers).is_some_and(|size| size > limits.bytes) {
        return Err(too_large(limits));
    }
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Error::from(Code::BodyMalformed).detail("the body broke off").cause(error))?;
        let Ok(chunk) = frame.into_data() else { continue };
        size_bytes += chunk.len() as u64;
        if size_bytes > limits.bytes {
            return Err(too_large(limits));
        }
        sha256.update(&chunk);
        part.write(&chunk).await.map_err(of_disk)?;
    }
    let md5 = part.md5();
    if announced_md5.is_some_and(|announced| announced != md5) {
        return Err(Code::DigestMismatch.into());
    }
    let (media_type, size) = look(part, limits).await?;
    let pixels = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (pixels(size.width), pixels(size.height));
    Ok(Picture { sha256: to_hex(&sha256.finalize()), md5, media_type, size_bytes, width, height })
}

/// Reads on and keeps nothing: who is still sending is not listening, and would see the connection break instead of the
/// refusal. Whoever sends far too much is left to that.
pub(crate) async fn drain(body: &mut Body) {
    let mut drained = 0;
    while drained < MOST_DRAINED
        && let Some(Ok(frame)) = body.frame().await
    {
        drained += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// What a request says about its body does not count, but what it says about its bytes does.
fn announced_md5(headers: &HeaderMap) -> Result<Option<[u8; 16]>, Error> {
    let Some(value) = headers.get("content-md5") else { return Ok(None) };
    let md5 = STANDARD.decode(value).ok().and_then(|md5| md5.try_into().ok());
    md5.map(Some).ok_or_else(|| Error::from(Code::DigestMismatch).detail("Content-MD5 is not 16 bytes in base64"))
}

fn announced_size(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The media type and the size in pixels, as the bytes themselves have it.
async fn look(part: &mut Part, limits: &UploadLimits) -> Result<(String, ImageSize), Error> {
    let mut file = part.written().await.map_err(of_disk)?;
    let looked = tokio::task::spawn_blocking(move || {
        let mut first_bytes = Vec::new();
        file.rewind()?;
        file.by_ref().take(12).read_to_end(&mut first_bytes)?;
        file.rewind()?;
        let size = imagesize::reader_size(BufReader::new(file)).ok();
        std::io::Result::Ok((fetch::media_type(&first_bytes), size))
    });
    let looked = looked.await.map_err(|error| Error::from(Code::InternalError).cause(error))?;
    let (media_type, size) = looked.map_err(of_disk)?;
    let media_type = media_type.filter(|found| limits.media_types.iter().any(|taken| taken == found));
    let (Some(media_type), Some(size)) = (media_type, size.filter(|size| size.width > 0 && size.height > 0)) else {
        return Err(Code::ImageUnsupported.into());
    };
    check_pixels(size, limits)?;
    Ok((media_type.to_owned(), size))
}

fn check_pixels(size: ImageSize, limits: &UploadLimits) -> Result<(), Error> {
    let ImageSize { width, height } = size;
    let pixels = (width as u64).saturating_mul(height as u64);
    if width.max(height) as u64 <= limits.longest_side.into() && pixels <= limits.pixels {
        return Ok(());
    }
    let (longest, most) = (limits.longest_side, limits.pixels);
    let detail = format!("it has {width} × {height} pixels; at most {longest} a side and {most} in all are taken");
    Err(Error::from(Code::ImageTooLarge).detail(detail))
}

fn too_large(limits: &UploadLimits) -> Error {
    Error::from(Code::BodyTooLarge).detail(format!("at most {} bytes are read", limits.bytes))
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub(crate) fn of_disk(error: std::io::Error) -> Error {
    Error::from(Code::StoreUnavailable).cause(format!("a file of an upload: {error}"))
}
