//! What an operator asks about records, and the answers: the same for a command beside a server and for the server's console.

use std::cmp::Reverse;

use async_trait::async_trait;
use jiff::Timestamp;

use super::OperateError;
use crate::app::App;
use crate::config::Files;
use crate::control::{self, Client, Done, Order};
use crate::refused::{Explained, RefusedDelivery};
use crate::store::{Filter, Kind, Record};

/// The word for where a refused delivery stands.
const REFUSED: &str = "refused";

/// So many of what belongs to a session are shown with it.
const MOST: u32 = 100;

/// A refused delivery, and what explains why it was.
pub(crate) type Refusal = (RefusedDelivery, Option<Explained>);

/// Where records are: in the server that has the store, or beside it.
#[async_trait]
pub(crate) trait Records: Sync {
    /// Those of the store that are meant, the newest first.
    async fn stored(&self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, OperateError>;

    /// The deliveries that were refused lately, as far as a running server remembers them.
    async fn refused(&self) -> Result<Vec<RefusedDelivery>, OperateError>;

    /// One of them.
    async fn refusal(&self, id: &str) -> Result<Refusal, OperateError>;
}

#[async_trait]
impl Records for App {
    async fn stored(&self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, OperateError> {
        Ok(self.store.records(kind, filter.clone()).await?)
    }

    async fn refused(&self) -> Result<Vec<RefusedDelivery>, OperateError> {
        Ok(control::refused(self))
    }

    async fn refusal(&self, id: &str) -> Result<Refusal, OperateError> {
        control::explain(self, id).ok_or_else(|| OperateError::NotFound(id.to_owned()))
    }
}

#[async_trait]
impl Records for Files {
    async fn stored(&self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, OperateError> {
        Ok(self.database.observe().await?.list(kind, filter).await?)
    }

    async fn refused(&self) -> Result<Vec<RefusedDelivery>, OperateError> {
        let Some(client) = Client::find(self).await? else { return Ok(Vec::new()) };
        match client.ask(&Order::ListRefused).await? {
            Done::Refused { deliveries, .. } => Ok(deliveries),
            _ => Ok(Vec::new()),
        }
    }

    async fn refusal(&self, id: &str) -> Result<Refusal, OperateError> {
        let no_server =
            || OperateError::Failed("no server runs, and refused deliveries are in its memory alone".to_owned());
        let client = Client::find(self).await?.ok_or_else(no_server)?;
        match client.ask(&Order::ExplainRefused { id: id.to_owned() }).await? {
            Done::Explained(Some(found)) => Ok(*found),
            _ => Err(OperateError::NotFound(id.to_owned())),
        }
    }
}

/// The records that are meant, the newest first; deliveries with those that were refused.
pub(crate) async fn list(from: &impl Records, kind: Kind, filter: &Filter) -> Result<Vec<Record>, OperateError> {
    let mut records = from.stored(kind, filter).await?;
    if kind == Kind::Deliveries && filter.session.is_none() {
        records.extend(from.refused().await?.iter().filter(|refused| is_meant(refused, filter)).map(refused_record));
        records.sort_by_key(|record| Reverse(record.text("receivedAt").parse::<Timestamp>().ok()));
        records.truncate(filter.limit.and_then(|limit| limit.try_into().ok()).unwrap_or(usize::MAX));
    }
    Ok(records)
}

/// The record of this id.
pub(crate) async fn find(from: &impl Records, kind: Kind, id: &str) -> Result<Record, OperateError> {
    let one = Filter { ids: vec![id.to_owned()], ..Filter::default() };
    from.stored(kind, &one).await?.pop().ok_or_else(|| OperateError::NotFound(id.to_owned()))
}

/// Records that belong to another, with the word for them.
pub(crate) type Related = Vec<(&'static str, Kind, Vec<Record>)>;

/// A session's life: what came, what was told, and what became of that.
pub(crate) async fn life(from: &impl Records, session: &str) -> Result<Related, OperateError> {
    let filter = Filter { session: Some(session.to_owned()), limit: Some(MOST), ..Filter::default() };
    let mut related = Vec::new();
    for (name, kind) in [("deliveries", Kind::Deliveries), ("events", Kind::Events), ("outbox", Kind::Outbox)] {
        related.push((name, kind, from.stored(kind, &filter).await?));
    }
    Ok(related)
}

/// Whether the id is one of a refused delivery.
pub(crate) fn is_refused(id: &str) -> bool {
    id.starts_with("ref_")
}

/// A refused delivery in the words of those that were not.
pub(crate) fn refused_record(refused: &RefusedDelivery) -> Record {
    let pairs = [
        ("id", refused.id.as_str().into()),
        ("provider", refused.provider.as_str().into()),
        ("status", REFUSED.into()),
        ("code", refused.code.as_str().into()),
        ("detail", refused.detail.as_str().into()),
        ("bodyBytes", refused.body_bytes.into()),
        ("bodySha256", refused.body_sha256.as_str().into()),
        ("receivedAt", refused.received_at.to_string().into()),
    ];
    Record(pairs.map(|(name, value)| (name.to_owned(), value)).into())
}

fn is_meant(refused: &RefusedDelivery, filter: &Filter) -> bool {
    filter.status.as_deref().is_none_or(|status| status == REFUSED)
        && filter.provider.as_deref().is_none_or(|provider| provider == refused.provider)
        && filter.since.is_none_or(|since| refused.received_at >= since)
}
