use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::OperateError;
use crate::config::{self, FileArgs};
use crate::retention;
use crate::store::{Filter, Kind};

/// What is done with records.
#[derive(Subcommand, Clone)]
pub enum Action {
    /// Lists them, the newest first.
    List(ListArgs),
    /// Shows one with all that is known about it.
    Show(ShowArgs),
    /// Sets them going again: sessions and those of deliveries are read again at their providers, events are sent again.
    ///
    /// What was given up is sent again too. Without a running server it is done when the server starts.
    Replay(ReplayArgs),
}

/// What is done with deliveries.
#[derive(Subcommand, Clone)]
pub enum DeliveryAction {
    /// What is done with every kind.
    #[command(flatten)]
    Common(Action),
    /// Says why a delivery was refused, while the running server remembers it: for an hour, the last 100 of a provider.
    ///
    /// The exit code is 0 if it is genuine, 1 if it was refused.
    Explain(ExplainArgs),
}

/// How a command answers.
#[derive(Args, Clone, Copy)]
pub struct OutputArgs {
    /// Print JSON, one object a line
    #[arg(long)]
    pub json: bool,
}

/// Which records are meant.
#[derive(Args, Clone, Default)]
pub struct FilterArgs {
    /// Those since then: a time back such as `2h` or `7d`, or a time as in 2026-01-02T03:04:05Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// Those that stand there; a word that is none is answered with those that are
    #[arg(long, value_name = "WORD")]
    pub status: Option<String>,

    /// Those of this provider
    #[arg(long, value_name = "NAME")]
    pub provider: Option<String>,

    /// Those about this session
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
}

/// What `list` is told.
#[derive(Args, Clone)]
pub struct ListArgs {
    /// Which ones.
    #[command(flatten)]
    pub filter: FilterArgs,

    /// So many of the newest
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub limit: u32,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,
}

/// What `show` is told.
#[derive(Args, Clone)]
pub struct ShowArgs {
    /// The id, as `list` shows it
    #[arg(value_name = "ID")]
    pub id: String,

    /// Print the raw body of a refused delivery, where bodies are kept, and nothing else
    #[arg(long)]
    pub body: bool,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,
}

/// What `replay` is told.
#[derive(Args, Clone)]
pub struct ReplayArgs {
    /// The ids, as `list` shows them; without any, the options say which ones
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,

    /// Which ones.
    #[command(flatten)]
    pub filter: FilterArgs,

    /// So many of the newest, at most
    #[arg(long, value_name = "NUMBER")]
    pub limit: Option<u32>,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,
}

/// What `deliveries explain` is told.
#[derive(Args, Clone)]
pub struct ExplainArgs {
    /// The id, as `deliveries list` shows it
    #[arg(value_name = "ID")]
    pub id: String,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,
}

/// What `prune` is told.
#[derive(Args, Clone)]
pub struct PruneArgs {
    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// Where the state is.
    #[command(flatten)]
    pub files: FileArgs,

    /// For how long what is kept, where no server runs; one that runs goes by its own settings.
    #[command(flatten)]
    pub retention: retention::settings::Args,
}

impl FilterArgs {
    /// The filter, unless something in it is wrong.
    pub(crate) fn check(&self, kind: Kind) -> Result<Filter, OperateError> {
        let statuses = kind.statuses();
        if let Some(status) = self.status.as_ref().filter(|status| !statuses.contains(status)) {
            let known = statuses.join(", ");
            return Err(OperateError::Misuse(format!("--status is not `{status}`; it is one of: {known}")));
        }
        Ok(Filter {
            since: self.since.as_deref().map(since).transpose()?,
            status: self.status.clone(),
            provider: self.provider.clone(),
            session: self.session.clone(),
            ..Filter::default()
        })
    }
}

fn since(text: &str) -> Result<Timestamp, OperateError> {
    let back = || config::time(text).and_then(|back| Timestamp::now().checked_sub(back).ok());
    text.trim().parse().ok().or_else(back).ok_or_else(|| {
        let wrong = "--since is neither a time back such as `2h` or `7d`, nor a time as in 2026-01-02T03:04:05Z";
        OperateError::Misuse(wrong.to_owned())
    })
}

/// What `headshot move` is told.
#[derive(Args, Clone)]
pub struct MoveArgs {
    /// Where the state is: `sqlite:` and the path of a file that no server has
    #[arg(long, value_name = "URL")]
    pub from: String,

    /// Where it goes: `postgres://user:password@host/database`, which holds nothing yet
    #[arg(long = "to", env = "HEADSHOT_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Give up what was begun, so that servers may have the file again
    #[arg(long)]
    pub cancel: bool,

    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,
}
