use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use url::Url;

use crate::{
    Speed,
    provider::{
        self,
        headshotpro::{Organization, Scheme},
    },
    running::{ListenError, Running, listen},
};

/// How the stand-in providers behave. It holds keys and secrets, so it cannot be printed.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The base of API and photo links; made from the address if absent.
    pub public_url: Option<Url>,
    /// The origin that a signed URL ends at after its redirect; the public one if absent.
    pub studio_url: Option<Url>,
    /// The key that callers of the API must show.
    pub api_key: String,
    /// Where webhooks go; none are sent if absent.
    pub webhook_url: Option<Url>,
    /// The secret that webhooks are signed with.
    pub webhook_secret: String,
    /// What is signed.
    pub signature_scheme: Scheme,
    /// How many times faster than life every duration runs.
    pub speed: Speed,
    /// Credits of the organization; one is spent when a person has submitted photos outside of test mode.
    pub credits: u32,
    /// Requests that the API answers in a minute.
    pub requests_per_minute: u32,
    /// Makes ids, tokens and portraits the same in every run with this seed.
    pub seed: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8788)),
            public_url: None,
            studio_url: None,
            api_key: "sandbox-api-key".into(),
            webhook_url: None,
            webhook_secret: "0123456789abcdef".repeat(4),
            signature_scheme: Scheme::Timestamped,
            speed: Speed::REAL,
            credits: 100,
            requests_per_minute: 300,
            seed: None,
        }
    }
}

/// The stand-in providers.
pub struct Sandbox;

impl Sandbox {
    /// Listens and answers until the returned value is dropped.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(config: Config) -> Result<Running, ListenError> {
        let (listener, addr) = listen(config.listen).await?;
        let router = Self::router(Config { listen: addr, ..config });
        Ok(Running::serve(listener, addr, router))
    }

    /// All routes, for a server of one's own or for tests without a port. Must be called inside a Tokio runtime.
    pub fn router(config: Config) -> Router {
        provider::router(&Organization::new(config))
    }
}
