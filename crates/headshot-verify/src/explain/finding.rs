use alloc::string::{String, ToString};
use core::{fmt, time::Duration};

use crate::codes::codes;

/// A known mistake that fits a refused delivery: what it is, and what to do about it.
///
/// It holds neither a secret nor anything of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding(pub(super) Mistake);

impl Finding {
    /// Every code that [`Finding::code`] can give.
    pub const CODES: &'static [&'static str] = Mistake::CODES;

    /// One stable word for programs: the same in Rust, in JavaScript and on the command line.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.0.code()
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn message(&self) -> String {
        self.0.to_string()
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.0.remedy()
    }
}

/// As [`Finding::message`].
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which of the two sides did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Whoever signed.
    Sender,
    /// Whoever set up the verifier.
    Receiver,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    SecretMissing,
    SecretWhiteSpace,
    SecretQuoted,
    SecretPrefixed,
    SecretJoined,
    SecretLetterCase,
    SecretForm,
    SecretHexDecoded {
        by: Side,
    },
    SecretBase64Decoded {
        by: Side,
    },
    SecretNotDecoded,
    SchemeOther {
        scheme: String,
    },
    ProviderOther {
        provider: String,
    },
    HeaderMissing {
        header: String,
    },
    HeaderRenamed {
        header: String,
        given: String,
    },
    HeaderRepeated {
        header: String,
    },
    SignatureWhiteSpace,
    SignaturePrefix,
    SignatureLetterCase,
    SignatureEncoding,
    SignatureUrlSafe,
    SignaturePadding,
    SignatureForm,
    TokenAlgorithm,
    TokenForm,
    TokenClaim {
        claim: &'static str,
    },
    IdForm,
    TimestampMilliseconds,
    TimestampForm,
    ClockAhead {
        by: Duration,
    },
    ClockBehind {
        by: Duration,
    },
    /// As [`Mistake::ClockAhead`], seen by a token that says when it expires.
    TokenExpired {
        by: Duration,
    },
    /// As [`Mistake::ClockBehind`], seen by a token that says from when on it is valid.
    TokenNotYetValid {
        by: Duration,
    },
    ClockMilliseconds,
    BodyReserialized {
        form: &'static str,
    },
    BodyNewlineAdded,
    BodyNewlineRemoved,
    BodyLineEnds,
    BodyMarkAdded,
    BodyMarkRemoved,
    BodyQuoted,
    BodyBase64,
    BodyRecoded,
    BodyWithTimestamp,
    BodyParsed,
    BodyEmpty,
    BodyFieldsSorted,
    BodyNotObject,
    BodyTooLarge {
        limit: usize,
    },
    Unknown,
}

codes! {
    pub(super) Mistake,
    Self::SecretMissing => "secret_missing",
    Self::SecretWhiteSpace => "secret_white_space",
    Self::SecretQuoted => "secret_quoted",
    Self::SecretPrefixed => "secret_prefixed",
    Self::SecretJoined => "secret_joined",
    Self::SecretLetterCase => "secret_letter_case",
    Self::SecretForm => "secret_form",
    Self::SecretHexDecoded { .. } => "secret_hex_decoded",
    Self::SecretBase64Decoded { .. } => "secret_base64_decoded",
    Self::SecretNotDecoded => "secret_not_decoded",
    Self::SchemeOther { .. } => "scheme_other",
    Self::ProviderOther { .. } => "provider_other",
    Self::HeaderMissing { .. } => "header_missing",
    Self::HeaderRenamed { .. } => "header_renamed",
    Self::HeaderRepeated { .. } => "header_repeated",
    Self::SignatureWhiteSpace => "signature_white_space",
    Self::SignaturePrefix => "signature_prefix",
    Self::SignatureLetterCase => "signature_letter_case",
    Self::SignatureEncoding => "signature_encoding",
    Self::SignatureUrlSafe => "signature_url_safe",
    Self::SignaturePadding => "signature_padding",
    Self::SignatureForm => "signature_form",
    Self::TokenAlgorithm => "token_algorithm",
    Self::TokenForm => "token_form",
    Self::TokenClaim { .. } => "token_claim",
    Self::IdForm => "id_form",
    Self::TimestampMilliseconds => "timestamp_milliseconds",
    Self::TimestampForm => "timestamp_form",
    Self::ClockAhead { .. } | Self::TokenExpired { .. } => "clock_ahead",
    Self::ClockBehind { .. } | Self::TokenNotYetValid { .. } => "clock_behind",
    Self::ClockMilliseconds => "clock_milliseconds",
    Self::BodyReserialized { .. } => "body_reserialized",
    Self::BodyNewlineAdded => "body_newline_added",
    Self::BodyNewlineRemoved => "body_newline_removed",
    Self::BodyLineEnds => "body_line_ends",
    Self::BodyMarkAdded => "body_mark_added",
    Self::BodyMarkRemoved => "body_mark_removed",
    Self::BodyQuoted => "body_quoted",
    Self::BodyBase64 => "body_base64",
    Self::BodyRecoded => "body_recoded",
    Self::BodyWithTimestamp => "body_with_timestamp",
    Self::BodyParsed => "body_parsed",
    Self::BodyEmpty => "body_empty",
    Self::BodyFieldsSorted => "body_fields_sorted",
    Self::BodyNotObject => "body_not_object",
    Self::BodyTooLarge { .. } => "body_too_large",
    Self::Unknown => "unknown",
}

impl Mistake {
    const fn remedy(&self) -> &'static str {
        match self {
            Self::SecretMissing => "set the endpoint's signing secret; look whether the setting or file is really read",
            Self::SecretWhiteSpace => {
                "remove the white space around the secret, for instance the newline that ends a file"
            }
            Self::SecretQuoted => {
                "remove the quotes around the secret; an env file read by another program may keep them"
            }
            Self::SecretPrefixed => {
                "use the secret exactly as the provider shows it, neither with more in front nor with less"
            }
            Self::SecretJoined => "pass the secrets one by one, as a list",
            Self::SecretLetterCase => "copy the secret letter by letter, without changing the case",
            Self::SecretForm => "use the secret exactly as the provider shows it, with all its letters and padding",
            Self::SecretHexDecoded { by: Side::Sender } => {
                "sign with the secret as text, without decoding its hexadecimal"
            }
            Self::SecretHexDecoded { by: Side::Receiver } => {
                "pass the secret as the text that the provider shows, without decoding its hexadecimal"
            }
            Self::SecretBase64Decoded { by: Side::Sender } => {
                "sign with the secret as the provider's scheme wants it; it is not base64 to be decoded"
            }
            Self::SecretBase64Decoded { by: Side::Receiver } => {
                "pass the secret as the text that the provider shows, without decoding its base64"
            }
            Self::SecretNotDecoded => "sign with the bytes that the base64 of the secret writes",
            Self::SchemeOther { .. } => {
                "choose that scheme in the settings, if its protection against replays is enough for you"
            }
            Self::ProviderOther { .. } => "give this provider's deliveries a verifier of its own",
            Self::HeaderMissing { .. } => {
                "look whether a proxy drops the header, and whether the provider sent the request at all"
            }
            Self::HeaderRenamed { .. } => "pass the header under the name that the provider gives it",
            Self::HeaderRepeated { .. } => "look for a proxy or a framework that adds the header a second time",
            Self::SignatureWhiteSpace => "pass the header's value exactly as it was received",
            Self::SignaturePrefix => "pass the whole value of the header, with the scheme's own prefix",
            Self::SignatureLetterCase => "write the signature's hexadecimal in lower case",
            Self::SignatureEncoding => "write the signature in the scheme's own encoding",
            Self::SignatureUrlSafe => "write the signature in the scheme's own alphabet of base64",
            Self::SignaturePadding => "write the signature with the padding of the scheme's own base64",
            Self::SignatureForm => "look whether the header was cut off, replaced or masked on its way",
            Self::TokenAlgorithm => "allow that algorithm, if the provider says that it uses it",
            Self::TokenForm => "pass the token exactly as it was received, and look who makes such tokens",
            Self::TokenClaim { .. } => {
                "look for a proxy or a queue that mixes headers and bodies of several deliveries"
            }
            Self::IdForm => "pass the delivery's id exactly as it was received",
            Self::TimestampMilliseconds => "send the timestamp in whole seconds, and sign that text",
            Self::TimestampForm => "pass the timestamp's text exactly as it was received",
            Self::ClockAhead { .. } | Self::TokenExpired { .. } => {
                "set the clock by a time server; if it is right, this was a late attempt or a replay, which a greater \
                 tolerance would let pass"
            }
            Self::ClockBehind { .. } | Self::TokenNotYetValid { .. } => {
                "set the clock by a time server; if it is right, the sender's is wrong"
            }
            Self::ClockMilliseconds => "give the time in seconds",
            Self::BodyReserialized { .. } => {
                "verify the raw bytes of the body before any JSON reader sees them, and never a body printed again"
            }
            Self::BodyNewlineAdded | Self::BodyNewlineRemoved => {
                "pass the raw bytes of the body; a text editor, a shell or a template may have touched its end"
            }
            Self::BodyLineEnds => "pass the raw bytes of the body; something on the way takes it for text",
            Self::BodyMarkAdded | Self::BodyMarkRemoved => {
                "pass the raw bytes of the body; reading it as text removes the mark, and some editors add one"
            }
            Self::BodyQuoted => "pass the raw bytes of the body instead of printing its text as JSON",
            Self::BodyBase64 => "decode the base64 before verifying; some gateways encode bodies and say so in a flag",
            Self::BodyRecoded => "pass the raw bytes of the body, or read them as UTF-8",
            Self::BodyWithTimestamp => "pass the body alone; the verifier puts the timestamp in front by itself",
            Self::BodyParsed => "take the raw bytes before the framework parses the body",
            Self::BodyEmpty => "look for a reader that took the body before the verifier could",
            Self::BodyFieldsSorted => "verify the raw bytes of the body before any JSON reader sees them",
            Self::BodyNotObject => "look who sends this: no delivery of the provider has such a body",
            Self::BodyTooLarge { .. } => "look who sends this: no delivery of the provider is that long",
            Self::Unknown => {
                "compare the secret with the endpoint's own at the provider, it may be another endpoint's or replaced; \
                 then look for what changes the body before it is verified"
            }
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecretMissing => f.write_str("there is no signing secret, or it is empty"),
            Self::SecretWhiteSpace => f.write_str("the secret has white space around it"),
            Self::SecretQuoted => f.write_str("the secret has quotes around it"),
            Self::SecretPrefixed => f.write_str("the signature fits the secret with another beginning"),
            Self::SecretJoined => f.write_str("several secrets were passed as one text"),
            Self::SecretLetterCase => f.write_str("the signature fits the secret in the other letter case"),
            Self::SecretForm => f.write_str("the secret is not written as the provider shows it"),
            Self::SecretHexDecoded { by: Side::Sender } => {
                f.write_str("it was signed with the secret decoded from hexadecimal")
            }
            Self::SecretHexDecoded { by: Side::Receiver } => {
                f.write_str("the secret was decoded from hexadecimal before it got here")
            }
            Self::SecretBase64Decoded { by: Side::Sender } => {
                f.write_str("it was signed with the secret decoded from base64")
            }
            Self::SecretBase64Decoded { by: Side::Receiver } => {
                f.write_str("the secret was decoded from base64 before it got here")
            }
            Self::SecretNotDecoded => {
                f.write_str("it was signed with the text of the secret, not with the bytes that it writes")
            }
            Self::SchemeOther { scheme } => write!(f, "it is signed with the provider's scheme `{scheme}`"),
            Self::ProviderOther { provider } => write!(f, "it is a delivery of the provider `{provider}`"),
            Self::HeaderMissing { header } => write!(f, "there is no header {header}, nor any of a similar name"),
            Self::HeaderRenamed { header, given } if given.is_empty() => {
                write!(f, "the header {header} is there under a name that holds a secret")
            }
            Self::HeaderRenamed { header, given } => write!(f, "the header {header} is there under the name {given}"),
            Self::HeaderRepeated { header } => write!(f, "the header {header} is there more than once"),
            Self::SignatureWhiteSpace => f.write_str("the signature has white space or quotes around it"),
            Self::SignaturePrefix => f.write_str("the signature is right, but its prefix is missing or another one"),
            Self::SignatureLetterCase => f.write_str("the signature is right, but in upper case"),
            Self::SignatureEncoding => {
                f.write_str("the signature is right, but in hexadecimal instead of base64 or the other way round")
            }
            Self::SignatureUrlSafe => f.write_str("the signature is right, but in the other alphabet of base64"),
            Self::SignaturePadding => f.write_str("the signature is right, but the padding of its base64 is wrong"),
            Self::SignatureForm => f.write_str("the signature is not 32 bytes in any usual encoding"),
            Self::TokenAlgorithm => f.write_str("the token is signed with an algorithm that is not allowed"),
            Self::TokenForm => f.write_str("the token is not a JSON Web Token such as the provider makes"),
            Self::TokenClaim { claim } => {
                write!(f, "the token is right, but its claim {claim} is missing or not what the body says")
            }
            Self::IdForm => f.write_str("the delivery's id is not written as the scheme demands"),
            Self::TimestampMilliseconds => f.write_str("the timestamp is in milliseconds instead of seconds"),
            Self::TimestampForm => f.write_str("the timestamp is not written as the scheme demands"),
            Self::ClockAhead { by } => write!(
                f,
                "it was signed {} s before now, more than the tolerance: the clock here is ahead, or it came late",
                by.as_secs()
            ),
            Self::ClockBehind { by } => {
                write!(
                    f,
                    "it was signed {} s after now, more than the tolerance: the clock here is behind",
                    by.as_secs()
                )
            }
            Self::TokenExpired { by } => {
                write!(f, "its token expired {} s ago: the clock here is ahead, or it came late", by.as_secs())
            }
            Self::TokenNotYetValid { by } => {
                write!(f, "its token becomes valid in {} s: the clock here is behind", by.as_secs())
            }
            Self::ClockMilliseconds => f.write_str("the clock here gives milliseconds where seconds are meant"),
            Self::BodyReserialized { form } => {
                write!(f, "the body was parsed and printed again: the signature fits the same JSON printed {form}")
            }
            Self::BodyNewlineAdded => f.write_str("the body has white space at its end that was not signed"),
            Self::BodyNewlineRemoved => f.write_str("the line end at the end of the body got lost"),
            Self::BodyLineEnds => f.write_str("the line ends in the body were changed"),
            Self::BodyMarkAdded => f.write_str("the body has a byte order mark that was not signed"),
            Self::BodyMarkRemoved => f.write_str("the byte order mark at the beginning of the body got lost"),
            Self::BodyQuoted => f.write_str("the body is a JSON text that holds the body"),
            Self::BodyBase64 => f.write_str("the body is encoded in base64"),
            Self::BodyRecoded => f.write_str("the bytes of the body were read in an encoding other than UTF-8"),
            Self::BodyWithTimestamp => f.write_str("the body has the timestamp in front of it"),
            Self::BodyParsed => f.write_str("the body is what printing a parsed object leaves, not what was received"),
            Self::BodyEmpty => f.write_str("the body is empty"),
            Self::BodyFieldsSorted => f.write_str(
                "the fields in the body are in alphabetical order, as after it was parsed and printed again",
            ),
            Self::BodyNotObject => f.write_str("the signature is right, but the body is not a JSON object"),
            Self::BodyTooLarge { limit } => write!(f, "the body is longer than {limit} bytes"),
            Self::Unknown => f.write_str("no known mistake fits"),
        }
    }
}
