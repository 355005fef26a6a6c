//! What time it is, by the database: leases, dates and limits that several servers share must not depend on whose clock is
//! wrong.

use std::time::Duration;

use jiff::Timestamp;
use tokio_postgres::Client;

use super::tx::failed;
use crate::clock::Clock;
use crate::store::sql::{Failed, damaged};

/// Has the clock go by the database's; until the next time it goes on by itself.
pub(super) async fn follow(client: &Client, clock: &Clock) -> Result<(), Failed> {
    let asked_at = clock.steady();
    let sql = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    let row = client.query_one(sql, &[]).await.map_err(failed)?;
    let read_at = Timestamp::from_millisecond(row.get(0)).map_err(damaged)?;
    // It was read somewhere between the question and the answer.
    clock.lead(read_at, clock.steady().saturating_sub(asked_at).max(Duration::from_millis(1)));
    Ok(())
}
