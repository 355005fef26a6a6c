//! What an operator's monitoring reads, in the text that Prometheus understands.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::error::{Code, Error};
use crate::rates::Rates;
use crate::serve::Places;
use crate::store::Store;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    deliveries: Family<Delivery, Counter>,
}

/// Both are words of ours, so there are few.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    provider: String,
    code: &'static str,
}

impl Metrics {
    pub(crate) fn new(places: &Arc<Places>, store: &dyn Store, rates: &Rates) -> Self {
        let mut registry = Registry::with_prefix("headshot");
        let deliveries = Family::default();
        let help = "Deliveries that were answered, by provider and code; those answered with 200 are accepted";
        registry.register("deliveries", help, deliveries.clone());
        places.register(&mut registry);
        store.register(&mut registry);
        rates.register(&mut registry);
        Self { registry, deliveries }
    }

    /// Counts a delivery to a provider that this server has.
    pub(crate) fn count_delivery(&self, provider: &str, code: Option<&'static str>) {
        let delivery = Delivery { provider: provider.to_owned(), code: code.unwrap_or("accepted") };
        self.deliveries.get_or_create(&delivery).inc();
    }
}

/// The one route of the listener for monitoring.
pub(crate) fn router(app: Arc<App>) -> Router {
    let nothing = async || Error::from(Code::RouteUnknown);
    Router::new().route("/metrics", get(show)).fallback(nothing).with_state(app)
}

async fn show(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Error> {
    let mut text = String::new();
    encode(&mut text, &app.metrics.registry).map_err(|error| Error::from(Code::InternalError).cause(error))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text))
}
