//! The queries of the gates before providers.
//!
//! Calls are paid for in time, by the generic cell rate algorithm: each call moves `paid_until` on by one interval, and
//! one that would move it too far ahead of now has to wait. A fifth of the quota may be used at once and the rest at an
//! even pace, so that no minute, wherever it begins, sees more calls than the quota.

use std::time::Duration;

use jiff::Timestamp;

use crate::pace::LONGEST_BUSY;
use crate::store::Quota;
use crate::store::sql::{Failed, Lock, Row, Tx, first, values};

/// So much may the clocks of two servers differ.
const A_CLOCK_OFF: Duration = Duration::from_mins(1);

pub(in crate::store) async fn pass(
    tx: &impl Tx,
    provider: &str,
    quota: Quota,
    share: f64,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failed> {
    tx.lock(vec![Lock::Gate(provider)]).await?;
    let sql = "SELECT paid_until, closed_until FROM gates WHERE provider = ?1";
    let times = |row: &dyn Row| Ok((row.time("paid_until")?, row.time("closed_until")?));
    let known = first(tx, sql, values![provider], times).await?;
    let (mut paid_until, mut closed_until) = known.unwrap_or((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH));
    let (at_once, interval) = (quota.at_once(), quota.interval());
    let most = now + interval * at_once;
    if paid_until > most + A_CLOCK_OFF || closed_until > now + LONGEST_BUSY + A_CLOCK_OFF {
        // Nobody pays or closes so far ahead: it was written when a clock was wrong.
        (paid_until, closed_until) = (paid_until.min(most), Timestamp::UNIX_EPOCH);
        write(tx, provider, paid_until, closed_until).await?;
    }
    if now < closed_until {
        return Ok(Some(closed_until));
    }
    let paid_until = paid_until.max(now) + interval;
    let affordable = now + (interval * at_once).mul_f64(share).max(interval);
    if paid_until > affordable {
        return Ok(Some(now + Duration::try_from(paid_until.duration_since(affordable)).unwrap_or_default()));
    }
    write(tx, provider, paid_until, closed_until).await?;
    Ok(None)
}

async fn write(tx: &impl Tx, provider: &str, paid_until: Timestamp, closed_until: Timestamp) -> Result<(), Failed> {
    let sql = "INSERT INTO gates (provider, paid_until, closed_until) VALUES (?1, ?2, ?3)
               ON CONFLICT (provider) DO UPDATE SET paid_until = excluded.paid_until, closed_until = excluded.closed_until";
    tx.execute(sql, values![provider, paid_until, closed_until]).await.map(drop)
}

pub(in crate::store) async fn close(tx: &impl Tx, provider: &str, until: Timestamp) -> Result<(), Failed> {
    tx.lock(vec![Lock::Gate(provider)]).await?;
    let sql = "INSERT INTO gates (provider, paid_until, closed_until) VALUES (?1, 0, ?2)
               ON CONFLICT (provider) DO UPDATE SET closed_until = max(gates.closed_until, excluded.closed_until)";
    tx.execute(sql, values![provider, until]).await.map(drop)
}
