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
    pub(crate) fn serve(listener: TcpListener, addr: SocketAddr, router: Router) -> Self {
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "stopped serving");
            }
        });
        Self { addr, task }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes `addr` for this process and says which address it is.
pub(crate) async fn listen(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), ListenError> {
    let listener = TcpListener::bind(addr).await.map_err(|source| ListenError { addr, source })?;
    let addr = listener.local_addr().map_err(|source| ListenError { addr, source })?;
    Ok((listener, addr))
}

/// An address that could not be listened on.
#[derive(Debug)]
pub struct ListenError {
    addr: SocketAddr,
    source: io::Error,
}

impl std::fmt::Display for ListenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (addr, port) = (self.addr, self.addr.port());
        match self.source.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "port {port} is in use: choose another one with --listen ADDRESS:PORT")
            }
            _ => write!(f, "cannot listen on {addr} (--listen): {}", self.source),
        }
    }
}

impl std::error::Error for ListenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
