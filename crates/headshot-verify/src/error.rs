//! Why a delivery is refused, and why a genuine one is no event.

use alloc::borrow::Cow;
use core::{fmt, time::Duration};

use crate::errors::{errors, refusals};

/// The longest body that is looked at, 1 MiB; the providers' own deliveries are a few KiB.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Whose fault a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The delivery is not one that the provider would send: answer with a client error, store nothing.
    Sender,
    /// The verifier was set up wrongly: nothing can be verified until that is mended.
    Receiver,
}

/// Which stage of a check finds what is wrong; each comes after those above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before there is anything to check.
    Setup,
    /// Reading the headers.
    Form,
    /// Comparing the signature.
    Signature,
    /// Looking at the clock, once the signature is right.
    Time,
    /// Looking at what was signed, once the signature is right.
    Content,
}

refusals! {
    /// The signature header is absent.
    SignatureMissing {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Signature),
    }
        = "signature_missing", Form,
            "the signature header {header} is missing";
            "is it the provider's request at all? a proxy may have dropped the header";
    /// The signature header occurs more than once, or holds several values joined by commas.
    SignatureRepeated {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Signature),
    }
        = "signature_repeated", Form,
            "the signature header {header} occurs more than once; only one signature is accepted";
            "look for a proxy that adds headers; nobody honest sends two";
    /// The signature is not written as the scheme demands.
    SignatureMalformed {
        /// Its header's name.
        header: Cow<'static, str> = |told| told.header(Role::Signature),
    }
        = "signature_malformed", Form,
            "the signature header {header} does not have the form that the scheme demands";
            "compare it with the scheme's form; something on the way may have cut or rewritten it";
    /// The signature is hexadecimal in upper case, which no provider sends.
    SignatureUppercase {
        /// Its header's name.
        header: Cow<'static, str> = |told| told.header(Role::Signature),
    }
        = "signature_uppercase", Form,
            "the signature header {header} is in upper case; only lower-case hexadecimal is accepted";
            "the provider writes lower case: who wrote this?";
    /// No secret made this signature for this body.
    SignatureMismatch
        = "signature_mismatch", Signature,
            "the signature matches none of the secrets; check that the secret is the endpoint's own and that the body is the raw bytes as received";
            "the endpoint's own secret? the raw body? the other signature scheme?";
    /// The timestamp header is absent.
    TimestampMissing {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Timestamp),
        /// The setting that would look at this delivery as one without a timestamp, if the provider has such a scheme.
        accepted_by: Option<&'static str> = |told| told.without_timestamp,
    }
        = "timestamp_missing", Form,
            "the timestamp header {header} is missing{}", Alternative(*accepted_by);
            "if the provider signs your deliveries without one, set `auto`, and accept replays";
    /// The timestamp header occurs more than once, or holds several values joined by commas.
    TimestampRepeated {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Timestamp),
    }
        = "timestamp_repeated", Form,
            "the timestamp header {header} occurs more than once";
            "look for a proxy that adds headers; nobody honest sends two";
    /// The timestamp is not written as the scheme demands.
    TimestampMalformed {
        /// Its header's name.
        header: Cow<'static, str> = |told| told.header(Role::Timestamp),
    }
        = "timestamp_malformed", Form,
            "the timestamp header {header} does not have the form that the scheme demands";
            "milliseconds have 13; a date names the right day";
    /// The header with the delivery's id, which is signed too, is absent.
    IdMissing {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Id),
    }
        = "id_missing", Form,
            "the header {header} with the delivery's id is missing";
            "a proxy may have dropped it";
    /// The header with the delivery's id occurs more than once, or holds several values joined by commas.
    IdRepeated {
        /// Its name.
        header: Cow<'static, str> = |told| told.header(Role::Id),
    }
        = "id_repeated", Form,
            "the header {header} with the delivery's id occurs more than once";
            "look for a proxy that adds headers; nobody honest sends two";
    /// The delivery's id is empty, longer than 256 bytes, or holds a character that it may not hold.
    IdMalformed {
        /// Its header's name.
        header: Cow<'static, str> = |told| told.header(Role::Id),
    }
        = "id_malformed", Form,
            "the header {header} with the delivery's id does not have the form that the scheme demands";
            "nobody honest sends a dot in it";
    /// The signature is genuine, but older than the tolerance: a replay, a late attempt or a wrong clock.
    TimestampTooOld {
        /// How old it is.
        age: Duration = |told| told.distance(),
    }
        = "timestamp_too_old", Time,
            "the signature is genuine but {} s old, which is more than the tolerance; a replay, a late attempt, or the receiver's clock is ahead", age.as_secs();
            "a replay; or a late attempt, or your clock is ahead";
    /// The signature is genuine, but its timestamp lies further ahead than the tolerance: one of the clocks is wrong.
    TimestampInFuture {
        /// How far it lies ahead.
        ahead: Duration = |told| told.distance(),
    }
        = "timestamp_in_future", Time,
            "the signature is genuine but its timestamp lies {} s ahead, which is more than the tolerance; the receiver's clock is probably behind", ahead.as_secs();
            "your clock is behind";
    /// The token is not three parts of canonical base64url, or its header is no JSON object with unique names, 128 at
    /// most.
    TokenMalformed
        = "token_malformed", Form,
            "the token is not three parts of base64url without padding whose first part is a JSON object with unique names";
            "compare it with the form of the provider's tokens; something on the way may have cut it";
    /// The token's `alg` is none of the accepted algorithms.
    AlgorithmRefused
        = "algorithm_refused", Form,
            "the token's algorithm is none of those that are accepted";
            "if the provider really uses it, accept it; if it is `none`, somebody tries";
    /// The token's `crit` demands an extension; none is understood.
    ExtensionRefused
        = "extension_refused", Form,
            "the token's header demands extensions, and none is understood";
            "no extension is understood";
    /// The token is genuine, but its `typ` says that it is no JWT.
    TokenTypeRefused
        = "token_type_refused", Content,
            "the token is genuine but of another type than JWT";
            "is the secret used for something else too?";
    /// The token is genuine, but its claims are no JSON object with unique names, 128 at most.
    ClaimsMalformed
        = "claims_malformed", Content,
            "the token is genuine but its claims are not a JSON object with unique names";
            "ask the provider";
    /// The token is genuine, but a time in its claims is not a plain number of seconds.
    ClaimMalformed {
        /// The claim's name.
        claim: &'static str = |told| told.claim,
    }
        = "claim_malformed", Content,
            "the token is genuine but its claim {claim} is not a plain number of seconds";
            "are they milliseconds?";
    /// The token is genuine, but lacks a claim that the settings demand.
    ClaimMissing {
        /// The claim's name.
        claim: &'static str = |told| told.claim,
    }
        = "claim_missing", Content,
            "the token is genuine but lacks the claim {claim}";
            "ask the provider for tokens with an end, or accept timeless ones in the settings";
    /// The token is genuine, but a claim differs from the field of the body that it names.
    ClaimMismatch {
        /// The claim's name, and the field's.
        claim: &'static str = |told| told.claim,
    }
        = "claim_mismatch", Content,
            "the token is genuine but its claim {claim} differs from the body, so it is another delivery's";
            "somebody sends a recorded token with another body";
    /// The token is genuine, but it expired longer ago than the tolerance.
    TokenExpired {
        /// How long ago it expired.
        age: Duration = |told| told.distance(),
    }
        = "token_expired", Time,
            "the token is genuine but expired {} s ago, which is more than the tolerance; a replay, a late attempt, or the receiver's clock is ahead", age.as_secs();
            "a replay; or a late attempt, or your clock is ahead";
    /// The token is genuine, but becomes valid (`nbf`) further ahead than the tolerance.
    TokenNotYetValid {
        /// How far ahead it becomes valid.
        ahead: Duration = |told| told.distance(),
    }
        = "token_not_yet_valid", Time,
            "the token is genuine but becomes valid in {} s, which is more than the tolerance; the receiver's clock is probably behind", ahead.as_secs();
            "your clock is behind";
    /// The signature is genuine, but the body does not begin a JSON object, as it must where no timestamp is signed.
    BodyNotObject
        = "body_not_object", Content,
            "the signature is genuine but the body is not a JSON object, which the scheme without a timestamp demands";
            "somebody tries one scheme's bytes in the other scheme";
    /// The body is longer than any delivery of a provider.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize = |_| MAX_BODY_BYTES,
    }
        = "body_too_large", Form,
            "the body is longer than {limit} bytes";
            "limit it before it is read into memory";
    /// A signing secret is empty.
    SecretEmpty
        = "secret_empty", Setup,
            "a signing secret is empty";
            "is the setting really read?";
    /// A signing secret is not written as the provider writes its secrets.
    SecretMalformed
        = "secret_malformed", Setup,
            "a signing secret is not written as the provider writes its secrets";
            "is it `whsec_` and base64, with all its letters?";
    /// No signing secret was given.
    SecretsMissing
        = "secrets_missing", Setup,
            "no signing secret was given";
            "is the setting there?";
    /// The provider has no signature scheme of that name.
    SchemeUnknown
        = "scheme_unknown", Setup,
            "the provider has no signature scheme of that name";
            "compare with the names of the provider's schemes";
}

impl VerifyError {
    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        match self.stage() {
            Stage::Setup => Fault::Receiver,
            _ => Fault::Sender,
        }
    }

    /// Whether the sender knows the secret and only a time is off, so that the delivery came late, again, or when a clock
    /// was wrong; [`Verifier::receive`](crate::Verifier::receive) takes such a one.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        matches!(self.stage(), Stage::Time)
    }
}

/// What there is to say about a [`Flaw`] beside its name.
#[derive(Clone, Copy)]
pub struct Told<'t> {
    /// The header for signature, timestamp and id.
    pub headers: [&'t Cow<'static, str>; 3],
    /// The setting that would do without a timestamp.
    pub without_timestamp: Option<&'static str>,
    /// The claim that it is about.
    pub claim: &'static str,
    /// By how many seconds the time that it is about is off.
    pub seconds: u64,
}

impl Told<'_> {
    /// Where there is nothing to say.
    pub(crate) const NOTHING: Told<'static> =
        Told { headers: [&Cow::Borrowed(""); 3], without_timestamp: None, claim: "", seconds: 0 };

    fn header(&self, role: Role) -> Cow<'static, str> {
        let [signature, timestamp, id] = self.headers;
        match role {
            Role::Signature => signature.clone(),
            Role::Timestamp => timestamp.clone(),
            Role::Id => id.clone(),
        }
    }

    const fn distance(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl Flaw {
    /// The error where there is nothing to say beside its name.
    #[must_use]
    pub fn plain(self) -> VerifyError {
        self.error(&Told::NOTHING)
    }
}

/// What a header of a scheme is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Signature,
    Timestamp,
    Id,
}

impl Role {
    pub(crate) const fn missing(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureMissing,
            Self::Timestamp => Flaw::TimestampMissing,
            Self::Id => Flaw::IdMissing,
        }
    }

    pub(crate) const fn repeated(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureRepeated,
            Self::Timestamp => Flaw::TimestampRepeated,
            Self::Id => Flaw::IdRepeated,
        }
    }

    pub(crate) const fn malformed(self) -> Flaw {
        match self {
            Self::Signature => Flaw::SignatureMalformed,
            Self::Timestamp => Flaw::TimestampMalformed,
            Self::Id => Flaw::IdMalformed,
        }
    }
}

/// The scheme without a timestamp, where the provider has one.
struct Alternative(Option<&'static str>);

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(setting) = self.0 else { return Ok(()) };
        write!(
            f,
            "; the scheme setting `{setting}` would accept a signature over the body alone, and give up the protection \
             against replays"
        )
    }
}

errors! {
    /// Why the body of a genuine delivery could not be read as an event.
    ///
    /// The delivery stays verified: keep it, and read the provider's API again. The error holds nothing of the body.
    pub enum EventError {
        /// The body is not JSON in UTF-8.
        NotJson = "event_not_json", "the body is not JSON in UTF-8";
        /// The body begins like XML, but is not well-formed XML in UTF-8, or names an entity that XML does not have.
        NotXml = "event_not_xml", "the body is not well-formed XML in UTF-8";
        /// The body is XML with a document type, which could make a small body great.
        DocumentType = "event_document_type", "the body is XML with a document type, which is not read";
        /// The body is JSON, but not an object.
        NotObject = "event_not_object", "the body is not a JSON object";
        /// Arrays and objects are nested deeper than 64 levels.
        TooDeep = "event_too_deep", "the body is nested too deeply";
        /// An object names a field twice, so that two readers could see two different events.
        FieldRepeated = "event_field_repeated", "an object in the body names a field twice";
        /// A field that every event has is absent.
        FieldMissing {
            /// The field, as a JSON Pointer (RFC 6901).
            pointer: &'static str,
        } = "event_field_missing", "the field {pointer} is missing";
        /// A field that every event has is of another type.
        FieldMalformed {
            /// The field, as a JSON Pointer (RFC 6901).
            pointer: &'static str,
        } = "event_field_malformed", "the field {pointer} is not of the type that every event has there";
    }
}

errors! {
    /// Why a declaration makes no scheme; always the fault of whoever declared it.
    #[derive(Copy)]
    pub enum DeclarationError {
        /// The provider has no name.
        ProviderEmpty = "declared_provider_empty", "the declared provider has no name";
        /// The name of a header is none.
        HeaderInvalid = "declared_header_invalid",
            "the name of a header is empty, longer than 128 characters, or holds a character that no such name has";
        /// Two headers have the same name.
        HeaderRepeated = "declared_header_repeated", "two of the declared headers have the same name";
        /// A header is declared that the template does not sign: whoever sends it could write what they like.
        HeaderUnsigned = "declared_header_unsigned", "a declared header is not in the template, so it would not be signed";
        /// The template signs a header that is not declared.
        HeaderUndeclared = "declared_header_missing", "the template names a timestamp or an id whose header is not declared";
        /// The prefix of the signature cannot be one.
        PrefixInvalid = "declared_prefix_invalid",
            "the prefix of the signature holds white space, a letter beyond ASCII, or a comma outside a list";
        /// The template is not written as one.
        TemplateMalformed = "declared_template_malformed",
            "the template has a brace without its partner, or names something else than timestamp, id and body";
        /// The template names something twice.
        TemplateRepeats = "declared_template_repeats", "the template names the timestamp, the id or the body twice";
        /// The template does not sign the body.
        BodyUnsigned = "declared_body_unsigned", "the template does not name the body, so it would not be signed";
        /// Two deliveries could have the same signed bytes.
        TemplateAmbiguous = "declared_template_ambiguous",
            "two different deliveries could have the same signed bytes; separate the parts by text that they cannot hold";
        /// There is no such encoding.
        EncodingUnknown = "declared_encoding_unknown", "there is no encoding of that name; known are hex, base64 and base64url";
        /// There is no such form of a timestamp.
        TimestampFormatUnknown = "declared_timestamp_unknown",
            "there is no form of timestamp of that name; known are unix-seconds, unix-millis and http-date";
        /// There is no such form of a secret.
        SecretFormUnknown = "declared_secret_unknown", "there is no form of secret of that name; known are text and whsec";
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, string::ToString};

    use super::*;

    #[test]
    fn every_refusal_has_a_code_of_its_own_and_a_sentence_without_a_full_stop() {
        let refusals = Flaw::ALL.iter().map(|flaw| flaw.plain());
        let codes: BTreeSet<&str> = refusals.clone().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), VerifyError::CODES.len());
        for refusal in refusals {
            for text in [refusal.to_string(), refusal.remedy().to_string()] {
                assert!(text.starts_with(char::is_lowercase) && !text.ends_with('.'), "{text}");
            }
        }
    }

    #[test]
    fn what_is_refused_after_the_signature_says_that_it_is_genuine() {
        for flaw in Flaw::ALL {
            let refusal = flaw.plain();
            let is_later = matches!(refusal.stage(), Stage::Time | Stage::Content);
            assert_eq!(refusal.to_string().contains("genuine"), is_later, "{refusal}");
        }
    }
}
