//! The thread that owns the only writing connection.
//!
//! It blocks for the first waiting write, takes along whatever else waits, runs each in its own savepoint, commits once,
//! and only then answers. While one commit waits for the disk the next writes gather, so many share one wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use prometheus_client::registry::Registry;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::connection::{carry_out, file_id, open_writer};
use crate::store::commits::Commits;
use crate::store::news::News;
use crate::store::queue::Queue;
use crate::store::{Signals, StoreError};

/// So many writes share one commit at most.
const BATCH: usize = 256;

/// So many writes wait for their turn at once; more wait for their place among them.
const WAITING: usize = 1024;

/// The longest that a write waits for its place; providers wait for 10 s for their answer.
const LONGEST_QUEUE: Duration = Duration::from_secs(5);

type Write = Box<dyn FnOnce(&Connection, &mut News) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The way to the writing thread; dropping it lets the thread finish what waits, then end.
pub(super) struct Writer {
    writes: Option<mpsc::Sender<Write>>,
    thread: Option<JoinHandle<()>>,
    commits: Commits,
}

impl Writer {
    pub(super) fn start(path: PathBuf, connection: Connection, signals: Signals) -> std::io::Result<Self> {
        let (writes, waiting) = mpsc::channel(WAITING);
        let (file, commits) = (file_id(&path)?, Commits::new());
        let thread = WriterThread { path, file, connection: Some(connection), signals, commits: commits.clone() };
        let thread = std::thread::Builder::new().name("store writer".into()).spawn(move || thread.run(waiting))?;
        Ok(Self { writes: Some(writes), thread: Some(thread), commits })
    }

    /// How commits go.
    pub(super) fn commits(&self) -> &Commits {
        &self.commits
    }

    /// Adds how commits go, and how many writes wait for one.
    pub(super) fn register(&self, metrics: &mut Registry) {
        self.commits.register(metrics);
        metrics.register_collector(Box::new(Queue(self.writes.as_ref().map(mpsc::Sender::downgrade))));
    }

    /// Runs `transaction` in a transaction; the answer comes after the commit. A caller who goes away does not stop it.
    pub(super) async fn write<T: Send + 'static, E>(
        &self,
        transaction: impl FnOnce(&Connection, &mut News) -> Result<T, E> + Send + 'static,
    ) -> Result<T, StoreError>
    where
        StoreError: From<E>,
    {
        let (sender, receiver) = oneshot::channel();
        let write: Write = Box::new(move |connection, news| {
            let done = in_savepoint(connection, news, transaction);
            Box::new(move |committed| drop(sender.send(committed.and(done))))
        });
        let writes = self.writes.as_ref().ok_or_else(|| StoreError("the store is closed".into()))?;
        let sent = writes.send_timeout(write, LONGEST_QUEUE).await;
        sent.map_err(|error| StoreError(format!("the store takes no more writes: {error}")))?;
        receiver.await.map_err(|_| StoreError("the write was not carried out".into()))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.writes.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn in_savepoint<T, E>(
    connection: &Connection,
    news: &mut News,
    transaction: impl FnOnce(&Connection, &mut News) -> Result<T, E>,
) -> Result<T, StoreError>
where
    StoreError: From<E>,
{
    carry_out(connection, "SAVEPOINT one")?;
    let mut own_news = News::default();
    let done = catch_unwind(AssertUnwindSafe(|| transaction(connection, &mut own_news)));
    let done = done.map_or_else(|_| Err(StoreError("the write panicked".into())), |done| Ok(done?));
    if done.is_ok() {
        carry_out(connection, "RELEASE one")?;
        news.add(own_news);
    } else {
        // Where the whole transaction was rolled back, there is none.
        let _ = carry_out(connection, "ROLLBACK TO one").and_then(|()| carry_out(connection, "RELEASE one"));
    }
    done
}

struct WriterThread {
    path: PathBuf,
    file: (u64, u64),
    connection: Option<Connection>,
    signals: Signals,
    commits: Commits,
}

impl WriterThread {
    fn run(mut self, mut waiting: mpsc::Receiver<Write>) {
        while let Some(first) = waiting.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH {
                let Ok(write) = waiting.try_recv() else { break };
                batch.push(write);
            }
            // Nothing is acknowledged without an answer, so whoever waits for one of these is refused.
            if catch_unwind(AssertUnwindSafe(|| self.commit(batch))).is_err() {
                tracing::error!("the store's writer panicked and goes on with a new connection");
                self.connection = None;
            }
        }
    }

    fn commit(&mut self, batch: Vec<Write>) {
        let mut news = News::default();
        let mut answers = Vec::with_capacity(batch.len());
        let began = Instant::now();
        let committed = self.transact(batch, &mut news, &mut answers);
        self.commits.note(began, committed.is_ok());
        if let Err(error) = &committed {
            tracing::error!(%error, writes = answers.len(), "the store could not commit");
        } else {
            news.tell(&self.signals);
            self.commits.lose_photos(news.photos_lost);
        }
        let committed = committed.map_err(|error| StoreError(error.to_string()));
        for answer in answers {
            answer(committed.clone());
        }
    }

    fn transact(&mut self, batch: Vec<Write>, news: &mut News, answers: &mut Vec<Answer>) -> rusqlite::Result<()> {
        // What is written to a file that was moved or removed would be gone with the process.
        if file_id(&self.path).ok() != Some(self.file) {
            return Err(refused("the database is no longer the file that was opened"));
        }
        let connection = match &self.connection {
            Some(connection) => connection,
            None => self.connection.insert(open_writer(&self.path)?),
        };
        let done = run_batch(connection, batch, news, answers);
        // After a failed sync the system may have forgotten what it was to write, which opening makes good, and after a
        // failed rollback the transaction is still open: the same connection must not go on.
        if done.is_err() {
            self.connection = None;
        }
        done
    }
}

fn run_batch(
    connection: &Connection,
    batch: Vec<Write>,
    news: &mut News,
    answers: &mut Vec<Answer>,
) -> rusqlite::Result<()> {
    carry_out(connection, "BEGIN IMMEDIATE")?;
    for write in batch {
        answers.push(write(connection, news));
        // Some failures (disk full, I/O) roll the whole transaction back; then nothing of the batch is kept.
        if connection.is_autocommit() {
            return Err(refused("the transaction was rolled back"));
        }
    }
    carry_out(connection, "COMMIT")
}

fn refused(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ABORT), Some(why.into()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};

    use super::*;

    fn writer() -> (Writer, tempfile::TempDir) {
        writer_with(|_| {})
    }

    /// A writer whose first connection was prepared by the test.
    fn writer_with(prepare: impl FnOnce(&mut Connection)) -> (Writer, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("headshot.db");
        std::fs::File::create(&path).unwrap();
        let mut connection = open_writer(&path).unwrap();
        prepare(&mut connection);
        (Writer::start(path, connection, Signals::default()).unwrap(), dir)
    }

    fn refuse_to_end(context: AuthContext<'_>) -> Authorization {
        match context.action {
            // What the hook calls unknown is COMMIT.
            AuthAction::Transaction { operation: TransactionOperation::Unknown | TransactionOperation::Rollback } => {
                Authorization::Deny
            }
            _ => Authorization::Allow,
        }
    }

    fn note(connection: &Connection, name: &str) -> rusqlite::Result<()> {
        connection.execute("INSERT INTO settings (name, value) VALUES (?1, x'00')", [name]).map(drop)
    }

    async fn noted(writer: &Writer) -> Vec<String> {
        let names = writer.write(|connection, _| {
            let mut names = connection.prepare("SELECT name FROM settings ORDER BY name")?;
            names.query_map([], |row| row.get(0))?.collect()
        });
        names.await.unwrap()
    }

    #[tokio::test]
    async fn a_write_that_panics_is_refused_and_the_next_is_carried_out() {
        let (writer, _dir) = writer();
        let broken = writer.write(|connection, _| -> rusqlite::Result<()> {
            note(connection, "broken")?;
            panic!("the words")
        });
        let (broken, beside) = tokio::join!(broken, writer.write(|connection, _| note(connection, "beside")));
        assert!(broken.is_err());
        beside.unwrap();
        writer.write(|connection, _| note(connection, "next")).await.unwrap();
        assert_eq!(noted(&writer).await, ["beside", "next"]);
    }

    #[tokio::test]
    async fn a_panic_of_the_thread_refuses_whoever_waits_for_the_commit_and_nobody_after() {
        let (writer, _dir) = writer();
        let (begun, has_begun) = oneshot::channel();
        let first = writer.write(|_, _| -> rusqlite::Result<()> {
            begun.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(100));
            Ok(())
        });
        let batch = async {
            has_begun.await.unwrap();
            let beside = writer.write(|connection, _| note(connection, "beside"));
            let broken: Write = Box::new(|_, _| panic!("the words"));
            tokio::join!(biased; beside, writer.writes.as_ref().unwrap().send(broken))
        };
        let (first, (beside, _)) = tokio::join!(first, batch);
        first.unwrap();
        assert!(beside.is_err());
        writer.write(|connection, _| note(connection, "next")).await.unwrap();
        assert_eq!(noted(&writer).await, ["next"]);
    }

    #[tokio::test]
    async fn a_transaction_that_can_be_neither_kept_nor_rolled_back_ends_with_its_connection() {
        let (writer, _dir) = writer_with(|connection| connection.authorizer(Some(refuse_to_end)).unwrap());
        let stuck = writer.write(|connection, _| note(connection, "stuck"));
        assert!(stuck.await.is_err());
        writer.write(|connection, _| note(connection, "next")).await.unwrap();
        assert_eq!(noted(&writer).await, ["next"]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn more_writes_than_wait_at_once_are_carried_out_all_the_same() {
        let (writer, _dir) = writer();
        let writer = Arc::new(writer);
        let mut all = tokio::task::JoinSet::new();
        for number in 0..3 * WAITING {
            let writer = Arc::clone(&writer);
            all.spawn(async move {
                let slow = move |connection: &Connection, _: &mut News| {
                    std::thread::sleep(Duration::from_micros(200));
                    note(connection, &number.to_string())
                };
                writer.write(slow).await
            });
        }
        while let Some(written) = all.join_next().await {
            written.unwrap().unwrap();
        }
        assert_eq!(noted(&writer).await.len(), 3 * WAITING);
    }
}
