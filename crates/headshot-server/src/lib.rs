#![doc = include_str!("../README.md")]

mod api_key;
mod app;
mod client_token;
mod clock;
pub mod config;
mod control;
mod durable;
mod error;
pub mod explain;
pub mod forward;
mod guard;
mod ids;
pub mod operate;
pub mod pace;
mod photos;
pub mod provider;
mod random;
mod readiness;
pub mod references;
pub mod refused;
pub mod retention;
mod routes;
mod rules;
mod secret;
mod serve;
pub mod store;
mod view;
pub mod work;

pub use app::App;
pub use clock::Clock;
pub use config::{Config, ConfigError, ServeArgs};
pub use error::{Code, Error};
pub use ids::{PhotoId, ProviderPhotoId, SessionId};
pub use routes::app;
pub use secret::Secret;
pub use serve::serve;
