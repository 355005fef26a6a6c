//! A refusal as it crosses to JavaScript, which makes the message: a text made here would bring Rust's formatting.

#[cfg(feature = "declared")]
use headshot_verify::DeclarationError;
use headshot_verify::{
    MAX_BODY_BYTES, VerifyError,
    binding::{Flaw, Role},
};

/// Why a verifier could not be made, or a delivery was refused.
#[derive(Clone, Copy)]
pub(crate) enum Refusal {
    /// There is no provider of that name.
    ProviderUnknown,
    /// What the crate says of a delivery; and the setting that would accept it, if there is one.
    Delivery(Flaw, Option<&'static str>),
    /// What it says of the settings: the error's place in [`VerifyError::CODES`].
    Settings(usize),
    /// A code whose message needs nothing.
    #[cfg(feature = "declared")]
    Code(&'static str),
}

impl Refusal {
    /// The code: its place in [`VerifyError::CODES`], and after them that of an unknown provider; for any other the
    /// place after that, and [`text`](Self::text) is the code.
    pub(crate) const fn code(self) -> usize {
        match self {
            Self::Delivery(flaw, _) => place(flaw),
            Self::Settings(place) => place,
            Self::ProviderUnknown => VerifyError::CODES.len(),
            #[cfg(feature = "declared")]
            Self::Code(_) => VerifyError::CODES.len() + 1,
        }
    }

    /// A name that the message needs besides the header's.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Delivery(Flaw::ClaimMalformed(name) | Flaw::ClaimMissing(name) | Flaw::ClaimMismatch(name), _)
            | Self::Delivery(_, Some(name)) => name,
            #[cfg(feature = "declared")]
            Self::Code(code) => code,
            _ => "",
        }
    }

    /// The number that the message needs.
    pub(crate) const fn number(self) -> Option<u64> {
        match self {
            Self::Delivery(
                Flaw::TooOld(n) | Flaw::InFuture(n) | Flaw::TokenExpired(n) | Flaw::TokenNotYetValid(n),
                _,
            ) => Some(n),
            Self::Delivery(Flaw::BodyTooLarge, _) => Some(MAX_BODY_BYTES as u64),
            _ => None,
        }
    }
}

/// The place of the flaw's code in [`VerifyError::CODES`].
const fn place(flaw: Flaw) -> usize {
    match flaw {
        Flaw::Missing(role) => of_header(role),
        Flaw::Repeated(role) => of_header(role) + 1,
        Flaw::Malformed(role) => of_header(role) + 2,
        Flaw::Uppercase => 3,
        Flaw::Mismatch => 4,
        Flaw::TooOld(_) => 11,
        Flaw::InFuture(_) => 12,
        Flaw::TokenMalformed => 13,
        Flaw::AlgorithmRefused => 14,
        Flaw::ExtensionRefused => 15,
        Flaw::TokenTypeRefused => 16,
        Flaw::ClaimsMalformed => 17,
        Flaw::ClaimMalformed(_) => 18,
        Flaw::ClaimMissing(_) => 19,
        Flaw::ClaimMismatch(_) => 20,
        Flaw::TokenExpired(_) => 21,
        Flaw::TokenNotYetValid(_) => 22,
        Flaw::BodyNotObject => 23,
        Flaw::BodyTooLarge => 24,
    }
}

const fn of_header(role: Role) -> usize {
    match role {
        Role::Signature => 0,
        Role::Timestamp => 5,
        Role::Id => 8,
    }
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self::Settings(match error {
            VerifyError::SecretEmpty => 25,
            VerifyError::SecretMalformed => 26,
            VerifyError::SecretsMissing => 27,
            // There is no other that is not of a delivery.
            _ => 28,
        })
    }
}

#[cfg(feature = "declared")]
impl From<DeclarationError> for Refusal {
    fn from(error: DeclarationError) -> Self {
        Self::Code(error.code())
    }
}

#[cfg(feature = "tools")]
impl From<headshot_verify::SignError> for Refusal {
    fn from(error: headshot_verify::SignError) -> Self {
        Self::Code(error.code())
    }
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, time::Duration};

    use headshot_verify::{DeclarationError, EventError, provider::headshotpro};

    use super::*;

    const MESSAGES: &str = concat!(include_str!("../npm/src/messages.js"), include_str!("../npm/src/more-messages.js"));

    const TYPES: &str = include_str!("../npm/index.d.ts");
    const README: &str = include_str!("../npm/README.md");

    /// The text that JavaScript has for a code.
    fn message(key: &str) -> String {
        let plain = format!("\n  {key}:");
        let quoted = format!("\n  \"{key}\":");
        let (_, rest) = MESSAGES.split_once(&plain).or_else(|| MESSAGES.split_once(&quoted)).expect(key);
        let (_, text) = rest.split_once('"').unwrap();
        text.split_once("\",\n").unwrap().0.to_owned()
    }

    fn named(code: &str) -> Option<VerifyError> {
        let header = || Cow::Borrowed("{0}");
        let seconds = Duration::from_secs(4_242_424_242);
        [
            VerifyError::SignatureMissing { header: header() },
            VerifyError::SignatureRepeated { header: header() },
            VerifyError::SignatureMalformed { header: header() },
            VerifyError::SignatureUppercase { header: header() },
            VerifyError::SignatureMismatch,
            VerifyError::TimestampMissing { header: header(), accepted_by: None },
            VerifyError::TimestampRepeated { header: header() },
            VerifyError::TimestampMalformed { header: header() },
            VerifyError::IdMissing { header: header() },
            VerifyError::IdRepeated { header: header() },
            VerifyError::IdMalformed { header: header() },
            VerifyError::TimestampTooOld { age: seconds },
            VerifyError::TimestampInFuture { ahead: seconds },
            VerifyError::TokenMalformed,
            VerifyError::AlgorithmRefused,
            VerifyError::ExtensionRefused,
            VerifyError::TokenTypeRefused,
            VerifyError::ClaimsMalformed,
            VerifyError::ClaimMalformed { claim: "{0}" },
            VerifyError::ClaimMissing { claim: "{0}" },
            VerifyError::ClaimMismatch { claim: "{0}" },
            VerifyError::TokenExpired { age: seconds },
            VerifyError::TokenNotYetValid { ahead: seconds },
            VerifyError::BodyNotObject,
            VerifyError::BodyTooLarge { limit: 4_242_424_242 },
            VerifyError::SecretEmpty,
            VerifyError::SecretMalformed,
            VerifyError::SecretsMissing,
            VerifyError::SchemeUnknown,
        ]
        .into_iter()
        .find(|error| error.code() == code)
    }

    #[test]
    fn javascript_says_the_same_as_rust() {
        for code in VerifyError::CODES {
            let error = named(code).unwrap_or_else(|| panic!("{code} is not looked at"));
            let text = error.to_string().replace("4242424242", "{n}");
            assert_eq!(message(code), text.replace('"', "\\\""), "{code}");
        }
        let both = VerifyError::TimestampMissing { header: Cow::Borrowed("{0}"), accepted_by: Some("{1}") };
        assert_eq!(message("timestamp_missing+"), both.to_string());
    }

    #[test]
    fn javascript_has_a_message_for_every_other_code() {
        for code in EventError::CODES.iter().chain(DeclarationError::CODES) {
            assert!(!message(code).is_empty(), "{code}");
        }
    }

    #[test]
    fn the_types_and_the_readme_name_every_code() {
        let (_, union) = TYPES.split_once("export type ErrorCode =").unwrap();
        let (union, _) = union.split_once(';').unwrap();
        let named: Vec<&str> = union.split('"').skip(1).step_by(2).collect();
        let (_, table) = README.split_once("## Codes").unwrap();
        let explained: Vec<&str> =
            table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once("` |")?.0)).collect();
        assert_eq!(named, explained);
        for code in VerifyError::CODES.iter().chain(EventError::CODES).chain(DeclarationError::CODES) {
            assert!(named.contains(code), "{code}");
        }
    }

    #[test]
    fn javascript_has_the_codes_in_their_order() {
        let keys = MESSAGES.lines().filter_map(|line| line.strip_prefix("  ")?.split_once(':'));
        let keys =
            keys.map(|(key, _)| key).filter(|key| key.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()));
        let codes = VerifyError::CODES.iter().copied().chain(["provider_unknown", "option_invalid"]);
        let first: Vec<&str> = keys.take(codes.clone().count()).collect();
        assert_eq!(first, codes.collect::<Vec<_>>());
    }

    #[test]
    fn every_refusal_has_the_place_of_its_code() {
        let roles = [Role::Signature, Role::Timestamp, Role::Id];
        let of_headers = [Flaw::Missing, Flaw::Repeated, Flaw::Malformed].into_iter().flat_map(|flaw| roles.map(flaw));
        let others = [
            Flaw::Uppercase,
            Flaw::Mismatch,
            Flaw::TooOld(1),
            Flaw::InFuture(1),
            Flaw::TokenMalformed,
            Flaw::AlgorithmRefused,
            Flaw::ExtensionRefused,
            Flaw::TokenTypeRefused,
            Flaw::ClaimsMalformed,
            Flaw::ClaimMalformed("exp"),
            Flaw::ClaimMissing("iat"),
            Flaw::ClaimMismatch("topic"),
            Flaw::TokenExpired(1),
            Flaw::TokenNotYetValid(1),
            Flaw::BodyNotObject,
            Flaw::BodyTooLarge,
        ];
        let provider = headshotpro::HeadshotPro::default();
        let scheme = headshot_verify::Provider::scheme(&provider, &(&[] as &[(&str, &str)]));
        for flaw in of_headers.chain(others) {
            assert_eq!(VerifyError::CODES[Refusal::Delivery(flaw, None).code()], flaw.of(scheme).code());
        }
        for error in [
            VerifyError::SecretEmpty,
            VerifyError::SecretMalformed,
            VerifyError::SecretsMissing,
            VerifyError::SchemeUnknown,
        ] {
            let code = error.code();
            assert_eq!(VerifyError::CODES[Refusal::from(error).code()], code);
        }
    }

    #[test]
    fn what_a_message_needs_goes_along() {
        assert_eq!(Refusal::Delivery(Flaw::Missing(Role::Timestamp), Some("auto")).text(), "auto");
        assert_eq!(Refusal::Delivery(Flaw::ClaimMissing("iat"), None).text(), "iat");
        assert_eq!(Refusal::Delivery(Flaw::TokenExpired(7), None).number(), Some(7));
    }
}
