//! The client that plays host applications, browsers and providers.

use anyhow::Result;
use reqwest::{Client, Response};

/// An HTTP client.
///
/// Built together with the server it has the server's TLS, which wants its cryptography chosen, though all is plain
/// HTTP on this machine.
///
/// # Panics
///
/// Never: the client has no setting that can fail.
#[must_use]
pub fn client() -> Client {
    // A second choice is refused, and it would be the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().expect("the client has no setting that can fail")
}

/// Reads what is at `url`, after redirects.
///
/// # Errors
///
/// When there is no answer, or an answer that is an error.
pub async fn get(url: &str) -> Result<Response> {
    Ok(client().get(url).send().await?.error_for_status()?)
}
