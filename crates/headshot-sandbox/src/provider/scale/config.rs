use std::net::{Ipv4Addr, SocketAddr};

use axum::http::StatusCode;
use url::Url;

/// How the stand-in for Scale Headshots behaves. It holds a key and a secret, so it cannot be printed.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The base of API and image links; made from the address if absent.
    pub public_url: Option<Url>,
    /// The origin of the capture page; the public one if absent.
    pub studio_url: Option<Url>,
    /// The key that callers of the API must show.
    pub api_key: String,
    /// The id of the account's one studio.
    pub studio_id: String,
    /// Where webhooks go; none are sent if absent.
    pub webhook_url: Option<Url>,
    /// The secret that webhooks' tokens are signed with.
    pub webhook_secret: String,
    /// What tokens are signed with: no document says.
    pub algorithm: Algorithm,
    /// What tokens claim: no document says.
    pub claims: Claims,
    /// How much the body of a webhook tells.
    pub payload: Payload,
    /// Whether the API takes no changes, and how it says so.
    pub read_only: Option<ReadOnly>,
    /// Whether an admin accepts each submission, and none is accepted by itself.
    pub review: bool,
    /// Whether other pages may frame the capture page: no document says that they may.
    pub framing: bool,
    /// Whether answers are spelt in another way that is just as likely: no document shows any.
    pub other_spelling: bool,
    /// Requests that the API answers in a minute: no document says.
    pub requests_per_minute: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8789)),
            public_url: None,
            studio_url: None,
            api_key: "sandbox-scale-key".into(),
            studio_id: "stu_sandbox".into(),
            webhook_url: None,
            webhook_secret: "sandbox-scale-secret".into(),
            algorithm: Algorithm::Hs256,
            claims: Claims::Full,
            payload: Payload::Full,
            read_only: None,
            review: false,
            framing: false,
            other_spelling: false,
            requests_per_minute: 300,
        }
    }
}

/// What a token is signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

/// What a token claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Claims {
    /// When it was made and ends, topic and submission.
    Full,
    /// When it was made and ends.
    Times,
    /// Nothing.
    Empty,
}

/// How much the body of a webhook tells: one document shows both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Payload {
    /// Topic, submission, studio and contact.
    Full,
    /// Topic and submission.
    Short,
}

/// How the API of a read-only account answers changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ReadOnly {
    /// Forbidden.
    #[value(name = "403")]
    Forbidden,
    /// Not found.
    #[value(name = "404")]
    NotFound,
    /// Method not allowed.
    #[value(name = "405")]
    MethodNotAllowed,
}

impl ReadOnly {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        }
    }
}
