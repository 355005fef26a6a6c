//! How soon a server is there, and what it takes while nobody asks anything.

use std::io::Result;
use std::net::SocketAddr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use crate::Plan;
use crate::figures::Figures;
use crate::http::{Connection, request};
use crate::peers::Headshot;
use crate::usage::resident_mib;

/// Until what a start needed is given back.
const SETTLED: Duration = Duration::from_secs(1);

pub fn run(plan: &Plan, provider: SocketAddr, figures: &mut Figures) -> Result<()> {
    let folder = plan.folder.join("start");
    let headshot = Headshot { program: plan.server(), folder: &folder, database: None, provider };
    // The first one makes the database.
    drop(headshot.start()?);
    for _ in 0..plan.starts {
        let began = Instant::now();
        let peer = headshot.start()?;
        Builder::new_current_thread().enable_all().build()?.block_on(ready(peer.address))?;
        figures.add("start", "SQLite", "ready_ms", began.elapsed().as_secs_f64() * 1e3);
        sleep(SETTLED);
        figures.add("start", "SQLite", "resident_mib", resident_mib(peer.running.pid()));
    }
    Ok(())
}

async fn ready(address: SocketAddr) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    while connection.status(&request("GET", "/readyz", "", b"")).await? != 200 {
        sleep(Duration::from_millis(1));
    }
    Ok(())
}
