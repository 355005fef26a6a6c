//! Connections that only read, each used by one reader at a time on the blocking pool.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection::{carry_out, open_reader};
use super::tx::{SqliteTx, at_once};
use crate::store::StoreError;
use crate::store::sql::Failed;

/// So many connections read at once, and are kept: opening one takes longer than most reads. Each takes two file
/// descriptors.
const AT_ONCE: usize = 16;

#[derive(Clone)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Arc::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl AsyncFnOnce(&SqliteTx<'_>) -> Result<T, Failed> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let readers = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            readers.with_connection(query)
        });
        let done = read.await.map_err(|error| StoreError(format!("a read of the store broke off: {error}")))?;
        Ok(done?)
    }

    fn with_connection<T>(&self, query: impl AsyncFnOnce(&SqliteTx<'_>) -> Result<T, Failed>) -> Result<T, Failed> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| open_reader(&self.path), Ok)?;
        // A connection that failed is dropped, not given to the next reader.
        let found = in_snapshot(&connection, query)?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(found)
    }
}

/// A query may be several statements; all see the same state.
fn in_snapshot<T>(
    connection: &Connection,
    query: impl AsyncFnOnce(&SqliteTx<'_>) -> Result<T, Failed>,
) -> Result<T, Failed> {
    carry_out(connection, "BEGIN")?;
    let found = at_once(query(&SqliteTx(connection)));
    carry_out(connection, "COMMIT")?;
    found
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::store::sqlite::connection::open_writer;

    #[tokio::test(flavor = "multi_thread")]
    async fn so_many_connections_are_open_at_once_however_many_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("headshot.db");
        std::fs::File::create(&path).unwrap();
        let _writer = open_writer(&path).unwrap();
        let readers = Readers::new(path);
        let (now, most) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
        let reads = (0..200).map(|_| {
            let (readers, now, most) = (readers.clone(), Arc::clone(&now), Arc::clone(&most));
            tokio::spawn(async move {
                let read = async move |_: &SqliteTx<'_>| {
                    most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    now.fetch_sub(1, Ordering::SeqCst);
                    Ok(())
                };
                readers.read(read).await
            })
        });
        for read in reads.collect::<Vec<_>>() {
            read.await.unwrap().unwrap();
        }
        assert!((2..=AT_ONCE).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }
}
