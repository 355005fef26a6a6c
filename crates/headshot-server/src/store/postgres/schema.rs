//! Bringing a database to this version's schema, one server at a time.

use std::error::Error;

use tokio_postgres::Client;

use super::tx::failed;
use crate::store::sql::Failed;

mod embedded {
    refinery::embed_migrations!("src/store/postgres/migrations");
}

/// The key of the lock that is held while the schema changes: `HDSH`.
const LOCK: i64 = 0x4844_5348;

/// Brings the schema up to date, unless a newer version of this program wrote it.
pub(super) async fn migrate(client: &mut Client) -> Result<(), Failed> {
    // Others wait for it longer than any statement may otherwise take.
    client.batch_execute("SET statement_timeout = 0").await.map_err(failed)?;
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map_err(failed)?;
    let migrated = match age(client).await? {
        Age::Newer => Err(newer()),
        Age::Older | Age::Same => {
            let run = embedded::migrations::runner().set_grouped(true).run_async(client).await;
            run.map(drop).map_err(|error| {
                let causes = std::iter::successors(Some(&error as &dyn Error), |error| (*error).source());
                let told = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
                Failed::Other(format!("the schema could not be brought up to date: {told}"))
            })
        }
    };
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await.map_err(failed)?;
    migrated
}

/// Refuses a database of another version than this program.
pub(super) async fn check(client: &Client) -> Result<(), Failed> {
    match age(client).await? {
        Age::Same => Ok(()),
        Age::Newer => Err(newer()),
        Age::Older => {
            Err(Failed::Other("the database is of an older version; `headshot serve` brings it up to date".into()))
        }
    }
}

#[derive(Clone, Copy)]
enum Age {
    Older,
    Same,
    Newer,
}

async fn age(client: &Client) -> Result<Age, Failed> {
    let sql = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
    let is_ours: bool = client.query_one(sql, &[]).await.map_err(failed)?.get(0);
    if !is_ours {
        return Ok(Age::Older);
    }
    let sql = "SELECT coalesce(max(version), 0)::bigint FROM refinery_schema_history";
    let version: i64 = client.query_one(sql, &[]).await.map_err(failed)?.get(0);
    let known = embedded::migrations::runner().get_migrations().iter().map(|known| i64::from(known.version())).max();
    Ok(match version.cmp(&known.unwrap_or_default()) {
        std::cmp::Ordering::Less => Age::Older,
        std::cmp::Ordering::Equal => Age::Same,
        std::cmp::Ordering::Greater => Age::Newer,
    })
}

fn newer() -> Failed {
    Failed::Other("database_newer: the database was written by a newer version of this program".into())
}
