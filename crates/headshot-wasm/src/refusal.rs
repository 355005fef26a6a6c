//! A refusal as it crosses to JavaScript, which makes the message: a text made here would bring Rust's formatting.

#[cfg(feature = "declared")]
use headshot_verify::DeclarationError;
use headshot_verify::{VerifyError, binding::Flaw};

/// Why a verifier could not be made, or a delivery was refused.
#[derive(Clone, Copy)]
pub(crate) struct Refusal {
    /// The code: its place in [`VerifyError::CODES`], and after them that of an unknown provider; for any other the
    /// place after that, and `text` is the code.
    pub(crate) code: usize,
    /// A name that the message needs besides the header's.
    pub(crate) text: &'static str,
    /// The number that the message needs, if it needs one.
    #[cfg(feature = "verdict")]
    pub(crate) number: u64,
}

impl Refusal {
    /// There is no provider of that name.
    pub(crate) const PROVIDER_UNKNOWN: Self = Self::of(VerifyError::CODES.len(), "");

    const fn of(code: usize, text: &'static str) -> Self {
        Self {
            code,
            text,
            #[cfg(feature = "verdict")]
            number: 0,
        }
    }

    /// A code whose message needs nothing.
    #[cfg(feature = "declared")]
    const fn of_code(code: &'static str) -> Self {
        Self::of(VerifyError::CODES.len() + 1, code)
    }
}

impl From<Flaw> for Refusal {
    fn from(flaw: Flaw) -> Self {
        Self::of(flaw as usize, "")
    }
}

#[cfg(feature = "declared")]
impl From<DeclarationError> for Refusal {
    fn from(error: DeclarationError) -> Self {
        Self::of_code(error.code())
    }
}

#[cfg(feature = "tools")]
impl From<headshot_verify::SignError> for Refusal {
    fn from(error: headshot_verify::SignError) -> Self {
        Self::of_code(error.code())
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use headshot_explain::Mistake;
    use headshot_verify::{DeclarationError, EventError, MAX_BODY_BYTES, SchemeName, binding::Told};

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

    /// Every refusal of the crate, with marks where JavaScript has its own.
    fn refusals(without_timestamp: Option<&'static str>) -> impl Iterator<Item = VerifyError> {
        let told =
            Told { headers: [&Cow::Borrowed("{0}"); 3], without_timestamp, claim: "{0}", seconds: 4_242_424_242 };
        Flaw::ALL.iter().map(move |flaw| flaw.error(&told))
    }

    #[test]
    fn javascript_says_the_same_as_rust() {
        let longest = MAX_BODY_BYTES.to_string();
        for refusal in refusals(None) {
            let text = refusal.to_string().replace("4242424242", "{n}").replace(&longest, "{n}");
            assert_eq!(message(refusal.code()), text.replace('"', "\\\""));
        }
        let both = refusals(Some("{1}")).find(|refusal| refusal.code() == "timestamp_missing").unwrap();
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
        let (_, chapter) = README.split_once("## Codes").unwrap();
        let (refusals, events) = chapter.split_once("`EventError`").unwrap();
        let refusals = (codes_of_type("ErrorCode"), codes_of_table(refusals));
        let events = (codes_of_type("EventErrorCode"), codes_of_table(events));
        assert_eq!((&refusals.0, &events.0), (&refusals.1, &events.1));
        // In Rust, such an event has a type of its own.
        assert_eq!(events.0, [EventError::CODES, &["event_unsigned"]].concat());
        for code in VerifyError::CODES.iter().chain(DeclarationError::CODES) {
            assert!(refusals.0.contains(code), "{code}");
        }
    }

    #[test]
    fn the_types_name_every_mistake_and_every_scheme() {
        let mistakes: Vec<&str> = Mistake::ALL.iter().map(|mistake| mistake.code()).collect();
        assert_eq!(codes_of_type("MistakeCode"), mistakes);
        let schemes: Vec<&str> = SchemeName::ALL.iter().map(|scheme| scheme.code()).collect();
        assert_eq!(codes_of_type("SchemeName"), schemes);
    }

    fn codes_of_type(name: &str) -> Vec<&'static str> {
        let (_, union) = TYPES.split_once(&format!("export type {name} =")).unwrap();
        let (union, _) = union.split_once(';').unwrap();
        union.split('"').skip(1).step_by(2).collect()
    }

    fn codes_of_table(table: &str) -> Vec<&str> {
        table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once("` |")?.0)).collect()
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
}
