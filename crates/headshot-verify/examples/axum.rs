//! Receives HeadshotPro's deliveries with axum:
//!
//! ```sh
//! HEADSHOTPRO_WEBHOOK_SECRET=… cargo run -p headshot-verify --features axum --example axum
//! ```

use std::{env, error::Error, sync::Arc};

use axum::{Router, http::StatusCode, routing::post};
use headshot_verify::{
    Verifier, VerifyError,
    axum::{Genuine, Rejection},
    provider::headshotpro::HeadshotPro,
};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Several, while one replaces another, with spaces between.
    let secrets = env::var("HEADSHOTPRO_WEBHOOK_SECRET")?;
    let app = app(secrets.split_whitespace())?;
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    println!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

/// The whole application.
///
/// # Errors
///
/// There is none without a secret.
pub(crate) fn app<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Result<Router, VerifyError> {
    let verifier = Verifier::with_shown_secrets(HeadshotPro::new(), secrets)?;
    Ok(Router::new().route("/webhooks/headshotpro", post(receive)).with_state(Arc::new(verifier)))
}

async fn receive(delivery: Result<Genuine<HeadshotPro>, Rejection>) -> Result<StatusCode, Rejection> {
    let delivery = delivery.inspect_err(|refusal| eprintln!("refused a delivery: {refusal}"))?;
    match delivery.verified().event() {
        Ok(event) => println!("received {}", event.kind.as_str()),
        // Genuine all the same: keep it, and read the API again.
        Err(unreadable) => eprintln!("a genuine delivery could not be read: {unreadable}"),
    }
    Ok(StatusCode::OK)
}
