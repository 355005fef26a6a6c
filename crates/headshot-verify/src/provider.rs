//! The providers: for each, its signature schemes and its events, in one file of its name.

pub mod declared;
pub mod headshotpro;
pub mod scale;
pub mod skylab;
pub mod standardwebhooks;

use crate::{Headers, Payload, Scheme, SecretForm};

/// An outside company that sends webhooks: its schemes and its events.
pub trait Provider {
    /// What its deliveries carry.
    type Event: Payload;

    /// The scheme that a delivery with these headers is held to.
    ///
    /// Which headers are there decides; a scheme is never a second chance after another one failed.
    fn scheme<'h>(&self, headers: &impl Headers<'h>) -> &Scheme;

    /// How it shows its signing secrets.
    fn secret_form(&self) -> SecretForm {
        SecretForm::Text
    }
}

/// A provider that this crate knows, with one of the settings that it can have.
#[derive(Debug)]
pub struct BuiltIn {
    /// The provider's name.
    pub provider: &'static str,
    /// The name of the setting.
    pub setting: &'static str,
    /// The scheme that a delivery with a timestamp is held to.
    pub with_timestamp: &'static Scheme,
    /// The scheme that one without is held to, often the same.
    pub without_timestamp: &'static Scheme,
    /// How the provider shows its signing secrets.
    pub secret_form: SecretForm,
}

impl BuiltIn {
    /// All of them; each provider's first one is its default.
    pub const ALL: &'static [Self] = &[
        Self::text("headshotpro", "timestamped", &headshotpro::TIMESTAMPED, &headshotpro::TIMESTAMPED),
        Self::text("headshotpro", "auto", &headshotpro::TIMESTAMPED, &headshotpro::BODY),
        Self::text("headshotpro", "body", &headshotpro::BODY, &headshotpro::BODY),
        Self::text("skylab", "dated", &skylab::SCHEME, &skylab::SCHEME),
        Self::text("scale", "HS256", &scale::HS256, &scale::HS256),
        #[cfg(feature = "sha512")]
        Self::text("scale", "HS384", &scale::HS384, &scale::HS384),
        #[cfg(feature = "sha512")]
        Self::text("scale", "HS512", &scale::HS512, &scale::HS512),
        Self {
            provider: "standardwebhooks",
            setting: "v1",
            with_timestamp: &standardwebhooks::SCHEME,
            without_timestamp: &standardwebhooks::SCHEME,
            secret_form: SecretForm::Whsec,
        },
    ];

    const fn text(
        provider: &'static str,
        setting: &'static str,
        with_timestamp: &'static Scheme,
        without_timestamp: &'static Scheme,
    ) -> Self {
        Self { provider, setting, with_timestamp, without_timestamp, secret_form: SecretForm::Text }
    }
}
