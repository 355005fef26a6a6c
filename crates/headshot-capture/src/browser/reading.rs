//! Reads the server's answers field by field: a tenth of the code that a deserializer would add.

use headshot_api::UploadLimits;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::capture::{message::Arrivals, photo::Arrival};

pub(super) fn json(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

pub(super) fn arrivals(json: &JsValue) -> Option<Arrivals> {
    Some(Arrivals {
        photos: list(json, "uploads")?.iter().map(arrival).collect::<Option<_>>()?,
        is_open: field(json, "isOpen")?.as_bool()?,
        limits: limits(&field(json, "limits")?)?,
    })
}

pub(super) fn arrival(json: &JsValue) -> Option<Arrival> {
    Some(Arrival {
        upload: text(json, "id")?,
        name: text(json, "name")?,
        bytes: number(json, "bytes")?,
        sha256: text(json, "sha256")?,
        is_refused: text(json, "state")? == "refused",
    })
}

/// The stable word of a problem document.
pub(super) fn code(json: &JsValue) -> Option<String> {
    text(json, "code")
}

fn limits(json: &JsValue) -> Option<UploadLimits> {
    Some(UploadLimits {
        photos: number(json, "photos")?.try_into().ok()?,
        bytes: number(json, "bytes")?,
        pixels: number(json, "pixels")?,
        longest_side: number(json, "longestSide")?.try_into().ok()?,
        media_types: list(json, "mediaTypes")?.iter().map(JsValue::as_string).collect::<Option<_>>()?,
    })
}

fn text(json: &JsValue, key: &str) -> Option<String> {
    field(json, key)?.as_string()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn number(json: &JsValue, key: &str) -> Option<u64> {
    Some(field(json, key)?.as_f64()? as u64)
}

fn list(json: &JsValue, key: &str) -> Option<Vec<JsValue>> {
    Some(field(json, key)?.dyn_into::<Array>().ok()?.iter().collect())
}

fn field(json: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(json, &key.into()).ok()
}
