//! Flags and environment, and the checked configuration made from them. Each provider has its own beside it.

mod checks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

pub(crate) use self::checks::Checks;
use crate::provider::{self, ProviderArgs};
use crate::secret::Secret;

/// What `headshot serve` is told, unchecked: every flag has an environment variable, the flag wins.
#[derive(Args, Clone, Default)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 takes a free one, which the first line of output names
    #[arg(long, env = "HEADSHOT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: String,

    /// Where the state is kept: `sqlite:` and the path of a file
    #[arg(long, env = "HEADSHOT_DATABASE_URL", value_name = "URL", default_value = "sqlite:headshot.db")]
    pub database_url: String,

    /// Folder for the copies of the photos [default: the database file with `.photos` added]
    #[arg(long, env = "HEADSHOT_PHOTO_DIR", value_name = "FOLDER")]
    pub photo_dir: Option<PathBuf>,

    /// Folder for the photos that people upload [default: the database file with `.uploads` added]
    #[arg(long, env = "HEADSHOT_UPLOAD_DIR", value_name = "FOLDER")]
    pub upload_dir: Option<PathBuf>,

    /// Key that host applications send, at least 16 characters (required)
    #[arg(long, env = "HEADSHOT_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub api_key: Option<String>,

    /// Base of the links to photos and of callbacks, as browsers and providers reach this server (required)
    #[arg(long, env = "HEADSHOT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// What the providers need.
    #[command(flatten)]
    pub providers: ProviderArgs,
}

/// A configuration that was checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The SQLite file.
    pub database: PathBuf,
    /// The folder of the photos' copies.
    pub photo_dir: PathBuf,
    /// The folder of the photos that people upload.
    pub upload_dir: PathBuf,
    /// The key that host applications send.
    pub api_key: Secret,
    /// The base of photo links and callbacks, without a slash at the end.
    pub public_url: String,
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
        let database = checks.database(&args.database_url);
        let api_key = checks.api_key(args.api_key.as_deref());
        let public_url = checks.public_url(args.public_url.as_deref());
        let providers = provider::Settings::check(&args.providers, &mut checks);
        match (listen, database, api_key, public_url) {
            (Some(listen), Some(database), Some(api_key), Some(public_url)) if checks.is_fine() => {
                let photo_dir = args.photo_dir.unwrap_or_else(|| checks::beside(&database, ".photos"));
                let upload_dir = args.upload_dir.unwrap_or_else(|| checks::beside(&database, ".uploads"));
                Ok(Self { listen, database, photo_dir, upload_dir, api_key, public_url, providers })
            }
            _ => Err(checks.into_error()),
        }
    }
}
