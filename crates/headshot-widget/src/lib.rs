#![doc = include_str!("../README.md")]

mod browser;
#[expect(unreachable_pub, reason = "the component macro puts a public function into a private one")]
mod component;
#[cfg(feature = "embed")]
mod embed;
mod event;
mod language;
mod session;
mod view;

pub use component::{HeadshotEmbed, HeadshotEmbedProps};
#[cfg(feature = "embed")]
pub use embed::{Mounted, mount};
pub use event::{EmbedEvent, ErrorCode};
pub use headshot_api::{Photo, State};
pub use language::Language;
pub use session::way::Way;
