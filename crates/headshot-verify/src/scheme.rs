use alloc::borrow::Cow;
use core::time::Duration;

use crate::{Delivery, Headers, Secrets, UnixSeconds, Verified, VerifyError, json, verified::Proof};

/// The longest body that is looked at, 1 MiB; the providers' own deliveries are a few KiB.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The greatest number of digits of a timestamp: enough until the year 5138, too few for milliseconds.
const MAX_TIMESTAMP_DIGITS: usize = 11;

/// A signature scheme: which bytes a provider signs, how the signature is written, and which headers carry it.
#[derive(Debug)]
pub struct Scheme {
    pub(crate) provider: &'static str,
    pub(crate) name: &'static str,
    pub(crate) signature: SignatureHeader,
    pub(crate) timestamp: Option<TimestampHeader>,
    /// The signed bytes, one part after the other.
    pub(crate) signed: &'static [Part],
    pub(crate) body: BodyRule,
}

/// Where the signature stands and how it is written.
#[derive(Debug)]
pub(crate) struct SignatureHeader {
    pub(crate) header: &'static str,
    pub(crate) prefix: &'static str,
    pub(crate) encoding: Encoding,
}

/// How the 32 bytes of a signature become text.
#[derive(Debug)]
pub(crate) enum Encoding {
    /// 64 hexadecimal characters in lower case.
    LowerHex,
}

/// Where the signed timestamp stands and how it is written.
#[derive(Debug)]
pub(crate) struct TimestampHeader {
    pub(crate) header: &'static str,
    pub(crate) grammar: TimestampGrammar,
    /// The provider's setting that does without a timestamp, to be named when the header is absent.
    pub(crate) optional_under: Option<&'static str>,
}

/// How a moment becomes text.
#[derive(Debug)]
pub(crate) enum TimestampGrammar {
    /// Seconds since the epoch in decimal digits, nothing else.
    UnixSeconds,
}

/// One part of the signed bytes.
#[derive(Debug)]
pub(crate) enum Part {
    /// The timestamp's text exactly as received, never a number printed again.
    Timestamp,
    /// Fixed bytes.
    Literal(&'static str),
    /// The raw body.
    Body,
}

/// What a genuine body has to be.
#[derive(Debug)]
pub(crate) enum BodyRule {
    /// Any bytes.
    Any,
    /// A JSON object. A scheme that signs the body alone needs it: the signed bytes of a scheme with a timestamp,
    /// `<digits>.<body>`, must not pass as a body of this one.
    JsonObject,
}

/// A timestamp as received, and what it means.
#[derive(Clone, Copy)]
struct Timestamp<'h> {
    text: &'h [u8],
    at: UnixSeconds,
}

/// Checks a delivery against one scheme.
///
/// The headers are parsed first, then the signature is compared in constant time over the raw bytes, and only then,
/// when the timestamp is known to be the sender's, its distance to `now`. Nothing is allocated on the way to a yes.
///
/// # Errors
///
/// Every [`VerifyError`] whose [`fault`](VerifyError::fault) is the sender's.
pub fn verify<'a, 'h>(
    delivery: &Delivery<'a, impl Headers<'h>>,
    secrets: &Secrets,
    scheme: &Scheme,
    now: UnixSeconds,
    tolerance: Duration,
) -> Result<Verified<'a>, VerifyError> {
    let Delivery { headers, body } = delivery;
    if body.len() > MAX_BODY_BYTES {
        return Err(VerifyError::BodyTooLarge { limit: MAX_BODY_BYTES });
    }
    let tag = scheme.signature.read(headers)?;
    let timestamp = scheme.timestamp.as_ref().map(|timestamp| timestamp.read(headers)).transpose()?;
    let signed = scheme.signed_bytes(timestamp, body);
    let secret_index = secrets.find_signer(&signed, &tag).ok_or(VerifyError::SignatureMismatch)?;
    let signed_at = timestamp.map(|timestamp| timestamp.at);
    signed_at.map_or(Ok(()), |at| check_distance(at, now, tolerance))?;
    scheme.body.check(body)?;
    Ok(Verified::new(scheme.proof(signed_at, secret_index), body))
}

impl Scheme {
    /// The provider that uses it.
    #[must_use]
    pub const fn provider(&self) -> &'static str {
        self.provider
    }

    /// Its name among the provider's schemes.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    fn signed_bytes<'d>(
        &'d self,
        timestamp: Option<Timestamp<'d>>,
        body: &'d [u8],
    ) -> impl Iterator<Item = &'d [u8]> + Clone {
        self.signed.iter().map(move |part| match part {
            Part::Timestamp => timestamp.map_or(&[][..], |timestamp| timestamp.text),
            Part::Literal(text) => text.as_bytes(),
            Part::Body => body,
        })
    }

    fn proof(&self, signed_at: Option<UnixSeconds>, secret_index: usize) -> Proof {
        let covers_body = self.signed.iter().any(|part| matches!(part, Part::Body));
        Proof { provider: self.provider, scheme: self.name, signed_at, secret_index, covers_body }
    }
}

impl SignatureHeader {
    fn read<'h>(&self, headers: &impl Headers<'h>) -> Result<[u8; 32], VerifyError> {
        let header = Cow::Borrowed(self.header);
        let mut values = headers.values(self.header);
        let Some(value) = values.next() else { return Err(VerifyError::SignatureMissing { header }) };
        // A proxy or a runtime may have joined repeated headers; no encoding of a signature holds a comma.
        if values.next().is_some() || value.contains(&b',') {
            return Err(VerifyError::SignatureRepeated { header });
        }
        let Some(text) = value.strip_prefix(self.prefix.as_bytes()) else {
            return Err(VerifyError::SignatureMalformed { header });
        };
        match self.encoding {
            Encoding::LowerHex => read_lower_hex(text, header),
        }
    }
}

fn read_lower_hex(text: &[u8], header: Cow<'static, str>) -> Result<[u8; 32], VerifyError> {
    let mut tag = [0; 32];
    let whole = text.len() == 64;
    if whole && base16ct::lower::decode(text, &mut tag).is_ok() {
        Ok(tag)
    } else if whole && base16ct::mixed::decode(text, &mut tag).is_ok() {
        Err(VerifyError::SignatureUppercase { header })
    } else {
        Err(VerifyError::SignatureMalformed { header })
    }
}

impl TimestampHeader {
    fn read<'h>(&self, headers: &impl Headers<'h>) -> Result<Timestamp<'h>, VerifyError> {
        let header = Cow::Borrowed(self.header);
        let mut values = headers.values(self.header);
        let Some(text) = values.next() else {
            return Err(VerifyError::TimestampMissing { header, accepted_by: self.optional_under });
        };
        if values.next().is_some() {
            return Err(VerifyError::TimestampRepeated { header });
        }
        match self.grammar {
            TimestampGrammar::UnixSeconds => read_unix_seconds(text, header),
        }
    }
}

fn read_unix_seconds<'h>(text: &'h [u8], header: Cow<'static, str>) -> Result<Timestamp<'h>, VerifyError> {
    if text.contains(&b',') {
        return Err(VerifyError::TimestampRepeated { header });
    }
    let digits = Some(text)
        .filter(|text| text.len() <= MAX_TIMESTAMP_DIGITS && text.iter().all(u8::is_ascii_digit))
        .and_then(|text| core::str::from_utf8(text).ok());
    match digits.and_then(|digits| digits.parse().ok()) {
        Some(seconds) => Ok(Timestamp { text, at: UnixSeconds::new(seconds) }),
        None => Err(VerifyError::TimestampMalformed { header }),
    }
}

fn check_distance(signed_at: UnixSeconds, now: UnixSeconds, tolerance: Duration) -> Result<(), VerifyError> {
    if let Some(age) = now.since(signed_at).filter(|age| *age > tolerance) {
        return Err(VerifyError::TimestampTooOld { age });
    }
    if let Some(ahead) = signed_at.since(now).filter(|ahead| *ahead > tolerance) {
        return Err(VerifyError::TimestampInFuture { ahead });
    }
    Ok(())
}

impl BodyRule {
    fn check(&self, body: &[u8]) -> Result<(), VerifyError> {
        match self {
            Self::JsonObject if !json::begins_object(body) => Err(VerifyError::BodyNotObject),
            Self::JsonObject | Self::Any => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(0);

    /// The plainest scheme there is: the HMAC of the body in hexadecimal.
    static PLAIN: Scheme = Scheme {
        provider: "test",
        name: "plain",
        signature: SignatureHeader { header: "signature", prefix: "", encoding: Encoding::LowerHex },
        timestamp: None,
        signed: &[Part::Body],
        body: BodyRule::Any,
    };

    fn verdict(secret: &[u8], body: &[u8], signature: &str) -> Result<(), &'static str> {
        let secrets = Secrets::new([secret]).unwrap();
        let headers = [("Signature", signature)];
        let delivery = Delivery::new(&headers, body);
        verify(&delivery, &secrets, &PLAIN, NOW, Duration::ZERO).map(|_| ()).map_err(|refusal| refusal.code())
    }

    #[test]
    fn agrees_with_rfc_4231() {
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (secret, body, signature) in cases {
            assert_eq!(verdict(secret, body, signature), Ok(()), "{signature}");
        }
    }

    #[test]
    fn refuses_the_truncated_tag_of_rfc_4231() {
        let verdict = verdict(&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b");
        assert_eq!(verdict, Err("signature_malformed"));
    }
}
