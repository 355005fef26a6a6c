use std::net::{IpAddr, SocketAddr};

use clap::Args;
use headshot_sandbox::provider::skylab::{Config, Envelope, Format, WrongKey};
use url::Url;

use super::base_url;

#[derive(Args)]
#[command(next_help_heading = "Skylab Studio")]
#[group(skip)]
#[expect(clippy::struct_field_names, reason = "the names are those of the flags")]
pub(super) struct Flags {
    /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8790].
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_LISTEN", value_name = "ADDRESS:PORT")]
    pub(super) skylab_listen: Option<SocketAddr>,
    /// Base of the API [default: http:// and the address].
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_PUBLIC_URL", value_parser = base_url, value_name = "URL")]
    skylab_public_url: Option<Url>,
    /// Base of presigned URLs [default: the public URL].
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_STORAGE_URL", value_parser = base_url, value_name = "URL")]
    skylab_storage_url: Option<Url>,
    /// Key that callers of the API must show.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SKYLAB_API_KEY",
        value_name = "KEY",
        default_value = "sandbox-skylab-key",
        hide_env_values = true
    )]
    skylab_api_key: String,
    /// Where to send the account's webhooks, by plain HTTP; callbacks go where each job says.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_WEBHOOK_URL", value_parser = base_url, value_name = "URL")]
    skylab_webhook_url: Option<Url>,
    /// Secret to sign callbacks and webhooks with.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SKYLAB_WEBHOOK_SECRET",
        value_name = "SECRET",
        default_value = "sandbox-skylab-secret",
        hide_env_values = true
    )]
    skylab_webhook_secret: String,
    /// How to write the account's webhooks.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SKYLAB_WEBHOOK_FORMAT",
        value_name = "FORMAT",
        value_enum,
        default_value = "json"
    )]
    skylab_webhook_format: Format,
    /// What the account's webhooks have around the job; the provider documents both.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SKYLAB_WEBHOOK_ENVELOPE",
        value_name = "ENVELOPE",
        value_enum,
        default_value = "full"
    )]
    skylab_webhook_envelope: Envelope,
    /// Send the account's webhooks without a signature; callbacks keep theirs.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_UNSIGNED_WEBHOOKS")]
    skylab_unsigned_webhooks: bool,
    /// Write `&` in JSON as it is, and not as \u0026.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_PLAIN_AMPERSANDS")]
    skylab_plain_ampersands: bool,
    /// What a wrong key is answered with; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_WRONG_KEY", value_name = "STATUS", value_enum, default_value = "401")]
    skylab_wrong_key: WrongKey,
    /// Addresses that may call the API, separated by commas [default: all].
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_ALLOWED_ADDRESSES", value_delimiter = ',', value_name = "IP")]
    skylab_allowed_addresses: Vec<IpAddr>,
    /// Spell answers in the other way that a document has: lists of errors in a list, `photo_download_urls`, a new
    /// profile in a list.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_OTHER_SPELLING")]
    skylab_other_spelling: bool,
    /// Requests that the API answers in a minute.
    #[arg(long, env = "HEADSHOT_SANDBOX_SKYLAB_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 10_000)]
    skylab_requests_per_minute: u32,
}

impl Flags {
    pub(super) fn config(self, listen: SocketAddr) -> Config {
        Config {
            listen,
            public_url: self.skylab_public_url,
            storage_url: self.skylab_storage_url,
            api_key: self.skylab_api_key,
            webhook_url: self.skylab_webhook_url,
            webhook_secret: self.skylab_webhook_secret,
            webhook_format: self.skylab_webhook_format,
            webhook_envelope: self.skylab_webhook_envelope,
            sign_webhooks: !self.skylab_unsigned_webhooks,
            plain_ampersands: self.skylab_plain_ampersands,
            wrong_key: self.skylab_wrong_key,
            allowed_addresses: self.skylab_allowed_addresses,
            other_spelling: self.skylab_other_spelling,
            requests_per_minute: self.skylab_requests_per_minute,
        }
    }
}
