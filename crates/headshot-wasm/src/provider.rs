use alloc::{string::String, vec::Vec};
use core::time::Duration;

use headshot_verify::{
    Declaration, DeclarationError, Delivery, Fields, Headers, Provider as _, Scheme, SecretForm, Secrets, UnixSeconds,
    Verified,
    jws::Algorithm,
    provider::{
        declared::Declared, headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks,
    },
};

use crate::{headers::HeaderLines, refusal::Refusal};

/// One of the providers, chosen by its name, or one that was declared.
pub(crate) enum Provider {
    HeadshotPro(HeadshotPro),
    Skylab(Skylab),
    Scale(Scale),
    StandardWebhooks(StandardWebhooks),
    Declared(Declared),
}

/// A provider with the secrets of one endpoint.
pub(crate) struct Verifier {
    provider: Provider,
    /// The headers that it reads, in lower case.
    headers: Vec<String>,
    secrets: Secrets,
    tolerance: Option<Duration>,
}

/// What a check proved.
pub(crate) struct Proof {
    pub(crate) signed_at: Option<UnixSeconds>,
    pub(crate) secret_index: usize,
    /// The scheme's place in the description.
    pub(crate) scheme: usize,
}

impl Provider {
    /// `settings` is the name, or what [`declared`] reads; an empty `scheme` is the provider's own default.
    pub(crate) fn new(settings: &str, scheme: &str) -> Result<Self, Refusal> {
        let provider = match settings {
            "headshotpro" if scheme.is_empty() => Self::HeadshotPro(HeadshotPro::default()),
            "headshotpro" => return Ok(Self::HeadshotPro(HeadshotPro { scheme: scheme.parse()? })),
            "skylab" => Self::Skylab(Skylab::default()),
            "scale" if scheme.is_empty() => Self::Scale(Scale::default()),
            "scale" => return Ok(Self::Scale(Scale::default().with_algorithms([scheme.parse::<Algorithm>()?]))),
            "standardwebhooks" => Self::StandardWebhooks(StandardWebhooks::default()),
            _ => Self::Declared(declared(settings)?),
        };
        let [only, ..] = provider.schemes();
        let is_its_own = scheme.is_empty() || only.trim_start_matches('-') == scheme;
        if is_its_own { Ok(provider) } else { Err(Refusal::SCHEME_UNKNOWN) }
    }

    /// Its schemes, with a `-` before one that does not cover the body.
    const fn schemes(&self) -> [&'static str; 2] {
        match self {
            Self::HeadshotPro(_) => ["timestamped", "body"],
            Self::Skylab(_) => ["dated", ""],
            Self::Scale(_) => ["-jwt", ""],
            Self::StandardWebhooks(_) => ["v1", ""],
            Self::Declared(_) => ["declared", ""],
        }
    }

    fn headers(&self) -> Vec<String> {
        let names: &[&str] = match self {
            Self::HeadshotPro(_) => &HeadshotPro::HEADERS,
            Self::Skylab(_) => &Skylab::HEADERS,
            Self::Scale(_) => &Scale::HEADERS,
            Self::StandardWebhooks(_) => &StandardWebhooks::HEADERS,
            Self::Declared(provider) => return provider.declared_scheme().headers().map(Into::into).collect(),
        };
        names.iter().map(|name| (*name).into()).collect()
    }
}

impl headshot_verify::Provider for Provider {
    /// Events are read by the provider's name; see `events.rs`.
    type Event = Fields;

    fn scheme<'h>(&self, headers: &impl Headers<'h>) -> &Scheme {
        match self {
            Self::HeadshotPro(provider) => provider.scheme(headers),
            Self::Skylab(provider) => provider.scheme(headers),
            Self::Scale(provider) => provider.scheme(headers),
            Self::StandardWebhooks(provider) => provider.scheme(headers),
            Self::Declared(provider) => provider.scheme(headers),
        }
    }

    fn secret_form(&self) -> SecretForm {
        match self {
            Self::StandardWebhooks(_) => SecretForm::Whsec,
            Self::Declared(provider) => provider.secret_form(),
            Self::HeadshotPro(_) | Self::Skylab(_) | Self::Scale(_) => SecretForm::Text,
        }
    }
}

/// Reads a declaration: a line for each setting, its name before the first space.
fn declared(settings: &str) -> Result<Declared, Refusal> {
    let setting = |wanted: &str| {
        let mut pairs = settings.split('\n').filter_map(|line| line.split_once(' '));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    // No provider of ours has such a name, and a declared one has settings.
    let provider = setting("provider").ok_or(Refusal::PROVIDER_UNKNOWN)?;
    let text = |name| setting(name).unwrap_or_default();
    let mut declaration = Declaration::new(provider, text("signatureHeader"), text("signed")).prefix(text("prefix"));
    if let Some(encoding) = setting("encoding") {
        declaration = declaration.encoding(encoding.parse()?);
    }
    if let Some(header) = setting("timestampHeader") {
        declaration = declaration.timestamp(header, setting("timestampFormat").unwrap_or("unix-seconds").parse()?);
    }
    if let Some(header) = setting("idHeader") {
        declaration = declaration.id(header);
    }
    if setting("severalSignatures").is_some() {
        declaration = declaration.several_signatures();
    }
    if setting("jsonObjectOnly").is_some() {
        declaration = declaration.json_object_only();
    }
    let form = match setting("secretForm") {
        None | Some("text") => SecretForm::Text,
        Some("whsec") => SecretForm::Whsec,
        Some(_) => return Err(DeclarationError::SecretFormUnknown.into()),
    };
    Ok(Declared::new(&declaration)?.with_secret_form(form))
}

impl Verifier {
    pub(crate) fn new<'s>(
        settings: &str,
        scheme: &str,
        secrets: impl Iterator<Item = &'s str>,
        tolerance: Option<Duration>,
    ) -> Result<Self, Refusal> {
        let provider = Provider::new(settings, scheme)?;
        let secrets = provider.secret_form().read_all(secrets)?;
        Ok(Self { headers: provider.headers(), provider, secrets, tolerance })
    }

    /// Its headers and its schemes, each in a line, separated by spaces.
    pub(crate) fn description(&self) -> String {
        let mut description = self.headers.join(" ");
        description.push('\n');
        description.push_str(&self.provider.schemes().join(" "));
        description
    }

    pub(crate) fn verify(&self, headers: &[u8], body: &[u8], now: UnixSeconds) -> Result<Proof, Refusal> {
        let delivery = Delivery::new(HeaderLines::new(headers, &self.headers), body);
        let scheme = self.provider.scheme(&HeaderLines::new(headers, &self.headers));
        let tolerance = self.tolerance.unwrap_or(scheme.tolerance());
        let verified = headshot_verify::verify(&delivery, &self.secrets, scheme, now, tolerance)?;
        Ok(self.proof(&verified))
    }

    fn proof(&self, verified: &Verified<'_>) -> Proof {
        let [_, second] = self.provider.schemes();
        Proof {
            signed_at: verified.signed_at(),
            secret_index: verified.secret_index(),
            scheme: usize::from(verified.scheme() == second),
        }
    }
}
