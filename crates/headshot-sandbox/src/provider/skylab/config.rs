use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::StatusCode;
use url::Url;

/// How the stand-in for Skylab Studio behaves. It holds a key and a secret, so it cannot be printed.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The base of the API; made from the address if absent.
    pub public_url: Option<Url>,
    /// The base of presigned URLs; the public one if absent.
    pub storage_url: Option<Url>,
    /// The key that callers of the API must show.
    pub api_key: String,
    /// Where the account's webhooks go; none are sent if absent. Callbacks go where a job says.
    pub webhook_url: Option<Url>,
    /// The secret that callbacks and webhooks are signed with.
    pub webhook_secret: String,
    /// How the account's webhooks are written.
    pub webhook_format: Format,
    /// What the account's webhooks have around the job.
    pub webhook_envelope: Envelope,
    /// Whether the account's webhooks are signed, as callbacks always are: no document says.
    pub sign_webhooks: bool,
    /// Whether `&` is written in JSON as it is, and not as `\u0026`.
    pub plain_ampersands: bool,
    /// Which status a wrong key gets.
    pub wrong_key: WrongKey,
    /// Which addresses may call the API; all if empty.
    pub allowed_addresses: Vec<IpAddr>,
    /// Whether answers are spelt in the other way that a document has.
    pub other_spelling: bool,
    /// Requests that the API answers in a minute.
    pub requests_per_minute: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8790)),
            public_url: None,
            storage_url: None,
            api_key: "sandbox-skylab-key".into(),
            webhook_url: None,
            webhook_secret: "sandbox-skylab-secret".into(),
            webhook_format: Format::Json,
            webhook_envelope: Envelope::Full,
            sign_webhooks: true,
            plain_ampersands: false,
            wrong_key: WrongKey::Unauthorized,
            allowed_addresses: Vec::new(),
            other_spelling: false,
            requests_per_minute: 10_000,
        }
    }
}

/// How the account's webhooks are written \[004\].
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// JSON.
    Json,
    /// XML, in the layout that Rails gives to any value: no document shows it.
    Xml,
}

/// What the account's webhooks have around the job: one document says both \[004\].
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Envelope {
    /// `type` and `payload`.
    Full,
    /// Nothing.
    Bare,
}

/// Which status a wrong key gets: the documents \[k-openapi\] and \[k-py\] disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum WrongKey {
    /// Unauthorized.
    #[value(name = "401")]
    Unauthorized,
    /// Forbidden.
    #[value(name = "403")]
    Forbidden,
}

impl WrongKey {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
        }
    }
}
