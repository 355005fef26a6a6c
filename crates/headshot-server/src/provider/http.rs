//! HTTP clients for the outside world: no redirects, no surprises, no certificates that the system does not trust.

use std::sync::Once;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::Url;

use crate::guard::Guard;

/// A client for hosts on this machine itself, which are never reached through a proxy, or for those elsewhere.
///
/// # Errors
/// The system's certificates cannot be read.
pub(crate) fn client(for_loopback: bool, longest: Duration) -> reqwest::Result<Client> {
    let builder = builder(longest);
    if for_loopback {
        // Loopback is plain http here, so a machine without certificates can still run the demo.
        return builder.no_proxy().tls_certs_only([]).build();
    }
    builder.build()
}

/// No client can be built before.
pub(crate) fn install_ring() {
    static RING: Once = Once::new();
    RING.call_once(|| {
        // An error means that a provider is installed already, which is all that is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

fn builder(longest: Duration) -> ClientBuilder {
    install_ring();
    Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(10))
        .timeout(longest)
        .user_agent(concat!("headshot-kit/", env!("CARGO_PKG_VERSION")))
}

/// A client that connects only to what the guard lets through, by http or https.
///
/// # Errors
/// The system's certificates cannot be read.
pub(crate) fn guarded(guard: Guard, longest: Duration) -> reqwest::Result<Client> {
    builder(longest).dns_resolver(guard).build()
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

/// Whether an id can stand in a path without leading anywhere else.
pub(crate) fn is_path_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
