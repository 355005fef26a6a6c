//! Scale Headshots.
//!
//! It sends a JSON Web Token in `X-Authenticity-Token` \[003\]. Its algorithm and claims are not documented: HS256 is the
//! usual choice for a token made with a shared secret, and every claim that is known by its name is checked if it is
//! there.
//!
//! **The token does not sign the body.** It proves that its sender knows the secret; take the event as a hint and read
//! the submission from the API.
//!
//! Facts name the provider's page that they are from: \[003\] developers.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, time::Duration};

use crate::{
    EventError, Fields, Headers, Neutral, NeutralKind, NeutralState, Payload, Provider, References, Scheme,
    UnsignedEvent,
    check::TokenRules,
    json,
    jws::Algorithm,
    scheme::{Means, Name, SchemeName, TokenScheme},
    shape::shape,
    words::words,
};

const TOKEN_HEADER: &str = "x-authenticity-token";

/// The tolerance of a token's times unless another is set, 60 s: the token has an end of its own.
const TOLERANCE: Duration = Duration::from_secs(60);

/// A token signed with HS256, whatever its age as long as it has not expired.
pub(crate) static HS256: Scheme = scheme(Cow::Borrowed(&[Algorithm::Hs256]), TokenRules::STRICT);
#[cfg(feature = "sha512")]
pub(crate) static HS384: Scheme = scheme(Cow::Borrowed(&[Algorithm::Hs384]), TokenRules::STRICT);
#[cfg(feature = "sha512")]
pub(crate) static HS512: Scheme = scheme(Cow::Borrowed(&[Algorithm::Hs512]), TokenRules::STRICT);

const fn scheme(algorithms: Cow<'static, [Algorithm]>, rules: TokenRules) -> Scheme {
    let token = TokenScheme { header: Cow::Borrowed(TOKEN_HEADER), algorithms, rules };
    Scheme { provider: Name::BuiltIn("scale"), name: SchemeName::Jwt, tolerance: TOLERANCE, means: Means::Token(token) }
}

/// The provider Scale Headshots, and which tokens to accept.
#[derive(Clone, Debug)]
pub struct Scale {
    scheme: Scheme,
}

impl Scale {
    /// The header that it reads, in lower case.
    pub const HEADERS: [&str; 1] = [TOKEN_HEADER];

    /// Accepts tokens signed with HS256 that say when they were issued or when they expire, whatever their age as long as
    /// they have not expired.
    #[must_use]
    pub const fn new() -> Self {
        Self { scheme: scheme(Cow::Borrowed(&[Algorithm::Hs256]), TokenRules::STRICT) }
    }

    /// Accepts these algorithms and no other.
    #[must_use]
    pub fn with_algorithms(self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        Self { scheme: scheme(Cow::Owned(algorithms.into_iter().collect::<Vec<_>>()), self.rules()) }
    }

    /// Demands that a token says when it was issued, and refuses one that is older than this, plus the tolerance.
    #[must_use]
    pub fn with_max_age(self, max_age: Duration) -> Self {
        self.with_rules(|rules| rules.max_age = Some(max_age))
    }

    /// Accepts tokens that say neither when they were issued nor when they expire: whoever recorded one can send it for
    /// ever, with any body.
    #[must_use]
    pub fn with_timeless_tokens(self) -> Self {
        self.with_rules(|rules| rules.may_be_timeless = true)
    }

    /// Compares no claim with the body. Which claims there are is not documented; those that have the name of one of the
    /// body's fields are compared unless this is set.
    #[must_use]
    pub fn without_claim_comparison(self) -> Self {
        self.with_rules(|rules| rules.compares_claims = false)
    }

    fn with_rules(mut self, change: impl FnOnce(&mut TokenRules)) -> Self {
        if let Means::Token(token) = &mut self.scheme.means {
            change(&mut token.rules);
        }
        self
    }

    const fn rules(&self) -> TokenRules {
        match &self.scheme.means {
            Means::Token(token) => token.rules,
            Means::Hmac(_) => TokenRules::STRICT,
        }
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self::new()
    }
}

impl Provider for Scale {
    type Event = UnsignedEvent<Event>;

    fn scheme<'h>(&self, _headers: &impl Headers<'h>) -> &Scheme {
        &self.scheme
    }
}

/// Something that happened to a submission, in the long form \[003\] or in the short one with the submission alone.
///
/// The provider can send a test that names the latest real submission, and nothing tells it from the real event.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub topic: Topic,
    /// The submission's id; only an event of an unknown topic may have none.
    pub submission_id: Option<String>,
    /// The studio's id.
    pub studio_id: Option<String>,
    /// The id of the person.
    pub contact_id: Option<String>,
    /// Every other field.
    pub other: Fields,
}

words! {
    /// What happened to a submission.
    pub enum Topic {
        /// It was accepted and its headshot is made.
        SubmissionComplete = "SUBMISSION_COMPLETE",
    }
}

shape! {
    Event(topic: Topic, submission_id: Option<String>) {
        optional_text studio_id = "studio_id";
        optional_text contact_id = "contact_id";
    }
}

impl Payload for Event {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        let mut fields = json::object(body)?;
        let topic = Topic::from(fields.require("topic", "/topic", json::text)?);
        let submission_id = match topic {
            Topic::SubmissionComplete => Some(fields.require("submission_id", "/submission_id", json::text)?),
            Topic::Other(_) => fields.take("submission_id", json::text),
        };
        Ok(Self::from_fields(fields, topic, submission_id))
    }

    /// It brings no photos: the submission in the API has them.
    fn neutral(&self) -> Neutral {
        let (kind, state) = match self.topic {
            Topic::SubmissionComplete => (NeutralKind::PhotosReady, Some(NeutralState::Ready)),
            Topic::Other(_) => (NeutralKind::Other, None),
        };
        let about = References::of(self.submission_id.clone(), self.contact_id.clone(), None);
        Neutral { state, ..Neutral::of(kind, about) }
    }

    fn references(body: &[u8]) -> References {
        let [submission, contact] = json::sought(body, ["/submission_id", "/contact_id"]);
        References::of(submission, contact, None)
    }
}

// Unknown fields stay out of logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("topic", &self.topic)
            .field("submission_id", &self.submission_id)
            .finish_non_exhaustive()
    }
}
