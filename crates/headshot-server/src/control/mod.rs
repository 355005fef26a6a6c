//! What commands of this machine ask of a running server, through a socket beside the database: whoever may open that
//! file may ask. Nothing of it can be reached over a network.

mod client;
mod server;

use serde::{Deserialize, Serialize};

pub(crate) use self::client::{Answer, Client, ControlError};
pub(crate) use self::server::run;
use crate::app::App;
use crate::refused::{Explained, RefusedDelivery};
use crate::retention;
use crate::store::{Filter, Kind, Pruned, Store, StoreError};

/// What a command asks for.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Order {
    /// Remove what is too old.
    Prune,
    /// Set records going again.
    Replay { kind: Kind, filter: Filter },
    /// The deliveries that were refused lately.
    ListRefused,
    /// What explains why one of them was refused.
    ExplainRefused { id: String },
    /// What the process is.
    Describe,
}

impl Order {
    fn changes_something(&self) -> bool {
        matches!(self, Self::Prune | Self::Replay { .. })
    }
}

/// What became of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Done {
    Pruned(Pruned),
    Replayed(usize),
    Refused { deliveries: Vec<RefusedDelivery>, counts: Vec<(String, String, u64)> },
    Explained(Option<Box<(RefusedDelivery, Option<Explained>)>>),
    Described { version: String, process: u32, descriptors: u64 },
}

/// Carries out an order in the server that has the store.
pub(crate) async fn carry_out(app: &App, order: Order) -> Result<Done, StoreError> {
    Ok(match order {
        Order::Prune => Done::Pruned(retention::prune(app).await?),
        Order::Replay { kind, filter } => Done::Replayed(app.store.replay(kind, filter, app.now()).await?),
        Order::ListRefused => Done::Refused { deliveries: refused(app), counts: counts(app) },
        Order::ExplainRefused { id } => Done::Explained(explain(app, &id).map(Box::new)),
        Order::Describe => Done::Described {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            process: std::process::id(),
            descriptors: rlimit::Resource::NOFILE.get().map_or(0, |(soft, _)| soft),
        },
    })
}

/// The deliveries that were refused lately.
pub(crate) fn refused(app: &App) -> Vec<RefusedDelivery> {
    app.refused.list(app.now())
}

fn counts(app: &App) -> Vec<(String, String, u64)> {
    let counts = app.refused.counts();
    let codes =
        counts.iter().flat_map(|(provider, codes)| codes.iter().map(move |(code, count)| (provider, code, count)));
    codes.map(|(provider, code, count)| ((*provider).to_owned(), (*code).to_owned(), *count)).collect()
}

/// One of them, and what explains it.
pub(crate) fn explain(app: &App, id: &str) -> Option<(RefusedDelivery, Option<Explained>)> {
    let refused = refused(app).into_iter().find(|refused| refused.id == id)?;
    let explained = refused.explain(app.provider(&refused.provider).as_deref());
    Some((refused, explained))
}

/// The same without a server, for what can be done without one.
pub(crate) async fn carry_out_alone(
    store: &dyn Store,
    retention: Option<&retention::Retention>,
    order: Order,
) -> Result<Option<Done>, StoreError> {
    let now = jiff::Timestamp::now();
    Ok(match (order, retention) {
        (Order::Prune, Some(kept)) => Some(Done::Pruned(retention::prune_store(store, kept, now).await?)),
        (Order::Replay { kind, filter }, _) => Some(Done::Replayed(store.replay(kind, filter, now).await?)),
        _ => None,
    })
}
