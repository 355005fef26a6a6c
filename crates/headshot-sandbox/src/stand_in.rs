//! What every stand-in provider has, whatever it plays.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    Fault, Speed,
    delivery::{Deliveries, Manner, Signer},
    faults::{Dealer, Subject},
    gate::RateLimit,
    provider::Provider,
    random::Ids,
};

/// An address that paths are put behind.
pub(crate) fn base_of(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

/// What the stand-ins of one sandbox share.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) speed: Speed,
    pub(crate) seed: Option<u64>,
    pub(crate) dealer: Arc<Dealer>,
}

/// One stand-in provider.
pub(crate) trait StandIn: Send + Sync + 'static {
    fn backstage(&self) -> &Backstage;
}

/// Where a stand-in keeps what visitors of the provider would not see.
pub(crate) struct Backstage {
    pub(crate) provider: Provider,
    pub(crate) speed: Speed,
    pub(crate) ids: Ids,
    pub(crate) dealer: Arc<Dealer>,
    pub(crate) deliveries: Arc<Deliveries>,
    pub(crate) answers: Answers,
    pub(crate) rate_limit: RateLimit,
}

impl Backstage {
    pub(crate) fn new(
        provider: Provider,
        world: World,
        manner: Manner,
        signer: Box<dyn Signer>,
        requests_per_minute: u32,
    ) -> Self {
        let World { speed, seed, dealer } = world;
        Self {
            provider,
            speed,
            ids: Ids::new(seed, provider.as_str()),
            deliveries: Deliveries::new(provider, manner, signer, speed, Arc::clone(&dealer)),
            dealer,
            answers: Answers::default(),
            rate_limit: RateLimit::per_minute(requests_per_minute, speed),
        }
    }

    /// Whether the links that are shown of a session now end before their time.
    pub(crate) fn links_are_dead(&self, session: &str) -> bool {
        self.dealer.deal(Fault::Expire, self.provider, Subject::Session(session)).is_some()
    }
}

/// Where a stand-in is reached if nothing else is said.
pub(crate) fn origin(listen: SocketAddr) -> Url {
    Url::parse(&format!("http://{listen}")).expect("an address makes a URL")
}

/// Answers that somebody ordered in place of the API's own.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Vec<OrderedAnswer>>);

/// One such order.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderedAnswer {
    pub(crate) status: u16,
    /// How many calls are still answered so.
    #[serde(default = "once")]
    pub(crate) times: u32,
    /// What the path begins with; any path if empty.
    #[serde(default)]
    pub(crate) path: String,
}

fn once() -> u32 {
    1
}

impl Answers {
    pub(crate) fn order(&self, answer: OrderedAnswer) {
        self.orders().push(answer);
    }

    pub(crate) fn cancel_all(&self) {
        self.orders().clear();
    }

    pub(crate) fn all(&self) -> Vec<OrderedAnswer> {
        self.orders().clone()
    }

    /// The answer that is ordered for this call, if there is one.
    pub(crate) fn next(&self, path: &str) -> Option<StatusCode> {
        let mut orders = self.orders();
        let found = orders.iter_mut().find(|order| path.starts_with(&order.path))?;
        found.times = found.times.saturating_sub(1);
        let status = StatusCode::from_u16(found.status).ok();
        orders.retain(|order| order.times > 0);
        status
    }

    fn orders(&self) -> MutexGuard<'_, Vec<OrderedAnswer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
