//! Which servers run with a database, as the database itself knows: each has one connection that listens, which is named
//! after it.

use nix::unistd::gethostname;
use tokio_postgres::Client;

use super::tx::failed;
use crate::store::sql::Failed;

/// What all of their names have in common.
const PATTERN: &str = "headshot %, process % on %";

/// The first 63 bytes are shown.
fn own_name() -> String {
    let (version, process) = (env!("CARGO_PKG_VERSION"), std::process::id());
    let host = gethostname().unwrap_or_default();
    format!("headshot {version}, process {process} on {}", host.to_string_lossy())
}

/// Shows that this server runs for as long as the connection lasts.
pub(super) async fn enter(client: &Client) -> Result<(), Failed> {
    let sql = "SELECT set_config('application_name', $1, false)";
    client.execute(sql, &[&own_name()]).await.map_err(failed).map(drop)
}

/// The names of all that run.
pub(super) async fn running(client: &Client) -> Result<Vec<String>, Failed> {
    let sql = "SELECT application_name FROM pg_stat_activity
               WHERE datname = current_database() AND application_name LIKE $1 ORDER BY backend_start, pid";
    let rows = client.query(sql, &[&PATTERN]).await.map_err(failed)?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
