use gloo_events::EventListener;
use js_sys::Date;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

use super::{dom, reading};
use crate::capture::fault::Failure;

/// A request of which nothing has been heard for so long counts as lost.
const LONGEST_SILENCE_MS: f64 = 60_000.0;

/// A request under way; dropping it ends it, and then nothing more is heard of it.
pub(super) struct Request {
    xhr: XmlHttpRequest,
    listeners: Vec<EventListener>,
}

/// Hears how much of the body has gone out, in hundredths.
pub(super) type OnProgress = Box<dyn Fn(u8)>;
/// Hears the JSON of a good answer, which may be none, or how it failed.
pub(super) type OnAnswer = Box<dyn FnOnce(Result<Option<JsValue>, Failure>)>;

/// What is asked.
pub(super) struct Call<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) token: &'a str,
    pub(super) body: Option<&'a Blob>,
}

impl Request {
    /// Sends it. Of the ways to ask, only this one tells how much of the body has gone out.
    pub(super) fn send(call: &Call<'_>, on_progress: Option<OnProgress>, on_answer: OnAnswer) -> Result<Self, JsValue> {
        let xhr = XmlHttpRequest::new()?;
        xhr.open_with_async(call.method, call.url, true)?;
        xhr.set_request_header("authorization", &["Bearer ", call.token].concat())?;
        xhr.set_timeout(as_ms(LONGEST_SILENCE_MS));
        let mut on_answer = Some(on_answer);
        let ended = dom::listen(&xhr, "loadend", {
            let xhr = xhr.clone();
            move |_| {
                if let Some(on_answer) = on_answer.take() {
                    on_answer(outcome(&xhr));
                }
            }
        });
        let mut listeners = vec![ended];
        if let Some(on_progress) = on_progress {
            listeners.push(progress(&xhr, on_progress)?);
        }
        let request = Self { xhr, listeners };
        request.xhr.send_with_opt_blob(call.body)?;
        Ok(request)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.listeners.clear();
        _ = self.xhr.abort();
    }
}

/// The limit in time counts from the beginning, so it moves on as long as bytes do.
fn progress(xhr: &XmlHttpRequest, on_progress: OnProgress) -> Result<EventListener, JsValue> {
    let (moved, began) = (xhr.clone(), Date::now());
    let upload = xhr.upload()?;
    Ok(dom::listen(&upload, "progress", move |event| {
        moved.set_timeout(as_ms(Date::now() - began + LONGEST_SILENCE_MS));
        let event: &ProgressEvent = event.unchecked_ref();
        on_progress(percent(event.loaded(), event.total()));
    }))
}

/// The JSON of a good answer, which may be none.
fn outcome(xhr: &XmlHttpRequest) -> Result<Option<JsValue>, Failure> {
    let json = || xhr.response_text().ok().flatten().and_then(|text| reading::json(&text));
    match xhr.status().unwrap_or(0) {
        0 => Err(Failure::Unreachable),
        200..=299 => Ok(json()),
        status => {
            let code = json().and_then(|json| reading::code(&json)).unwrap_or_default();
            let retry_after = xhr.get_response_header("retry-after").ok().flatten();
            Err(Failure::Answer { status, code, retry_after_s: retry_after.and_then(|text| text.parse().ok()) })
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn percent(loaded: f64, total: f64) -> u8 {
    if total > 0.0 { (loaded / total * 100.0) as u8 } else { 0 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn as_ms(ms: f64) -> u32 {
    ms as u32
}
