//! Connections, each used by one transaction at a time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{LONGEST_SILENCE, PostgresAddress};
use super::tx::failed;
use crate::store::StoreError;
use crate::store::sql::Failed;

/// The longest that a statement of the server takes; providers wait for 10 s for their answer.
pub(super) const LONGEST_STATEMENT: Duration = Duration::from_secs(8);

/// So much longer than a statement a transaction takes at most, with all of its tries: the database's own limit does
/// not help where the database is not reached.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(in crate::store) struct Pool {
    connections: deadpool_postgres::Pool,
    longest_transaction: Duration,
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
        let way = Way { address: address.clone(), tls, longest_statement };
        let manager = Manager::from_connect(Config::new(), way, recycling);
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(most)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(LONGEST_SILENCE))
            .create_timeout(Some(address.longest_search()))
            .recycle_timeout(Some(LONGEST_SILENCE))
            .build();
        let connections = pool.map_err(|error| StoreError(error.to_string()))?;
        Ok(Self { connections, longest_transaction: longest_statement + GRACE })
    }

    /// What the transaction answers, unless it takes too long; then nobody knows whether it was carried out.
    pub(super) async fn in_time<T>(&self, transaction: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
        let answered = timeout(self.longest_transaction, transaction).await;
        answered.unwrap_or_else(|_| Err(Failed::Unavailable("the database does not answer in time".into())))
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

/// How the pool comes to its connections.
struct Way {
    address: PostgresAddress,
    tls: MakeRustlsConnect,
    longest_statement: Duration,
}

type Connecting<'w> =
    Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), tokio_postgres::Error>> + Send + 'w>>;

impl Connect for Way {
    fn connect(&self, _: &Config) -> Connecting<'_> {
        Box::pin(async {
            let (client, connection) = self.address.connect(&self.tls, self.longest_statement).await?;
            // How it ends, whoever uses it is told.
            Ok((client, tokio::spawn(async { drop(connection.await) })))
        })
    }
}

/// A connection of its own; what the database says unasked is given to `heard`, until the connection ends.
pub(super) async fn connect(
    address: &PostgresAddress,
    heard: impl Fn(AsyncMessage) + Send + 'static,
) -> Result<(Client, JoinHandle<()>), Failed> {
    let tls = address.tls().map_err(Failed::Other)?;
    let connected = timeout(address.longest_search(), address.connect(&tls, LONGEST_STATEMENT)).await;
    let (client, mut connection) =
        connected.map_err(|_| Failed::Unavailable("the database does not answer".into()))?.map_err(failed)?;
    let listening = tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            heard(message);
        }
    });
    Ok((client, listening))
}
