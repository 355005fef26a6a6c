//! The store in one SQLite file: one thread writes, many connections read.

mod connection;
mod observer;
mod readers;
mod snapshot;
mod tx;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use rusqlite::Connection;

pub use self::observer::SqliteObserver;
use self::readers::Readers;
pub(crate) use self::snapshot::{Folder, NamedFile, Snapshotted};
pub(super) use self::tx::{SqliteTx, at_once};
use self::writer::Writer;
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
use crate::durable::{create_folder, sync_folder};
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::references::References;

/// How long to wait for another process that has the file open; one that ends lets go of it a little later.
const LOCKED: Duration = Duration::from_secs(1);

/// The store in one SQLite file.
pub struct SqliteStore {
    // Dropped in this order: the writer after the readers, because only the last connection to go, and only one that may
    // write, leaves the database in one file; then the lock.
    readers: Readers,
    writer: Writer,
    signals: Signals,
    link_key: [u8; 32],
    name: String,
    _lock: File,
}

impl SqliteStore {
    /// Opens the file, makes it where it is missing, and brings it to this version's schema.
    ///
    /// # Errors
    /// Another process has it open, it is not ours, it is newer than this program, or the disk refuses.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let failed = |error: &dyn std::fmt::Display| StoreError(format!("{}: {error}", path.display()));
        create(path).map_err(|error| failed(&error))?;
        let lock = lock(path)?;
        let connection = open_alone(path).map_err(|error| failed(&error))?;
        let (link_key, name) = at_once(settings::own(&SqliteTx(&connection))).map_err(|error| failed(&error))?;
        let signals = Signals::default();
        let writer = Writer::start(path.into(), connection, signals.clone()).map_err(|error| failed(&error))?;
        Ok(Self { writer, readers: Readers::new(path.into()), signals, link_key, name, _lock: lock })
    }
}

impl SqliteStore {
    async fn write<T: Send + 'static>(
        &self,
        transaction: impl AsyncFnOnce(&SqliteTx<'_>, &mut News) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.write(move |connection, news| at_once(transaction(&SqliteTx(connection), news))).await
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
}

/// The connection of who has the lock: every lease is of a process that is gone.
pub(super) fn open_alone(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connection::open_writer(path)?;
    connection.execute_batch("UPDATE work SET lease_until = NULL; UPDATE outbox SET lease_until = NULL")?;
    Ok(connection)
}

/// Makes the file and its folder where they are missing, for nobody else to read: signed URLs are in it.
fn create(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    create_folder(folder)?;
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    sync_folder(folder)
}

/// Keeps every other process from opening the file, as long as what is returned lives.
pub(crate) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: std::io::Error| StoreError(format!("{}: {error}", name.display()));
    let lock = File::create(&name).map_err(failed)?;
    let deadline = Instant::now() + LOCKED;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(LOCKED / 50),
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError(format!("{}: another process has it open", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn record_delivery(&self, new: NewDelivery) -> Result<Recorded, StoreError> {
        self.write(async move |tx, news| transactions::record_delivery(tx, news, &new).await).await
    }

    async fn open_session(&self, new: NewSession, token: NewClientToken) -> Result<Option<StoredSession>, StoreError> {
        self.write(async move |tx, news| transactions::open_session(tx, news, &new, &token).await).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError> {
        let id = id.clone();
        self.readers.read(async move |tx| sessions::find(tx, &id).await).await
    }

    async fn sessions_by(&self, provider: &str, references: &References) -> Result<Vec<SessionId>, StoreError> {
        let (provider, references) = (provider.to_owned(), references.clone());
        self.readers.read(async move |tx| references::sessions(tx, &provider, &references).await).await
    }

    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(async move |tx, news| transactions::remove_session(tx, news, &id, now).await).await
    }

    async fn add_client_token(&self, id: &SessionId, token: NewClientToken) -> Result<(), StoreError> {
        let id = id.clone();
        self.write(async move |tx, _| tokens::add(tx, &id, &token).await).await
    }

    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError> {
        self.readers.read(async move |tx| tokens::find(tx, &sha256).await).await
    }

    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError> {
        let id = id.clone();
        self.readers.read(async move |tx| photos::find(tx, &id).await).await
    }

    async fn uses_file(&self, name: &str) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.readers.read(async move |tx| photos::uses_file(tx, &name).await).await
    }

    async fn claim_work(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        resting: Vec<String>,
    ) -> Result<Vec<Work>, StoreError> {
        self.write(async move |tx, _| work::claim(tx, now, lease, limit, &resting).await).await
    }

    async fn next_work_due_at(&self, resting: Vec<String>) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(async move |tx| work::next_due_at(tx, &resting).await).await
    }

    async fn apply_reading(
        &self,
        work: Work,
        reading: Reading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(async move |tx, news| transactions::apply_reading(tx, news, &work, &reading, asked_at, now).await)
            .await
    }

    async fn apply_resolution(&self, work: Work, found: References, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| transactions::apply_resolution(tx, news, &work, &found, now).await).await
    }

    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| transactions::record_copy(tx, news, &work, &copy, now).await).await
    }

    async fn postpone_work(
        &self,
        work: Work,
        due_at: Timestamp,
        reread: bool,
        reason: String,
    ) -> Result<(), StoreError> {
        self.write(async move |tx, news| transactions::postpone_work(tx, news, &work, due_at, reread, &reason).await)
            .await
    }

    async fn return_work(&self, work: Work) -> Result<(), StoreError> {
        self.write(async move |tx, _| work::give_back(tx, &work).await).await
    }

    async fn finish_work(&self, work: Work) -> Result<(), StoreError> {
        self.write(async move |tx, _| work::finish(tx, &work).await.map(drop)).await
    }

    async fn events_after(&self, seq: u64, limit: usize) -> Result<Stretch, StoreError> {
        self.readers.read(async move |tx| events::after(tx, seq, limit).await).await
    }

    async fn set_endpoints(&self, endpoints: Vec<Endpoint>) -> Result<(), StoreError> {
        self.write(async move |tx, _| outbox::set_endpoints(tx, &endpoints).await).await
    }

    async fn claim_sendings(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Sending>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.write(async move |tx, _| outbox::claim(tx, &endpoint, now, lease, limit).await).await
    }

    async fn next_sending_due_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.readers.read(async move |tx| outbox::next_due_at(tx, &endpoint).await).await
    }

    async fn settle_sending(&self, sending: Sending, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, _| outbox::settle(tx, &sending, &outcome, now).await).await
    }

    async fn reserve_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        let (session, upload) = (session.clone(), upload.clone());
        self.write(async move |tx, _| upload_transactions::reserve(tx, &session, &upload, now).await).await
    }

    async fn keep_upload(&self, upload: NewUpload, most: u32) -> Result<Result<KeptUpload, UploadBar>, StoreError> {
        self.write(async move |tx, news| upload_transactions::keep(tx, news, &upload, most).await).await
    }

    async fn uploads(&self, session: &SessionId) -> Result<Vec<StoredUpload>, StoreError> {
        let session = session.clone();
        self.readers.read(async move |tx| uploads::list(tx, &session).await).await
    }

    async fn withdraw_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        let (session, upload) = (session.clone(), upload.clone());
        self.write(async move |tx, news| upload_transactions::withdraw(tx, news, &session, &upload, now).await).await
    }

    async fn submit_uploads(&self, session: &SessionId, now: Timestamp) -> Result<Result<(), UploadBar>, StoreError> {
        let session = session.clone();
        self.write(async move |tx, news| upload_transactions::submit(tx, news, &session, now).await).await
    }

    async fn record_sync(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| upload_transactions::record_sync(tx, news, &work, now).await).await
    }

    async fn refuse_upload(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| upload_transactions::refuse_upload(tx, news, &work, now).await).await
    }

    async fn record_submission(&self, work: Work, standing: Standing, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| upload_transactions::record_submission(tx, news, &work, &standing, now).await)
            .await
    }

    async fn refuse_submission(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| upload_transactions::refuse_submission(tx, news, &work, now).await).await
    }

    async fn forget_uploads(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.write(async move |tx, news| upload_transactions::forget(tx, news, &work, now).await).await
    }

    async fn pass_gate(
        &self,
        provider: &str,
        quota: Quota,
        share: f64,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let provider = provider.to_owned();
        self.write(async move |tx, _| gates::pass(tx, &provider, quota, share, now).await).await
    }

    async fn close_gate(&self, provider: &str, until: Timestamp) -> Result<(), StoreError> {
        let provider = provider.to_owned();
        self.write(async move |tx, _| gates::close(tx, &provider, until).await).await
    }

    async fn link_key(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.link_key)
    }

    async fn name(&self) -> Result<String, StoreError> {
        Ok(self.name.clone())
    }

    async fn prune(&self, horizons: Horizons, limit: usize, now: Timestamp) -> Result<Pruned, StoreError> {
        self.write(async move |tx, news| retention::prune(tx, news, &horizons, limit, now).await).await
    }

    async fn records(&self, kind: Kind, filter: Filter) -> Result<Vec<Record>, StoreError> {
        self.readers.read(async move |tx| records::list(tx, kind, &filter).await).await
    }

    async fn replay(&self, kind: Kind, filter: Filter, now: Timestamp) -> Result<usize, StoreError> {
        self.write(async move |tx, news| records::replay(tx, news, kind, &filter, now).await).await
    }

    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.writer.commits().failed_lately() {
            return Err(StoreError("a write failed a moment ago".into()));
        }
        self.write(async move |tx, _| settings::note_check(tx, now).await).await
    }

    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError> {
        self.readers.read(async move |tx| backlog::find(tx, now).await).await
    }

    fn signals(&self) -> &Signals {
        &self.signals
    }

    fn register(&self, metrics: &mut Registry) {
        self.writer.register(metrics);
    }
}
