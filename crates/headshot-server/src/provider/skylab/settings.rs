//! Flags, variables and the checked settings made from them.

use std::time::Duration;

use url::Url;

use super::{API_KEY, NAME};
use crate::config::Checks;
use crate::provider::Probe;
use crate::secret::Secret;
use crate::store::Quota;

/// Skylab's flags and variables, unchecked.
#[derive(clap::Args, Clone, Default)]
#[group(skip)]
pub struct Args {
    /// Skylab's API key; switches the provider on
    #[arg(long, env = "SKYLAB_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub skylab_api_key: Option<String>,

    /// Skylab's webhook secret; several, separated by spaces, while it is being replaced (required)
    #[arg(long, env = "SKYLAB_WEBHOOK_SECRET", value_name = "SECRETS", hide_env_values = true)]
    pub skylab_webhook_secret: Option<String>,

    /// Skylab's profile to work by where a request to open a session names none
    #[arg(long, env = "SKYLAB_PROFILE_ID", value_name = "ID")]
    pub skylab_profile_id: Option<String>,

    /// Whether account webhooks without a signature may ring: `off` or `on`; then anybody can make the server ask Skylab
    #[arg(long, env = "SKYLAB_UNSIGNED_WEBHOOKS", value_name = "SWITCH", default_value = "off")]
    pub skylab_unsigned_webhooks: String,

    /// Greatest distance in seconds between a delivery's timestamp and now at which its event is believed
    #[arg(long, env = "SKYLAB_SIGNATURE_TOLERANCE", value_name = "SECONDS", default_value = "300")]
    pub skylab_signature_tolerance: String,

    /// Base of Skylab's API
    #[arg(
        long,
        env = "SKYLAB_BASE_URL",
        value_name = "URL",
        default_value = "https://studio.skylabtech.ai/api/public/v1"
    )]
    pub skylab_base_url: String,

    /// Calls of Skylab's API in any minute
    #[arg(long, env = "SKYLAB_CALLS_A_MINUTE", value_name = "CALLS", default_value = "10000")]
    pub skylab_calls_a_minute: String,

    /// Hosts, or host:port, that photos may be fetched from and sent to, separated by spaces; `*.` stands for all below
    #[arg(long, env = "SKYLAB_PHOTO_HOSTS", value_name = "HOSTS", default_value = "*.amazonaws.com")]
    pub skylab_photo_hosts: String,
}

/// How to talk with Skylab.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The key of its API.
    pub api_key: Secret,
    /// The signing secrets of its notifications.
    pub signing_secrets: Vec<Secret>,
    /// The profile of sessions that name none.
    pub profile_id: Option<u64>,
    /// Whether account webhooks without a signature may ring.
    pub takes_unsigned: bool,
    /// The greatest distance between a delivery's timestamp and now.
    pub signature_tolerance: Duration,
    /// The base of its API.
    pub base_url: Url,
    /// How often its API may be called.
    pub quota: Quota,
    /// Every host that photos may be fetched from and sent to.
    pub photo_hosts: Vec<String>,
}

impl Settings {
    /// Asks for the profiles [k-openapi].
    pub(crate) fn probe(&self) -> Option<Probe> {
        Probe::new((NAME, "SKYLAB_API_KEY"), &self.base_url, "profiles", (API_KEY, self.api_key.reveal()))
    }

    /// The settings where the provider is on; what is wrong is noted in `checks`.
    pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<Self> {
        if !Checks::is_any_given([&args.skylab_api_key, &args.skylab_webhook_secret]) {
            return None;
        }
        let api_key = checks.header_value("SKYLAB_API_KEY", args.skylab_api_key.as_deref());
        let signing_secrets = checks.secrets("SKYLAB_WEBHOOK_SECRET", args.skylab_webhook_secret.as_deref());
        let profile_id = checks.optional_number("SKYLAB_PROFILE_ID", args.skylab_profile_id.as_deref());
        let takes_unsigned = checks.switch("SKYLAB_UNSIGNED_WEBHOOKS", &args.skylab_unsigned_webhooks);
        let signature_tolerance = checks.seconds("SKYLAB_SIGNATURE_TOLERANCE", &args.skylab_signature_tolerance);
        let base_url = checks.base_url("SKYLAB_BASE_URL", &args.skylab_base_url);
        let quota = checks.quota("SKYLAB_CALLS_A_MINUTE", &args.skylab_calls_a_minute);
        let photo_hosts = checks.hosts("SKYLAB_PHOTO_HOSTS", &args.skylab_photo_hosts, "*.amazonaws.com");
        Some(Self {
            api_key: api_key?,
            signing_secrets: signing_secrets?,
            profile_id,
            takes_unsigned: takes_unsigned?,
            signature_tolerance: signature_tolerance?,
            base_url: base_url?,
            quota: quota?,
            photo_hosts: photo_hosts?,
        })
    }
}
