//! What was acknowledged is there after a power cut, on a disk that forgets whatever was not synced: the real store on
//! [`disk::Disk`], life after life on the files that the last one left.

mod disk;
mod vfs;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use headshot_api::State;
use headshot_server::pace;
use headshot_server::store::{Endpoint, Living, Outcome, Reading, SqliteStore, Store, StoreError};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use self::disk::{Disk, Faults, Files};
use self::vfs::Mounted;
use crate::common::Dice;
use crate::durability::{Losses, rounds};
use crate::store_contract::{delivery, model, new_session, standing, token};

const ADDRESS: &str = "https://host.test";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_the_power_is_cut() {
    let mut machine = Machine::new();
    for _ in 0..rounds() {
        let (faults, surviving) = (machine.end(), machine.surviving());
        machine.live(&[faults], surviving).await;
    }
    machine.losses().are_none("power cut (SQLite)", rounds());
}

/// A disk says that it could not sync, forgets what it was to sync, and shows it all the same as long as there is power:
/// to the process that was told, and to the one after it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_when_syncs_fail_before_the_power_is_cut() {
    let mut machine = Machine::new();
    let mut failures = 0;
    for round in 0..rounds() {
        let failing_syncs = Some((machine.dice.below(25), 1 + machine.dice.below(6)));
        let processes = [Faults { failing_syncs, ..machine.end() }, machine.end()];
        let surviving = machine.surviving();
        failures += machine.live(&processes[..=round as usize % 2], surviving).await;
    }
    assert!(failures > 0, "no sync failed");
    machine.losses().are_none("failing syncs, then a power cut (SQLite)", rounds());
}

/// What shows that the tests above can fail: SQLite's other setting does not wait for the disk.
#[tokio::test(flavor = "multi_thread")]
async fn with_synchronous_normal_acknowledged_deliveries_are_lost() {
    let mut machine = Machine::new();
    for _ in 0..5 {
        let faults = Faults { cut_after: Some(900), is_normal: true, ..Faults::default() };
        machine.live(&[faults], 0).await;
    }
    assert!(machine.losses().are_some("power cut with synchronous=NORMAL", 5));
}

/// A machine whose power is cut again and again.
struct Machine {
    dice: Dice,
    files: Files,
    senders: Vec<Sender>,
    acknowledged: Acknowledged,
}

type Acknowledged = Arc<Mutex<BTreeSet<String>>>;

impl Machine {
    fn new() -> Self {
        let acknowledged = Acknowledged::default();
        let sender = |number| Sender { name: format!("m{number}"), number: 0, acknowledged: Arc::clone(&acknowledged) };
        Self { dice: Dice::of(7), files: Files::new(), senders: (0..6).map(sender).collect(), acknowledged }
    }

    /// The end comes while the store opens, while it writes, or while it writes its log back.
    fn end(&self) -> Faults {
        let operations = *self.dice.choose(&[30, 300, 900]);
        Faults { cut_after: Some(1 + self.dice.below(operations)), ..Faults::default() }
    }

    /// In percent of the sectors that were written and not synced.
    fn surviving(&self) -> u64 {
        *self.dice.choose(&[0, 30, 70, 100])
    }

    /// One process after the other is killed, and with the last one the power cut; answers with how many syncs failed.
    async fn live(&mut self, processes: &[Faults], surviving: u64) -> u64 {
        let (dir, disk) = (self.folder(), Arc::new(Disk::of(&self.files)));
        let _mounted = Mounted::at(dir.path(), &disk);
        for faults in processes {
            disk.begin(*faults);
            match SqliteStore::open(&dir.path().join("headshot.db")) {
                Ok(store) => {
                    let load = timeout(Duration::from_mins(1), self.load(store, &disk));
                    load.await.expect("the store goes on by itself");
                }
                Err(error) => assert!(disk.is_off() || disk.refused_syncs() > 0, "the store does not open: {error}"),
            }
        }
        self.files = disk.survivors(&self.dice, surviving);
        disk.refused_syncs()
    }

    async fn load(&mut self, store: SqliteStore, disk: &Arc<Disk>) {
        let store = Arc::new(store);
        let working = tokio::spawn(work_until_cut(Arc::clone(&store), Arc::clone(disk)));
        let mut sending = JoinSet::new();
        for sender in self.senders.drain(..) {
            sending.spawn(sender.send_until_cut(Arc::clone(&store), Arc::clone(disk)));
        }
        self.senders = sending.join_all().await;
        working.await.unwrap();
    }

    /// The files as the last life left them.
    fn folder(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in &self.files {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        dir
    }

    fn losses(&self) -> Losses {
        let dir = self.folder();
        let path = dir.path().join("headshot.db");
        drop(SqliteStore::open(&path).unwrap());
        let connection = rusqlite::Connection::open(&path).unwrap();
        let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
        Losses::of(&self.acknowledged.lock().unwrap(), dir.path())
    }
}

/// Sends one event after the other about a session of its own, and again what was not acknowledged.
struct Sender {
    name: String,
    number: u32,
    acknowledged: Acknowledged,
}

impl Sender {
    async fn send_until_cut(mut self, store: Arc<SqliteStore>, disk: Arc<Disk>) -> Self {
        // From the second life on it is there.
        let _ = store.open_session(new_session(model(&self.name)), token(&self.name)).await;
        while !disk.is_off() {
            let id = format!("{}_{}", self.name, self.number);
            match store.record_delivery(delivery(&id, &self.name, Timestamp::now())).await {
                Ok(_) => {
                    self.acknowledged.lock().unwrap().insert(id);
                    self.number += 1;
                }
                Err(_) => sleep(Duration::from_millis(1)).await,
            }
        }
        self
    }
}

/// What else writes and reads.
async fn work_until_cut(store: Arc<SqliteStore>, disk: Arc<Disk>) {
    let _ = store.set_endpoints(vec![Endpoint { name: ADDRESS.into(), types: Vec::new() }]).await;
    while !disk.is_off() {
        let _ = work(&store).await;
        sleep(Duration::from_millis(1)).await;
    }
}

async fn work(store: &SqliteStore) -> Result<(), StoreError> {
    let now = Timestamp::now();
    for work in store.claim_work(now, pace::LEASE, 4, Vec::new()).await? {
        let reading = Reading::Living(Living::at(standing("pending", State::Processing)));
        store.apply_reading(work, reading, now, now).await?;
    }
    for sending in store.claim_sendings(ADDRESS, now, pace::LEASE, 4).await? {
        let arrived = Outcome { has_arrived: true, ..Outcome::default() };
        store.settle_sending(sending, arrived, now).await?;
    }
    store.events_after(0, 10).await.map(drop)
}
