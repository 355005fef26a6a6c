#![doc = include_str!("../README.md")]
#![no_std]
// The input is an attacker's: nothing here may panic on it, wrap around or lose digits.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod body;
mod encoding;
mod finding;
mod header;
mod json;
mod mistake;
mod print;
mod reading;
mod search;
mod secret;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::time::Duration;

use headshot_verify::{
    Delivery, MAX_BODY_BYTES, Provider, Scheme, UnixSeconds, VerifyError,
    binding::{self, BuiltIn, Check, Flaw, ObjectWriter, TokenRules},
};

pub use self::{finding::Finding, mistake::Mistake};
use self::{
    mistake::{Kind, Made},
    search::{Case, Fit, Refused, Tried},
};

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
        ObjectWriter::written(|out| {
            out.text("verdict", self.verdict());
            out.objects("findings", &self.findings, |out, finding| {
                out.text("code", finding.mistake().code());
                out.text("message", finding.message());
                out.text("remedy", finding.remedy());
            });
        })
    }
}

/// Says which known mistakes explain why a delivery is refused.
///
/// It is for a person who looks for the reason, not for the hot path: it computes up to thousands of signatures. The
/// secrets are passed as they were set, because [`Secrets`](headshot_verify::Secrets) cannot be read.
///
/// ```
/// use headshot_explain::{Mistake, explain};
/// use headshot_verify::{DEFAULT_TOLERANCE, Delivery, UnixSeconds, provider::headshotpro::HeadshotPro};
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
/// assert_eq!(finding.mistake(), Mistake::SecretWhiteSpace);
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
    explain_with(provider, None, secrets, delivery, now, tolerance)
}

/// The same with rules for tokens in place of the provider's own.
pub fn explain_with<N: AsRef<str>, V: AsRef<[u8]>>(
    provider: &impl Provider,
    rules: Option<TokenRules>,
    secrets: &[impl AsRef<[u8]>],
    delivery: &Delivery<'_, &[(N, V)]>,
    now: UnixSeconds,
    tolerance: Duration,
) -> Explanation {
    let headers: Vec<(&str, &[u8])> =
        delivery.headers().iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let secrets: Vec<&[u8]> = secrets.iter().map(AsRef::as_ref).collect();
    explained(&Case {
        choose: &|headers| provider.scheme(headers),
        form: provider.secret_form(),
        rules,
        secrets: &secrets,
        headers: &headers,
        body: delivery.body(),
        now,
        tolerance,
    })
}

fn explained(case: &Case<'_>) -> Explanation {
    let received = Tried::none(case.headers);
    let scheme = (case.choose)(&received);
    let (refusal, flaw) = match binding::secrets(case.form, case.secrets.iter().copied()) {
        Ok(secrets) => {
            let mut check = Check { rules: case.rules, ..Check::new(&secrets, case.now, case.tolerance) };
            match scheme.check(scheme.received(&received), case.body, &mut check) {
                Ok(_) => return Explanation { refusal: None, findings: Vec::new() },
                Err(flaw) => (scheme.refusal(flaw, &check), flaw),
            }
        }
        Err(flaw) => (flaw.plain(), flaw),
    };
    Explanation { refusal: Some(refusal), findings: findings(scheme, flaw, case) }
}

/// What is told of a delivery that is refused for this flaw.
fn findings<'c>(scheme: &'c Scheme, flaw: Flaw, case: &Case<'c>) -> Vec<Finding> {
    match flaw {
        Flaw::SecretsMissing | Flaw::SecretEmpty => return Vec::from([Finding::of(Kind::SecretMissing, ["", ""])]),
        Flaw::BodyTooLarge => return Vec::from([Finding::of(Kind::BodyTooLarge, [&MAX_BODY_BYTES.to_string(), ""])]),
        _ => {}
    }
    let Some(Fit { mistakes, remaining }) = search::run(scheme, case) else {
        return told(&suspicions(scheme, flaw, case), case);
    };
    let mut findings = told(&mistakes, case);
    findings.extend(remaining.and_then(|refused| told_besides(refused, case.now)));
    findings
}

fn told(mistakes: &[Made<'_>], case: &Case<'_>) -> Vec<Finding> {
    mistakes.iter().map(|mistake| mistake.told(case.secrets)).collect()
}

/// What is wrong even without the mistakes that were found.
fn told_besides(Refused { flaw, claim, seconds }: Refused, now: UnixSeconds) -> Option<Finding> {
    let kind = match flaw {
        Flaw::TimestampTooOld | Flaw::TokenExpired if now.get() >= MILLISECONDS_FROM => Kind::ClockMilliseconds,
        Flaw::TimestampTooOld => Kind::ClockAhead,
        Flaw::TimestampInFuture => Kind::ClockBehind,
        Flaw::TokenExpired => Kind::TokenExpired,
        Flaw::TokenNotYetValid => Kind::TokenNotYetValid,
        Flaw::BodyNotObject => Kind::BodyNotObject,
        Flaw::ClaimMismatch | Flaw::ClaimMissing => return Some(Finding::of(Kind::TokenClaim, [claim, ""])),
        Flaw::TokenTypeRefused | Flaw::ClaimsMalformed | Flaw::ClaimMalformed => Kind::TokenForm,
        _ => return None,
    };
    Some(Finding::of(kind, [&seconds.to_string(), ""]))
}

/// What the delivery looks like, where no mistake makes the signature fit.
fn suspicions<'c>(scheme: &'c Scheme, flaw: Flaw, case: &Case<'c>) -> Vec<Made<'c>> {
    let mut mistakes = header::absent(scheme, case.headers);
    if !mistakes.is_empty() {
        for BuiltIn { with_timestamp: other, .. } in BuiltIn::ALL {
            if other.provider() != scheme.provider() && header::has_any(other, case.headers) {
                return Vec::from([Kind::ProviderOther.of(other.provider())]);
            }
        }
    }
    let repeated = match flaw {
        Flaw::SignatureRepeated => Some(scheme.signature_header()),
        Flaw::TimestampRepeated => scheme.timestamp_header(),
        Flaw::IdRepeated => scheme.id_header(),
        _ => None,
    };
    mistakes.extend(repeated.map(|header| Kind::HeaderRepeated.of(header)));
    let kind = match flaw {
        Flaw::SignatureMalformed => Some(Kind::SignatureForm),
        Flaw::SignatureUppercase => Some(Kind::SignatureLetterCase),
        Flaw::TimestampMalformed => Some(header::suspicious_timestamp(scheme, case.headers)),
        Flaw::IdMalformed => Some(Kind::IdForm),
        Flaw::TokenMalformed | Flaw::ExtensionRefused => Some(Kind::TokenForm),
        Flaw::AlgorithmRefused => Some(Kind::TokenAlgorithm),
        Flaw::SecretMalformed => Some(Kind::SecretForm),
        _ => None,
    };
    mistakes.extend(kind.map(Made::from));
    if scheme.covers_body() {
        mistakes.extend(body::suspicion(case.body).map(Made::from));
    }
    if mistakes.is_empty() {
        mistakes.push(Kind::Unknown.into());
    }
    mistakes
}
