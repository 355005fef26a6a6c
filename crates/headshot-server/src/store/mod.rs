//! Where state is kept, behind one trait: one method per business transaction.
//!
//! A method that changes something returns only after the change would survive a power cut. What a change asks others
//! to do (re-read the provider, copy a photo, remove a file) is written in the same transaction as a row of work, and
//! who waits for the change is told by [`Signals`] after the commit.
//!
//! What a change is, `rules` decide; `transactions` write it by `queries`, once for all stores; `sqlite` and `postgres` say
//! what a statement, a lock and a commit are.

mod backlog;
mod change;
mod commits;
mod database;
mod moving;
mod news;
mod postgres;
mod queries;
mod queue;
mod records;
mod retention;
mod signals;
mod sql;
mod sqlite;
mod stream;
mod transactions;
mod types;
mod upload;
mod upload_transactions;

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use prometheus_client::registry::Registry;

pub use self::backlog::{Backlog, Lane, PassedGate};
pub(crate) use self::change::Change;
pub use self::database::{Database, Observer};
pub use self::moving::{MoveError, Moved, Progress, cancel, move_state};
pub use self::postgres::{PostgresAddress, PostgresObserver, PostgresStore};
pub use self::records::{Filter, Kind, Record, text};
pub use self::retention::{Horizons, Pruned};
pub use self::signals::{SessionWatch, Signals};
pub(crate) use self::sqlite::{Folder, NamedFile, Snapshotted, lock};
pub use self::sqlite::{SqliteObserver, SqliteStore};
pub(crate) use self::stream::Source;
pub use self::stream::{Endpoint, Outcome, Sending, Snapshot, StoredEvent, Stretch};
pub use self::types::{
    Copy, EventSummary, Living, NewClientToken, NewDelivery, NewSession, Offer, Quota, Reading, Recorded, SourcePhoto,
    Standing, StoredPhoto, StoredSession, StoredToken, Surface, Task, Trust, Work,
};
pub use self::upload::{KeptUpload, NewUpload, Picture, StoredUpload, Submission, UploadBar};
use crate::clock::Clock;
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::references::References;

/// The store could not do it; nothing of the transaction is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// Everything the server remembers.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Keeps a genuine delivery, moves its sessions on as far as it is believed, and asks for re-reads of them.
    ///
    /// A delivery was kept before when its event id is known for what it is about, or, without an id, when the same
    /// bytes came within [`REPEATED_BODY_WINDOW`](crate::pace::REPEATED_BODY_WINDOW). Then it is not kept again and
    /// nothing it says is shown, but the sessions are read again all the same.
    ///
    /// Where no session of ours has its references and the provider can be asked whose it is, asks for that.
    async fn record_delivery(&self, delivery: NewDelivery) -> Result<Recorded, StoreError>;

    /// Keeps a new session with its first client token; `None` where another session has its first reference.
    async fn open_session(
        &self,
        session: NewSession,
        token: NewClientToken,
    ) -> Result<Option<StoredSession>, StoreError>;

    /// A session, deleted ones included.
    async fn session(&self, id: &SessionId) -> Result<Option<StoredSession>, StoreError>;

    /// The sessions that a provider knows by the first of these references that any of ours has.
    async fn sessions_by(&self, provider: &str, references: &References) -> Result<Vec<SessionId>, StoreError>;

    /// Removes a session's photos, links and payloads, and leaves a tombstone.
    async fn remove_session(&self, id: &SessionId, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps one more client token of a session.
    async fn add_client_token(&self, id: &SessionId, token: NewClientToken) -> Result<(), StoreError>;

    /// The client token with this SHA-256.
    async fn client_token(&self, sha256: [u8; 32]) -> Result<Option<StoredToken>, StoreError>;

    /// A photo that the server holds a copy of.
    async fn photo(&self, id: &PhotoId) -> Result<Option<StoredPhoto>, StoreError>;

    /// Whether some photo uses the file of this name.
    async fn uses_file(&self, name: &str) -> Result<bool, StoreError>;

    /// Leases up to `limit` rows of work that are due; a row that is not settled is due again when the lease ends.
    ///
    /// Providers that are `resting` take no calls now, so what would need one is left where it is.
    async fn claim_work(
        &self,
        now: Timestamp,
        lease: Duration,
        limit: usize,
        resting: Vec<String>,
    ) -> Result<Vec<Work>, StoreError>;

    /// When the next row of work is due, leased rows at the end of their lease.
    async fn next_work_due_at(&self, resting: Vec<String>) -> Result<Option<Timestamp>, StoreError>;

    /// Applies what the provider said about the work's session when it was asked at `asked_at`, and plans the next
    /// re-read.
    ///
    /// Where a delivery came in since the work was claimed, nothing is applied and the work stays due.
    async fn apply_reading(
        &self,
        work: Work,
        reading: Reading,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Adds what the provider said about the work's delivery to the sessions that it is about, and asks for re-reads
    /// of them.
    async fn apply_resolution(&self, work: Work, found: References, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps that a photo's copy is there; where nobody wants the photo any more, asks for the file's removal.
    async fn record_copy(&self, work: Work, copy: Copy, now: Timestamp) -> Result<(), StoreError>;

    /// Puts work off after an attempt that failed; with `reread`, also asks for a re-read of its session now.
    async fn postpone_work(
        &self,
        work: Work,
        due_at: Timestamp,
        reread: bool,
        reason: String,
    ) -> Result<(), StoreError>;

    /// Gives work back as it was claimed, because nothing was attempted.
    async fn return_work(&self, work: Work) -> Result<(), StoreError>;

    /// Ends work that is done, or given up until something asks for it again.
    async fn finish_work(&self, work: Work) -> Result<(), StoreError>;

    /// The events after `seq`, the oldest first.
    async fn events_after(&self, seq: u64, limit: usize) -> Result<Stretch, StoreError>;

    /// Takes over the host application's addresses, which are told every event from now on.
    async fn set_endpoints(&self, endpoints: Vec<Endpoint>) -> Result<(), StoreError>;

    /// Leases up to `limit` events that are due to an address; of each session only the oldest.
    async fn claim_sendings(
        &self,
        endpoint: &str,
        now: Timestamp,
        lease: Duration,
        limit: usize,
    ) -> Result<Vec<Sending>, StoreError>;

    /// When the next event is due to an address.
    async fn next_sending_due_at(&self, endpoint: &str) -> Result<Option<Timestamp>, StoreError>;

    /// Keeps what became of an attempt to send.
    async fn settle_sending(&self, sending: Sending, outcome: Outcome, now: Timestamp) -> Result<(), StoreError>;

    /// Makes a place for a file that is to become an upload of a session that is open.
    ///
    /// The file's removal is planned before it is begun, so that no attempt that breaks off leaves a person's photo behind.
    async fn reserve_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError>;

    /// Keeps an upload whose file is on the disk, unless there are `most`, and asks for its way to the provider. The same
    /// bytes again are the upload that is there. Where the file is not kept, asks for its removal.
    async fn keep_upload(&self, upload: NewUpload, most: u32) -> Result<Result<KeptUpload, UploadBar>, StoreError>;

    /// The session's uploads in the order of arrival, without those that were taken back.
    async fn uploads(&self, session: &SessionId) -> Result<Vec<StoredUpload>, StoreError>;

    /// Takes an upload back, here and at the provider.
    async fn withdraw_upload(
        &self,
        session: &SessionId,
        upload: &UploadId,
        now: Timestamp,
    ) -> Result<Result<(), UploadBar>, StoreError>;

    /// Notes that the person submitted the photos; the provider is told once it has all of them. A second time is fine.
    async fn submit_uploads(&self, session: &SessionId, now: Timestamp) -> Result<Result<(), UploadBar>, StoreError>;

    /// Keeps that the provider has an upload, or has it no longer.
    async fn record_sync(&self, work: Work, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps that the provider does not take an upload; a session that was submitted is open again.
    async fn refuse_upload(&self, work: Work, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps that the provider was told to begin and where the session stands then, and asks for a re-read.
    async fn record_submission(&self, work: Work, standing: Standing, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps that the provider would not begin.
    async fn refuse_submission(&self, work: Work, now: Timestamp) -> Result<(), StoreError>;

    /// Removes the uploads of the work's session, unless they are on their way.
    async fn forget_uploads(&self, work: Work, now: Timestamp) -> Result<(), StoreError>;

    /// Lets one call of a provider through, or says when to ask again.
    ///
    /// `share` is the part of what may be called at once that this caller may use up: who can wait leaves some of it.
    async fn pass_gate(
        &self,
        provider: &str,
        quota: Quota,
        share: f64,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError>;

    /// Lets no call of a provider through before `until`.
    async fn close_gate(&self, provider: &str, until: Timestamp) -> Result<(), StoreError>;

    /// The key that signs photo links, made once per store.
    async fn link_key(&self) -> Result<[u8; 32], StoreError>;

    /// A name that no other store has, made once.
    async fn name(&self) -> Result<String, StoreError>;

    /// Removes up to `limit` rows of each kind that are too old, and asks for the removal of their files.
    async fn prune(&self, horizons: Horizons, limit: usize, now: Timestamp) -> Result<Pruned, StoreError>;

    /// The records that are meant, the newest first.
    async fn records(&self, kind: Kind, filter: Filter) -> Result<Vec<Record>, StoreError>;

    /// Sets the records that are meant going again, and says how many these are.
    ///
    /// Sessions, and those that deliveries are about, are read again at their providers; events are sent again to the
    /// addresses that are told such, those that were given up too.
    async fn replay(&self, kind: Kind, filter: Filter, now: Timestamp) -> Result<usize, StoreError>;

    /// Writes something, to show that writing works.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError>;

    /// What waits, and for how long.
    async fn backlog(&self, now: Timestamp) -> Result<Backlog, StoreError>;

    /// Who is told about committed changes.
    fn signals(&self) -> &Signals;

    /// The clock that all who share the store go by, where it has one of its own.
    fn clock(&self) -> Option<Clock> {
        None
    }

    /// Adds what the store itself measures.
    fn register(&self, _metrics: &mut Registry) {}
}
