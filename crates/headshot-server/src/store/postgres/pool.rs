//! Connections, each used by one transaction at a time.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime};
use tokio_postgres::{AsyncMessage, Client};

use super::address::{LONGEST_SILENCE, PostgresAddress};
use super::tx::failed;
use crate::store::StoreError;
use crate::store::sql::Failed;

/// The longest that a statement of the server takes; providers wait for 10 s for their answer.
pub(super) const LONGEST_STATEMENT: Duration = Duration::from_secs(8);

#[derive(Clone)]
pub(in crate::store) struct Pool {
    connections: deadpool_postgres::Pool,
}

impl Pool {
    /// Connections to a database, so many at most; none is made before it is needed.
    pub(in crate::store) fn new(
        address: &PostgresAddress,
        most: usize,
        longest_statement: Duration,
    ) -> Result<Self, StoreError> {
        let tls = address.tls().map_err(StoreError)?;
        // One that is seen to be closed is not used again; what is not seen, its next transaction finds out.
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(address.config(longest_statement), tls, recycling);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(most)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(LONGEST_SILENCE))
            .create_timeout(Some(LONGEST_SILENCE))
            .recycle_timeout(Some(LONGEST_SILENCE))
            .build();
        Ok(Self { connections: pool.map_err(|error| StoreError(error.to_string()))? })
    }

    pub(in crate::store) async fn connection(&self) -> Result<Object, Failed> {
        self.connections.get().await.map_err(|error| match error {
            PoolError::Backend(error) => failed(error),
            PoolError::Timeout(kind) => {
                Failed::Unavailable(format!("no connection to the database in time ({kind:?})"))
            }
            error => Failed::Other(error.to_string()),
        })
    }
}

/// A connection of its own; what the database says unasked is given to `heard`, until the connection ends.
pub(super) async fn connect(
    address: &PostgresAddress,
    heard: impl Fn(AsyncMessage) + Send + 'static,
) -> Result<(Client, tokio::task::JoinHandle<()>), Failed> {
    let tls = address.tls().map_err(Failed::Other)?;
    let (client, mut connection) = address.config(LONGEST_STATEMENT).connect(tls).await.map_err(failed)?;
    let listening = tokio::spawn(async move {
        while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
            heard(message);
        }
    });
    Ok((client, listening))
}
