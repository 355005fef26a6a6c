use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;

use super::super::body;
use super::{console, cookies};
use crate::app::App;
use crate::console::KeyError;
use crate::error::{Code, Error};

#[derive(Deserialize)]
struct SignIn {
    key: String,
}

/// `POST /console/api/sign-in`: with the console's key, a cookie for this browser.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<impl IntoResponse, Error> {
    let SignIn { key } = body::json(&headers, body).await?;
    let signed_in = console(&app)?.sign_in(key.trim(), app.now()).await;
    let cookie = signed_in.map_err(|error| match error {
        KeyError::Refused => Error::from(Code::ConsoleKeyRefused),
        KeyError::TooMany => Error::from(Code::TooManyRequests).header(header::RETRY_AFTER, 1),
    })?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// `POST /console/api/sign-out`: the cookie is worth nothing any more, wherever it is.
pub(super) async fn sign_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<impl IntoResponse, Error> {
    let cookie = console(&app)?.sign_out(&cookies(&headers));
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
