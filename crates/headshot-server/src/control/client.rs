use std::path::Path;
use std::time::{Duration, Instant};

use super::{Done, Order, carry_out_alone};
use crate::config::Files;
use crate::retention::Retention;
use crate::store::{Database, PostgresAddress, PostgresStore, SqliteStore, StoreError};

/// A server that starts or stops has the store, and its socket is not there.
const IN_BETWEEN: Duration = Duration::from_secs(5);

/// The longest that a running server works for a command.
const LONGEST: Duration = Duration::from_mins(10);

/// The way to the server that has a store.
pub(crate) struct Client {
    http: reqwest::Client,
}

/// What became of an order, and whether a running server did it or sees to what follows.
pub(crate) struct Answer {
    pub(crate) done: Option<Done>,
    pub(crate) by_server: bool,
}

/// Why an order was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    #[error("the running server could not be asked: {0}")]
    Asked(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{error}; no server takes commands at {socket}: see its log, or stop it first")]
    NoWay { error: StoreError, socket: String },
}

impl Client {
    /// Finds the running server; none where there is no socket, or nobody behind it.
    pub(crate) async fn find(files: &Files) -> Result<Option<Self>, ControlError> {
        let path = files.control();
        if tokio::net::UnixStream::connect(path).await.is_err() {
            return Ok(None);
        }
        Self::new(path).map(Some)
    }

    fn new(path: &Path) -> Result<Self, ControlError> {
        crate::provider::http::install_ring();
        let http = reqwest::Client::builder().unix_socket(path).tls_certs_only([]).timeout(LONGEST).build();
        http.map(|http| Self { http }).map_err(asked)
    }

    pub(crate) async fn ask(&self, order: &Order) -> Result<Done, ControlError> {
        let body = serde_json::to_vec(order).map_err(|error| ControlError::Asked(error.to_string()))?;
        let request = self.http.post("http://headshot/orders").header("content-type", "application/json").body(body);
        let answer = request.send().await.map_err(asked)?;
        let (status, body) = (answer.status(), answer.bytes().await.map_err(asked)?);
        if !status.is_success() {
            return Err(ControlError::Asked(format!("{status}: {}", String::from_utf8_lossy(&body))));
        }
        serde_json::from_slice(&body).map_err(|error| ControlError::Asked(format!("it is of another version: {error}")))
    }
}

fn asked(error: reqwest::Error) -> ControlError {
    ControlError::Asked(crate::provider::http::causes(&error.without_url()))
}

impl Answer {
    /// Has an order carried out by the server of this machine that has the store, or here where none has.
    pub(crate) async fn to(files: &Files, retention: Option<&Retention>, order: Order) -> Result<Self, ControlError> {
        let deadline = Instant::now() + IN_BETWEEN;
        let path = match &files.database {
            Database::Sqlite(path) => path,
            Database::Postgres(address) => return Self::beside(address, files, retention, order).await,
        };
        loop {
            if let Some(client) = Client::find(files).await? {
                return Ok(Self { done: Some(client.ask(&order).await?), by_server: true });
            }
            if !path.exists() {
                return Err(StoreError(format!("{}: there is no such file", path.display())).into());
            }
            let path = path.clone();
            match tokio::task::spawn_blocking(move || SqliteStore::open(&path)).await {
                Ok(Ok(store)) => {
                    return Ok(Self { done: carry_out_alone(&store, retention, order).await?, by_server: false });
                }
                Ok(Err(error)) if Instant::now() > deadline => {
                    return Err(ControlError::NoWay { error, socket: files.control().display().to_string() });
                }
                Ok(Err(_)) => tokio::time::sleep(IN_BETWEEN / 50).await,
                Err(error) => return Err(ControlError::Asked(error.to_string())),
            }
        }
    }

    /// The same where servers of other machines may have the store too, which are told.
    async fn beside(
        address: &PostgresAddress,
        files: &Files,
        retention: Option<&Retention>,
        order: Order,
    ) -> Result<Self, ControlError> {
        if let Some(client) = Client::find(files).await? {
            return Ok(Self { done: Some(client.ask(&order).await?), by_server: true });
        }
        let store = PostgresStore::attach(address).await?;
        let done = carry_out_alone(&store, retention, order).await?;
        store.tell_servers().await?;
        Ok(Self { done, by_server: true })
    }
}
