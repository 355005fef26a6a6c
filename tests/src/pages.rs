//! A host's pages as a test puts them there, and the widget's files beside them.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::{net::TcpListener, task::JoinHandle};

use crate::program::prepared;

/// Whatever lies at the host's paths.
pub(crate) struct Pages {
    files: Mutex<HashMap<String, (HeaderMap, String)>>,
    embed: PathBuf,
}

impl Pages {
    /// None yet, and the widget's files in `/embed/`.
    pub(crate) fn new() -> Self {
        Self { files: Mutex::default(), embed: prepared("HEADSHOT_DIST").join("embed") }
    }

    /// Puts a file at `path`, of the kind that its ending says, with these headers.
    ///
    /// # Panics
    ///
    /// When a header cannot be written.
    pub(crate) fn put(&self, path: String, headers: &[(&str, &str)], text: String) {
        let header = |(name, value): &(&str, &str)| {
            let name = HeaderName::try_from(*name).expect("a header's name");
            (name, HeaderValue::from_str(value).expect("a header's value"))
        };
        lock(&self.files).insert(path, (headers.iter().map(header).collect(), text));
    }

    /// What lies at `path`.
    pub(crate) fn answer(&self, path: &str) -> Response {
        if let Some(file) = path.strip_prefix("/embed/") {
            let Ok(bytes) = std::fs::read(self.embed.join(file)) else { return StatusCode::NOT_FOUND.into_response() };
            // Asked for by pages that shut out what does not say that it may be embedded.
            return ([("cross-origin-resource-policy", "cross-origin")], typed(kind(path), bytes)).into_response();
        }
        let Some((headers, text)) = lock(&self.files).get(path).cloned() else {
            return StatusCode::NOT_FOUND.into_response();
        };
        (headers, typed(kind(path), text)).into_response()
    }
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.') {
        Some((_, "wasm")) => "application/wasm",
        Some((_, "css")) => "text/css",
        Some((_, "js")) => "text/javascript",
        _ => "text/html; charset=utf-8",
    }
}

pub(crate) fn typed(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

pub(crate) fn serve(listener: TcpListener, app: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        let _ = axum::serve(listener, app).await;
    })
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
