use alloc::{borrow::Cow, string::String, sync::Arc, vec::Vec};
use core::time::Duration;

use super::{
    BodyRule, Encoding, HmacScheme, IdHeader, Means, Name, Part, Scheme, SchemeName, SignatureHeader, TimestampHeader,
};
use crate::{DEFAULT_TOLERANCE, DeclarationError, TimestampFormat};

/// The longest name of a header.
const MAX_NAME_BYTES: usize = 128;

/// Declares the HMAC-SHA256 scheme of a provider that this crate does not know.
///
/// The scheme gives the same guarantees as the built-in ones. A template that would let two deliveries have the same
/// signed bytes, or would leave the body or a timestamp unsigned, is refused.
///
/// ```
/// use headshot_verify::{Declaration, Encoding, TimestampFormat};
///
/// let scheme = Declaration::new("acme", "X-Acme-Signature", "v0:{timestamp}:{body}")
///     .prefix("v0=")
///     .encoding(Encoding::LowerHex)
///     .timestamp("X-Acme-Timestamp", TimestampFormat::UnixSeconds)
///     .scheme()?;
/// assert!(scheme.headers().eq(["x-acme-signature", "x-acme-timestamp"]));
/// # Ok::<(), headshot_verify::DeclarationError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Declaration<'d> {
    provider: &'d str,
    signature_header: &'d str,
    signed: &'d str,
    prefix: &'d str,
    encoding: Encoding,
    is_list: bool,
    timestamp: Option<(&'d str, TimestampFormat)>,
    id_header: Option<&'d str>,
    body: BodyRule,
    tolerance: Duration,
}

impl<'d> Declaration<'d> {
    /// A scheme of `provider` whose signature stands in `signature_header`, as 64 lower-case hexadecimal characters
    /// without a prefix unless told otherwise.
    ///
    /// `signed` is the template of the signed bytes: text as it is, and `{timestamp}`, `{id}` and `{body}` for what
    /// was received, byte for byte.
    #[must_use]
    pub const fn new(provider: &'d str, signature_header: &'d str, signed: &'d str) -> Self {
        Self {
            provider,
            signature_header,
            signed,
            prefix: "",
            encoding: Encoding::LowerHex,
            is_list: false,
            timestamp: None,
            id_header: None,
            body: BodyRule::Any,
            tolerance: DEFAULT_TOLERANCE,
        }
    }

    /// Sets what stands before each signature.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'d str) -> Self {
        self.prefix = prefix;
        self
    }

    /// Sets how the signature is written.
    #[must_use]
    pub const fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Lets the header hold several signatures with single spaces between them, any of which may be right. Those
    /// without the prefix are passed over.
    #[must_use]
    pub const fn several_signatures(mut self) -> Self {
        self.is_list = true;
        self
    }

    /// Sets the header of the timestamp, and how it is written; the template has to sign it.
    #[must_use]
    pub const fn timestamp(mut self, header: &'d str, format: TimestampFormat) -> Self {
        self.timestamp = Some((header, format));
        self
    }

    /// Sets the header of the delivery's id; the template has to sign it.
    #[must_use]
    pub const fn id(mut self, header: &'d str) -> Self {
        self.id_header = Some(header);
        self
    }

    /// Refuses a genuine delivery whose body is not a JSON object. A template in which digits of a timestamp touch the
    /// body needs it.
    #[must_use]
    pub const fn json_object_only(mut self) -> Self {
        self.body = BodyRule::JsonObject;
        self
    }

    /// Sets the greatest distance between a signed timestamp and now, 300 s unless set.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The scheme.
    ///
    /// # Errors
    ///
    /// [`DeclarationError`], whose code says which part of the declaration cannot be used.
    pub fn scheme(&self) -> Result<Scheme, DeclarationError> {
        if self.provider.is_empty() {
            return Err(DeclarationError::ProviderEmpty);
        }
        let signed = parse_template(self.signed)?;
        self.check_parts(&signed)?;
        let borders = self.check_borders(&signed)?;
        let scheme = HmacScheme {
            signature: SignatureHeader {
                header: header_name(self.signature_header)?,
                prefix: self.checked_prefix()?,
                encoding: self.encoding,
                is_list: self.is_list,
            },
            timestamp: self.timestamp.map(|(header, format)| timestamp_header(header, format)).transpose()?,
            id: self.id_header.map(|header| id_header(header, borders)).transpose()?,
            signed: Cow::Owned(signed),
            body: self.body,
        };
        let provider = Name::Declared(Arc::from(self.provider));
        let scheme =
            Scheme { provider, name: SchemeName::Declared, tolerance: self.tolerance, means: Means::Hmac(scheme) };
        let headers: Vec<&str> = scheme.headers().collect();
        let is_repeated = |place: usize| headers.iter().take(place).any(|other| headers.get(place) == Some(other));
        if (0..headers.len()).any(is_repeated) {
            return Err(DeclarationError::HeaderRepeated);
        }
        Ok(scheme)
    }

    /// The body once, and everything else exactly if it has a header, so that nothing that is used is unsigned.
    fn check_parts(&self, signed: &[Part]) -> Result<(), DeclarationError> {
        let count = |wanted: &Part| signed.iter().filter(|part| *part == wanted).count();
        if count(&Part::Body) == 0 {
            return Err(DeclarationError::BodyUnsigned);
        }
        let headers = [(Part::Timestamp, self.timestamp.is_some()), (Part::Id, self.id_header.is_some())];
        for (part, has_header) in headers {
            match (count(&part), has_header) {
                (0, true) => return Err(DeclarationError::HeaderUnsigned),
                (1.., false) => return Err(DeclarationError::HeaderUndeclared),
                _ => {}
            }
        }
        if [Part::Body, Part::Timestamp, Part::Id].iter().any(|part| count(part) > 1) {
            return Err(DeclarationError::TemplateRepeats);
        }
        Ok(())
    }

    /// Makes sure that the signed bytes can be taken apart in one way only, and gives the characters that the id may
    /// not hold for that.
    ///
    /// What stands before the body has to say where it ends, and what stands behind it where it begins.
    fn check_borders(&self, signed: &[Part]) -> Result<String, DeclarationError> {
        let body = signed.iter().position(|part| *part == Part::Body).unwrap_or_default();
        let mut borders = String::new();
        let beside = signed.iter().enumerate().map(|(place, part)| {
            let is_before = place < body;
            let other = if is_before { place.checked_add(1) } else { place.checked_sub(1) };
            (part, other.and_then(|place| signed.get(place)), is_before)
        });
        for (part, beside, is_before) in beside {
            let border = match beside {
                Some(Part::Literal(text)) if is_before => text.chars().next(),
                Some(Part::Literal(text)) => text.chars().next_back(),
                _ => None,
            };
            match part {
                Part::Id => borders.push(border.ok_or(DeclarationError::TemplateAmbiguous)?),
                Part::Timestamp if !self.timestamp_ends(border, beside, is_before) => {
                    return Err(DeclarationError::TemplateAmbiguous);
                }
                _ => {}
            }
        }
        Ok(borders)
    }

    fn timestamp_ends(&self, border: Option<char>, beside: Option<&Part>, is_before: bool) -> bool {
        let ends_by_itself = is_before && self.timestamp.is_some_and(|(_, format)| format.ends_by_itself());
        let has_border = border.is_some_and(|border| border.is_ascii() && !border.is_ascii_alphanumeric());
        let touches_object = is_before && beside == Some(&Part::Body) && self.body == BodyRule::JsonObject;
        ends_by_itself || has_border || touches_object
    }

    fn checked_prefix(&self) -> Result<Cow<'static, str>, DeclarationError> {
        let is_text = self.prefix.bytes().all(|byte| byte.is_ascii_graphic());
        // A comma elsewhere is the mark of headers that were joined.
        let is_free = self.is_list || !self.prefix.contains(',');
        if is_text && is_free { Ok(Cow::Owned(self.prefix.into())) } else { Err(DeclarationError::PrefixInvalid) }
    }
}

fn timestamp_header(header: &str, format: TimestampFormat) -> Result<TimestampHeader, DeclarationError> {
    Ok(TimestampHeader { header: header_name(header)?, format, optional_under: None })
}

fn id_header(header: &str, borders: String) -> Result<IdHeader, DeclarationError> {
    Ok(IdHeader { header: header_name(header)?, borders: Cow::Owned(borders) })
}

/// The name in lower case, if it is one (RFC 9110, 5.6.2).
fn header_name(name: &str) -> Result<Cow<'static, str>, DeclarationError> {
    let is_name_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_name = !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(is_name_letter);
    if is_name { Ok(Cow::Owned(name.to_ascii_lowercase())) } else { Err(DeclarationError::HeaderInvalid) }
}

fn parse_template(template: &str) -> Result<Vec<Part>, DeclarationError> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or(DeclarationError::TemplateMalformed)?;
        push_literal(&mut parts, literal)?;
        parts.push(match name {
            "timestamp" => Part::Timestamp,
            "id" => Part::Id,
            "body" => Part::Body,
            _ => return Err(DeclarationError::TemplateMalformed),
        });
        rest = after;
    }
    push_literal(&mut parts, rest)?;
    Ok(parts)
}

fn push_literal(parts: &mut Vec<Part>, literal: &str) -> Result<(), DeclarationError> {
    if literal.contains('}') {
        return Err(DeclarationError::TemplateMalformed);
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(Cow::Owned(literal.into())));
    }
    Ok(())
}
