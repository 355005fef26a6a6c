//! The queries of the gates before providers.
//!
//! Calls are paid for in time, by the generic cell rate algorithm: each call moves `paid_until` on by one interval, and
//! one that would move it too far ahead of now has to wait. A fifth of the quota may be used at once and the rest at an
//! even pace, so that no minute, wherever it begins, sees more calls than the quota.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{from_millis, to_millis};
use crate::store::Quota;

pub(super) fn pass(
    tx: &Connection,
    provider: &str,
    quota: Quota,
    share: f64,
    now: Timestamp,
) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT paid_until, closed_until FROM gates WHERE provider = ?1";
    let known =
        tx.prepare_cached(sql)?.query_row([provider], |row| Ok((from_millis(row.get(0)?), from_millis(row.get(1)?))));
    let (paid_until, closed_until) = known.optional()?.unwrap_or((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH));
    if now < closed_until {
        return Ok(Some(closed_until));
    }
    let (at_once, interval) = (quota.at_once(), quota.interval());
    let paid_until = paid_until.max(now) + interval;
    let affordable = now + (interval * at_once).mul_f64(share).max(interval);
    if paid_until > affordable {
        return Ok(Some(now + Duration::try_from(paid_until.duration_since(affordable)).unwrap_or_default()));
    }
    let sql = "INSERT INTO gates (provider, paid_until, closed_until) VALUES (?1, ?2, ?3)
               ON CONFLICT (provider) DO UPDATE SET paid_until = excluded.paid_until";
    tx.prepare_cached(sql)?.execute(params![provider, to_millis(paid_until), to_millis(closed_until)])?;
    Ok(None)
}

pub(super) fn close(tx: &Connection, provider: &str, until: Timestamp) -> rusqlite::Result<()> {
    let sql = "INSERT INTO gates (provider, paid_until, closed_until) VALUES (?1, 0, ?2)
               ON CONFLICT (provider) DO UPDATE SET closed_until = max(closed_until, excluded.closed_until)";
    tx.prepare_cached(sql)?.execute(params![provider, to_millis(until)]).map(drop)
}
