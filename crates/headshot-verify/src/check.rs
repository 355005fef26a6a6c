//! What deliveries are checked with, and what a check finds.

use core::time::Duration;

use crate::{Secrets, UnixSeconds, error::Flaw};

/// What deliveries are checked with, and what there is to say about a [`Flaw`] beside its name.
#[derive(Clone, Copy, Debug)]
pub struct Check<'s> {
    /// The secrets, any of which may have signed.
    pub secrets: &'s Secrets,
    /// The moment of the check.
    pub now: UnixSeconds,
    /// The greatest distance between a signed timestamp and now.
    pub tolerance: Duration,
    /// The claim that the flaw is about.
    pub claim: &'static str,
    /// By how many seconds the time that the flaw is about is off.
    pub seconds: u64,
    /// Rules for tokens in place of the scheme's own.
    pub rules: Option<TokenRules>,
}

/// What a token has to say besides being signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRules {
    /// The greatest age of a token, which then has to say when it was issued.
    pub max_age: Option<Duration>,
    /// Whether it may leave out both when it was issued and when it expires, and so be valid for ever.
    pub may_be_timeless: bool,
    /// Whether claims that have the name of a field of the body have to be the same.
    pub compares_claims: bool,
}

impl TokenRules {
    /// What is demanded unless told otherwise.
    pub const STRICT: Self = Self { max_age: None, may_be_timeless: false, compares_claims: true };
}

/// What was found out by looking at this delivery, rather than known from its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// When it was signed, if the scheme signs a time.
    pub signed_at: Option<UnixSeconds>,
    /// Which of the secrets signed, counted from 0.
    pub secret_index: usize,
}

impl<'s> Check<'s> {
    /// A check that has found nothing yet.
    #[must_use]
    pub const fn new(secrets: &'s Secrets, now: UnixSeconds, tolerance: Duration) -> Self {
        Self { secrets, now, tolerance, claim: "", seconds: 0, rules: None }
    }

    /// A flaw about a claim.
    pub(crate) const fn of_claim(&mut self, claim: &'static str, flaw: Flaw) -> Flaw {
        self.claim = claim;
        flaw
    }

    /// A flaw about a time that is off by so many seconds.
    pub(crate) const fn off_by(&mut self, seconds: u64, flaw: Flaw) -> Flaw {
        self.seconds = seconds;
        flaw
    }

    /// Makes sure that no more seconds lie between a moment and now than the tolerance has.
    pub(crate) fn distance(&mut self, signed_at: UnixSeconds) -> Result<(), Flaw> {
        // Moments are whole seconds, so a fraction of the tolerance makes no difference.
        let most = self.tolerance.as_secs();
        match (self.now.since(signed_at), signed_at.since(self.now)) {
            (Some(age), _) if age > most => Err(self.off_by(age, Flaw::TimestampTooOld)),
            (_, Some(ahead)) if ahead > most => Err(self.off_by(ahead, Flaw::TimestampInFuture)),
            _ => Ok(()),
        }
    }
}
