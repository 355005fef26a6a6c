use std::cmp::Reverse;

use jiff::Timestamp;

use super::{ListArgs, OperateError, Told, print};
use crate::config::Files;
use crate::control::{Client, Done, Order};
use crate::refused::RefusedDelivery;
use crate::store::{Filter, Kind, Record};

/// The word for where a refused delivery stands.
const REFUSED: &str = "refused";

pub(super) async fn list(kind: Kind, args: ListArgs) -> Result<Told, OperateError> {
    let filter = Filter { limit: Some(args.limit), ..args.filter.check(kind)? };
    let files = Files::try_from(args.files)?;
    let mut records = files.database.observe().await?.list(kind, &filter).await?;
    if kind == Kind::Deliveries && filter.session.is_none() {
        records.extend(refused(&files).await?.iter().filter(|refused| is_meant(refused, &filter)).map(record));
        records.sort_by_key(|record| Reverse(record.text("receivedAt").parse::<Timestamp>().ok()));
        records.truncate(usize::try_from(args.limit).unwrap_or(usize::MAX));
    }
    let text = if args.output.json { print::lines(&records) } else { print::table(kind, &records) };
    Ok(Told::fine(text))
}

/// What the running server remembers; nothing where none runs.
async fn refused(files: &Files) -> Result<Vec<RefusedDelivery>, OperateError> {
    let Some(client) = Client::find(files).await? else { return Ok(Vec::new()) };
    match client.ask(&Order::ListRefused).await? {
        Done::Refused { deliveries, .. } => Ok(deliveries),
        _ => Ok(Vec::new()),
    }
}

fn is_meant(refused: &RefusedDelivery, filter: &Filter) -> bool {
    filter.status.as_deref().is_none_or(|status| status == REFUSED)
        && filter.provider.as_deref().is_none_or(|provider| provider == refused.provider)
        && filter.since.is_none_or(|since| refused.received_at >= since)
}

/// A refused delivery in the words of those that were not.
pub(super) fn record(refused: &RefusedDelivery) -> Record {
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
