use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

use super::Scheme;

/// How the stand-in for `HeadshotPro` behaves. It holds a key and a secret, so it cannot be printed.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as its flag is")]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The base of API and photo links; made from the address if absent.
    pub public_url: Option<Url>,
    /// The origin that a signed URL ends at after its redirect; the public one if absent.
    pub studio_url: Option<Url>,
    /// The key that callers of the API must show.
    pub api_key: String,
    /// Where webhooks go; none are sent if absent.
    pub webhook_url: Option<Url>,
    /// The secret that webhooks are signed with.
    pub webhook_secret: String,
    /// What is signed.
    pub signature_scheme: Scheme,
    /// What the body of a webhook has around the session.
    pub envelope: Envelope,
    /// Where the event about a favourite tells the photo.
    pub favorite_place: FavoritePlace,
    /// How often a failed delivery is tried again: 4 \[001\] or 3 times \[002\].
    pub further_attempts: FurtherAttempts,
    /// Whether only 200 is a success for a webhook \[002\], and not any 2xx \[001\].
    pub strict_200: bool,
    /// Whether further attempts repeat the timestamp of the first one: no document says.
    pub keep_timestamp: bool,
    /// Whether answers of the API hold everything but `success` in `data`, as the guides say \[h-start\].
    pub wrap_data: bool,
    /// Whether the organization lacks the whitelabel product.
    pub without_whitelabel: bool,
    /// Credits of the organization; one is spent when a person has submitted photos outside of test mode.
    pub credits: u32,
    /// Requests that the API answers in a minute.
    pub requests_per_minute: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8788)),
            public_url: None,
            studio_url: None,
            api_key: "sandbox-api-key".into(),
            webhook_url: None,
            webhook_secret: "0123456789abcdef".repeat(4),
            signature_scheme: Scheme::Timestamped,
            envelope: Envelope::Full,
            favorite_place: FavoritePlace::Top,
            further_attempts: FurtherAttempts::Four,
            strict_200: false,
            keep_timestamp: false,
            wrap_data: false,
            without_whitelabel: false,
            credits: 100,
            requests_per_minute: 300,
        }
    }
}

/// What the body of a webhook has around the session: the public documents \[001\] and \[002\] disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Envelope {
    /// An id and a time of the event's own, and the favourite photo.
    Full,
    /// Only event and object.
    Bare,
}

/// Where the event about a favourite tells the photo: the one document that has it shows no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FavoritePlace {
    /// Beside the object.
    Top,
    /// In the object.
    Object,
}

/// How often a failed delivery is tried again: the public documents \[001\] and \[002\] disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum FurtherAttempts {
    /// At once, after 5 and 15 minutes, and after an hour.
    #[value(name = "4")]
    Four,
    /// At once, after 5 and after 15 minutes.
    #[value(name = "3")]
    Three,
}
