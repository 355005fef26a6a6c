use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::{Html, IntoResponse},
};
use serde_json::{Value, json};

use super::Controls;
use crate::page::file;

const PAGE: &str = include_str!("../../pages/control.html");
const STYLE: &str = include_str!("../../pages/control.css");
const SCRIPT: &str = include_str!("../../pages/control.js");

/// Nobody frames this page, so that no click on it is somebody else's idea.
const HEADERS: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

pub(super) async fn html() -> impl IntoResponse {
    (HEADERS, Html(PAGE))
}

pub(super) async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", STYLE)
}

pub(super) async fn script() -> impl IntoResponse {
    file("text/javascript; charset=utf-8", SCRIPT)
}

/// What there is to know about the provider before anything happened.
pub(super) async fn provider<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    let backstage = provider.backstage();
    let flaws: Vec<_> = backstage.deliveries.flaws().iter().map(|flaw| flaw.as_str()).collect();
    Json(json!({
        "provider": backstage.provider,
        "apiBase": provider.api_base(),
        "webhookUrl": provider.webhook_url(),
        "statuses": P::statuses(),
        "flaws": flaws,
        "ownActions": P::own_actions(),
        "callsOverRate": backstage.rate_limit.refused(),
    }))
}
