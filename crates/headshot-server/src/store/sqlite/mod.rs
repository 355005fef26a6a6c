//! The store in one SQLite file: one thread writes, many connections read.

mod connection;
mod deliveries;
mod photos;
mod readers;
mod readings;
mod rows;
mod sessions;
mod work;
mod writer;

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;
use rusqlite::{OptionalExtension, params};

use self::readers::Readers;
use self::rows::to_millis;
use self::writer::Writer;
use super::{
    Copy, ModelReading, NewClientToken, NewDelivery, NewSession, Recorded, Signals, Store, StoreError, StoredPhoto,
    StoredSession, StoredToken, Work,
};
use crate::durable::{create_folder, sync_folder};
use crate::ids::{PhotoId, SessionId};
use crate::random;

/// The store in one SQLite file.
pub struct SqliteStore {
    // Dropped in this order: the writer after the readers, because only the last connection to go, and only one that may
    // write, leaves the database in one file; then the lock.
    readers: Readers,
    writer: Writer,
    signals: Signals,
    link_key: [u8; 32],
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
        connection.execute("UPDATE work SET lease_until = NULL", []).map_err(|error| failed(&error))?;
        let link_key = link_key(&connection).map_err(|error| failed(&error))?;
        let signals = Signals::default();
        let writer = Writer::start(path.into(), connection, signals.clone()).map_err(|error| failed(&error))?;
        Ok(Self { writer, readers: Readers::new(path.into()), signals, link_key, _lock: lock })
    }
}

/// Makes the file and its folder where they are missing, for nobody else to read: signed URLs are in it.
fn create(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    create_folder(folder)?;
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    sync_folder(folder)
}

fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |error: std::io::Error| StoreError(format!("{}: {error}", name.display()));
    let lock = File::create(&name).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError(format!("{}: another process has it open", path.display()))),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn link_key(connection: &rusqlite::Connection) -> rusqlite::Result<[u8; 32]> {
    let known = connection
        .query_row("SELECT value FROM settings WHERE name = 'link_key'", [], |row| row.get::<_, [u8; 32]>(0))
        .optional()?;
    if let Some(key) = known {
        return Ok(key);
    }
    let key = random::bytes::<32>();
    connection.execute("INSERT INTO settings (name, value) VALUES ('link_key', ?1)", [key])?;
    Ok(key)
}

#[async_trait]
impl Store for SqliteStore {
    async fn record_deliveries(&self, new: Vec<NewDelivery>) -> Result<Vec<Recorded>, StoreError> {
        self.writer
            .write(move |tx, news| new.iter().map(|delivery| deliveries::record(tx, news, delivery)).collect())
            .await
    }

    async fn open_session(&self, new: NewSession, token: NewClientToken) -> Result<StoredSession, StoreError> {
        self.writer.write(move |tx, news| sessions::open(tx, news, &new, &token)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| sessions::find(connection, &id)).await
    }

    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let id = id.clone();
        self.writer.write(move |tx, news| sessions::remove(tx, news, &id, now)).await
    }

    async fn add_client_token(&self, id: &SessionId, token: NewClientToken, now: Timestamp) -> Result<(), StoreError> {
        let id = id.clone();
        self.writer
            .write(move |tx, _| {
                sessions::forget_expired_tokens(tx, now)?;
                sessions::add_token(tx, &id, &token)
            })
            .await
    }

    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError> {
        self.readers.read(move |connection| sessions::token(connection, sha256)).await
    }

    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError> {
        let id = id.clone();
        self.readers.read(move |connection| photos::find(connection, &id)).await
    }

    async fn unused_files(&self, names: Vec<String>) -> Result<Vec<String>, StoreError> {
        self.readers.read(move |connection| photos::unused(connection, names)).await
    }

    async fn claim_work(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Work>, StoreError> {
        self.writer.write(move |tx, _| work::claim(tx, now, lease, limit)).await
    }

    async fn next_work_due_at(&self) -> Result<Option<Timestamp>, StoreError> {
        self.readers.read(work::next_due_at).await
    }

    async fn apply_reading(
        &self,
        work: Work,
        reading: ModelReading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        self.writer.write(move |tx, news| readings::apply(tx, news, &work, &reading, asked_at, now)).await
    }

    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<Vec<String>, StoreError> {
        self.writer.write(move |tx, news| photos::record_copy(tx, news, &work, &copy, now)).await
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
                if reread {
                    work::wish_refresh(tx, news, &work.session, Timestamp::UNIX_EPOCH)?;
                }
                work::postpone(tx, &work, due_at, &reason)
            })
            .await
    }

    async fn abandon_work(&self, work: Work) -> Result<(), StoreError> {
        self.writer.write(move |tx, _| work::finish(tx, &work).map(drop)).await
    }

    async fn link_key(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.link_key)
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

    fn signals(&self) -> &Signals {
        &self.signals
    }

    fn register(&self, metrics: &mut Registry) {
        self.writer.register(metrics);
    }
}
