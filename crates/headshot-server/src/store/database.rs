use std::path::PathBuf;
use std::sync::Arc;

use super::{
    Filter, Kind, PostgresAddress, PostgresObserver, PostgresStore, Record, SqliteObserver, SqliteStore, Store,
    StoreError,
};

/// Where the state is kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// In a SQLite file, which one server has.
    Sqlite(PathBuf),
    /// In a PostgreSQL database, which several servers may share.
    Postgres(Box<PostgresAddress>),
}

impl Database {
    /// Opens it for a server, with so many connections at most where it takes connections.
    ///
    /// # Errors
    /// It cannot be reached, or is of a newer version than this program.
    pub async fn open(&self, connections: usize) -> Result<Arc<dyn Store>, StoreError> {
        match self {
            Self::Sqlite(path) => {
                let path = path.clone();
                let opened = tokio::task::spawn_blocking(move || SqliteStore::open(&path)).await;
                Ok(Arc::new(opened.map_err(|error| StoreError(error.to_string()))??))
            }
            // Connecting in all its ways makes a large future.
            Self::Postgres(address) => Ok(Arc::new(Box::pin(PostgresStore::open(address, connections)).await?)),
        }
    }

    /// Looks into it beside the servers that have it, and changes nothing.
    ///
    /// # Errors
    /// There is none, or it is of another version than this program.
    pub async fn observe(&self) -> Result<Observer, StoreError> {
        Ok(match self {
            Self::Sqlite(path) => Observer::Sqlite(SqliteObserver::open(path)?),
            Self::Postgres(address) => Observer::Postgres(PostgresObserver::open(address).await?),
        })
    }
}

/// Looks into a database, and changes nothing.
pub enum Observer {
    /// A file.
    Sqlite(SqliteObserver),
    /// A database server's.
    Postgres(PostgresObserver),
}

impl Observer {
    /// The records that are meant, the newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list(&mut self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        match self {
            Self::Sqlite(observer) => observer.list(kind, filter),
            Self::Postgres(observer) => observer.list(kind, filter).await,
        }
    }

    /// What the servers that run with it are called, as far as it knows; a file knows of none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn servers(&self) -> Result<Vec<String>, StoreError> {
        match self {
            Self::Sqlite(_) => Ok(Vec::new()),
            Self::Postgres(observer) => observer.servers().await,
        }
    }

    /// The name that the photo folder carries too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn name(&self) -> Result<String, StoreError> {
        match self {
            Self::Sqlite(observer) => observer.name(),
            Self::Postgres(observer) => observer.name().await,
        }
    }
}
