//! Thousands of browsers that wait for a change: what they cost, and how soon they learn of one.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use nix::sys::resource::{Resource, getrlimit};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};

use crate::Plan;
use crate::deliveries::{body, signed};
use crate::figures::Figures;
use crate::http::Connection;
use crate::peers::{Headshot, Peer};
use crate::sessions::Session;
use crate::usage::resident_mib;

/// So many wait for each session.
const EACH: usize = 100;
/// So many sessions change.
const CHANGES: usize = 10;
/// The longest that anybody waits, and some more.
const LONGEST: Duration = Duration::from_secs(40);

pub fn run(plan: &Plan, provider: SocketAddr, figures: &mut Figures) -> Result<()> {
    let folder = plan.folder.join("waiting");
    let headshot = Headshot { program: plan.server(), folder: &folder, database: None, provider };
    let (peer, sessions) = headshot.start_with_sessions(plan.waiting.min(most_waiting()?) / EACH)?;
    Builder::new_current_thread().enable_all().build()?.block_on(watch(&peer, sessions, figures))
}

/// As many as the server lets wait: it has two descriptors for each, and an eighth of its places is not for them.
fn most_waiting() -> Result<usize> {
    let (descriptors, _) = getrlimit(Resource::RLIMIT_NOFILE)?;
    Ok(usize::try_from(descriptors.saturating_sub(400) / 2 * 7 / 8).unwrap_or(usize::MAX))
}

async fn watch(peer: &Peer, sessions: Vec<Session>, figures: &mut Figures) -> Result<()> {
    let alone = resident_mib(peer.running.pid());
    let (learns, mut learned) = unbounded_channel();
    let waiting = sessions.len() * EACH;
    let sessions: Vec<_> = sessions.into_iter().map(Arc::new).collect();
    for (place, session) in sessions.iter().enumerate() {
        for _ in 0..EACH {
            let connection = Connection::open(peer.address).await?;
            let (session, learns) = (Arc::clone(session), learns.clone());
            tokio::spawn(async move {
                if let Err(error) = wait(connection, &session, place, &learns).await {
                    eprintln!("a request that waits broke off: {error}");
                }
            });
        }
    }
    let mut sender = Connection::open(peer.address).await?;
    await_calm(peer.running.pid()).await;
    figures.add("waiting", "SQLite", "alone_mib", alone);
    figures.add("waiting", "SQLite", "requests", waiting as f64);
    figures.add("waiting", "SQLite", "resident_mib", resident_mib(peer.running.pid()));
    for (place, session) in sessions.iter().enumerate().take(CHANGES) {
        let now = Timestamp::now();
        let delivery = signed(&body(place as u64, &session.model, "waiting", now), now);
        let began = Instant::now();
        sender.status(&delivery).await?;
        let all_know = async { count(&mut learned, place).await };
        let last =
            timeout(LONGEST, all_know).await.map_err(|_| std::io::Error::other("somebody did not learn of it"))?;
        figures.add("waiting", "SQLite", "change_ms", (last - began).as_secs_f64() * 1e3);
    }
    Ok(())
}

/// When the last of those who wait for a session learned of its change.
async fn count(learned: &mut UnboundedReceiver<(usize, Instant)>, place: usize) -> Instant {
    let mut missing = EACH;
    loop {
        match learned.recv().await {
            Some((about, at)) if about == place => {
                missing -= 1;
                if missing == 0 {
                    return at;
                }
            }
            Some(_) => {}
            None => unreachable!("a sender is kept"),
        }
    }
}

/// Waits for one change, as often as it takes.
async fn wait(
    mut connection: Connection,
    session: &Session,
    place: usize,
    learns: &UnboundedSender<(usize, Instant)>,
) -> Result<()> {
    let request = session.unless_changed(true);
    while connection.status(&request).await? == 304 {}
    let _ = learns.send((place, Instant::now()));
    // Keeps the connection, as a browser would.
    std::future::pending().await
}

/// Until all requests are there: the memory of the server stays what it is.
async fn await_calm(pid: u32) {
    let mut before = f64::NAN;
    loop {
        sleep(Duration::from_secs(1)).await;
        let now = resident_mib(pid);
        if (now - before).abs() < 0.1 {
            return;
        }
        before = now;
    }
}
