//! The known mistakes, and what is said of each.

use crate::{Finding, reading::holds};

/// More mistakes than these are not made at once.
pub(crate) const MOST_MISTAKES: usize = 4;

/// Declares the known mistakes: for each its code, its message, in which `{}` is a name, and its remedy; and what else may
/// be told of it, behind `or`.
macro_rules! mistakes {
    ( $(
        $(#[$meta:meta])* $mistake:ident = $code:literal: $message:literal, $remedy:expr
        $( , or $kind:ident: $other:literal, $other_remedy:expr )*;
    )+ ) => {
        /// What went wrong before a delivery was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Mistake {
            $( $(#[$meta])* $mistake, )+
        }

        impl Mistake {
            /// All of them.
            pub const ALL: &'static [Self] = &[ $( Self::$mistake, )+ ];

            /// One stable word for programs: the same in Rust, in JavaScript and on the command line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $( Self::$mistake => $code, )+
                }
            }
        }

        /// What is told of a mistake; of some, one of two things.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $( $mistake, $( $kind, )* )+
        }

        impl Kind {
            pub(crate) const fn mistake(self) -> Mistake {
                match self {
                    $( Self::$mistake $( | Self::$kind )* => Mistake::$mistake, )+
                }
            }

            /// Its message and its remedy.
            pub(crate) const fn words(self) -> &'static [&'static str; 2] {
                match self {
                    $(
                        Self::$mistake => &[$message, $remedy],
                        $( Self::$kind => &[$other, $other_remedy], )*
                    )+
                }
            }
        }
    };
}

mistakes! {
    /// There is no signing secret, or it is empty.
    SecretMissing = "secret_missing":
        "there is no signing secret, or it is empty",
        "set the endpoint's signing secret; look whether the setting or file is really read";
    /// White space around the secret, such as the newline at the end of a file.
    SecretWhiteSpace = "secret_white_space":
        "the secret has white space around it",
        "remove the white space around the secret, for instance the newline that ends a file";
    /// Quotes around the secret.
    SecretQuoted = "secret_quoted":
        "the secret has quotes around it",
        "remove the quotes around the secret; an env file read by another program may keep them";
    /// `whsec_`, `NAME=` or the like too much or too little in front of the secret.
    SecretPrefixed = "secret_prefixed":
        "the signature fits the secret with another beginning",
        "use the secret exactly as the provider shows it, neither with more in front nor with less";
    /// A byte order mark in front of the secret, or the secret in UTF-16.
    SecretRecoded = "secret_recoded":
        "the secret has a byte order mark in front of it, or is in UTF-16",
        "save the secret as plain text in UTF-8 without a mark; some editors and shells write others";
    /// Several secrets passed as one text.
    SecretJoined = "secret_joined":
        "several secrets were passed as one text",
        "pass the secrets one by one, as a list";
    /// The secret in the other letter case.
    SecretLetterCase = "secret_letter_case":
        "the signature fits the secret in the other letter case",
        "copy the secret letter by letter, without changing the case";
    /// The secret is not written as the provider shows it.
    SecretForm = "secret_form":
        "the secret is not written as the provider shows it",
        "use the secret exactly as the provider shows it, with all its letters and padding";
    /// One of the two sides decoded the secret from hexadecimal.
    SecretHexDecoded = "secret_hex_decoded":
        "it was signed with the secret decoded from hexadecimal",
        "sign with the secret as text, without decoding its hexadecimal",
    or SecretHexDecodedByReceiver:
        "the secret was decoded from hexadecimal before it got here",
        "pass the secret as the text that the provider shows, without decoding its hexadecimal";
    /// One of the two sides decoded the secret from base64, and should not have.
    SecretBase64Decoded = "secret_base64_decoded":
        "it was signed with the secret decoded from base64",
        "sign with the secret as the provider's scheme wants it; it is not base64 to be decoded",
    or SecretBase64DecodedByReceiver:
        "the secret was decoded from base64 before it got here",
        "pass the secret as the text that the provider shows, without decoding its base64";
    /// The sender used the base64 of the secret as text.
    SecretNotDecoded = "secret_not_decoded":
        "it was signed with the text of the secret, not with the bytes that it writes",
        "sign with the bytes that the base64 of the secret writes";
    /// Another of the provider's schemes.
    SchemeOther = "scheme_other":
        "it is signed with the provider's scheme `{}`",
        "choose that scheme in the settings, if its protection against replays is enough for you";
    /// Another provider's delivery.
    ProviderOther = "provider_other":
        "it is a delivery of the provider `{}`",
        "give this provider's deliveries a verifier of its own";
    /// A header is absent, and none of a similar name is there.
    HeaderMissing = "header_missing":
        "there is no header {}, nor any of a similar name",
        "look whether a proxy drops the header, and whether the provider sent the request at all";
    /// A header came under another name.
    HeaderRenamed = "header_renamed":
        "the header {} is there under the name {}",
        "pass the header under the name that the provider gives it",
    // Under a name that is not told.
    or HeaderRenamedSecretly:
        "the header {} is there under a name that holds a secret",
        "pass the header under the name that the provider gives it";
    /// A header came more than once.
    HeaderRepeated = "header_repeated":
        "the header {} is there more than once",
        "look for a proxy or a framework that adds the header a second time";
    /// White space or quotes around the signature.
    SignatureWhiteSpace = "signature_white_space":
        "the signature has white space or quotes around it",
        "pass the header's value exactly as it was received";
    /// The signature without its prefix, or with another one.
    SignaturePrefix = "signature_prefix":
        "the signature is right, but its prefix is missing or another one",
        "pass the whole value of the header, with the scheme's own prefix";
    /// The signature's hexadecimal in upper case.
    SignatureLetterCase = "signature_letter_case":
        "the signature is right, but in upper case",
        "write the signature's hexadecimal in lower case";
    /// Base64 instead of hexadecimal or the other way round.
    SignatureEncoding = "signature_encoding":
        "the signature is right, but in hexadecimal instead of base64 or the other way round",
        "write the signature in the scheme's own encoding";
    /// The other alphabet of base64.
    SignatureUrlSafe = "signature_url_safe":
        "the signature is right, but in the other alphabet of base64",
        "write the signature in the scheme's own alphabet of base64";
    /// Too much or too little padding of the base64.
    SignaturePadding = "signature_padding":
        "the signature is right, but the padding of its base64 is wrong",
        "write the signature with the padding of the scheme's own base64";
    /// The signature is not 32 bytes in any usual encoding.
    SignatureForm = "signature_form":
        "the signature is not 32 bytes in any usual encoding",
        "look whether the header was cut off, replaced or masked on its way";
    /// The token is signed with an algorithm that is not allowed.
    TokenAlgorithm = "token_algorithm":
        "the token is signed with an algorithm that is not allowed",
        "allow that algorithm, if the provider says that it uses it";
    /// The token is not a JSON Web Token such as the provider makes.
    TokenForm = "token_form":
        "the token is not a JSON Web Token such as the provider makes",
        "pass the token exactly as it was received, and look who makes such tokens";
    /// A claim of the genuine token is missing, or not what the body says.
    TokenClaim = "token_claim":
        "the token is right, but its claim {} is missing or not what the body says",
        "look for a proxy or a queue that mixes headers and bodies of several deliveries";
    /// The delivery's id is not written as the scheme demands.
    IdForm = "id_form":
        "the delivery's id is not written as the scheme demands",
        "pass the delivery's id exactly as it was received";
    /// The timestamp in milliseconds.
    TimestampMilliseconds = "timestamp_milliseconds":
        "the timestamp is in milliseconds instead of seconds",
        "send the timestamp in whole seconds, and sign that text";
    /// The timestamp written in another way.
    TimestampForm = "timestamp_form":
        "the timestamp is not written as the scheme demands",
        "pass the timestamp's text exactly as it was received";
    /// Genuine, but older than the tolerance, by so many seconds.
    ClockAhead = "clock_ahead":
        "it was signed {} s before now, more than the tolerance: the clock here is ahead, or it came late",
        SET_THE_CLOCK_BACK,
    // The same, seen by a token that says when it expires.
    or TokenExpired:
        "its token expired {} s ago: the clock here is ahead, or it came late",
        SET_THE_CLOCK_BACK;
    /// Genuine, but further ahead than the tolerance, by so many seconds.
    ClockBehind = "clock_behind":
        "it was signed {} s after now, more than the tolerance: the clock here is behind",
        "set the clock by a time server; if it is right, the sender's is wrong",
    // The same, seen by a token that says from when on it is valid.
    or TokenNotYetValid:
        "its token becomes valid in {} s: the clock here is behind",
        "set the clock by a time server; if it is right, the sender's is wrong";
    /// The receiver's clock in milliseconds.
    ClockMilliseconds = "clock_milliseconds":
        "the clock here gives milliseconds where seconds are meant",
        "give the time in seconds";
    /// The body was parsed and printed again, and how the sender prints.
    BodyReserialized = "body_reserialized":
        "the body was parsed and printed again: the signature fits the same JSON printed {}",
        "verify the raw bytes of the body before any JSON reader sees them, and never a body printed again";
    /// White space at the end that was not signed.
    BodyNewlineAdded = "body_newline_added":
        "the body has white space at its end that was not signed",
        LOOK_AT_THE_END;
    /// The line end at the end got lost.
    BodyNewlineRemoved = "body_newline_removed":
        "the line end at the end of the body got lost",
        LOOK_AT_THE_END;
    /// CRLF became LF or the other way round.
    BodyLineEnds = "body_line_ends":
        "the line ends in the body were changed",
        "pass the raw bytes of the body; something on the way takes it for text";
    /// A byte order mark that was not signed.
    BodyMarkAdded = "body_mark_added":
        "the body has a byte order mark that was not signed",
        LOOK_AT_THE_BEGINNING;
    /// The byte order mark got lost.
    BodyMarkRemoved = "body_mark_removed":
        "the byte order mark at the beginning of the body got lost",
        LOOK_AT_THE_BEGINNING;
    /// The body printed as a JSON text.
    BodyQuoted = "body_quoted":
        "the body is a JSON text that holds the body",
        "pass the raw bytes of the body instead of printing its text as JSON";
    /// The body in base64.
    BodyBase64 = "body_base64":
        "the body is encoded in base64",
        "decode the base64 before verifying; some gateways encode bodies and say so in a flag";
    /// The body is compressed, and was signed before that.
    BodyCompressed = "body_compressed":
        "the body is compressed, and was probably signed before that",
        "decompress the body as its header Content-Encoding says, and verify what comes out";
    /// The bytes read or written in an encoding other than UTF-8.
    BodyRecoded = "body_recoded":
        "the bytes of the body were read in an encoding other than UTF-8",
        "pass the raw bytes of the body, or read them as UTF-8";
    /// The timestamp in front of the body.
    BodyWithTimestamp = "body_with_timestamp":
        "the body has the timestamp in front of it",
        "pass the body alone; the verifier puts the timestamp in front by itself";
    /// `[object Object]`, a printed `Buffer` or the like.
    BodyParsed = "body_parsed":
        "the body is what printing a parsed object leaves, not what was received",
        "take the raw bytes before the framework parses the body";
    /// The body is empty.
    BodyEmpty = "body_empty":
        "the body is empty",
        "look for a reader that took the body before the verifier could";
    /// Fields in alphabetical order, as after parsing and printing.
    BodyFieldsSorted = "body_fields_sorted":
        "the fields in the body are in alphabetical order, as after it was parsed and printed again",
        "verify the raw bytes of the body before any JSON reader sees them";
    /// Genuine, but not a JSON object where the scheme demands one.
    BodyNotObject = "body_not_object":
        "the signature is right, but the body is not a JSON object",
        "look who sends this: no delivery of the provider has such a body";
    /// The body is longer than 1 MiB.
    BodyTooLarge = "body_too_large":
        "the body is longer than {} bytes",
        "look who sends this: no delivery of the provider is that long";
    /// No known mistake fits: another secret, or another body.
    Unknown = "unknown":
        "no known mistake fits",
        "compare the secret with the endpoint's own at the provider, it may be another endpoint's or replaced; \
        then look for what changes the body before it is verified";
}

const SET_THE_CLOCK_BACK: &str = "set the clock by a time server; if it is right, this was a late attempt or a \
                                  replay, which a greater tolerance would let pass";

const LOOK_AT_THE_END: &str =
    "pass the raw bytes of the body; a text editor, a shell or a template may have touched its end";

const LOOK_AT_THE_BEGINNING: &str =
    "pass the raw bytes of the body; reading it as text removes the mark, and some editors add one";

/// A mistake, with the names in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Made<'c> {
    pub(crate) kind: Kind,
    pub(crate) names: [&'c str; 2],
}

impl<'c> Kind {
    /// The mistake, of something that has this name.
    pub(crate) const fn of(self, name: &'c str) -> Made<'c> {
        Made { kind: self, names: [name, ""] }
    }
}

impl Made<'_> {
    /// What is told of it: never one of the secrets.
    pub(crate) fn told(&self, secrets: &[&[u8]]) -> Finding {
        let [name, given] = self.names;
        // Whoever sent it chose the name, and may have chosen something else than letters.
        let mut given = given.as_bytes().to_vec();
        given.retain(|letter| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.'));
        let given = core::str::from_utf8(&given).unwrap_or_default();
        let is_hidden = self.kind == Kind::HeaderRenamed && (given.is_empty() || holds_a_secret(given, secrets));
        let kind = if is_hidden { Kind::HeaderRenamedSecretly } else { self.kind };
        Finding::of(kind, [name, given])
    }
}

fn holds_a_secret(name: &str, secrets: &[&[u8]]) -> bool {
    /// Whatever is shorter stands in many a word.
    const SHORTEST: usize = 8;
    secrets.iter().any(|secret| {
        let secret = secret.trim_ascii();
        secret.len() >= SHORTEST && holds(name.as_bytes(), secret)
    })
}

impl From<Kind> for Made<'_> {
    fn from(kind: Kind) -> Self {
        kind.of("")
    }
}

/// Mistakes that were made one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mistakes<'c> {
    first: [Made<'c>; MOST_MISTAKES],
    count: usize,
}

impl<'c> Mistakes<'c> {
    pub(crate) const NONE: Self = Self { first: [Kind::Unknown.of(""); MOST_MISTAKES], count: 0 };

    /// The same and one more. What is more than the most is counted only, as nobody will look at it.
    pub(crate) fn and(mut self, mistake: impl Into<Made<'c>>) -> Self {
        if let Some(place) = self.first.get_mut(self.count) {
            *place = mistake.into();
        }
        self.count = self.count.saturating_add(1);
        self
    }

    /// The same and more.
    pub(crate) fn and_all(self, more: &Self) -> Self {
        let count = self.count.saturating_add(more.count);
        Self { count, ..more.all().iter().fold(self, |mistakes, mistake| mistakes.and(*mistake)) }
    }

    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn all(&self) -> &[Made<'c>] {
        self.first.get(..self.count).unwrap_or(&self.first)
    }
}
