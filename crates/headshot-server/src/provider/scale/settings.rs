//! Flags, variables and the checked settings made from them.

use axum::http::header::AUTHORIZATION;
use headshot_verify::jws::Algorithm;
use url::Url;

use super::NAME;
use crate::config::Checks;
use crate::provider::Probe;
use crate::provider::http::is_safe;
use crate::secret::Secret;
use crate::store::Quota;

/// Scale Headshots' flags and variables, unchecked.
#[derive(clap::Args, Clone, Default)]
#[group(skip)]
pub struct Args {
    /// Scale Headshots' API token; switches the provider on
    #[arg(long, env = "SCALE_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub scale_api_key: Option<String>,

    /// Scale Headshots' webhook secret; several, separated by spaces, while it is being replaced (required)
    #[arg(long, env = "SCALE_WEBHOOK_SECRET", value_name = "SECRETS", hide_env_values = true)]
    pub scale_webhook_secret: Option<String>,

    /// Id of the studio that people go through, from Settings > Other (required)
    #[arg(long, env = "SCALE_STUDIO_ID", value_name = "ID")]
    pub scale_studio_id: Option<String>,

    /// Base of Scale Headshots' API
    #[arg(long, env = "SCALE_BASE_URL", value_name = "URL", default_value = "https://headshots.snapbar.com/api/v2")]
    pub scale_base_url: String,

    /// Calls of Scale Headshots' API in any minute; its limit is not documented
    #[arg(long, env = "SCALE_CALLS_A_MINUTE", value_name = "CALLS", default_value = "120")]
    pub scale_calls_a_minute: String,

    /// Origins that studios may be on, separated by spaces; a link elsewhere is refused
    #[arg(
        long,
        env = "SCALE_LINK_ORIGINS",
        value_name = "ORIGINS",
        default_value = "https://headshots.studio https://headshots.snapbar.com https://scaleheadshots.com"
    )]
    pub scale_link_origins: String,

    /// Hosts, or host:port, that photos may be fetched from, separated by spaces; the log names one that is refused
    #[arg(long, env = "SCALE_PHOTO_HOSTS", value_name = "HOSTS", default_value = "headshots.snapbar.com")]
    pub scale_photo_hosts: String,

    /// The studio's public link, offered where the account's API is read-only; never the admin's link
    #[arg(long, env = "SCALE_STUDIO_LINK", value_name = "URL")]
    pub scale_studio_link: Option<String>,

    /// `on` shows the studio in a frame, which Scale Headshots does not promise to work; `off` offers a link
    #[arg(long, env = "SCALE_FRAME", value_name = "SWITCH", default_value = "off")]
    pub scale_frame: String,

    /// Lists that every person is put on, separated by spaces
    #[arg(long, env = "SCALE_LIST_IDS", value_name = "IDS")]
    pub scale_list_ids: Option<String>,

    /// How webhooks' tokens are signed: `HS256`, `HS384` or `HS512`
    #[arg(long, env = "SCALE_TOKEN_ALGORITHM", value_name = "ALGORITHM", default_value = "HS256")]
    pub scale_token_algorithm: String,

    /// `accept` takes tokens with neither `iat` nor `exp`, so that one that was overheard can ring for ever unnoticed
    #[arg(long, env = "SCALE_UNDATED_TOKENS", value_name = "SWITCH", default_value = "refuse")]
    pub scale_undated_tokens: String,
}

/// How to talk with Scale Headshots.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The token of its API.
    pub api_key: Secret,
    /// The signing secrets of its webhooks.
    pub signing_secrets: Vec<Secret>,
    /// The studio that people go through.
    pub studio_id: String,
    /// The base of its API.
    pub base_url: Url,
    /// How often its API may be called.
    pub quota: Quota,
    /// Every origin that studios may be on.
    pub link_origins: Vec<String>,
    /// Every host that photos may be fetched from.
    pub photo_hosts: Vec<String>,
    /// The studio's public link, for accounts whose API is read-only.
    pub studio_link: Option<Url>,
    /// Whether studios are shown in a frame.
    pub is_framed: bool,
    /// Lists that every person is put on.
    pub list_ids: Vec<String>,
    /// How webhooks' tokens are signed.
    pub token_algorithm: Algorithm,
    /// Whether a token without a time is accepted.
    pub accepts_undated_tokens: bool,
}

impl Settings {
    /// Asks for the first page of contacts [003].
    pub(crate) fn probe(&self) -> Option<Probe> {
        Probe::new(
            (NAME, "SCALE_API_KEY"),
            &self.base_url,
            "contacts",
            (AUTHORIZATION, &*format!("Bearer {}", self.api_key.reveal())),
        )
    }

    /// The settings where the provider is on; what is wrong is noted in `checks`.
    pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<Self> {
        if !Checks::is_any_given([&args.scale_api_key, &args.scale_webhook_secret]) {
            return None;
        }
        let api_key = checks.header_value("SCALE_API_KEY", args.scale_api_key.as_deref());
        let signing_secrets = checks.secrets("SCALE_WEBHOOK_SECRET", args.scale_webhook_secret.as_deref());
        let studio_id = checks.require("SCALE_STUDIO_ID", args.scale_studio_id.as_deref()).map(str::to_owned);
        let base_url = checks.base_url("SCALE_BASE_URL", &args.scale_base_url);
        let quota = checks.quota("SCALE_CALLS_A_MINUTE", &args.scale_calls_a_minute);
        let link_origins = checks.origins("SCALE_LINK_ORIGINS", &args.scale_link_origins, "https://headshots.studio");
        let photo_hosts = checks.hosts("SCALE_PHOTO_HOSTS", &args.scale_photo_hosts, "headshots.snapbar.com");
        let studio_link = studio_link(args.scale_studio_link.as_deref(), link_origins.as_deref(), checks);
        let is_framed = checks.switch("SCALE_FRAME", &args.scale_frame);
        let token_algorithm = checks.accept(
            "SCALE_TOKEN_ALGORITHM",
            args.scale_token_algorithm.parse().ok(),
            "is not `HS256`, `HS384` or `HS512`",
        );
        let ways = [("refuse", false), ("accept", true)];
        let accepts_undated_tokens = checks.choice("SCALE_UNDATED_TOKENS", &args.scale_undated_tokens, ways);
        Some(Self {
            api_key: api_key?,
            signing_secrets: signing_secrets?,
            studio_id: studio_id?,
            base_url: base_url?,
            quota: quota?,
            link_origins: link_origins?,
            photo_hosts: photo_hosts?,
            studio_link,
            is_framed: is_framed?,
            list_ids: args.scale_list_ids.iter().flat_map(|ids| ids.split_whitespace()).map(str::to_owned).collect(),
            token_algorithm: token_algorithm?,
            accepts_undated_tokens: accepts_undated_tokens?,
        })
    }
}

/// The link, where one is set; it is held to the same origins as a link of the provider's.
fn studio_link(text: Option<&str>, origins: Option<&[String]>, checks: &mut Checks) -> Option<Url> {
    let text = Checks::given(text)?;
    let is_listed = |url: &Url| origins.is_none_or(|listed| listed.contains(&url.origin().ascii_serialization()));
    let url = text.parse().ok().filter(|url| is_safe(url) && is_listed(url));
    checks.accept("SCALE_STUDIO_LINK", url, "is not an https URL on an origin of SCALE_LINK_ORIGINS")
}
