//! What the page asks of the server, with the cookie that the browser keeps.

use gloo_net::http::{Request, Response};
use serde::{Deserialize, Serialize};

use crate::record::{Kind, Listed, Shown};

/// The server that is looked into.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Server {
    pub(crate) version: String,
    pub(crate) providers: Vec<String>,
}

/// Why the server did not answer as it was asked, as far as a person can make use of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unreachable,
    SignedOut,
    TooMany,
    Unknown,
    FilterUnknown,
    Other,
}

#[derive(Serialize)]
struct SignIn<'a> {
    key: &'a str,
}

#[derive(Serialize)]
struct Replay<'a> {
    kind: &'a str,
    ids: [&'a str; 1],
}

#[derive(Deserialize)]
struct Replayed {
    replayed: u32,
}

pub(crate) async fn describe() -> Result<Server, Refusal> {
    get("server").await
}

pub(crate) async fn list(kind: Kind, query: String) -> Result<Listed, Refusal> {
    get(&format!("{}?{query}", kind.as_str())).await
}

pub(crate) async fn show(kind: Kind, id: &str) -> Result<Shown, Refusal> {
    get(&format!("{}/{id}", kind.as_str())).await
}

/// Signs this browser in; `SignedOut` where the key is not the console's.
pub(crate) async fn sign_in(key: &str) -> Result<(), Refusal> {
    post("sign-in", &SignIn { key }).await.map(drop)
}

pub(crate) async fn sign_out() -> Result<(), Refusal> {
    post("sign-out", &()).await.map(drop)
}

/// Sets a record going again; `false` where nothing can be done with it any more.
pub(crate) async fn replay(kind: Kind, id: &str) -> Result<bool, Refusal> {
    let answer = post("replay", &Replay { kind: kind.as_str(), ids: [id] }).await?;
    let Replayed { replayed } = answer.json().await.map_err(|_| Refusal::Other)?;
    Ok(replayed > 0)
}

async fn get<T: for<'a> Deserialize<'a>>(path: &str) -> Result<T, Refusal> {
    let answer = Request::get(&url(path)).send().await.map_err(|_| Refusal::Unreachable)?;
    accepted(answer)?.json().await.map_err(|_| Refusal::Other)
}

async fn post(path: &str, body: &impl Serialize) -> Result<Response, Refusal> {
    let request = Request::post(&url(path)).json(body).map_err(|_| Refusal::Other)?;
    accepted(request.send().await.map_err(|_| Refusal::Unreachable)?)
}

/// Beside the page, wherever a proxy puts both.
fn url(path: &str) -> String {
    format!("console/api/{path}")
}

fn accepted(answer: Response) -> Result<Response, Refusal> {
    match answer.status() {
        200..300 => Ok(answer),
        400 => Err(Refusal::FilterUnknown),
        401 => Err(Refusal::SignedOut),
        404 => Err(Refusal::Unknown),
        429 => Err(Refusal::TooMany),
        502..=504 => Err(Refusal::Unreachable),
        _ => Err(Refusal::Other),
    }
}
