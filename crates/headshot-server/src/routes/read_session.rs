use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep_until};

use super::openapi::example;
use super::path::Segment;
use super::refusals::refusals;
use super::wait::Held;
use super::{access, wait};
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::SessionId;
use crate::serve::{Place, Waiting};
use crate::store::{Filter, Kind};
use crate::{rules, view};

refusals!(Refusals: CredentialsMissing, ApiKeyRefused, TooManyRequests, ClientTokenRefused, ClientTokenExpired, RouteUnknown,
    SessionUnknown, ServerBusy, StoreUnavailable);

/// Read a session
///
/// At once; or, with `If-None-Match` and `Prefer: wait=N`, when it differs from what the client holds. Whoever asks again
/// with the `ETag` of the last answer learns of every change without delay, and never polls an unchanged session.
#[utoipa::path(
    get,
    path = "/v1/sessions/{id}",
    tag = "sessions",
    security(("host_key" = []), ("client_token" = [])),
    params(
        ("id" = String, Path, description = "The session."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the answer that the client holds."),
        (
            "Prefer" = Option<String>,
            Header,
            description = "`wait=N` (RFC 7240): wait for a change for so many seconds, 25 at most. Without `If-None-Match` \
                there is nothing to wait for.",
            example = "wait=25",
        ),
    ),
    responses(
        (
            status = 200,
            description = "The session as it is now, also when it is deleted.",
            body = headshot_api::Session,
            headers(
                ("ETag" = String, description = "Changes with whatever the client can see."),
                ("Preference-Applied" = String, description = "`wait=N`, where the server waited, or would have."),
            ),
            example = json!(example(include_str!("examples/session.json"))),
        ),
        (
            status = 304,
            description = "The client holds what there is.",
            headers(
                ("ETag" = String, description = "That of the session as it is now."),
                ("Preference-Applied" = String, description = "`wait=N`, where the server waited."),
            ),
        ),
        Refusals,
    ),
)]
pub(super) async fn read_session(
    State(app): State<Arc<App>>,
    Segment(id): Segment,
    place: Option<Extension<Arc<Place>>>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let id = access::reader(&app, &headers, &id).await?;
    let (held, wait) = (Held::of(&headers), wait::asked(&headers));
    // Thousands may wait at once, each with as little as possible.
    drop(headers);
    match (held, wait) {
        (Some(held), Some(wait)) => {
            let shown = show_changed(&app, &id, place.map(|Extension(place)| place), &held, wait).await?;
            Ok(answer(Some(&held), shown, Some(wait)))
        }
        // Where the client does not say what it holds, there is no change to wait for.
        (held, _) => Ok(answer(held.as_ref(), show(&app, &id).await?, None)),
    }
}

/// A session as bytes; its tag is made from them, so it changes with whatever a client could see.
struct Shown {
    json: Vec<u8>,
    etag: String,
}

async fn show(app: &App, id: &SessionId) -> Result<Shown, Error> {
    let stored = app.store.session(id).await?.ok_or(Code::SessionUnknown)?;
    if rules::is_come_back_to(&stored, app.now()) {
        ask_again(app, id).await;
    }
    let json = serde_json::to_vec(&view::session(app, stored, app.now()))
        .map_err(|error| Error::from(Code::InternalError).cause(error))?;
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(&json)[..16]));
    Ok(Shown { json, etag })
}

/// Has the provider asked about a session that was left alone. Where that cannot be noted, the answer is as good as
/// without, and the next request tries again.
async fn ask_again(app: &App, id: &SessionId) {
    let only = Filter { ids: vec![id.to_string()], ..Filter::default() };
    if let Err(error) = app.store.replay(Kind::Sessions, only, app.now()).await {
        tracing::warn!(%error, "a session that somebody came back to could not be asked about");
    }
}

/// Waits without asking the store: the watch begins before the first look, so no change falls in between.
async fn show_changed(
    app: &App,
    id: &SessionId,
    place: Option<Arc<Place>>,
    held: &Held,
    wait: Duration,
) -> Result<Shown, Error> {
    let mut watch = app.store.signals().watch(id);
    let deadline = Instant::now() + wait;
    let mut shown = show(app, id).await?;
    // `*` is whatever there is, so that a change shows only beside the first look.
    let first = shown.etag.clone();
    while held.is(&shown.etag) && shown.etag == first {
        let waiting = place.as_ref().map(Place::wait);
        tokio::select! {
            () = watch.changed() => {}
            () = sleep_until(deadline) => return show(app, id).await,
            () = app.stopped() => break,
            () = place_is_needed(waiting.as_ref()) => break,
        }
        shown = show(app, id).await?;
    }
    Ok(shown)
}

async fn place_is_needed(waiting: Option<&Waiting>) {
    match waiting {
        Some(waiting) => waiting.is_over().await,
        None => std::future::pending().await,
    }
}

fn answer(held: Option<&Held>, shown: Shown, wait: Option<Duration>) -> Response {
    let mut response = if held.is_some_and(|held| held.is(&shown.etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], shown.json).into_response()
    };
    let out = response.headers_mut();
    // The body holds the signed URL, which is nothing for a cache on a disk.
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    out.append(header::VARY, HeaderValue::from_static("authorization, prefer"));
    if let Ok(etag) = HeaderValue::from_str(&shown.etag) {
        out.insert(header::ETAG, etag);
    }
    if let Some(wait) = wait.and_then(|wait| HeaderValue::from_str(&format!("wait={}", wait.as_secs())).ok()) {
        out.insert("preference-applied", wait);
    }
    response
}
