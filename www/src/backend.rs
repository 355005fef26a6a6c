//! The host application's own backend. It holds the secret key; the page gets a client token for one session.

use gloo_net::http::{Request, Response};
use serde::{Deserialize, Serialize};

/// The person who is logged in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Where the profile picture is, once there is one.
    pub(crate) photo_url: Option<String>,
    /// Who can make a headshot, the usual one first.
    pub(crate) providers: Vec<String>,
}

/// What the widget needs.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct OpenedSession {
    pub(crate) server: String,
    pub(crate) session: String,
    pub(crate) token: String,
}

#[derive(Serialize)]
struct Wanted<'a> {
    provider: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Choice<'a> {
    session: &'a str,
    photo_id: &'a str,
}

/// Why the backend did not do it, as far as a person can make use of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unreachable,
    /// The headshot server behind it does not answer, or asks to come back later.
    Busy,
    Other,
}

impl Refusal {
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Unreachable => "We cannot reach Fernwick right now. Check your connection and try again.",
            Self::Busy => "The photo studio does not answer at the moment. Try again in a minute.",
            Self::Other => "Something went wrong on our side. Try again, and tell the service desk if it stays.",
        }
    }
}

pub(crate) async fn profile() -> Result<Profile, Refusal> {
    let answer = Request::get("/app/profile").send().await.map_err(|_| Refusal::Unreachable)?;
    read(answer).await
}

pub(crate) async fn open_session(provider: &str) -> Result<OpenedSession, Refusal> {
    let wanted = Wanted { provider };
    let request = Request::post("/app/headshot-session").json(&wanted).map_err(|_| Refusal::Other)?;
    read(request.send().await.map_err(|_| Refusal::Unreachable)?).await
}

/// Makes a photo the profile picture. The backend asks the headshot server about it and believes no link from here.
pub(crate) async fn choose_photo(session: &str, photo_id: &str) -> Result<Profile, Refusal> {
    let choice = Choice { session, photo_id };
    let request = Request::put("/app/profile/photo").json(&choice).map_err(|_| Refusal::Other)?;
    read(request.send().await.map_err(|_| Refusal::Unreachable)?).await
}

async fn read<T: for<'a> Deserialize<'a>>(answer: Response) -> Result<T, Refusal> {
    match answer.status() {
        200..300 => answer.json().await.map_err(|_| Refusal::Other),
        429 | 502..=504 => Err(Refusal::Busy),
        _ => Err(Refusal::Other),
    }
}
