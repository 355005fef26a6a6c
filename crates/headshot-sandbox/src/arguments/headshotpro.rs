use std::net::SocketAddr;

use clap::Args;
use headshot_sandbox::provider::headshotpro::{Config, Envelope, FavoritePlace, FurtherAttempts, Scheme};
use url::Url;

use super::base_url;

#[derive(Args)]
#[command(next_help_heading = "HeadshotPro")]
#[group(skip)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct Flags {
    /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8788].
    ///
    /// Once one of the three --…listen is given, only the providers are played whose address was given.
    #[arg(long, env = "HEADSHOT_SANDBOX_LISTEN", value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// Base of API and photo links [default: http:// and the address].
    #[arg(long, env = "HEADSHOT_SANDBOX_PUBLIC_URL", value_parser = base_url, value_name = "URL")]
    public_url: Option<Url>,
    /// Origin that signed URLs finally redirect to [default: the public URL].
    #[arg(long, env = "HEADSHOT_SANDBOX_STUDIO_URL", value_parser = base_url, value_name = "URL")]
    studio_url: Option<Url>,
    /// Key that callers of the API must show.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_API_KEY",
        value_name = "KEY",
        default_value = "sandbox-api-key",
        hide_env_values = true
    )]
    api_key: String,
    /// Where to send webhooks, by plain HTTP; none are sent without it.
    #[arg(long, env = "HEADSHOT_SANDBOX_WEBHOOK_URL", value_parser = base_url, value_name = "URL")]
    webhook_url: Option<Url>,
    /// Secret to sign webhooks with [default: 0123456789abcdef four times].
    #[arg(long, env = "HEADSHOT_SANDBOX_WEBHOOK_SECRET", value_name = "SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// What to sign: `timestamped` or `body`; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_SIGNATURE_SCHEME", value_name = "SCHEME", default_value = "timestamped")]
    signature_scheme: Scheme,
    /// What webhooks have around the session; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_ENVELOPE", value_enum, default_value = "full")]
    envelope: Envelope,
    /// Where the event about a favorite tells the photo.
    #[arg(long, env = "HEADSHOT_SANDBOX_FAVORITE_PLACE", value_name = "PLACE", value_enum, default_value = "top")]
    favorite_place: FavoritePlace,
    /// How often a failed webhook is sent again; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_FURTHER_ATTEMPTS", value_name = "NUMBER", value_enum, default_value = "4")]
    further_attempts: FurtherAttempts,
    /// Take only 200 for a success of a webhook, and not any 2xx.
    #[arg(long, env = "HEADSHOT_SANDBOX_STRICT_200")]
    strict_200: bool,
    /// Repeat the first attempt's timestamp in further ones.
    #[arg(long, env = "HEADSHOT_SANDBOX_KEEP_TIMESTAMP")]
    keep_timestamp: bool,
    /// Answer {"success", "data": {…}} in place of named keys at the top.
    #[arg(long, env = "HEADSHOT_SANDBOX_WRAP_DATA")]
    wrap_data: bool,
    /// Play an organization without the whitelabel product: opening a session is forbidden.
    #[arg(long, env = "HEADSHOT_SANDBOX_WITHOUT_WHITELABEL")]
    without_whitelabel: bool,
    /// Credits of the organization; test mode needs none.
    #[arg(long, env = "HEADSHOT_SANDBOX_CREDITS", value_name = "NUMBER", default_value_t = 100)]
    credits: u32,
    /// Requests that the API answers in a minute.
    #[arg(long, env = "HEADSHOT_SANDBOX_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 300)]
    requests_per_minute: u32,
}

impl Flags {
    pub(super) fn config(self, listen: SocketAddr) -> Config {
        Config {
            listen,
            public_url: self.public_url,
            studio_url: self.studio_url,
            api_key: self.api_key,
            webhook_url: self.webhook_url,
            webhook_secret: self.webhook_secret.unwrap_or(Config::default().webhook_secret),
            signature_scheme: self.signature_scheme,
            envelope: self.envelope,
            favorite_place: self.favorite_place,
            further_attempts: self.further_attempts,
            strict_200: self.strict_200,
            keep_timestamp: self.keep_timestamp,
            wrap_data: self.wrap_data,
            without_whitelabel: self.without_whitelabel,
            credits: self.credits,
            requests_per_minute: self.requests_per_minute,
        }
    }
}
