//! Flags and environment, and the checked configuration made from them.

mod checks;
mod log;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use headshot_verify::provider::headshotpro::SchemeChoice;
use url::Url;

use self::checks::Checks;
use crate::secret::Secret;

/// What `headshot serve` is told, unchecked: every flag has an environment variable, the flag wins.
#[derive(Args, Clone, Default)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one, which the first line of output names
    #[arg(long, env = "HEADSHOT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: String,

    /// Greatest number of open connections [default: what the file descriptors allow, at most 16384]
    #[arg(long, env = "HEADSHOT_CONNECTIONS", value_name = "NUMBER")]
    pub connections: Option<String>,

    /// Address and port of a second listener, for monitoring, that answers `GET /metrics` [default: none]
    #[arg(long, env = "HEADSHOT_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<String>,

    /// How long a connection is kept without a request, in seconds: longer than a balancer in front keeps it
    #[arg(long, env = "HEADSHOT_KEEP_ALIVE", value_name = "SECONDS", default_value = "75")]
    pub keep_alive: String,

    /// Which log lines are written: `error`, `warn`, `info`, `debug`, `trace` or `off`, also by `target=level`
    #[arg(long, env = "HEADSHOT_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,

    /// Where the state is kept: `sqlite:` and the path of a file
    #[arg(long, env = "HEADSHOT_DATABASE_URL", value_name = "URL", default_value = "sqlite:headshot.db")]
    pub database_url: String,

    /// Folder for the copies of the photos [default: the database file with `.photos` added]
    #[arg(long, env = "HEADSHOT_PHOTO_DIR", value_name = "FOLDER")]
    pub photo_dir: Option<PathBuf>,

    /// Key that host applications send, at least 16 characters (required)
    #[arg(long, env = "HEADSHOT_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub api_key: Option<String>,

    /// Base of the links to photos, as browsers reach this server (required)
    #[arg(long, env = "HEADSHOT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// HeadshotPro's API key (required)
    #[arg(long, env = "HEADSHOTPRO_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub headshotpro_api_key: Option<String>,

    /// HeadshotPro's webhook secret; several, separated by spaces, while it is being replaced (required)
    #[arg(long, env = "HEADSHOTPRO_WEBHOOK_SECRET", value_name = "SECRETS", hide_env_values = true)]
    pub headshotpro_webhook_secret: Option<String>,

    /// Which signatures to accept: `timestamped`, `auto` or `body`; the last two do not stop replays
    #[arg(long, env = "HEADSHOTPRO_SIGNATURE_SCHEME", value_name = "SCHEME", default_value = "timestamped")]
    pub headshotpro_signature_scheme: String,

    /// Greatest distance in seconds between a delivery's timestamp and now
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

/// A configuration that was checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The greatest number of open connections; without it, what the file descriptors allow.
    pub connections: Option<usize>,
    /// Where to listen for monitoring.
    pub metrics_listen: Option<SocketAddr>,
    /// How long a connection is kept without a request.
    pub keep_alive: Duration,
    /// The filter of log lines, in the words of `tracing`.
    pub log: String,
    /// The SQLite file.
    pub database: PathBuf,
    /// The folder of the photos' copies.
    pub photo_dir: PathBuf,
    /// The key that host applications send.
    pub api_key: Secret,
    /// The base of photo links, without a slash at the end.
    pub public_url: String,
    /// The provider HeadshotPro.
    pub headshotpro: HeadshotProConfig,
}

/// How to talk with HeadshotPro.
#[derive(Clone, Debug)]
pub struct HeadshotProConfig {
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

/// Everything that is wrong with a configuration, one line each; no value is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl TryFrom<ServeArgs> for Config {
    type Error = ConfigError;

    fn try_from(args: ServeArgs) -> Result<Self, ConfigError> {
        let mut checks = Checks::default();
        let listen = checks.listen(&args.listen);
        let connections = checks.connections(args.connections.as_deref());
        let metrics_listen = checks.metrics_listen(args.metrics_listen.as_deref());
        let keep_alive = checks.keep_alive(&args.keep_alive);
        let log = checks.log(&args.log);
        let database = checks.database(&args.database_url);
        let api_key = checks.api_key(args.api_key.as_deref());
        let public_url = checks.public_url(args.public_url.as_deref());
        let headshotpro = headshotpro(&mut checks, &args);
        let edge = (|| Some((listen?, connections?, metrics_listen?, keep_alive?, log?)))();
        match (edge, database, api_key, public_url, headshotpro) {
            (Some(edge), Some(database), Some(api_key), Some(public_url), Some(headshotpro)) => {
                let (listen, connections, metrics_listen, keep_alive, log) = edge;
                let photo_dir = args.photo_dir.unwrap_or_else(|| checks::beside(&database, ".photos"));
                Ok(Self {
                    listen,
                    connections,
                    metrics_listen,
                    keep_alive,
                    log,
                    database,
                    photo_dir,
                    api_key,
                    public_url,
                    headshotpro,
                })
            }
            _ => Err(ConfigError(checks.wrong)),
        }
    }
}

fn headshotpro(checks: &mut Checks, args: &ServeArgs) -> Option<HeadshotProConfig> {
    let api_key = checks.provider_key(args.headshotpro_api_key.as_deref());
    let signing_secrets = checks.signing_secrets(args.headshotpro_webhook_secret.as_deref());
    let signature_scheme = checks.signature_scheme(&args.headshotpro_signature_scheme);
    let signature_tolerance = checks.signature_tolerance(&args.headshotpro_signature_tolerance);
    let base_url = checks.base_url(&args.headshotpro_base_url);
    let frame_origins = checks.frame_origins(&args.headshotpro_frame_origins);
    let photo_hosts = checks.photo_hosts(&args.headshotpro_photo_hosts);
    let email_retry = checks.email_retry(&args.headshotpro_email_retry);
    Some(HeadshotProConfig {
        api_key: api_key?,
        signing_secrets: signing_secrets?,
        signature_scheme: signature_scheme?,
        signature_tolerance: signature_tolerance?,
        base_url: base_url?,
        frame_origins: frame_origins?,
        photo_hosts: photo_hosts?,
        email_retry: email_retry?,
    })
}
