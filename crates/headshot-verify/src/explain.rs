//! Why a delivery was refused: tries the known mistakes, one and several at a time, until the signature fits.

mod body;
mod encoding;
mod finding;
mod header;
mod print;
mod reading;
mod schemes;
mod search;
mod secret;

use alloc::{format, string::String, vec, vec::Vec};
use core::time::Duration;

pub use self::finding::Finding;
use self::{
    finding::Mistake,
    search::{Case, Fit},
};
use crate::{Delivery, Provider, Scheme, SecretForm, UnixSeconds, VerifyError, json::ObjectWriter, scheme};

/// No clock that counts seconds shows as much before the year 5138.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

/// What became of a delivery, and which known mistakes explain it.
///
/// It holds neither a secret nor anything of the body, so it may be logged and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    refusal: Option<VerifyError>,
    findings: Vec<Finding>,
}

impl Explanation {
    /// Whether the delivery is genuine.
    #[must_use]
    pub const fn is_genuine(&self) -> bool {
        self.refusal.is_none()
    }

    /// `genuine`, or else the code of the refusal.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        self.refusal.as_ref().map_or("genuine", VerifyError::code)
    }

    /// Why the delivery was refused.
    #[must_use]
    pub const fn refusal(&self) -> Option<&VerifyError> {
        self.refusal.as_ref()
    }

    /// The mistakes that explain the refusal: none if and only if the delivery is genuine.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// As JSON: `{"verdict":…,"findings":[{"code":…,"message":…,"remedy":…}]}`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings: Vec<String> = self.findings.iter().map(written).collect();
        format!(r#"{{"verdict":"{}","findings":[{}]}}"#, self.verdict(), findings.join(","))
    }
}

fn written(finding: &Finding) -> String {
    ObjectWriter::written(|out| {
        out.text("code", Some(finding.code()));
        out.text("message", Some(&finding.message()));
        out.text("remedy", Some(finding.remedy()));
    })
}

/// Says which known mistakes explain why a delivery is refused.
///
/// It is for a person who looks for the reason, not for the hot path: it computes up to thousands of signatures. The
/// secrets are passed as they were set, because [`Secrets`](crate::Secrets) cannot be read.
///
/// ```
/// use headshot_verify::{DEFAULT_TOLERANCE, Delivery, UnixSeconds, explain, provider::headshotpro::HeadshotPro};
///
/// let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n";
/// let headers = [
///     ("X-HeadshotPro-Signature", "sha256=21daf7e5444b10051bcfd44108bb09c8f95859d99aa64a371ba1ab52b80a7a5d"),
///     ("X-HeadshotPro-Timestamp", "1767323045"),
/// ];
/// let body = r#"{"id":"evt_00000000-0000-4000-8000-000000000001","event":"model.photos_ready","createdAt":"2026-01-02T03:04:05.000Z","objectType":"model","object":{"_id":"65a000000000000000000001","status":"active"}}"#;
///
/// let delivery = Delivery::new(&headers[..], body);
/// let now = UnixSeconds::new(1_767_323_050);
/// let explanation = explain(&HeadshotPro::default(), &[secret], &delivery, now, DEFAULT_TOLERANCE);
/// assert_eq!(explanation.verdict(), "signature_mismatch");
/// let [finding] = explanation.findings() else { panic!() };
/// assert_eq!(finding.code(), "secret_white_space");
/// assert_eq!(finding.message(), "the secret has white space around it");
/// ```
#[must_use]
pub fn explain<N: AsRef<str>, V: AsRef<[u8]>>(
    provider: &impl Provider,
    secrets: &[impl AsRef<[u8]>],
    delivery: &Delivery<'_, &[(N, V)]>,
    now: UnixSeconds,
    tolerance: Duration,
) -> Explanation {
    let headers: Vec<(&str, &[u8])> =
        delivery.headers.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let scheme = provider.scheme(&&headers[..]);
    let case = Case { headers: &headers, body: delivery.body, now, tolerance };
    let form = provider.secret_form();
    let Err(refusal) = verdict(scheme, form, secrets, &case) else {
        return Explanation { refusal: None, findings: Vec::new() };
    };
    let mut mistakes = match &refusal {
        VerifyError::SecretsMissing | VerifyError::SecretEmpty => vec![Mistake::SecretMissing],
        VerifyError::BodyTooLarge { limit } => vec![Mistake::BodyTooLarge { limit: *limit }],
        _ => search::run(provider, scheme, secrets, &case)
            .map_or_else(|| suspicions(scheme, &refusal, &case), |fit| explained(fit, now)),
    };
    withhold(&mut mistakes, secrets);
    Explanation { refusal: Some(refusal), findings: mistakes.into_iter().map(Finding).collect() }
}

/// Forgets the name that a header was sent under if a secret stands in it.
fn withhold(mistakes: &mut [Mistake], secrets: &[impl AsRef<[u8]>]) {
    /// Whatever is shorter stands in many a word.
    const SHORTEST: usize = 8;
    for mistake in mistakes {
        let Mistake::HeaderRenamed { given, .. } = mistake else { continue };
        let holds = |secret: &[u8]| {
            let secret = secret.trim_ascii();
            secret.len() >= SHORTEST
                && given.as_bytes().windows(secret.len()).any(|part| part.eq_ignore_ascii_case(secret))
        };
        if secrets.iter().any(|secret| holds(secret.as_ref())) {
            given.clear();
        }
    }
}

fn verdict(
    scheme: &Scheme,
    form: SecretForm,
    secrets: &[impl AsRef<[u8]>],
    case: &Case<'_>,
) -> Result<(), VerifyError> {
    let secrets = form.read_all(secrets)?;
    let delivery = Delivery::new(case.headers, case.body);
    scheme::verify(&delivery, &secrets, scheme, case.now, case.tolerance).map(|_| ())
}

/// The mistakes without which the signature fits, and what is wrong even then.
fn explained(fit: Fit, now: UnixSeconds) -> Vec<Mistake> {
    let more = fit.remaining.and_then(|remaining| match remaining {
        VerifyError::TimestampTooOld { .. } | VerifyError::TokenExpired { .. } if now.get() >= MILLISECONDS_FROM => {
            Some(Mistake::ClockMilliseconds)
        }
        VerifyError::TimestampTooOld { age } => Some(Mistake::ClockAhead { by: age }),
        VerifyError::TimestampInFuture { ahead } => Some(Mistake::ClockBehind { by: ahead }),
        VerifyError::TokenExpired { age } => Some(Mistake::TokenExpired { by: age }),
        VerifyError::TokenNotYetValid { ahead } => Some(Mistake::TokenNotYetValid { by: ahead }),
        VerifyError::BodyNotObject => Some(Mistake::BodyNotObject),
        VerifyError::ClaimMismatch { claim } | VerifyError::ClaimMissing { claim } => {
            Some(Mistake::TokenClaim { claim })
        }
        VerifyError::TokenTypeRefused | VerifyError::ClaimsMalformed | VerifyError::ClaimMalformed { .. } => {
            Some(Mistake::TokenForm)
        }
        _ => None,
    });
    let mut mistakes = fit.mistakes;
    mistakes.extend(more);
    mistakes
}

/// What the delivery looks like, where no mistake makes the signature fit.
fn suspicions(scheme: &Scheme, refusal: &VerifyError, case: &Case<'_>) -> Vec<Mistake> {
    let absent = header::absent(scheme, case.headers);
    let mut others = schemes::known().into_iter().map(|other| other.scheme);
    let other = others.find(|other| other.provider != scheme.provider && header::has_any(other, case.headers));
    if let (false, Some(other)) = (absent.is_empty(), other) {
        return vec![Mistake::ProviderOther { provider: other.provider().into() }];
    }
    let mut mistakes = absent;
    mistakes.extend(match refusal {
        VerifyError::SignatureRepeated { header }
        | VerifyError::TimestampRepeated { header }
        | VerifyError::IdRepeated { header } => Some(Mistake::HeaderRepeated { header: header.clone().into_owned() }),
        VerifyError::SignatureMalformed { .. } => Some(Mistake::SignatureForm),
        VerifyError::SignatureUppercase { .. } => Some(Mistake::SignatureLetterCase),
        VerifyError::TimestampMalformed { .. } => Some(header::suspicious_timestamp(scheme, case.headers)),
        VerifyError::IdMalformed { .. } => Some(Mistake::IdForm),
        VerifyError::TokenMalformed | VerifyError::ExtensionRefused => Some(Mistake::TokenForm),
        VerifyError::AlgorithmRefused => Some(Mistake::TokenAlgorithm),
        VerifyError::SecretMalformed => Some(Mistake::SecretForm),
        _ => None,
    });
    if scheme.covers_body() {
        mistakes.extend(body::suspicion(case.body));
    }
    if mistakes.is_empty() {
        mistakes.push(Mistake::Unknown);
    }
    mistakes
}
