//! The store in one SQLite file: one thread writes, many connections read.

mod backlog;
mod connection;
mod deliveries;
mod events;
mod gates;
mod observer;
mod outbox;
mod photos;
mod readers;
mod records;
mod references;
mod retention;
mod rows;
mod sessions;
mod snapshot;
mod tokens;
mod transactions;
mod upload_transactions;
mod uploads;
mod work;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use rusqlite::params;

pub use self::observer::Observer;
use self::readers::Readers;
use self::rows::to_millis;
pub(crate) use self::snapshot::{Folder, NamedFile, Snapshotted};
use self::writer::Writer;
use super::{
    Backlog, Copy, Endpoint, Filter, Horizons, KeptUpload, Kind, NewClientToken, NewDelivery, NewSession, NewUpload,
    Outcome, Pruned, Quota, Reading, Record, Recorded, Sending, Signals, Standing, Store, StoreError, StoredPhoto,
    StoredSession, StoredToken, StoredUpload, Stretch, UploadBar, Work,
};
use crate::durable::{create_folder, sync_folder};
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::random;
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
        let connection = connection::open_writer(path).map_err(|error| failed(&error))?;
        // Nobody else has the file, so every lease is of a process that is gone.
        let free = "UPDATE work SET lease_until = NULL; UPDATE outbox SET lease_until = NULL";
        connection.execute_batch(free).map_err(|error| failed(&error))?;
        let link_key = kept(&connection, "link_key", random::bytes::<32>()).map_err(|error| failed(&error))?;
        let name = kept(&connection, "name", random::bytes::<16>()).map_err(|error| failed(&error))?;
        let signals = Signals::default();
        let writer = Writer::start(path.into(), connection, signals.clone()).map_err(|error| failed(&error))?;
        let (readers, name) = (Readers::new(path.into()), random::to_hex(&name));
        Ok(Self { writer, readers, signals, link_key, name, _lock: lock })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self(error.to_string())
    }
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

/// A setting that is made once, with this value unless it is there.
fn kept<const N: usize>(connection: &rusqlite::Connection, name: &str, new: [u8; N]) -> rusqlite::Result<[u8; N]> {
    connection
        .execute("INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![name, new])?;
    connection.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0))
}

#[async_trait]
impl Store for SqliteStore {
    async fn record_delivery(&self, new: NewDelivery) -> Result<Recorded, StoreError> {
        self.writer.write(move |tx, news| transactions::record_delivery(tx, news, &new)).await
    }

    async fn open_session(&self, new: NewSession, token: NewClientToken) -> Result<Option<StoredSession>, StoreError> {
        self.writer.write(move |tx, news| transactions::open_session(tx, news, &new, &token)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| sessions::find(connection, &id)).await
    }

    async fn sessions_by(&self, provider: &str, references: &References) -> Result<Vec<SessionId>, StoreError> {
        let (provider, references) = (provider.to_owned(), references.clone());
        self.readers.read(move |connection| references::sessions(connection, &provider, &references)).await
    }

    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.writer.write(move |tx, news| transactions::remove_session(tx, news, &id, now)).await
    }

    async fn add_client_token(&self, id: &SessionId, token: NewClientToken) -> Result<(), StoreError> {
        let id = id.clone();
        self.writer.write(move |tx, _| tokens::add(tx, &id, &token)).await
    }

    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError> {
        self.readers.read(move |connection| tokens::find(connection, sha256)).await
    }

    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| photos::find(connection, &id)).await
    }

    async fn uses_file(&self, name: &str) -> Result<bool, StoreError> {
        let name = name.to_owned();
        self.readers.read(move |connection| photos::uses_file(connection, &name)).await
    }

    async fn claim_work(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        resting: Vec<String>,
    ) -> Result<Vec<Work>, StoreError> {
        self.writer.write(move |tx, _| work::claim(tx, now, lease, limit, &resting)).await
    }

    async fn next_work_due_at(&self, resting: Vec<String>) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(move |connection| work::next_due_at(connection, &resting)).await
    }

    async fn apply_reading(
        &self,
        work: Work,
        reading: Reading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| transactions::apply_reading(tx, news, &work, reading, asked_at, now)).await
    }

    async fn apply_resolution(&self, work: Work, found: References, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| transactions::apply_resolution(tx, news, &work, &found, now)).await
    }

    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| transactions::record_copy(tx, news, &work, &copy, now)).await
    }

    async fn postpone_work(
        &self,
        work: Work,
        due_at: Timestamp,
        reread: bool,
        reason: String,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |tx, news| {
                if let Some(session) = work.task.session().filter(|_| reread) {
                    work::wish_refresh(tx, news, session, Timestamp::UNIX_EPOCH)?;
                }
                work::postpone(tx, &work, due_at, &reason)
            })
            .await
    }

    async fn return_work(&self, work: Work) -> Result<(), StoreError> {
        self.writer.write(move |tx, _| work::give_back(tx, &work)).await
    }

    async fn finish_work(&self, work: Work) -> Result<(), StoreError> {
        self.writer.write(move |tx, _| work::finish(tx, &work).map(drop)).await
    }

    async fn events_after(&self, seq: u64, limit: usize) -> Result<Stretch, StoreError> {
        self.readers.read(move |connection| events::after(connection, seq, limit)).await
    }

    async fn set_endpoints(&self, endpoints: Vec<Endpoint>) -> Result<(), StoreError> {
        self.writer.write(move |tx, _| outbox::set_endpoints(tx, &endpoints)).await
    }

    async fn claim_sendings(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Sending>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.writer.write(move |tx, _| outbox::claim(tx, &endpoint, now, lease, limit)).await
    }

    async fn next_sending_due_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError> {
        let endpoint = endpoint.to_owned();
        self.readers.read(move |connection| outbox::next_due_at(connection, &endpoint)).await
    }

    async fn settle_sending(&self, sending: Sending, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, _| outbox::settle(tx, &sending, &outcome, now)).await
    }

    async fn reserve_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        let (session, upload) = (session.clone(), upload.clone());
        self.writer.write(move |tx, _| upload_transactions::reserve(tx, &session, &upload, now)).await
    }

    async fn keep_upload(&self, upload: NewUpload, most: u32) -> Result<Result<KeptUpload, UploadBar>, StoreError> {
        self.writer.write(move |tx, news| upload_transactions::keep(tx, news, &upload, most)).await
    }

    async fn uploads(&self, session: &SessionId) -> Result<Vec<StoredUpload>, StoreError> {
        let session = session.clone();
        self.readers.read(move |connection| uploads::list(connection, &session)).await
    }

    async fn withdraw_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError> {
        let (session, upload) = (session.clone(), upload.clone());
        self.writer.write(move |tx, news| upload_transactions::withdraw(tx, news, &session, &upload, now)).await
    }

    async fn submit_uploads(&self, session: &SessionId, now: Timestamp) -> Result<Result<(), UploadBar>, StoreError> {
        let session = session.clone();
        self.writer.write(move |tx, news| upload_transactions::submit(tx, news, &session, now)).await
    }

    async fn record_sync(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| upload_transactions::record_sync(tx, news, &work, now)).await
    }

    async fn refuse_upload(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| upload_transactions::refuse_upload(tx, news, &work, now)).await
    }

    async fn record_submission(&self, work: Work, standing: Standing, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| upload_transactions::record_submission(tx, news, &work, standing, now)).await
    }

    async fn refuse_submission(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| upload_transactions::refuse_submission(tx, news, &work, now)).await
    }

    async fn forget_uploads(&self, work: Work, now: Timestamp) -> Result<(), StoreError> {
        self.writer.write(move |tx, news| upload_transactions::forget(tx, news, &work, now)).await
    }

    async fn pass_gate(
        &self,
        provider: &str,
        quota: Quota,
        share: f64,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let provider = provider.to_owned();
        self.writer.write(move |tx, _| gates::pass(tx, &provider, quota, share, now)).await
    }

    async fn close_gate(&self, provider: &str, until: Timestamp) -> Result<(), StoreError> {
        let provider = provider.to_owned();
        self.writer.write(move |tx, _| gates::close(tx, &provider, until)).await
    }

    async fn link_key(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.link_key)
    }

    async fn name(&self) -> Result<String, StoreError> {
        Ok(self.name.clone())
    }

    async fn prune(&self, horizons: Horizons, limit: usize, now: Timestamp) -> Result<Pruned, StoreError> {
        self.writer.write(move |tx, news| retention::prune(tx, news, &horizons, limit, now)).await
    }

    async fn records(&self, kind: Kind, filter: Filter) -> Result<Vec<Record>, StoreError> {
        self.readers.read(move |connection| records::list(connection, kind, &filter)).await
    }

    async fn replay(&self, kind: Kind, filter: Filter, now: Timestamp) -> Result<usize, StoreError> {
        self.writer.write(move |tx, news| records::replay(tx, news, kind, &filter, now)).await
    }

    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.writer.failed_lately() {
            return Err(StoreError("a write failed a moment ago".into()));
        }
        self.writer
            .write(move |tx, _| {
                let sql = "INSERT INTO settings (name, value) VALUES ('checked_at', ?1)
                           ON CONFLICT (name) DO UPDATE SET value = excluded.value";
                tx.execute(sql, params![to_millis(now).to_be_bytes()]).map(drop)
            })
            .await
    }

    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError> {
        self.readers.read(move |tx| backlog::find(tx, now)).await
    }

    fn signals(&self) -> &Signals {
        &self.signals
    }

    fn register(&self, metrics: &mut Registry) {
        self.writer.register(metrics);
    }
}
