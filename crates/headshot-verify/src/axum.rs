//! Genuine deliveries as arguments of axum's handlers, with the feature `axum`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use axum::{Router, http::StatusCode, routing::post};
//! use headshot_verify::{Verifier, VerifyError, axum::Genuine, provider::headshotpro::HeadshotPro};
//!
//! /// Called for genuine deliveries alone.
//! async fn receive(delivery: Genuine<HeadshotPro>) -> StatusCode {
//!     match delivery.verified().event() {
//!         Ok(event) => println!("{}", event.kind.as_str()),
//!         // Genuine all the same: keep it, answer with success, and read the provider's API again.
//!         Err(unreadable) => eprintln!("{unreadable}"),
//!     }
//!     StatusCode::OK
//! }
//!
//! fn app(secret: &str) -> Result<Router, VerifyError> {
//!     let verifier = Verifier::with_shown_secrets(HeadshotPro::new(), [secret])?;
//!     Ok(Router::new().route("/webhooks/headshotpro", post(receive)).with_state(Arc::new(verifier)))
//! }
//!
//! # use axum::{body::Body, http::Request};
//! # use tower::ServiceExt;
//! # let request = Request::post("/webhooks/headshotpro").body(Body::from("{}")).unwrap();
//! # let runtime = tokio::runtime::Runtime::new().unwrap();
//! # let answer = runtime.block_on(app("the signing secret")?.oneshot(request)).unwrap();
//! # assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
//! # Ok::<(), VerifyError>(())
//! ```
//!
//! The state of the router is the verifier, or something that gives it: `Arc<Verifier<P>>` has to be `FromRef` of it. A
//! handler that takes `Result<Genuine<P>, Rejection>` sees what is refused, and may log it.

use alloc::sync::Arc;
use core::{fmt, marker::PhantomData, mem};

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request, rejection::BytesRejection},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::Limited;

use crate::{Fault, MAX_BODY_BYTES, Provider, UnixSeconds, Verified, Verifier, VerifyError, verified::Proof};

/// A delivery that its provider signed, in time by the system's clock; only the check makes one.
///
/// As it takes the body, it is a handler's last argument. The router's own limit of bodies holds, and
/// [`MAX_BODY_BYTES`] at most.
pub struct Genuine<P: Provider> {
    proof: Proof,
    body: Bytes,
    event: PhantomData<fn() -> P::Event>,
}

impl<P: Provider> Genuine<P> {
    /// What was proven, and the way to the event.
    #[must_use]
    pub fn verified(&self) -> Verified<'_, P::Event> {
        Verified::new(self.proof.clone(), &self.body).of_events()
    }

    /// The raw bytes of the body, to be kept.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }
}

impl<P: Provider> fmt::Debug for Genuine<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verified().fmt(f)
    }
}

impl<S, P> FromRequest<S> for Genuine<P>
where
    S: Send + Sync,
    P: Provider + Send + Sync + 'static,
    Arc<Verifier<P>>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let verifier = Arc::<Verifier<P>>::from_ref(state);
        let mut request = request.map(|body| Body::new(Limited::new(body, MAX_BODY_BYTES)));
        let headers = mem::take(request.headers_mut());
        let body = Bytes::from_request(request, state).await.map_err(Rejection::Unread)?;
        let genuine = verifier.verify_http(&headers, &body, UnixSeconds::now()).map_err(Rejection::Refused)?;
        Ok(Self { proof: genuine.into_proof(), body, event: PhantomData })
    }
}

/// Why a handler gets no [`Genuine`] delivery.
#[derive(Debug)]
#[non_exhaustive]
pub enum Rejection {
    /// It was refused: 401 without a word, because its code is none of the sender's business. It is in the extensions of
    /// the response, for a layer that logs.
    Refused(VerifyError),
    /// The body is too long (413), or did not come whole (400).
    Unread(BytesRejection),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unread(failure) => failure.fmt(f),
        }
    }
}

impl core::error::Error for Rejection {}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                let status = match refusal.fault() {
                    Fault::Sender => StatusCode::UNAUTHORIZED,
                    Fault::Receiver => StatusCode::INTERNAL_SERVER_ERROR,
                };
                let mut response = status.into_response();
                response.extensions_mut().insert(refusal);
                response
            }
            Self::Unread(failure) => failure.into_response(),
        }
    }
}
