use alloc::boxed::Box;

#[cfg(feature = "declared")]
use headshot_verify::{Declaration, provider::declared::Declared};
use headshot_verify::{
    Headers, Scheme, SecretForm, VerifyError,
    jws::Algorithm,
    provider::{headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks},
};

use crate::refusal::Refusal;

/// One of the providers, chosen by its name, or one that was declared.
pub(crate) enum Provider {
    HeadshotPro(HeadshotPro),
    Skylab(Skylab),
    Scale(Box<Scale>),
    StandardWebhooks(StandardWebhooks),
    #[cfg(feature = "declared")]
    Declared(Box<Declared>),
}

impl Provider {
    /// `settings` is the name, or what [`declared`] reads; an empty `scheme` is the provider's own default.
    pub(crate) fn new(settings: &str, scheme: &str) -> Result<Self, Refusal> {
        let provider = match settings {
            "headshotpro" if scheme.is_empty() => Self::HeadshotPro(HeadshotPro::default()),
            "headshotpro" => return Ok(Self::HeadshotPro(HeadshotPro { scheme: scheme.parse()? })),
            "skylab" => Self::Skylab(Skylab::default()),
            "scale" if scheme.is_empty() => Self::Scale(Box::default()),
            "scale" => {
                return Ok(Self::Scale(Box::new(Scale::default().with_algorithms([scheme.parse::<Algorithm>()?]))));
            }
            "standardwebhooks" => Self::StandardWebhooks(StandardWebhooks::default()),
            #[cfg(feature = "declared")]
            _ => Self::Declared(Box::new(declared(settings)?)),
            #[cfg(not(feature = "declared"))]
            _ => return Err(Refusal::ProviderUnknown),
        };
        let is_its_own = scheme.is_empty() || provider.scheme(true).name() == scheme;
        if is_its_own { Ok(provider) } else { Err(VerifyError::SchemeUnknown.into()) }
    }

    /// The scheme that a delivery with or without a timestamp is held to.
    pub(crate) fn scheme(&self, has_timestamp: bool) -> &Scheme {
        let headers = |_: &str| has_timestamp.then_some(&b""[..]).into_iter();
        headshot_verify::Provider::scheme(self, &headers)
    }
}

impl headshot_verify::Provider for Provider {
    /// Events are read by the provider's name; see `events.rs`.
    type Event = headshot_verify::Fields;

    fn scheme<'h>(&self, headers: &impl Headers<'h>) -> &Scheme {
        match self {
            Self::HeadshotPro(provider) => provider.scheme(headers),
            Self::Skylab(provider) => provider.scheme(headers),
            Self::Scale(provider) => provider.scheme(headers),
            Self::StandardWebhooks(provider) => provider.scheme(headers),
            #[cfg(feature = "declared")]
            Self::Declared(provider) => provider.scheme(headers),
        }
    }

    fn secret_form(&self) -> SecretForm {
        match self {
            Self::StandardWebhooks(_) => SecretForm::Whsec,
            #[cfg(feature = "declared")]
            Self::Declared(provider) => provider.secret_form(),
            Self::HeadshotPro(_) | Self::Skylab(_) | Self::Scale(_) => SecretForm::Text,
        }
    }
}

/// Reads a declaration: a line for each setting, its name before the first space.
#[cfg(feature = "declared")]
fn declared(settings: &str) -> Result<Declared, Refusal> {
    let setting = |wanted: &str| {
        let mut pairs = settings.split('\n').filter_map(|line| line.split_once(' '));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
    };
    // No provider of ours has such a name, and a declared one has settings.
    let provider = setting("provider").ok_or(Refusal::ProviderUnknown)?;
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
    let form = setting("secretForm").map_or(Ok(SecretForm::Text), str::parse)?;
    Ok(Declared::new(&declaration)?.with_secret_form(form))
}
