//! The server's edge: many connections, slow ones, and deliveries that come through all the same.

pub(crate) mod crowd;
#[cfg(target_os = "linux")]
mod descriptors;
mod idle;
pub(crate) mod slow;
mod storm;

use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::common::{event, signed};
use crate::process::Server;

/// Longer than anything here takes on a slow machine, and shorter than a browser waits for a change.
const IN_TIME: Duration = Duration::from_secs(20);

/// A connection as a client sees it that speaks no faster than the test wants.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(server: &Server) -> Self {
        Self::connect_to(&server.address()).await
    }

    /// A client whose system takes few bytes before it does.
    async fn connect_with_little_room(server: &Server) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self(socket.connect(server.address().parse().unwrap()).await.unwrap())
    }

    async fn connect_to(address: &str) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The head and body of the next answer; empty where the server hung up instead.
    pub(crate) async fn answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !is_whole(&answer) {
            match self.0.read_buf(&mut answer).await {
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        String::from_utf8(answer).unwrap()
    }

    /// Whether the server hung up, now or within so long.
    pub(crate) async fn is_closed_within(&mut self, time: Duration) -> bool {
        matches!(timeout(time, self.0.read(&mut [0])).await, Ok(Ok(0) | Err(_)))
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A genuine delivery as bytes: its head and its body.
fn delivery(id: &str) -> (Vec<u8>, Vec<u8>) {
    let now = Timestamp::now();
    let body = event(id, "model.status.updated", "m", "pending", now).to_string();
    let [(_, timestamp), (_, signature)] = signed(body.as_bytes(), now);
    (delivery_head(&timestamp, &signature, body.len()), body.into_bytes())
}

pub(crate) fn delivery_head(timestamp: &str, signature: &str, length: usize) -> Vec<u8> {
    format!(
        "POST /v1/webhooks/headshotpro HTTP/1.1\r\nHost: x\r\nX-HeadshotPro-Timestamp: {timestamp}\r\n\
         X-HeadshotPro-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes()
}

/// Sends a genuine delivery on a connection of its own and checks that it is recorded in time.
pub(crate) async fn is_delivered(server: &Server, id: &str) {
    let delivered = timeout(IN_TIME, async {
        let mut client = Client::connect(server).await;
        let (head, body) = delivery(id);
        client.send(&[head, body].concat()).await;
        client.answer().await
    });
    let answer = delivered.await.unwrap_or_else(|_| panic!("{id} was not answered in time"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{id}: {answer:?}");
}
