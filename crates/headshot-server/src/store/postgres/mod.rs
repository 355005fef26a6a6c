//! The store in a PostgreSQL database, which several servers may share.

mod address;
mod deliveries;
mod observer;
mod pool;
mod schema;
mod servers;
mod time;
mod tries;
mod tx;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use tokio::task::AbortHandle;

pub use self::address::PostgresAddress;
use self::deliveries::Deliveries;
pub use self::observer::PostgresObserver;
pub(super) use self::pool::Pool;
use self::tries::Tries;
pub(super) use self::tx::{Purpose, Transaction, failed, storable};
use self::wire::Wire;
use super::commits::Commits;
use super::news::News;
use super::queries::{
    backlog, events, gates, outbox, photos, records, references, retention, sessions, settings, tokens, uploads, work,
};
use super::sql::Failed;
use super::{
    Backlog, Copy, Endpoint, Filter, Horizons, KeptUpload, Kind, NewClientToken, NewDelivery, NewSession, NewUpload,
    Outcome, Pruned, Quota, Reading, Record, Recorded, Sending, Signals, Standing, Store, StoreError, StoredPhoto,
    StoredSession, StoredToken, StoredUpload, Stretch, UploadBar, Work,
};
use super::{transactions, upload_transactions};
use crate::clock::Clock;
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::references::References;

/// The store in a PostgreSQL database.
pub struct PostgresStore {
    shared: Arc<Shared>,
    deliveries: Deliveries,
    link_key: [u8; 32],
    name: String,
    tasks: Vec<AbortHandle>,
}

/// Runs a transaction, again where others were in its way.
///
/// A macro, because of the future of a closure that borrows nobody can say that it may be sent to another thread.
macro_rules! transact {
    ($shared:expr, $purpose:ident, |$tx:ident, $news:pat_param| $statements:expr) => {{
        let trying = async {
            let mut tries = Tries::default();
            loop {
                let mut news = News::default();
                let done = match $shared.begin(Purpose::$purpose).await {
                    Ok(transaction) => {
                        let done = {
                            let ($tx, $news) = (&transaction.part(), &mut news);
                            $statements.await
                        };
                        transaction.end(done).await
                    }
                    Err(failed) => Err(failed),
                };
                match done {
                    Ok(done) => break Ok((done, news)),
                    Err(failed) => {
                        if let Some(failed) = tries.give_up(failed).await {
                            break Err(failed);
                        }
                    }
                }
            }
        };
        let done = $shared.pool.in_time(trying).await;
        done.map(|(done, news)| {
            $shared.tell(news);
            done
        })
        .map_err(StoreError::from)
    }};
}

/// What the tasks of a store share.
struct Shared {
    pool: Pool,
    signals: Signals,
    wire: Wire,
    commits: Commits,
    clock: Clock,
}

impl Shared {
    async fn begin(&self, purpose: Purpose) -> Result<Transaction, Failed> {
        Ok(Transaction::begin(self.pool.connection().await?, purpose))
    }

    /// Tells who waits in this server, and has the others told.
    fn tell(&self, news: News) {
        news.tell(&self.signals);
        self.commits.lose_photos(news.photos_lost);
        self.wire.say(news);
    }
}

impl PostgresStore {
    /// Opens the database with so many connections at most, brings it to this version's schema, and follows what other
    /// servers do.
    ///
    /// # Errors
    /// The database cannot be reached, is newer than this program, or does not keep what it says is kept.
    pub async fn open(address: &PostgresAddress, connections: usize) -> Result<Self, StoreError> {
        let opened = async {
            let client = make_ready(address).await?;
            let store = Self::with_pool(Pool::new(address, connections, pool::LONGEST_STATEMENT)?).await?;
            time::follow(&client, &store.shared.clock).await?;
            Ok(store)
        };
        let opened: Result<Self, StoreError> = opened.await;
        let mut store = opened.map_err(|error| StoreError(format!("{}: {error}", address.name())))?;
        let listening = tokio::spawn(wire::run(Arc::clone(&store.shared), address.clone()));
        let looking = tokio::spawn(wire::look(Arc::clone(&store.shared)));
        store.tasks = vec![listening.abort_handle(), looking.abort_handle()];
        Ok(store)
    }

    /// Opens the database for one command, beside the servers that have it.
    ///
    /// # Errors
    /// The database cannot be reached, or is of another version than this program.
    pub async fn attach(address: &PostgresAddress) -> Result<Self, StoreError> {
        let attached = async {
            let pool = Pool::new(address, 2, Duration::from_mins(5))?;
            schema::check(&*pool.connection().await?).await?;
            Self::with_pool(pool).await
        };
        attached.await.map_err(|error| StoreError(format!("{}: {error}", address.name())))
    }

    /// Tells the servers what this store did, as a command does before it ends.
    ///
    /// # Errors
    /// The database cannot be reached; the servers see it a little later.
    pub async fn tell_servers(&self) -> Result<(), StoreError> {
        Ok(wire::say_now(&self.shared).await?)
    }

    async fn with_pool(pool: Pool) -> Result<Self, StoreError> {
        let (signals, wire, commits, clock) = (Signals::default(), Wire::default(), Commits::new(), Clock::led());
        let shared = Arc::new(Shared { pool, signals, wire, commits, clock });
        let deliveries = Deliveries::start(&shared);
        let mut store = Self { shared, deliveries, link_key: [0; 32], name: String::new(), tasks: Vec::new() };
        (store.link_key, store.name) = transact!(store.shared, Write, |tx, _| settings::own(tx))?;
        Ok(store)
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// Brings a database to this version's schema.
pub(super) async fn make_ready(address: &PostgresAddress) -> Result<tokio_postgres::Client, Failed> {
    let (mut client, _) = pool::connect(address, |_| {}).await?;
    is_direct(&client).await?;
    is_durable(&client).await?;
    schema::migrate(&mut client).await?;
    Ok(client)
}

/// Refuses what passes statements on to the database and not what a connection asks for.
async fn is_direct(client: &tokio_postgres::Client) -> Result<(), Failed> {
    let sql = "SELECT current_setting($1, true) IS NOT NULL";
    let is_direct = client.query_one(sql, &[&address::MARK]).await.map_err(failed)?.get(0);
    if is_direct { Ok(()) } else { Err(tx::pooled("it drops what connections ask for")) }
}

/// Refuses a database that forgets what it says is kept.
async fn is_durable(client: &tokio_postgres::Client) -> Result<(), Failed> {
    for setting in ["fsync", "synchronous_commit"] {
        let row = client.query_one("SELECT current_setting($1)", &[&setting]).await.map_err(failed)?;
        if row.get::<_, &str>(0) == "off" {
            return Err(Failed::Other(format!("the database's {setting} is off: what it says is kept may be lost")));
        }
    }
    Ok(())
}

#[async_trait]
impl Store for PostgresStore {
    async fn record_delivery(&self, new: NewDelivery) -> Result<Recorded, StoreError> {
        self.deliveries.record(new).await
    }

    async fn open_session(&self, new: NewSession, token: NewClientToken) -> Result<Option<StoredSession>, StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::open_session(tx, news, &new, &token))
    }

    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError> {
        transact!(self.shared, Read, |tx, _| sessions::find(tx, id))
    }

    async fn sessions_by(&self, provider: &str, references: &References) -> Result<Vec<SessionId>, StoreError> {
        transact!(self.shared, Read, |tx, _| references::sessions(tx, provider, references))
    }

    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::remove_session(tx, news, id, now))
    }

    async fn add_client_token(&self, id: &SessionId, token: NewClientToken) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| tokens::add(tx, id, &token))
    }

    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError> {
        transact!(self.shared, Read, |tx, _| tokens::find(tx, &sha256))
    }

    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError> {
        transact!(self.shared, Read, |tx, _| photos::find(tx, id))
    }

    async fn uses_file(&self, name: &str) -> Result<bool, StoreError> {
        transact!(self.shared, Read, |tx, _| photos::uses_file(tx, name))
    }

    async fn claim_work(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        resting: Vec<String>,
    ) -> Result<Vec<Work>, StoreError> {
        transact!(self.shared, Write, |tx, _| work::claim(tx, now, lease, limit, &resting))
    }

    async fn next_work_due_at(&self, resting: Vec<String>) -> Result<Option<Timestamp>, StoreError> {
        transact!(self.shared, Read, |tx, _| work::next_due_at(tx, &resting))
    }

    async fn apply_reading(
        &self,
        work: Work,
        reading: Reading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::apply_reading(tx, news, &work, &reading, asked_at, now))
    }

    async fn apply_resolution(&self, work: Work, found: References, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::apply_resolution(tx, news, &work, &found, now))
    }

    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::record_copy(tx, news, &work, &copy, now))
    }

    async fn postpone_work(
        &self,
        work: Work,
        due_at: Timestamp,
        reread: bool,
        reason: String,
    ) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| transactions::postpone_work(tx, news, &work, due_at, reread, &reason))
    }

    async fn return_work(&self, work: Work) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| work::give_back(tx, &work))
    }

    async fn finish_work(&self, work: Work) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| async { work::finish(tx, &work).await.map(drop) })
    }

    async fn events_after(&self, seq: u64, limit: usize) -> Result<Stretch, StoreError> {
        transact!(self.shared, Read, |tx, _| events::after(tx, seq, limit))
    }

    async fn set_endpoints(&self, endpoints: Vec<Endpoint>) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| outbox::set_endpoints(tx, &endpoints))
    }

    async fn claim_sendings(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Sending>, StoreError> {
        transact!(self.shared, Write, |tx, _| outbox::claim(tx, endpoint, now, lease, limit))
    }

    async fn next_sending_due_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        transact!(self.shared, Read, |tx, _| outbox::next_due_at(tx, endpoint))
    }

    async fn settle_sending(&self, sending: Sending, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| outbox::settle(tx, &sending, &outcome, now))
    }

    async fn reserve_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        transact!(self.shared, Write, |tx, _| upload_transactions::reserve(tx, session, upload, now))
    }

    async fn keep_upload(&self, upload: NewUpload, most: u32) -> Result<Result<KeptUpload, UploadBar>, StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::keep(tx, news, &upload, most))
    }

    async fn uploads(&self, session: &SessionId) -> Result<Vec<StoredUpload>, StoreError> {
        transact!(self.shared, Read, |tx, _| uploads::list(tx, session))
    }

    async fn withdraw_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::withdraw(tx, news, session, upload, now))
    }

    async fn submit_uploads(&self, session: &SessionId, now: Timestamp) -> Result<Result<(), UploadBar>, StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::submit(tx, news, session, now))
    }

    async fn record_sync(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::record_sync(tx, news, &work, now))
    }

    async fn refuse_upload(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::refuse_upload(tx, news, &work, now))
    }

    async fn record_submission(&self, work: Work, standing: Standing, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::record_submission(
            tx, news, &work, &standing, now
        ))
    }

    async fn refuse_submission(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::refuse_submission(tx, news, &work, now))
    }

    async fn forget_uploads(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, news| upload_transactions::forget(tx, news, &work, now))
    }

    async fn pass_gate(
        &self,
        provider: &str,
        quota: Quota,
        share: f64,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        transact!(self.shared, Write, |tx, _| gates::pass(tx, provider, quota, share, now))
    }

    async fn close_gate(&self, provider: &str, until: Timestamp) -> Result<(), StoreError> {
        transact!(self.shared, Write, |tx, _| gates::close(tx, provider, until))
    }

    async fn link_key(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.link_key)
    }

    async fn name(&self) -> Result<String, StoreError> {
        Ok(self.name.clone())
    }

    async fn prune(&self, horizons: Horizons, limit: usize, now: Timestamp) -> Result<Pruned, StoreError> {
        transact!(self.shared, Write, |tx, news| retention::prune(tx, news, &horizons, limit, now))
    }

    async fn records(&self, kind: Kind, filter: Filter) -> Result<Vec<Record>, StoreError> {
        transact!(self.shared, Read, |tx, _| records::list(tx, kind, &filter))
    }

    async fn replay(&self, kind: Kind, filter: Filter, now: Timestamp) -> Result<usize, StoreError> {
        transact!(self.shared, Write, |tx, news| records::replay(tx, news, kind, &filter, now))
    }

    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.shared.commits.failed_lately() {
            return Err(StoreError("a write failed a moment ago".into()));
        }
        transact!(self.shared, Write, |tx, _| settings::note_check(tx, now))
    }

    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError> {
        transact!(self.shared, Read, |tx, _| backlog::find(tx, now))
    }

    fn signals(&self) -> &Signals {
        &self.shared.signals
    }

    fn clock(&self) -> Option<Clock> {
        Some(self.shared.clock.clone())
    }

    fn register(&self, metrics: &mut Registry) {
        self.shared.commits.register(metrics);
        metrics.register_collector(Box::new(self.deliveries.queue()));
    }
}
