//! A refusal as it crosses to JavaScript, which makes the message: a text made here would bring Rust's formatting.

use alloc::{borrow::ToOwned, string::String};

use headshot_verify::{DeclarationError, VerifyError};

/// Why a verifier could not be made, or a delivery was refused.
pub(crate) enum Refusal {
    /// As the crate says.
    Verify(VerifyError),
    /// A code of its own, whose message needs nothing.
    Code(&'static str),
}

impl Refusal {
    pub(crate) const PROVIDER_UNKNOWN: Self = Self::Code("provider_unknown");
    pub(crate) const SCHEME_UNKNOWN: Self = Self::Verify(VerifyError::SchemeUnknown);

    /// The code, and the names that the message needs, separated by spaces.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Verify(error) => line(error),
            Self::Code(code) => (*code).to_owned(),
        }
    }

    /// The number that the message needs.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Self::Verify(error) => number(error),
            Self::Code(_) => None,
        }
    }
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self::Verify(error)
    }
}

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

fn line(error: &VerifyError) -> String {
    let mut line = error.code().to_owned();
    match error {
        VerifyError::SignatureMissing { header }
        | VerifyError::SignatureRepeated { header }
        | VerifyError::SignatureMalformed { header }
        | VerifyError::SignatureUppercase { header }
        | VerifyError::TimestampRepeated { header }
        | VerifyError::TimestampMalformed { header }
        | VerifyError::IdMissing { header }
        | VerifyError::IdRepeated { header }
        | VerifyError::IdMalformed { header } => add(&mut line, header),
        VerifyError::TimestampMissing { header, accepted_by } => {
            add(&mut line, header);
            if let Some(setting) = accepted_by {
                add(&mut line, setting);
            }
        }
        VerifyError::ClaimMalformed { claim }
        | VerifyError::ClaimMissing { claim }
        | VerifyError::ClaimMismatch { claim } => add(&mut line, claim),
        _ => {}
    }
    line
}

fn number(error: &VerifyError) -> Option<u64> {
    match error {
        VerifyError::TimestampTooOld { age } | VerifyError::TokenExpired { age } => Some(age.as_secs()),
        VerifyError::TimestampInFuture { ahead } | VerifyError::TokenNotYetValid { ahead } => Some(ahead.as_secs()),
        VerifyError::BodyTooLarge { limit } => u64::try_from(*limit).ok(),
        _ => None,
    }
}

fn add(line: &mut String, name: &str) {
    line.push(' ');
    line.push_str(name);
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, time::Duration};

    use headshot_verify::EventError;

    use super::*;

    const MESSAGES: &str = include_str!("../npm/src/messages.js");

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
    fn what_a_message_needs_goes_along() {
        let error = VerifyError::TimestampMissing { header: Cow::Borrowed("x-a"), accepted_by: Some("auto") };
        assert_eq!(Refusal::from(error).line(), "timestamp_missing x-a auto");
        assert_eq!(Refusal::from(VerifyError::TokenExpired { age: Duration::from_secs(7) }).number(), Some(7));
    }
}
