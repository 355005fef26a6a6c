//! The providers that the sandbox plays, one module each.

pub mod headshotpro;
pub mod scale;
pub mod skylab;

use serde::Serialize;

/// A provider that the sandbox plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// `HeadshotPro`, whitelabel.
    HeadshotPro,
    /// Scale Headshots by Snapbar.
    Scale,
    /// Skylab Studio.
    Skylab,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::HeadshotPro, Self::Scale, Self::Skylab];

    /// Its word in flags, routes and output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HeadshotPro => "headshotpro",
            Self::Scale => "scale",
            Self::Skylab => "skylab",
        }
    }
}
