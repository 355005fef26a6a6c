//! A server that is filled: whether it stays as fast and as small, and its log with it, while others read and wait.

use std::io::Result;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::Plan;
use crate::deliveries::Deliveries;
use crate::figures::{BASE, Figures};
use crate::http::Connection;
use crate::load::{self, Requests};
use crate::peers::{self, Headshot, Peer};
use crate::sessions::{Session, USUAL};
use crate::usage::{processor_time, resident_mib};

/// So many are stored before the first figure is taken.
const BEFORE: usize = 1000;
/// The figures are taken over so many parts.
const PARTS: usize = 20;
/// So many read and wait all the while.
const READERS: usize = 200;
/// How long nginx is measured beside each part.
const BESIDE: Duration = Duration::from_millis(500);
const FOR_EVER: Duration = Duration::from_hours(1);

pub fn run(plan: &Plan, provider: SocketAddr, figures: &mut Figures) -> Result<()> {
    let folder = plan.folder.join("growth");
    let headshot = Headshot { program: plan.server(), folder: &folder, database: None, provider };
    let (peer, sessions) = headshot.start_with_sessions(USUAL)?;
    let nginx = peers::nginx(&plan.nginx, &plan.folder.join(BASE))?;
    let (mut deliveries, mut nobodys) = (Deliveries::about(&sessions), Deliveries::about_nobody());
    deliver(&peer, deliveries.make(BEFORE), FOR_EVER)?;
    let (is_over, largest_log) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let reading = read_and_wait(peer.address, sessions, Arc::clone(&is_over));
    let watching = watch_log(&folder.join("headshot.db-wal"), Arc::clone(&largest_log), Arc::clone(&is_over));
    let mut stored = BEFORE;
    while stored < plan.stored {
        let part = (plan.stored / PARTS).min(plan.stored - stored);
        let beside = Requests { all: nobodys.make(2000), repeat: true, status: 200 };
        let limit = load::run(&[nginx.address], beside, BESIDE)?.per_second();
        let requests = deliveries.make(part);
        let before = processor_time(peer.running.pid());
        let per_second = deliver(&peer, requests, FOR_EVER)?;
        let took = processor_time(peer.running.pid()) - before;
        stored += part;
        let columns = [
            ("stored", stored as f64),
            ("per_second", per_second),
            ("of_nginx", per_second / limit),
            ("cpu_us", took.as_secs_f64() * 1e6 / part as f64),
            ("resident_mib", resident_mib(peer.running.pid())),
            ("largest_wal_mib", largest_log.load(Ordering::Relaxed) as f64 / f64::from(1 << 20)),
        ];
        columns.into_iter().for_each(|(column, figure)| figures.add("growth", "SQLite", column, figure));
    }
    is_over.store(true, Ordering::Relaxed);
    watching.join().expect("it does not panic");
    // The readers' errors are not hidden: one that was cut off would have made the server look better.
    drop(peer);
    reading.join().expect("it does not panic")
}

fn deliver(peer: &Peer, all: Vec<Vec<u8>>, longest: Duration) -> Result<f64> {
    Ok(load::run(&[peer.address], Requests { all, repeat: false, status: 200 }, longest)?.per_second())
}

/// Each reads one session and waits until it changes, again and again.
fn read_and_wait(
    address: SocketAddr,
    sessions: Vec<Session>,
    is_over: Arc<AtomicBool>,
) -> thread::JoinHandle<Result<()>> {
    thread::spawn(move || {
        Builder::new_current_thread().enable_all().build()?.block_on(async {
            let mut readers = JoinSet::new();
            for mut session in sessions.into_iter().take(READERS) {
                let (mut connection, is_over) = (Connection::open(address).await?, Arc::clone(&is_over));
                readers.spawn(async move {
                    loop {
                        match connection.answer(&session.unless_changed(true)).await {
                            Ok(answer) => session.etag = answer.header("etag").unwrap_or_default().to_owned(),
                            Err(_) if is_over.load(Ordering::Relaxed) => return Ok(()),
                            Err(error) => return Err(error),
                        }
                    }
                });
            }
            while let Some(ended) = readers.join_next().await {
                ended??;
            }
            Ok(())
        })
    })
}

fn watch_log(file: &Path, largest: Arc<AtomicU64>, is_over: Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let file = file.to_owned();
    thread::spawn(move || {
        while !is_over.load(Ordering::Relaxed) {
            largest.fetch_max(file.metadata().map_or(0, |log| log.len()), Ordering::Relaxed);
            thread::sleep(Duration::from_millis(20));
        }
    })
}
