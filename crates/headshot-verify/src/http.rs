//! Headers as the crate `http` has them, and with it axum, hyper, tonic, warp and the clients of many clouds.

use http::{HeaderMap, HeaderValue};

use crate::{Delivery, Headers, Provider, Receipt, UnixSeconds, Verified, Verifier, VerifyError};

impl<'h> Headers<'h> for &'h HeaderMap {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        let headers = *self;
        headers.get_all(name).iter().map(HeaderValue::as_bytes)
    }
}

impl<P: Provider> Verifier<P> {
    /// As [`Verifier::verify`], for the headers and the raw body of an HTTP request.
    ///
    /// ```
    /// use headshot_verify::{UnixSeconds, Verifier, provider::headshotpro::HeadshotPro};
    /// use http::Request;
    ///
    /// let verifier = Verifier::with_shown_secrets(HeadshotPro::new(), ["the signing secret"])?;
    /// let request = Request::post("/webhooks").body(r#"{"event":"model.created"}"#)?;
    /// let refusal = verifier.verify_http(request.headers(), request.body(), UnixSeconds::now()).unwrap_err();
    /// assert_eq!(refusal.code(), "signature_missing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of [`Verifier::verify`].
    pub fn verify_http<'a>(
        &self,
        headers: &HeaderMap,
        body: &'a (impl AsRef<[u8]> + ?Sized),
        now: UnixSeconds,
    ) -> Result<Verified<'a, P::Event>, VerifyError> {
        self.verify(&Delivery::new(headers, body), now)
    }

    /// As [`Verifier::receive`], for the headers and the raw body of an HTTP request.
    ///
    /// # Errors
    ///
    /// As of [`Verifier::receive`].
    pub fn receive_http<'a>(
        &self,
        headers: &HeaderMap,
        body: &'a (impl AsRef<[u8]> + ?Sized),
        now: UnixSeconds,
    ) -> Result<Receipt<'a, P::Event>, VerifyError> {
        self.receive(&Delivery::new(headers, body), now)
    }
}
