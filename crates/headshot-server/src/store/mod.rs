//! Where state is kept, behind one trait: one method per business transaction.
//!
//! A method that changes something returns only after the change would survive a power cut. What a change asks others
//! to do (re-read the provider, copy a photo) is written in the same transaction as a row of work, and who waits for
//! the change is told by [`Signals`] after the commit.

mod signals;
mod sqlite;
mod types;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;

pub use self::signals::{SessionWatch, Signals};
pub use self::sqlite::SqliteStore;
pub use self::types::{
    Copy, EventSummary, ModelReading, NewClientToken, NewDelivery, NewSession, Recorded, SourcePhoto, Standing,
    StoredPhoto, StoredSession, StoredToken, Task, Work,
};
use crate::ids::{PhotoId, SessionId};

/// The store could not do it; nothing of the transaction is kept.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// Everything the server remembers.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Keeps verified deliveries, moves their sessions on, and asks for re-reads, all in one transaction.
    ///
    /// A delivery is a duplicate when its event id is known, or, without an id, when the same bytes came within
    /// [`REPEATED_BODY_WINDOW`](crate::pace::REPEATED_BODY_WINDOW). The answers are in the order of the deliveries.
    async fn record_deliveries(&self, deliveries: Vec<NewDelivery>) -> Result<Vec<Recorded>, StoreError>;

    /// Keeps a new session with its first client token, and links deliveries that came before it.
    async fn open_session(&self, session: NewSession, token: NewClientToken) -> Result<StoredSession, StoreError>;

    /// A session, deleted ones included.
    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError>;

    /// Removes a session's photos, links and payloads and leaves a tombstone; answers with the files to remove.
    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<Vec<String>, StoreError>;

    /// Keeps one more client token of a session, and forgets expired ones.
    async fn add_client_token(&self, id: &SessionId, token: NewClientToken, now: Timestamp) -> Result<(), StoreError>;

    /// The client token with this SHA-256.
    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError>;

    /// A photo that the server holds a copy of.
    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError>;

    /// Which of these files no photo uses; a process that was killed can leave some behind.
    async fn unused_files(&self, names: Vec<String>) -> Result<Vec<String>, StoreError>;

    /// Leases up to `limit` rows of work that are due; a row that is not settled is due again when the lease ends.
    async fn claim_work(&self, now: Timestamp, lease: Duration, limit: usize) -> Result<Vec<Work>, StoreError>;

    /// When the next row of work is due, leased rows at the end of their lease.
    async fn next_work_due_at(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Applies what the provider said about a session when it was asked at `asked_at`, and plans the next re-read.
    ///
    /// Where a delivery came in since the work was claimed, nothing is applied and the work stays due. Answers with the
    /// files to remove.
    async fn apply_reading(
        &self,
        work: Work,
        reading: ModelReading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError>;

    /// Keeps that a photo's copy is there. Where nobody wants the photo any more, answers with the file to remove.
    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<Vec<String>, StoreError>;

    /// Puts work off after an attempt that failed; with `reread`, also asks for a re-read of the session now.
    async fn postpone_work(
        &self,
        work: Work,
        due_at: Timestamp,
        reread: bool,
        reason: String,
    ) -> Result<(), StoreError>;

    /// Gives work up; the next re-read of the session asks for it again.
    async fn abandon_work(&self, work: Work) -> Result<(), StoreError>;

    /// The key that signs photo links, made once per store.
    async fn link_key(&self) -> Result<[u8; 32], StoreError>;

    /// Writes something, to show that writing works.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Who is told about committed changes.
    fn signals(&self) -> &Signals;

    /// Adds what the store itself measures.
    fn register(&self, _metrics: &mut Registry) {}
}
