use std::time::Duration;

use super::address::PostgresAddress;
use super::pool::Pool;
use super::tx::{Purpose, Transaction};
use super::{schema, servers};
use crate::store::queries::{records, settings};
use crate::store::{Filter, Kind, Record, StoreError};

/// An operator has more patience than a provider.
const LONGEST_STATEMENT: Duration = Duration::from_mins(5);

/// Looks into a database beside the servers that have it, and changes nothing.
pub struct PostgresObserver {
    pool: Pool,
}

impl PostgresObserver {
    /// Connects for reading.
    ///
    /// # Errors
    /// The database cannot be reached, or is of another version than this program.
    pub async fn open(address: &PostgresAddress) -> Result<Self, StoreError> {
        let told = |error: &dyn std::fmt::Display| StoreError(format!("{}: {error}", address.name()));
        let pool = Pool::new(address, 1, LONGEST_STATEMENT)?;
        let connection = pool.connection().await.map_err(|error| told(&error))?;
        schema::check(&connection).await.map_err(|error| told(&error))?;
        drop(connection);
        Ok(Self { pool })
    }

    /// The records that are meant, the newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn list(&self, kind: Kind, filter: &Filter) -> Result<Vec<Record>, StoreError> {
        let transaction = Transaction::begin(self.pool.connection().await?, Purpose::Read);
        let listed = records::list(&transaction.part(), kind, filter).await;
        Ok(transaction.end(listed).await?)
    }

    /// What the servers that run with it are called.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn servers(&self) -> Result<Vec<String>, StoreError> {
        Ok(servers::running(&*self.pool.connection().await?).await?)
    }

    /// The name that the photo folder carries too.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn name(&self) -> Result<String, StoreError> {
        let transaction = Transaction::begin(self.pool.connection().await?, Purpose::Read);
        let name = settings::known_name(&transaction.part()).await;
        Ok(transaction.end(name).await?)
    }
}
