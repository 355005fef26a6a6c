use std::io;
use std::net::SocketAddr;

use listenfd::ListenFd;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The socket that clients connect to.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    /// Whether it outlives this process, so that who connects meanwhile waits for the next one.
    is_held_for_us: bool,
}

impl Listener {
    /// A socket of our own.
    ///
    /// # Errors
    /// Another process has the port, or the address is not this machine's.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { tcp: TcpListener::bind(address).await?, is_held_for_us: false })
    }

    /// The socket that a service manager holds for us, where one does (`LISTEN_FDS`, as systemd's socket units).
    ///
    /// # Errors
    /// There is more than one, or it is none of TCP.
    pub fn inherited() -> io::Result<Option<Self>> {
        let mut sockets = ListenFd::from_env();
        if sockets.len() > 1 {
            return Err(io::Error::other(format!("{} sockets were handed over, and one is taken", sockets.len())));
        }
        let Some(tcp) = sockets.take_tcp_listener(0).ok().flatten() else {
            return if sockets.len() == 0 { Ok(None) } else { Err(io::Error::other("the socket is none of TCP")) };
        };
        tcp.set_nonblocking(true)?;
        Ok(Some(Self { tcp: TcpListener::from_std(tcp)?, is_held_for_us: true }))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system does not know.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }

    /// The next client; none once `closing` is cancelled and nobody is left who would be cut off by that.
    pub(super) async fn next(&self, closing: &CancellationToken) -> Option<io::Result<(TcpStream, SocketAddr)>> {
        if self.is_held_for_us && closing.is_cancelled() {
            return None;
        }
        tokio::select! {
            biased;
            accepted = self.tcp.accept() => Some(accepted),
            () = closing.cancelled() => None,
        }
    }
}
