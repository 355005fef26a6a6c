//! Flags, variables and the checked settings made from them.

use std::time::Duration;

use axum::http::header::AUTHORIZATION;
use headshot_verify::provider::headshotpro::SchemeChoice;
use url::Url;

use super::NAME;
use crate::config::Checks;
use crate::provider::Probe;
use crate::secret::Secret;
use crate::store::Quota;

/// `HeadshotPro`'s flags and variables, unchecked.
#[derive(clap::Args, Clone, Default)]
#[group(skip)]
pub struct Args {
    /// HeadshotPro's API key; switches the provider on
    #[arg(long, env = "HEADSHOTPRO_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub headshotpro_api_key: Option<String>,

    /// HeadshotPro's webhook secret; several, separated by spaces, while it is being replaced (required)
    #[arg(long, env = "HEADSHOTPRO_WEBHOOK_SECRET", value_name = "SECRETS", hide_env_values = true)]
    pub headshotpro_webhook_secret: Option<String>,

    /// Which signatures to accept: `timestamped`, `auto` or `body`; the last two do not stop replays
    #[arg(long, env = "HEADSHOTPRO_SIGNATURE_SCHEME", value_name = "SCHEME", default_value = "timestamped")]
    pub headshotpro_signature_scheme: String,

    /// Greatest distance in seconds between a delivery's timestamp and now at which its event is believed
    #[arg(long, env = "HEADSHOTPRO_SIGNATURE_TOLERANCE", value_name = "SECONDS", default_value = "300")]
    pub headshotpro_signature_tolerance: String,

    /// Base of HeadshotPro's API
    #[arg(
        long,
        env = "HEADSHOTPRO_BASE_URL",
        value_name = "URL",
        default_value = "https://server.headshotpro.com/api/v2"
    )]
    pub headshotpro_base_url: String,

    /// Calls of HeadshotPro's API in any minute: 300, or 1000 by an enterprise contract
    #[arg(long, env = "HEADSHOTPRO_CALLS_A_MINUTE", value_name = "CALLS", default_value = "300")]
    pub headshotpro_calls_a_minute: String,

    /// Origins that HeadshotPro's pages may be on, separated by spaces; a signed URL elsewhere is refused
    #[arg(
        long,
        env = "HEADSHOTPRO_FRAME_ORIGINS",
        value_name = "ORIGINS",
        default_value = "https://yourproheadshots.com"
    )]
    pub headshotpro_frame_origins: String,

    /// Hosts, or host:port, that photos may be fetched from, separated by spaces
    #[arg(long, env = "HEADSHOTPRO_PHOTO_HOSTS", value_name = "HOSTS", default_value = "cdn.headshotpro.com")]
    pub headshotpro_photo_hosts: String,

    /// When an e-mail address is already known: `plus-suffix` tries once more with a suffix in it, `off` does not
    #[arg(long, env = "HEADSHOTPRO_EMAIL_RETRY", value_name = "WAY", default_value = "plus-suffix")]
    pub headshotpro_email_retry: String,
}

/// How to talk with `HeadshotPro`.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The key of its API.
    pub api_key: Secret,
    /// The signing secrets of its webhooks.
    pub signing_secrets: Vec<Secret>,
    /// Which signatures to accept.
    pub signature_scheme: SchemeChoice,
    /// The greatest distance between a delivery's timestamp and now.
    pub signature_tolerance: Duration,
    /// The base of its API.
    pub base_url: Url,
    /// How often its API may be called.
    pub quota: Quota,
    /// Every origin that its pages may be on.
    pub frame_origins: Vec<String>,
    /// Every host that photos may be fetched from.
    pub photo_hosts: Vec<String>,
    /// What to do about an e-mail address that it knows already.
    pub email_retry: EmailRetry,
}

/// What to do about an e-mail address that the provider knows already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailRetry {
    /// Try once more with a unique suffix in the local part.
    PlusSuffix,
    /// Tell the host application.
    Off,
}

impl Settings {
    /// The settings where the provider is on; what is wrong is noted in `checks`.
    pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<Self> {
        if !Checks::is_any_given([&args.headshotpro_api_key, &args.headshotpro_webhook_secret]) {
            return None;
        }
        let api_key = checks.header_value("HEADSHOTPRO_API_KEY", args.headshotpro_api_key.as_deref());
        let signing_secrets = checks.secrets("HEADSHOTPRO_WEBHOOK_SECRET", args.headshotpro_webhook_secret.as_deref());
        let signature_scheme = checks.accept(
            "HEADSHOTPRO_SIGNATURE_SCHEME",
            args.headshotpro_signature_scheme.parse().ok(),
            "is not `timestamped`, `auto` or `body`",
        );
        let signature_tolerance =
            checks.seconds("HEADSHOTPRO_SIGNATURE_TOLERANCE", &args.headshotpro_signature_tolerance);
        let base_url = checks.base_url("HEADSHOTPRO_BASE_URL", &args.headshotpro_base_url);
        let quota = checks.quota("HEADSHOTPRO_CALLS_A_MINUTE", &args.headshotpro_calls_a_minute);
        let frame_origins = checks.origins(
            "HEADSHOTPRO_FRAME_ORIGINS",
            &args.headshotpro_frame_origins,
            "https://yourproheadshots.com",
        );
        let photo_hosts = checks.hosts("HEADSHOTPRO_PHOTO_HOSTS", &args.headshotpro_photo_hosts, "cdn.headshotpro.com");
        let ways = [("plus-suffix", EmailRetry::PlusSuffix), ("off", EmailRetry::Off)];
        let email_retry = checks.choice("HEADSHOTPRO_EMAIL_RETRY", &args.headshotpro_email_retry, ways);
        Some(Self {
            api_key: api_key?,
            signing_secrets: signing_secrets?,
            signature_scheme: signature_scheme?,
            signature_tolerance: signature_tolerance?,
            base_url: base_url?,
            quota: quota?,
            frame_origins: frame_origins?,
            photo_hosts: photo_hosts?,
            email_retry: email_retry?,
        })
    }

    /// Asks for the balance of credits [h-org].
    pub(crate) fn probe(&self) -> Option<Probe> {
        let credential = (AUTHORIZATION, &*format!("Bearer {}", self.api_key.reveal()));
        Probe::new((NAME, "HEADSHOTPRO_API_KEY"), &self.base_url, "organization/credits", credential)
    }
}
