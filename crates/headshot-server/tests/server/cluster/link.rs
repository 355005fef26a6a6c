use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::common::postgres::Cluster;

/// A way to a database that a test can make silent: nothing gets through, nothing is refused and nothing ends, as when
/// packets get lost.
pub(super) struct Link {
    address: SocketAddr,
    way: watch::Sender<Way>,
}

#[derive(Clone)]
struct Way {
    socket: PathBuf,
    is_silent: bool,
    /// How often all that had come this way was cut off.
    cuts: u32,
}

impl Link {
    /// A way from this machine.
    pub(super) async fn to(cluster: &Cluster) -> Self {
        Self::at([127, 0, 0, 1].into(), cluster).await
    }

    /// A way from where this address is reached.
    pub(super) async fn at(address: IpAddr, cluster: &Cluster) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let way = watch::Sender::new(Way { socket: socket(cluster), is_silent: false, cuts: 0 });
        let seen = way.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, seen.clone()));
            }
        });
        Self { address, way }
    }

    /// The address of a database that is reached this way.
    pub(super) fn database(&self, address: &str) -> String {
        let name = address.strip_prefix("postgres:///").unwrap().split('?').next().unwrap();
        format!("postgres://postgres@{}/{name}?sslmode=disable", self.address)
    }

    pub(super) fn be_silent(&self) {
        self.way.send_modify(|way| way.is_silent = true);
    }

    /// What was sent meanwhile arrives.
    pub(super) fn speak_again(&self) {
        self.way.send_modify(|way| way.is_silent = false);
    }

    /// Leads to another database from now on; what came this way so far is cut off.
    pub(super) fn lead_to(&self, cluster: &Cluster) {
        self.way.send_modify(|way| *way = Way { socket: socket(cluster), cuts: way.cuts + 1, ..way.clone() });
    }
}

fn socket(cluster: &Cluster) -> PathBuf {
    cluster.folder().join(".s.PGSQL.5432")
}

async fn pass(client: TcpStream, mut way: watch::Receiver<Way>) {
    let (cuts, mut cut) = (way.borrow().cuts, way.clone());
    let passing = async {
        let socket = heard(&mut way).await.socket;
        let database = UnixStream::connect(socket).await?;
        let ((from_client, to_client), (from_database, to_database)) = (client.into_split(), database.into_split());
        tokio::try_join!(copy(from_client, to_database, way.clone()), copy(from_database, to_client, way)).map(drop)
    };
    tokio::select! {
        _ = passing => {}
        () = async { drop(cut.wait_for(|way| way.cuts != cuts).await) } => {}
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut way: watch::Receiver<Way>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        heard(&mut way).await;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..length]).await?;
    }
}

/// Waits until something gets through; for ever where the test is over.
async fn heard(way: &mut watch::Receiver<Way>) -> Way {
    let heard = way.wait_for(|way| !way.is_silent).await.map(|way| way.clone());
    match heard {
        Ok(way) => way,
        Err(_) => std::future::pending().await,
    }
}
