//! HTTP clients for the outside world: no redirects, no surprises, no certificates that the system does not trust.

use std::sync::Once;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::Url;

use super::ProviderError;
use crate::guard::Guard;

/// The longest that a host may be silent while it answers.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// A client for hosts on this machine itself, which are never reached through a proxy, or for those elsewhere.
///
/// # Errors
/// The system's certificates cannot be read.
pub(crate) fn client(for_loopback: bool, longest: Duration) -> reqwest::Result<Client> {
    builder(for_loopback, longest).read_timeout(LONGEST_SILENCE).build()
}

/// A client for hosts that are sent much: they are silent until they have all of it. Without encryption it needs no
/// certificates, and goes through no proxy.
///
/// # Errors
/// The system's certificates cannot be read.
pub(crate) fn client_for_sending(is_plain: bool, longest: Duration) -> reqwest::Result<Client> {
    builder(is_plain, longest).build()
}

/// Clients for whichever host a link names: one for loopback, one for the rest of the world, as far as the guard lets it
/// through.
pub(crate) struct Clients {
    loopback: Client,
    /// Missing where the system has no certificates, which is only fatal to who needs them.
    world: Option<Client>,
}

impl Clients {
    /// Clients that fetch.
    ///
    /// # Errors
    /// Not even the client for loopback can be made.
    pub(crate) fn for_fetching(guard: &Guard, longest: Duration) -> reqwest::Result<Self> {
        Self::new(guard, |for_loopback| builder(for_loopback, longest).read_timeout(LONGEST_SILENCE))
    }

    /// Clients that send much: a host is silent until it has all of it.
    ///
    /// # Errors
    /// Not even the client for loopback can be made.
    pub(crate) fn for_sending(guard: &Guard, longest: Duration) -> reqwest::Result<Self> {
        Self::new(guard, |for_loopback| builder(for_loopback, longest))
    }

    /// The client for the link's host; none where the system has no certificates.
    pub(crate) fn of(&self, url: &Url) -> Option<&Client> {
        if is_loopback(url) { Some(&self.loopback) } else { self.world.as_ref() }
    }

    fn new(guard: &Guard, client: impl Fn(bool) -> ClientBuilder) -> reqwest::Result<Self> {
        let world = client(false).dns_resolver(guard.clone()).build();
        let world = world.inspect_err(|error| tracing::warn!(?error, "only hosts on loopback can be reached")).ok();
        Ok(Self { loopback: client(true).build()?, world })
    }
}

/// No client can be built before.
pub(crate) fn install_ring() {
    static RING: Once = Once::new();
    RING.call_once(|| {
        // An error means that a provider is installed already, which is all that is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn builder(for_loopback: bool, longest: Duration) -> ClientBuilder {
    install_ring();
    let builder = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(5))
        .timeout(longest)
        .user_agent(concat!("headshot-kit/", env!("CARGO_PKG_VERSION")));
    // Loopback is plain http here, so a machine without certificates can still run the demo.
    if for_loopback { builder.no_proxy().tls_certs_only([]) } else { builder }
}

/// A client that connects only to what the guard lets through, by http or https.
///
/// # Errors
/// The system's certificates cannot be read.
pub(crate) fn guarded(guard: Guard, longest: Duration) -> reqwest::Result<Client> {
    builder(false, longest).read_timeout(LONGEST_SILENCE).dns_resolver(guard).build()
}

/// The error with what is below it; reqwest's own sentence stops at "error sending request".
pub(crate) fn causes(error: &reqwest::Error) -> String {
    let chain = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Whether the URL's host is this machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether the URL is one that we fetch or link to: https, or http on this machine itself.
pub(crate) fn is_safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// The path of one of a collection; an id that would lead anywhere else is nobody's.
pub(super) fn path_of(collection: &str, id: &str) -> Result<String, ProviderError> {
    if is_path_segment(id) { Ok(format!("{collection}/{id}")) } else { Err(ProviderError::NotFound) }
}

/// Whether an id can stand in a path without leading anywhere else.
pub(crate) fn is_path_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
