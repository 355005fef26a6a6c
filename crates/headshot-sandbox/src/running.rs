use std::{io, net::SocketAddr};

use axum::Router;
use tokio::{net::TcpListener, task::JoinHandle};

/// A server that answers until this value is dropped.
pub struct Running {
    /// Where it listens, with the real port.
    pub addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Running {
    /// Takes `addr`, which was given with `flag`, and serves what `router` makes for the address that it turns out to be.
    pub(crate) async fn start(
        addr: SocketAddr,
        flag: &'static str,
        router: impl FnOnce(SocketAddr) -> Router,
    ) -> Result<Self, ListenError> {
        let failed = |source| ListenError { addr, flag, source };
        let listener = TcpListener::bind(addr).await.map_err(failed)?;
        let addr = listener.local_addr().map_err(failed)?;
        let service = router(addr).into_make_service_with_connect_info::<SocketAddr>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, service).await {
                tracing::error!(%error, "stopped serving");
            }
        });
        Ok(Self { addr, task })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An address that could not be listened on.
#[derive(Debug)]
pub struct ListenError {
    addr: SocketAddr,
    flag: &'static str,
    source: io::Error,
}

impl std::fmt::Display for ListenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (addr, port, flag) = (self.addr, self.addr.port(), self.flag);
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "port {port} is in use: choose another one with {flag} ADDRESS:PORT")
            }
            _ => write!(f, "cannot listen on {addr} ({flag}): {}", self.source),
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
