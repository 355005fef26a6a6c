use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::{Extension, Json};
use headshot_verify::VerifyError;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Response};

use super::path::{Pair, Segment};
use super::{body, refusals};
use crate::app::App;
use crate::error::{Code, Error};
use crate::provider::{Inbound, Provider, Refusal};
use crate::references::{CALLBACK, Reference, References};
use crate::store::{NewDelivery, Recorded, Trust};

/// What became of a delivery.
#[derive(Serialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(super) enum Receipt {
    /// It is kept, and would survive a power cut.
    Recorded,
    /// It was kept before.
    Duplicate,
}

/// What is refused of deliveries: never for want of a place.
struct Refusals;

impl utoipa::IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let codes = [
            Code::RouteUnknown,
            Code::MethodNotAllowed,
            Code::BodyMalformed,
            Code::BodyTooLarge,
            Code::TooManyRequests,
            Code::StoreUnavailable,
        ];
        let not_genuine = "It is not genuine, and not kept; `headshot deliveries explain` says why.";
        let not_genuine = refusals::problem(401, not_genuine, VerifyError::CODES.iter().copied());
        refusals::by_status(&codes).into_iter().chain([("401".to_owned(), not_genuine.into())]).collect()
    }
}

/// Receive a delivery
///
/// For the provider: enter this address as its webhook URL. The delivery is signed in the provider's own way over the raw
/// bytes. 200 means that it would survive a power cut; what is genuine but cannot be read is kept too.
#[utoipa::path(
    method(post, patch),
    path = "/v1/webhooks/{provider}",
    tag = "webhooks",
    params(("provider" = String, Path, description = "A provider of this server: `headshotpro`, `scale` or `skylab`.")),
    request_body(content = serde_json::Value, description = "The provider's event, at most 1 MiB."),
    responses((status = 200, description = "It is kept.", body = Receipt), Refusals),
)]
pub(super) async fn record_delivery(
    State(app): State<Arc<App>>,
    Segment(provider): Segment,
    method: Method,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(Extension<Trust>, Json<Receipt>), Error> {
    record(&app, &provider, "", &method, peer, &headers, body).await
}

/// Receive a callback
///
/// For a provider that is given an address of its own for each session: one more segment, which only that provider was
/// told.
#[utoipa::path(
    method(post, patch),
    path = "/v1/webhooks/{provider}/{tail}",
    tag = "webhooks",
    params(
        ("provider" = String, Path, description = "A provider of this server that calls back, such as `skylab`."),
        ("tail" = String, Path, description = "What only the provider was told."),
    ),
    request_body(content = serde_json::Value, description = "The provider's event, at most 1 MiB."),
    responses((status = 200, description = "It is kept.", body = Receipt), Refusals),
)]
pub(super) async fn record_callback(
    State(app): State<Arc<App>>,
    Pair(provider, tail): Pair,
    method: Method,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Body,
) -> Result<(Extension<Trust>, Json<Receipt>), Error> {
    record(&app, &provider, &tail, &method, peer, &headers, body).await
}

async fn record(
    app: &App,
    provider: &str,
    tail: &str,
    method: &Method,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(Extension<Trust>, Json<Receipt>), Error> {
    let provider = app.provider(provider).ok_or(Code::RouteUnknown)?;
    let body = body::bytes(headers, body, body::LARGEST_DELIVERY).await?;
    let inbound = Inbound { method, tail, headers, body: &body, now: app.now() };
    let address = app.rates.address(peer, headers);
    let delivery = provider.verify(&inbound).map_err(|refusal| refuse(app, &provider, &inbound, refusal, address))?;
    let delivery = if tail.is_empty() { delivery } else { held_to_tail(app, tail, delivery).await? };
    let recorded = app.store.record_delivery(delivery.clone()).await?;
    report(&delivery, &recorded);
    let receipt = if recorded.is_new { Receipt::Recorded } else { Receipt::Duplicate };
    // How far it was believed, for the metrics.
    Ok((Extension(delivery.trust), Json(receipt)))
}

/// An address of a session's own is known by its provider alone, and what comes there is about that session: anything
/// else is a genuine delivery in the wrong place.
async fn held_to_tail(app: &App, tail: &str, delivery: NewDelivery) -> Result<NewDelivery, Error> {
    let callback = References::none().and(CALLBACK, tail);
    let told = app.store.sessions_by(&delivery.provider, &callback).await?;
    if told.is_empty() {
        return Err(Code::RouteUnknown.into());
    }
    if delivery.references.is_empty() {
        return Ok(NewDelivery { references: callback, ..delivery });
    }
    let about = app.store.sessions_by(&delivery.provider, &delivery.references).await?;
    if about == told { Ok(delivery) } else { Err(Code::RouteUnknown.into()) }
}

/// What was not genuine is kept for whoever asks why, unless the address has sent too much of it already.
fn refuse(
    app: &App,
    provider: &Arc<dyn Provider>,
    inbound: &Inbound<'_>,
    refusal: Refusal,
    address: Option<IpAddr>,
) -> Error {
    let Refusal::NotGenuine { code, detail } = &refusal else { return refusal.into() };
    if let Err(too_many) = app.rates.be_refused(address) {
        return too_many.into();
    }
    let id = app.refused.note(provider, inbound, code, detail);
    let cause = format!("{code}: {detail}; `headshot deliveries explain {id}` says why");
    Error::from(refusal).cause(cause)
}

/// One log line for each delivery; what was not read or not believed stands out.
fn report(delivery: &NewDelivery, recorded: &Recorded) {
    let event = delivery.event.as_ref();
    let (event_id, kind) = (event.and_then(|event| event.id.as_deref()), event.and_then(|event| event.kind.as_deref()));
    let trust = delivery.trust.as_str();
    let session = recorded.sessions.first().map(ToString::to_string);
    if let Some(unread) = delivery.unread {
        let about = shown(&delivery.references);
        tracing::warn!(unread, about, session, trust, "a genuine delivery is not an event that we can read");
    }
    match (&session, recorded.is_new) {
        (Some(session), true) => tracing::info!(session, event_id, kind, trust, "delivery recorded"),
        // One organization can feed several systems, so this is no fault.
        (None, true) => {
            tracing::info!(event_id, kind, trust, "delivery recorded for a session that is not ours");
        }
        (session, false) => tracing::info!(session, event_id, kind, trust, "delivery recorded before"),
    }
}

/// What a delivery is about, for the log; an address that only the provider was told is a secret.
fn shown(references: &References) -> Option<String> {
    references.iter().find(|reference| reference.kind != CALLBACK).map(Reference::to_string)
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotGenuine { code, detail } => Self::delivery_refused(code, detail),
            Refusal::NoRoute => Code::RouteUnknown.into(),
            Refusal::NoMethod => {
                Self::from(Code::MethodNotAllowed).header(header::ALLOW, HeaderValue::from_static("POST"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_own_address_is_in_no_log() {
        assert_eq!(shown(&References::none().and(CALLBACK, "tail")), None);
        assert_eq!(shown(&References::none().and(CALLBACK, "tail").and("job", "42")).as_deref(), Some("job 42"));
    }
}
