//! What an operator's monitoring reads, in the text that Prometheus understands.

mod waiting;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::app::App;
use crate::error::{Code, Error};
use crate::rates::Rates;
use crate::serve::Places;
use crate::store::{Quota, Store, Trust};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What every metric's name begins with.
const PREFIX: &str = "headshot";

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    deliveries: Family<Delivery, Counter>,
    photos_copied: Counter,
    quotas: Vec<(&'static str, Quota)>,
}

/// All are words of ours, so there are few.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Delivery {
    provider: String,
    trust: &'static str,
    code: &'static str,
}

/// Calls of providers that were let through.
pub(crate) type Calls = Family<Provider, Counter>;

/// A provider, as a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Provider {
    pub(crate) provider: &'static str,
}

impl Metrics {
    pub(crate) fn new(
        places: &Arc<Places>,
        store: &dyn Store,
        rates: &Rates,
        calls: &Calls,
        quotas: Vec<(&'static str, Quota)>,
    ) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let (deliveries, photos_copied) = <(Family<_, _>, Counter)>::default();
        let help = "Deliveries that were answered, by provider, trust and code; those answered with 200 are accepted";
        registry.register("deliveries", help, deliveries.clone());
        registry.register("provider_calls", "Calls of providers that their quotas let through", calls.clone());
        registry.register("photos_copied", "Photos that were copied", photos_copied.clone());
        for (provider, _) in &quotas {
            let _ = calls.get_or_create(&Provider { provider });
        }
        places.register(&mut registry);
        store.register(&mut registry);
        rates.register(&mut registry);
        Self { registry, deliveries, photos_copied, quotas }
    }

    /// Counts a delivery to a provider that this server has.
    pub(crate) fn count_delivery(&self, provider: &str, trust: Option<Trust>, code: Option<&'static str>) {
        let trust = trust.map_or("none", Trust::as_str);
        let delivery = Delivery { provider: provider.to_owned(), trust, code: code.unwrap_or("accepted") };
        self.deliveries.get_or_create(&delivery).inc();
    }

    /// Counts a photo whose copy is there.
    pub(crate) fn count_copy(&self) {
        self.photos_copied.inc();
    }
}

/// The listener for monitoring as a service: its one route, tested without a socket.
pub fn metrics(app: Arc<App>) -> Router {
    let nothing = async || Error::from(Code::RouteUnknown);
    Router::new().route("/metrics", get(show)).fallback(nothing).with_state(app)
}

/// Where the store cannot be read, what it would say is left out.
async fn show(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Error> {
    let backlog = app.store.backlog(app.now()).await;
    let waits = backlog.map(|backlog| waiting::registry(&backlog, &app.metrics.quotas, app.now()));
    let waits = waits.inspect_err(|error| tracing::warn!(%error, "what waits could not be read for the metrics"));
    let mut text = String::new();
    let written = encode_registry(&mut text, &app.metrics.registry)
        .and_then(|()| waits.iter().try_for_each(|waits| encode_registry(&mut text, waits)))
        .and_then(|()| encode_eof(&mut text));
    written.map_err(|error| Error::from(Code::InternalError).cause(error))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text))
}
