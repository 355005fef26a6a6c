use std::net::SocketAddr;

use clap::Args;
use headshot_sandbox::provider::scale::{Algorithm, Claims, Config, Payload, ReadOnly};
use url::Url;

use super::base_url;

#[derive(Args)]
#[command(next_help_heading = "Scale Headshots")]
#[group(skip)]
#[expect(clippy::struct_field_names, reason = "the names are those of the flags")]
pub(super) struct Flags {
    /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8789].
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_LISTEN", value_name = "ADDRESS:PORT")]
    pub(super) scale_listen: Option<SocketAddr>,
    /// Base of API and image links [default: http:// and the address].
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_PUBLIC_URL", value_parser = base_url, value_name = "URL")]
    scale_public_url: Option<Url>,
    /// Origin of the capture page [default: the public URL].
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_STUDIO_URL", value_parser = base_url, value_name = "URL")]
    scale_studio_url: Option<Url>,
    /// Key that callers of the API must show.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SCALE_API_KEY",
        value_name = "KEY",
        default_value = "sandbox-scale-key",
        hide_env_values = true
    )]
    scale_api_key: String,
    /// Id of the account's one studio.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_STUDIO_ID", value_name = "ID", default_value = "stu_sandbox")]
    scale_studio_id: String,
    /// Where to send webhooks, by plain HTTP; none are sent without it.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_WEBHOOK_URL", value_parser = base_url, value_name = "URL")]
    scale_webhook_url: Option<Url>,
    /// Secret to sign tokens with.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SCALE_WEBHOOK_SECRET",
        value_name = "SECRET",
        default_value = "sandbox-scale-secret",
        hide_env_values = true
    )]
    scale_webhook_secret: String,
    /// What tokens are signed with.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SCALE_ALGORITHM",
        value_name = "ALGORITHM",
        value_enum,
        default_value = "hs256"
    )]
    scale_algorithm: Algorithm,
    /// What tokens claim.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_CLAIMS", value_name = "CLAIMS", value_enum, default_value = "full")]
    scale_claims: Claims,
    /// How much the body of a webhook tells; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_PAYLOAD", value_name = "PAYLOAD", value_enum, default_value = "full")]
    scale_payload: Payload,
    /// Play a read-only account: changes are answered with this status [default without a value: 403].
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_SCALE_READ_ONLY",
        value_enum,
        num_args = 0..=1,
        default_missing_value = "403",
        value_name = "STATUS"
    )]
    scale_read_only: Option<ReadOnly>,
    /// Let an admin accept each photo: until /sandbox does, none is finished.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_REVIEW")]
    scale_review: bool,
    /// Let other pages frame the capture page.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_FRAMING")]
    scale_framing: bool,
    /// Spell answers otherwise: one thing in `data`, and `session_url`, `status` and `image_url`.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_OTHER_SPELLING")]
    scale_other_spelling: bool,
    /// Requests that the API answers in a minute.
    #[arg(long, env = "HEADSHOT_SANDBOX_SCALE_REQUESTS_PER_MINUTE", value_name = "NUMBER", default_value_t = 300)]
    scale_requests_per_minute: u32,
}

impl Flags {
    pub(super) fn config(self, listen: SocketAddr) -> Config {
        Config {
            listen,
            public_url: self.scale_public_url,
            studio_url: self.scale_studio_url,
            api_key: self.scale_api_key,
            studio_id: self.scale_studio_id,
            webhook_url: self.scale_webhook_url,
            webhook_secret: self.scale_webhook_secret,
            algorithm: self.scale_algorithm,
            claims: self.scale_claims,
            payload: self.scale_payload,
            read_only: self.scale_read_only,
            review: self.scale_review,
            framing: self.scale_framing,
            other_spelling: self.scale_other_spelling,
            requests_per_minute: self.scale_requests_per_minute,
        }
    }
}
