use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::body;
use super::path::Segment;
use crate::app::App;
use crate::error::{Code, Error};
use crate::provider::Refusal;
use crate::store::{EventSummary, Recorded, StoreError};

/// `POST /v1/webhooks/{provider}`: 200 means that the delivery would survive a power cut.
pub(super) async fn record_delivery(
    State(app): State<Arc<App>>,
    Segment(provider): Segment,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Error> {
    let provider = app.provider(&provider).ok_or(Code::RouteUnknown)?;
    let bytes = body::bytes(&headers, body, body::LARGEST_DELIVERY).await?;
    let delivery = provider.verify(&headers, &bytes, app.now())?;
    let event = delivery.event.clone();
    let recorded = app.store.record_deliveries(vec![delivery]).await?;
    Ok(Json(json!({ "status": outcome(recorded.first(), &event)? })))
}

fn outcome(recorded: Option<&Recorded>, event: &EventSummary) -> Result<&'static str, Error> {
    let (event_id, kind) = (event.id.as_deref(), event.kind.as_deref());
    Ok(match recorded {
        Some(Recorded::New(Some(session))) => {
            tracing::info!(%session, event_id, kind, "delivery recorded");
            "recorded"
        }
        // One organization can feed several systems, so this is no fault.
        Some(Recorded::New(None)) => {
            tracing::info!(event_id, kind, "delivery recorded for a session that is not ours");
            "recorded"
        }
        Some(Recorded::Duplicate) => {
            tracing::info!(event_id, kind, "delivery recorded before");
            "duplicate"
        }
        None => return Err(StoreError("the store did not say what became of the delivery".into()).into()),
    })
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let cause = format!("{}: {}", refusal.code, refusal.detail);
        Self::delivery_refused(refusal.code, refusal.detail).cause(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_that_the_store_says_nothing_about_is_not_acknowledged() {
        let refusal = outcome(None, &EventSummary::default()).unwrap_err();
        assert_eq!(axum::response::IntoResponse::into_response(refusal).status(), 503);
    }
}
