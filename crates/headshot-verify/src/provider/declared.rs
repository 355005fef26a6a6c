//! Providers that this crate does not know: their scheme is declared, and their events are JSON objects of any kind.

use crate::{
    Declaration, DeclarationError, EventError, Fields, Headers, Neutral, NeutralKind, Payload, Provider, References,
    Scheme, SecretForm,
    json::{self, Object},
};

/// A provider whose scheme was declared.
///
/// ```
/// use headshot_verify::{Declaration, Delivery, UnixSeconds, Verifier, provider::declared::Declared};
///
/// // GitHub's scheme, and the example of its documentation.
/// let github = Declared::new(&Declaration::new("github", "X-Hub-Signature-256", "{body}").prefix("sha256="))?;
/// let verifier = Verifier::with_shown_secrets(github, ["It's a Secret to Everybody"])?;
/// let headers =
///     [("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")];
/// let verified = verifier.verify(&Delivery::new(&headers, "Hello, World!"), UnixSeconds::new(0))?;
/// assert_eq!(verified.provider(), "github");
/// assert_eq!(verified.signed_at(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Declared {
    scheme: Scheme,
    secret_form: SecretForm,
}

impl Declared {
    /// The provider of a declaration, whose secrets are text.
    ///
    /// # Errors
    ///
    /// [`DeclarationError`], whose code says which part of the declaration cannot be used.
    pub fn new(declaration: &Declaration<'_>) -> Result<Self, DeclarationError> {
        Ok(Self { scheme: declaration.scheme()?, secret_form: SecretForm::Text })
    }

    /// Sets how the provider shows its signing secrets.
    #[must_use]
    pub const fn with_secret_form(mut self, form: SecretForm) -> Self {
        self.secret_form = form;
        self
    }

    /// Its one scheme.
    #[must_use]
    pub const fn declared_scheme(&self) -> &Scheme {
        &self.scheme
    }
}

impl Provider for Declared {
    type Event = Fields;

    fn scheme<'h>(&self, _headers: &impl Headers<'h>) -> &Scheme {
        &self.scheme
    }

    fn secret_form(&self) -> SecretForm {
        self.secret_form
    }
}

/// Any JSON object, as the fields that it has.
impl Payload for Fields {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        json::object(body).map(Object::into_fields)
    }

    fn neutral(&self) -> Neutral {
        Neutral::of(NeutralKind::Other, References::default())
    }
}
