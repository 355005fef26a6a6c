//! As much of HTTP/1.1 as a client needs that is never the bottleneck.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The bytes of a request; `headers` are whole lines.
pub fn request(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// A line that carries a key or token.
pub fn bearer(credential: &str) -> String {
    format!("authorization: Bearer {credential}\r\n")
}

/// A connection that is kept alive.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer; its parts are those that are asked for.
pub struct Answer {
    head: String,
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// Sends a request and answers with the status; head and body are only passed over.
    pub async fn status(&mut self, request: &[u8]) -> Result<u16> {
        let (head, end) = self.exchange(request).await?;
        let status = status_of(&self.received[..head])?;
        self.received.drain(..end);
        Ok(status)
    }

    /// Sends a request and answers with everything.
    pub async fn answer(&mut self, request: &[u8]) -> Result<Answer> {
        let (head, end) = self.exchange(request).await?;
        let body = self.received[head..end].to_vec();
        let head = String::from_utf8_lossy(&self.received[..head]).into_owned();
        self.received.drain(..end);
        Ok(Answer { head, body })
    }

    /// Where the head of the answer ends in what was received, and where its body.
    async fn exchange(&mut self, request: &[u8]) -> Result<(usize, usize)> {
        self.stream.write_all(request).await?;
        let (mut head, mut end) = (None, 0);
        while head.is_none() || self.received.len() < end {
            if self.received.capacity() - self.received.len() < 512 {
                self.received.reserve(2048);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            if head.is_none() {
                head = self.received.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
                end = head.map_or(0, |head| head + length_of(&self.received[..head]));
            }
        }
        Ok((head.unwrap_or_default(), end))
    }
}

impl Answer {
    /// What a header says; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn status_of(head: &[u8]) -> Result<u16> {
    let digits = head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    digits.ok_or_else(|| Error::new(ErrorKind::InvalidData, "an answer without a status"))
}

/// The length of a body whose head says it.
pub fn length_of(head: &[u8]) -> usize {
    const NAME: &[u8] = b"\r\ncontent-length: ";
    let at = head.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME));
    let digits = at.map_or(&[][..], |at| &head[at + NAME.len()..]);
    digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0, |length, digit| 10 * length + usize::from(digit - b'0'))
}
