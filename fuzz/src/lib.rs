//! A delivery as one text, so that a corpus can be read and the fuzzer mutates words rather than lengths.

use headshot_verify::{Delivery, Provider, Secret, Secrets, UnixSeconds, VerifyError};

/// What a verifier is given.
pub struct Case<'c> {
    /// The provider's name, or HeadshotPro's setting for its schemes.
    pub setting: &'c str,
    /// The one secret.
    pub secret: &'c [u8],
    /// The receiver's clock.
    pub now: UnixSeconds,
    /// The headers in their order.
    pub headers: Vec<(&'c str, &'c [u8])>,
    /// The raw body.
    pub body: &'c [u8],
}

impl<'c> Case<'c> {
    /// Reads the text of the README; everything but the setting may be any bytes.
    pub fn read(text: &'c [u8]) -> Option<Self> {
        let (setting, text) = line(text)?;
        let (secret, text) = line(text)?;
        let (now, mut text) = line(text)?;
        let mut headers = Vec::new();
        loop {
            let (header, rest) = line(text)?;
            text = rest;
            if header.is_empty() {
                break;
            }
            headers.push(pair(header)?);
        }
        let setting = core::str::from_utf8(setting).ok()?;
        let now = UnixSeconds::new(core::str::from_utf8(now).ok()?.parse().ok()?);
        Some(Self { setting, secret, now, headers, body: text })
    }
}

impl Case<'_> {
    /// The secret as the provider shows it.
    pub fn secrets(&self, provider: &impl Provider) -> Result<Secrets, VerifyError> {
        match core::str::from_utf8(self.secret) {
            Ok(text) => provider.secret_form().read_all([text]),
            Err(_) if provider.secret_form() == Default::default() => Secret::new(self.secret).map(Secrets::from),
            Err(_) => Err(VerifyError::SecretMalformed),
        }
    }

    /// What was received.
    pub fn delivery(&self) -> Delivery<'_, &[(&str, &[u8])]> {
        Delivery::new(&self.headers[..], self.body)
    }
}

/// Calls a function with the case and the provider that it names, if it names one.
#[macro_export]
macro_rules! with_provider {
    ($check:ident, $case:expr) => {{
        use headshot_verify::provider::{
            headshotpro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks,
        };
        match $case.setting {
            "skylab" => $check($case, Skylab::default),
            "scale" => $check($case, Scale::default),
            "standardwebhooks" => $check($case, StandardWebhooks::default),
            setting => {
                if let Ok(scheme) = setting.parse() {
                    $check($case, || headshotpro::HeadshotPro { scheme });
                }
            }
        }
    }};
}

fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    Some((&text[..end], &text[end + 1..]))
}

fn pair(line: &[u8]) -> Option<(&str, &[u8])> {
    let end = line.iter().position(|byte| *byte == b':')?;
    let value = &line[end + 1..];
    Some((core::str::from_utf8(&line[..end]).ok()?, value.strip_prefix(b" ").unwrap_or(value)))
}
