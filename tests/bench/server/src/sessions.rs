//! Sessions of a server, opened as a host application opens them.

use std::io::{Error, Result};
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::http::{Connection, bearer, request};
use crate::peers::API_KEY;
use crate::provider;

/// A session, as a browser knows it and as the provider does.
pub struct Session {
    /// The provider's id of it.
    pub model: String,
    pub path: String,
    pub token: String,
    pub etag: String,
}

/// So many sessions a server has that is loaded.
pub const USUAL: usize = 1000;

/// So many are opened at once.
const AT_ONCE: usize = 16;

/// Opens sessions.
pub fn open(address: SocketAddr, count: usize) -> Result<Vec<Session>> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut opening = JoinSet::new();
        for first in 0..AT_ONCE.min(count) {
            opening.spawn(open_each(address, (first..count).step_by(AT_ONCE)));
        }
        let mut sessions = Vec::new();
        while let Some(opened) = opening.join_next().await {
            sessions.append(&mut opened??);
        }
        Ok(sessions)
    })
}

async fn open_each(address: SocketAddr, numbers: impl Iterator<Item = usize>) -> Result<Vec<Session>> {
    let mut connection = Connection::open(address).await?;
    let mut sessions = Vec::new();
    for number in numbers {
        sessions.push(open_one(&mut connection, number).await?);
    }
    Ok(sessions)
}

async fn open_one(connection: &mut Connection, number: usize) -> Result<Session> {
    let body = json!({"provider": "headshotpro", "email": format!("{number}@example.com")}).to_string();
    let headers = bearer(API_KEY) + "content-type: application/json\r\n";
    let opened = connection.answer(&request("POST", "/v1/sessions", &headers, body.as_bytes())).await?;
    let opened: Value = serde_json::from_slice(&opened.body)?;
    let word = |pointer: &str| opened.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let (Some(id), Some(token)) = (word("/session/id"), word("/clientToken/token")) else {
        return Err(Error::other(format!("no session was opened: {opened}")));
    };
    let (path, model) = (format!("/v1/sessions/{id}"), provider::model(number));
    let read = connection.answer(&request("GET", &path, &bearer(&token), b"")).await?;
    let etag = read.header("etag").unwrap_or_default().to_owned();
    Ok(Session { model, path, token, etag })
}

impl Session {
    /// One that no server knows, in as many bytes.
    pub fn nobodys() -> Self {
        Self {
            model: "f".repeat(24),
            path: format!("/v1/sessions/ses_{}", "0".repeat(32)),
            token: format!("hct_{}", "0".repeat(64)),
            etag: format!("\"{}\"", "A".repeat(22)),
        }
    }

    /// Asks whether anything has changed, and waits for it where it should.
    pub fn unless_changed(&self, wait: bool) -> Vec<u8> {
        let prefer = if wait { "prefer: wait=25\r\n" } else { "" };
        request("GET", &self.path, &format!("{}if-none-match: {}\r\n{prefer}", bearer(&self.token), self.etag), b"")
    }
}
