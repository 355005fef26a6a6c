//! How many deliveries a second a store takes: a measurement, run by hand in a release build, side by side in one run.
//!
//! `cargo test --release -p headshot-server --test server -- --ignored --nocapture throughput::`

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use headshot_server::store::Store;
use tokio::task::JoinSet;

use crate::common::postgres::{Cluster, open_postgres};
use crate::common::{NOW, store};
use crate::store_contract::{delivery, open};

/// So many deliveries wait for their answer at once.
const AT_ONCE: u32 = 64;

/// So many sessions they are about.
const SESSIONS: u32 = 500;

const ROUND: Duration = Duration::from_secs(3);

const ROUNDS: u32 = 3;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, not a test"]
async fn deliveries_a_second() {
    let ((sqlite, _dir), postgres) = (store(), Cluster::shared().database().await);
    let (sqlite, one) = (prepared(sqlite, "s").await, prepared(open_postgres(&postgres).await, "p").await);
    let another: Arc<dyn Store> = Arc::new(open_postgres(&postgres).await);
    println!("round | store                    | deliveries/s");
    for round in 1..=ROUNDS {
        println!("{round:5} | SQLite                   | {:12.0}", measure(&[&sqlite], "s", round).await);
        println!("{round:5} | PostgreSQL               | {:12.0}", measure(&[&one], "p", round).await);
        println!("{round:5} | PostgreSQL, two servers  | {:12.0}", measure(&[&one, &another], "p", 100 + round).await);
    }
}

async fn prepared(store: impl Store, prefix: &str) -> Arc<dyn Store> {
    for session in 0..SESSIONS {
        open(&store, &format!("{prefix}{session}")).await;
    }
    Arc::new(store)
}

async fn measure(stores: &[&Arc<dyn Store>], prefix: &'static str, round: u32) -> f64 {
    let number = Arc::new(AtomicU32::new(0));
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for sender in 0..AT_ONCE {
        let (store, number) = (Arc::clone(stores[sender as usize % stores.len()]), Arc::clone(&number));
        senders.spawn(async move {
            while began.elapsed() < ROUND {
                let number = number.fetch_add(1, Ordering::Relaxed);
                let about = format!("{prefix}{}", number % SESSIONS);
                let mut delivery = delivery(&format!("{round}_{number}"), &about, NOW);
                delivery.body = vec![b'x'; 1500].into();
                assert!(store.record_delivery(delivery).await.unwrap().is_new);
            }
        });
    }
    senders.join_all().await;
    f64::from(number.load(Ordering::Relaxed)) / began.elapsed().as_secs_f64()
}
