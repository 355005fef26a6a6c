#[cfg(feature = "declared")]
use alloc::boxed::Box;
#[cfg(feature = "declared")]
use headshot_verify::{Declaration, provider::declared::Declared};
use headshot_verify::{
    Headers, Scheme, SecretForm,
    binding::{BuiltIn, Flaw, TokenRules},
};

use crate::refusal::Refusal;

/// One of the providers, chosen by its name, or one that was declared.
pub(crate) enum Provider {
    BuiltIn(&'static BuiltIn, TokenRules),
    #[cfg(feature = "declared")]
    Declared(Box<Declared>),
}

impl Provider {
    /// `settings` is the name, or what [`declared`] reads; an empty `scheme` is the provider's own default.
    pub(crate) fn new(settings: &str, scheme: &str, rules: TokenRules) -> Result<Self, Refusal> {
        let mut of_name = BuiltIn::ALL.iter().filter(|known| known.provider == settings).peekable();
        if of_name.peek().is_none() {
            return Self::unknown(settings, scheme);
        }
        let chosen = of_name.find(|known| scheme.is_empty() || known.setting == scheme).ok_or(Flaw::SchemeUnknown)?;
        Ok(Self::BuiltIn(chosen, rules))
    }

    // A runtime compiles a function of wasm when it is first called, and most programs do not call this one.
    #[cfg(feature = "declared")]
    #[inline(never)]
    fn unknown(settings: &str, scheme: &str) -> Result<Self, Refusal> {
        let declared = declared(settings)?;
        let is_its_own = scheme.is_empty() || declared.declared_scheme().name().code() == scheme;
        if is_its_own { Ok(Self::Declared(Box::new(declared))) } else { Err(Flaw::SchemeUnknown.into()) }
    }

    #[cfg(not(feature = "declared"))]
    const fn unknown(_: &str, _: &str) -> Result<Self, Refusal> {
        Err(Refusal::PROVIDER_UNKNOWN)
    }

    /// The rules for tokens, where it sends any.
    pub(crate) const fn rules(&self) -> TokenRules {
        match self {
            Self::BuiltIn(_, rules) => *rules,
            #[cfg(feature = "declared")]
            Self::Declared(_) => TokenRules::STRICT,
        }
    }

    /// The scheme that a delivery with or without a timestamp is held to.
    pub(crate) fn scheme(&self, has_timestamp: bool) -> &Scheme {
        match self {
            Self::BuiltIn(known, _) if has_timestamp => known.with_timestamp,
            Self::BuiltIn(known, _) => known.without_timestamp,
            #[cfg(feature = "declared")]
            Self::Declared(provider) => provider.declared_scheme(),
        }
    }
}

impl headshot_verify::Provider for Provider {
    /// Events are read by the provider's name; see `events.rs`.
    type Event = headshot_verify::Fields;

    fn scheme<'h>(&self, headers: &impl Headers<'h>) -> &Scheme {
        let timestamp = self.scheme(true).timestamp_header();
        self.scheme(timestamp.is_some_and(|name| headers.values(name).next().is_some()))
    }

    fn secret_form(&self) -> SecretForm {
        match self {
            Self::BuiltIn(known, _) => known.secret_form,
            #[cfg(feature = "declared")]
            Self::Declared(provider) => provider.secret_form(),
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
    let form = setting("secretForm").map_or(Ok(SecretForm::Text), str::parse)?;
    Ok(Declared::new(&declaration)?.with_secret_form(form))
}
