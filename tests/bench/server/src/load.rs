//! Load: so many connections, each of which sends its next request as soon as the last one is answered.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::http::Connection;

/// So many connections send at once.
pub const CONNECTIONS: usize = 64;
/// As many as there are cores on the smallest machine that anybody would take.
const THREADS: usize = 2;

/// Requests that are made before the clock runs, so that they cost every peer the same.
pub struct Requests {
    pub all: Vec<Vec<u8>>,
    /// Whether they are sent again and again.
    pub repeat: bool,
    /// What each is to be answered with.
    pub status: u16,
}

impl Requests {
    fn nth(&self, number: usize) -> Option<&[u8]> {
        let number = if self.repeat { number % self.all.len() } else { number };
        self.all.get(number).map(Vec::as_slice)
    }
}

/// What came of it.
pub struct Outcome {
    pub answered: usize,
    pub took: Duration,
    /// In ascending order.
    latencies: Vec<Duration>,
}

impl Outcome {
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.took.as_secs_f64()
    }

    /// The time within which so many of a hundred answers came, in milliseconds.
    pub fn percentile(&self, of_a_hundred: usize) -> f64 {
        let place = (self.latencies.len() * of_a_hundred / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }
}

/// Sends requests to these addresses in equal parts until they are used up, or for so long.
pub fn run(addresses: &[SocketAddr], requests: Requests, longest: Duration) -> Result<Outcome> {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let all_connected = Arc::new(Barrier::new(THREADS + 1));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let numbers = (thread..CONNECTIONS).step_by(THREADS);
            // The halves of one address's connections are on both threads.
            let addresses: Vec<_> = numbers.map(|number| addresses[number / THREADS % addresses.len()]).collect();
            let (requests, next, all_connected) =
                (Arc::clone(&requests), Arc::clone(&next), Arc::clone(&all_connected));
            thread::spawn(move || part(addresses, requests, next, &all_connected, longest))
        })
        .collect();
    all_connected.wait();
    let began = Instant::now();
    let parts = threads.into_iter().map(|thread| thread.join().expect("the load does not panic"));
    let mut latencies = parts.collect::<Result<Vec<_>>>()?.concat();
    let took = began.elapsed();
    latencies.sort_unstable();
    Ok(Outcome { answered: latencies.len(), took, latencies })
}

fn part(
    addresses: Vec<SocketAddr>,
    requests: Arc<Requests>,
    next: Arc<AtomicUsize>,
    all_connected: &Barrier,
    longest: Duration,
) -> Result<Vec<Duration>> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut connections = Vec::new();
        for address in addresses {
            connections.push(Connection::open(address).await);
        }
        all_connected.wait();
        let end = Instant::now() + longest;
        let mut sending = JoinSet::new();
        for connection in connections {
            sending.spawn(send(connection?, Arc::clone(&requests), Arc::clone(&next), end));
        }
        let mut latencies = Vec::new();
        while let Some(done) = sending.join_next().await {
            latencies.append(&mut done??);
        }
        Ok(latencies)
    })
}

async fn send(
    mut connection: Connection,
    requests: Arc<Requests>,
    next: Arc<AtomicUsize>,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut began = Instant::now();
    while began < end {
        let Some(request) = requests.nth(next.fetch_add(1, Ordering::Relaxed)) else { break };
        let status = connection.status(request).await?;
        if status != requests.status {
            return Err(std::io::Error::other(format!("answered with {status} instead of {}", requests.status)));
        }
        let now = Instant::now();
        latencies.push(now - began);
        began = now;
    }
    Ok(latencies)
}
