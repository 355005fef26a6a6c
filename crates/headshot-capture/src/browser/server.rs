use std::cell::RefCell;

use js_sys::encode_uri_component;
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::{
    reading,
    request::{Call, OnAnswer, OnProgress, Request},
};
use crate::capture::{
    fault::Failure,
    message::Arrivals,
    photo::{Arrival, Photo},
};

/// Hears how a request ended.
pub(super) type OnEnd<T> = Box<dyn FnOnce(Result<T, Failure>)>;

/// The headshot server's routes for the photos of one session.
pub(super) struct Server {
    base: String,
    token: RefCell<String>,
}

impl Server {
    pub(super) fn new(server: &str, session: &str, token: String) -> Self {
        let session = encode(session);
        Self { base: [server.trim_end_matches('/'), "/v1/sessions/", &session].concat(), token: RefCell::new(token) }
    }

    /// Whether the token is another one than before.
    pub(super) fn renew_token(&self, token: String) -> bool {
        let is_new = *self.token.borrow() != token;
        self.token.replace(token);
        is_new
    }

    pub(super) fn list(&self, on_end: OnEnd<Arrivals>) -> Option<Request> {
        let on_answer = Box::new(|answer| on_end(read(answer, reading::arrivals)));
        self.ask("GET", "/uploads", None, on_answer)
    }

    pub(super) fn add(
        &self,
        photo: &Photo,
        bytes: &Blob,
        on_progress: OnProgress,
        on_end: OnEnd<Arrival>,
    ) -> Option<Request> {
        let path = ["/uploads?name=", &encode(&photo.name)].concat();
        let on_answer = Box::new(|answer| on_end(read(answer, reading::arrival)));
        self.ask("POST", &path, Some((bytes, on_progress)), on_answer)
    }

    pub(super) fn withdraw(&self, upload: &str, on_end: OnEnd<()>) -> Option<Request> {
        let path = ["/uploads/", &encode(upload)].concat();
        self.ask("DELETE", &path, None, Box::new(|answer| on_end(answer.map(drop))))
    }

    pub(super) fn submit(&self, on_end: OnEnd<()>) -> Option<Request> {
        self.ask("POST", "/submit", None, Box::new(|answer| on_end(answer.map(drop))))
    }

    fn ask(&self, method: &str, path: &str, body: Option<(&Blob, OnProgress)>, on_answer: OnAnswer) -> Option<Request> {
        let url = [&self.base, path].concat();
        let (body, on_progress) = body.unzip();
        let call = Call { method, url: &url, token: &self.token.borrow(), body };
        Request::send(&call, on_progress, on_answer).ok()
    }
}

/// An answer that cannot be read is a fault of the server's.
fn read<T>(outcome: Result<Option<JsValue>, Failure>, parse: impl FnOnce(&JsValue) -> Option<T>) -> Result<T, Failure> {
    let unreadable = || Failure::Answer { status: 500, code: "answer_unreadable".into(), retry_after_s: None };
    outcome?.and_then(|json| parse(&json)).ok_or_else(unreadable)
}

fn encode(text: &str) -> String {
    encode_uri_component(text).into()
}
