use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::dom;
use crate::capture::check::{self, Look, Unfit};
use headshot_api::UploadLimits;

/// Whether a file may be sent, as far as can be told from its size and its first bytes.
pub(super) async fn check(file: &Blob, limits: &UploadLimits) -> Result<(), Unfit> {
    let size = size(file);
    check::size(size, limits)?;
    for bytes in check::HEADS {
        match check::head(&head(file, bytes).await.ok_or(Unfit::Unreadable)?, limits) {
            Look::Fits => return Ok(()),
            Look::Unfit(unfit) => return Err(unfit),
            Look::NeedsMore if bytes >= size => break,
            Look::NeedsMore => {}
        }
    }
    Err(Unfit::Unreadable)
}

/// SHA-256 in hexadecimal; `None` on pages without https, where browsers do not compute it.
pub(super) async fn sha256(file: &Blob) -> Option<String> {
    let subtle = dom::window().crypto().ok()?.subtle();
    // Pages without https have no such thing, whatever the types say.
    if subtle.is_undefined() {
        return None;
    }
    let bytes = JsFuture::from(file.array_buffer()).await.ok()?;
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", bytes.unchecked_ref()).ok()?;
    let digest = Uint8Array::new(&JsFuture::from(digest).await.ok()?).to_vec();
    Some(
        digest
            .iter()
            .flat_map(|byte| [byte >> 4, byte & 15])
            .filter_map(|digit| char::from_digit(digit.into(), 16))
            .collect(),
    )
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
pub(super) fn size(file: &Blob) -> u64 {
    file.size() as u64
}

#[expect(clippy::cast_precision_loss, reason = "no file is so large")]
async fn head(file: &Blob, bytes: u64) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(0.0, bytes.min(size(file)) as f64).ok()?;
    let buffer: JsValue = JsFuture::from(slice.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
