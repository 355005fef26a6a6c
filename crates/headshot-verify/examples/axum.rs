//! Receives HeadshotPro's deliveries with axum:
//!
//! ```sh
//! HEADSHOTPRO_WEBHOOK_SECRET=… cargo run -p headshot-verify --example axum
//! ```

use std::{
    env,
    error::Error,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    routing::post,
};
use headshot_verify::{
    Delivery, MAX_BODY_BYTES, UnixSeconds, Verifier, VerifyError, provider::headshotpro::HeadshotPro,
};
use tokio::net::TcpListener;

type HeadshotProVerifier = Arc<Verifier<HeadshotPro>>;

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
    let verifier = Verifier::with_shown_secrets(HeadshotPro::default(), secrets)?;
    Ok(Router::new()
        .route("/webhooks/headshotpro", post(receive))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(verifier)))
}

/// `Bytes` is the raw body: `Json` would read it, and leave nothing to be verified.
async fn receive(State(verifier): State<HeadshotProVerifier>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let delivery = Delivery::new(|name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes), &body);
    let genuine = match verifier.verify(&delivery, now()) {
        Ok(genuine) => genuine,
        Err(refusal) => {
            eprintln!("refused a delivery: {}: {refusal}", refusal.code());
            return StatusCode::UNAUTHORIZED;
        }
    };
    match genuine.event() {
        Ok(event) => println!("received {}", event.kind.as_str()),
        // Genuine all the same: keep it, and read the API again.
        Err(unreadable) => eprintln!("a genuine delivery could not be read: {unreadable}"),
    }
    StatusCode::OK
}

fn now() -> UnixSeconds {
    UnixSeconds::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}
