//! Flags and environment, and the checked configuration made from them. Each provider has its own beside it.

mod checks;
pub mod layers;
mod log;
mod photos;
pub mod print;
pub mod renew;
mod time;
mod toml;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use ipnet::IpNet;

pub(crate) use self::checks::{Checks, beside};
pub(crate) use self::time::time;
use crate::console;
use crate::forward::{self, Address};
use crate::photos::s3::S3Settings;
use crate::provider::{self, ProviderArgs};
use crate::rates;
use crate::refused;
use crate::retention::{self, Retention};
use crate::secret::Secret;
use crate::store::{Database, Folder};

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

    /// How many seconds a server that is told to stop goes on answering while `/readyz` says no, for balancers to see it
    #[arg(long, env = "HEADSHOT_DRAIN", value_name = "SECONDS", default_value = "0")]
    pub drain: String,

    /// Which log lines are written: `error`, `warn`, `info`, `debug`, `trace` or `off`, also by `target=level`
    #[arg(long, env = "HEADSHOT_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,

    /// Where the state is kept.
    #[command(flatten)]
    pub files: FileArgs,

    /// Greatest number of connections to a PostgreSQL database, from 3 on; one more listens
    #[arg(long, env = "HEADSHOT_DATABASE_CONNECTIONS", value_name = "NUMBER", default_value = "10")]
    pub database_connections: String,

    /// Key that host applications send, at least 16 characters; several as `name:key other:key` (required)
    #[arg(long, env = "HEADSHOT_API_KEY", value_name = "KEYS", hide_env_values = true)]
    pub api_key: Option<String>,

    /// Base of the links to photos and of callbacks, as browsers and providers reach this server (required)
    #[arg(long, env = "HEADSHOT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Networks besides the public internet that events may be sent to and photos fetched from, such as 10.0.0.0/8,
    /// separated by spaces
    #[arg(long, env = "HEADSHOT_ALLOW_NETWORKS", value_name = "NETWORKS")]
    pub allow_networks: Option<String>,

    /// What is kept of deliveries that are refused.
    #[command(flatten)]
    pub refused: refused::Args,

    /// Whether operators may look in with a browser.
    #[command(flatten)]
    pub console: console::settings::Args,

    /// For how long what is kept.
    #[command(flatten)]
    pub retention: retention::settings::Args,

    /// How often somebody may ask.
    #[command(flatten)]
    pub rates: rates::settings::Args,

    /// Where the host application wants to be told.
    #[command(flatten)]
    pub events: forward::settings::Args,

    /// What the providers need.
    #[command(flatten)]
    pub providers: ProviderArgs,
}

/// Where the state is kept, unchecked.
#[derive(Args, Clone, Default)]
#[group(id = "files")]
pub struct FileArgs {
    /// Where the state is kept: `sqlite:` and the path of a file, or `postgres://user:password@host/database`
    #[arg(
        long,
        env = "HEADSHOT_DATABASE_URL",
        value_name = "URL",
        default_value = "sqlite:headshot.db",
        hide_env_values = true
    )]
    pub database_url: String,

    /// Folder for the copies of the photos, which all servers of one database share [default: the database file with
    /// `.photos` added]
    #[arg(long, env = "HEADSHOT_PHOTO_DIR", value_name = "FOLDER")]
    pub photo_dir: Option<PathBuf>,

    /// Folder for the photos that people upload, which all servers of one database share [default: the database file
    /// with `.uploads` added]
    #[arg(long, env = "HEADSHOT_UPLOAD_DIR", value_name = "FOLDER")]
    pub upload_dir: Option<PathBuf>,

    /// S3-compatible storage for both instead of folders: `s3://bucket/prefix?endpoint=https://…&region=…`, with
    /// `path_style=false` where each bucket has a host name
    #[arg(long, env = "HEADSHOT_PHOTOS", value_name = "URL")]
    pub photos: Option<String>,

    /// Id of the access key to that storage (required for it)
    #[arg(long, env = "HEADSHOT_PHOTOS_ACCESS_KEY_ID", value_name = "ID", hide_env_values = true)]
    pub photos_access_key_id: Option<String>,

    /// The secret of that access key (required for it)
    #[arg(long, env = "HEADSHOT_PHOTOS_SECRET_ACCESS_KEY", value_name = "KEY", hide_env_values = true)]
    pub photos_secret_access_key: Option<String>,

    /// The session token of that access key, where it is a temporary one
    #[arg(long, env = "HEADSHOT_PHOTOS_SESSION_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    pub photos_session_token: Option<String>,
}

/// Where the state is kept.
#[derive(Clone, Debug)]
pub struct Files {
    /// The database.
    pub database: Database,
    /// Where the photos' copies and the photos that people upload are.
    pub photos: Photos,
    /// Where a running server listens for commands of this machine.
    control: PathBuf,
}

/// Where the photos' copies and the photos that people upload are.
#[derive(Clone, Debug)]
pub enum Photos {
    /// In folders, which all servers of one database share.
    Folders {
        /// The folder of the copies.
        photos: PathBuf,
        /// The folder of what people upload.
        uploads: PathBuf,
    },
    /// In S3-compatible storage.
    S3(Box<S3Settings>),
}

impl Photos {
    /// The folder of each kind of files, in the order in which they are backed up; none where they are elsewhere.
    pub(crate) fn folders(&self) -> Vec<(Folder, &Path)> {
        match self {
            Self::Folders { photos, uploads } => vec![(Folder::Photos, photos), (Folder::Uploads, uploads)],
            Self::S3(_) => Vec::new(),
        }
    }

    /// What the storage is called, where they are in one.
    pub(crate) fn storage(&self) -> Option<String> {
        match self {
            Self::Folders { .. } => None,
            Self::S3(settings) => Some(settings.address.name()),
        }
    }
}

/// Beside a database that is no file, where commands are started that are to find the server.
const CONTROL: &str = "headshot.sock";

impl TryFrom<FileArgs> for Files {
    type Error = ConfigError;

    fn try_from(args: FileArgs) -> Result<Self, ConfigError> {
        let mut checks = Checks::default();
        Self::check(&args, &mut checks).ok_or_else(|| checks.into_error())
    }
}

/// The database of a URL that was given with this flag.
///
/// # Errors
/// It is none.
pub(crate) fn database(flag: &str, url: &str) -> Result<Database, ConfigError> {
    checks::database(url).map_err(|wrong| ConfigError(vec![format!("{flag} {wrong}")]))
}

impl Files {
    fn check(args: &FileArgs, checks: &mut Checks) -> Option<Self> {
        let database = checks.database(&args.database_url);
        let photos = photos::check(args, database.as_ref(), checks);
        let database = database?;
        let control = match &database {
            Database::Sqlite(path) => beside(path, ".sock"),
            Database::Postgres(_) => CONTROL.into(),
        };
        Some(Self { database, photos: photos?, control })
    }

    /// Where a running server listens for commands of this machine.
    pub(crate) fn control(&self) -> &Path {
        &self.control
    }
}

/// A key of a host application.
#[derive(Clone, Debug)]
pub struct HostKey {
    /// What it is called in the log.
    pub name: String,
    /// The key itself.
    pub key: Secret,
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
    /// How long it goes on answering when it is told to stop.
    pub drain: Duration,
    /// The filter of log lines, in the words of `tracing`.
    pub log: String,
    /// Where the state is kept.
    pub files: Files,
    /// The greatest number of connections to a PostgreSQL database.
    pub database_connections: usize,
    /// The keys that host applications send.
    pub api_keys: Vec<HostKey>,
    /// The base of photo links and callbacks, without a slash at the end.
    pub public_url: String,
    /// Networks besides the public internet that may be connected to.
    pub allow_networks: Vec<IpNet>,
    /// Whether bodies of refused deliveries are kept for a while.
    pub keep_refused: bool,
    /// The console's key, where it is on.
    pub(crate) console_key: Option<Secret>,
    /// For how long what is kept.
    pub(crate) retention: Retention,
    /// How often somebody may ask.
    pub(crate) rates: rates::Settings,
    /// The host application's addresses.
    pub(crate) addresses: Vec<Address>,
    /// The providers that are on.
    pub providers: provider::Settings,
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
        let drain = checks.drain(&args.drain);
        let log = checks.log(&args.log);
        let files = Files::check(&args.files, &mut checks);
        let database_connections = checks.database_connections(&args.database_connections);
        let api_keys = checks.api_keys(args.api_key.as_deref());
        let public_url = checks.public_url(args.public_url.as_deref());
        let allow_networks = checks.networks(args.allow_networks.as_deref().unwrap_or_default());
        let keep_refused = refused::check(&args.refused, &mut checks);
        let console_key = console::settings::check(&args.console, api_keys.as_deref(), &mut checks);
        let retention = retention::settings::check(&args.retention, &mut checks);
        let rates = rates::settings::check(&args.rates, &mut checks);
        let addresses = forward::settings::check(&args.events, &mut checks);
        let providers = provider::Settings::check(&args.providers, &mut checks);
        let config = (|| {
            Some(Self {
                listen: listen?,
                connections: connections?,
                metrics_listen: metrics_listen?,
                keep_alive: keep_alive?,
                drain: drain?,
                log: log?,
                files: files?,
                database_connections: database_connections?,
                api_keys: api_keys?,
                public_url: public_url?,
                allow_networks: allow_networks?,
                keep_refused: keep_refused?,
                console_key: console_key?,
                retention: retention?,
                rates: rates?,
                addresses,
                providers,
            })
        })();
        config.filter(|_| checks.is_fine()).ok_or_else(|| checks.into_error())
    }
}
