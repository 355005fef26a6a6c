//! The commands of an operator, beside a running server or without one.

mod args;
pub(crate) mod explain;
mod list;
pub(crate) mod look;
mod moving;
mod print;
pub(crate) mod progress;
mod prune;
mod replay;
mod show;

pub use self::args::{
    Action, DeliveryAction, ExplainArgs, FilterArgs, ListArgs, MoveArgs, OutputArgs, PruneArgs, ReplayArgs, ShowArgs,
};
use crate::config::ConfigError;
use crate::control::ControlError;
use crate::store::{Kind, StoreError};

/// What a command has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// For standard output.
    pub text: String,
    /// Whether the answer is a good one; it decides the exit code.
    pub is_fine: bool,
}

impl Told {
    fn fine(text: String) -> Self {
        Self { text, is_fine: true }
    }
}

/// Why a command did nothing.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// It was called wrongly.
    #[error("{0}")]
    Misuse(String),
    /// There is nothing of this id.
    #[error("there is nothing of the id {0}; `list` shows what there is")]
    NotFound(String),
    /// The store could not be read or written.
    #[error("{0}")]
    Failed(String),
}

impl From<StoreError> for OperateError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ControlError> for OperateError {
    fn from(error: ControlError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ConfigError> for OperateError {
    fn from(error: ConfigError) -> Self {
        Self::Misuse(error.to_string())
    }
}

/// Lists, shows or replays records of a kind.
///
/// # Errors
/// [`OperateError`] says whose fault it is.
pub async fn records(kind: Kind, action: Action) -> Result<Told, OperateError> {
    match action {
        Action::List(args) => list::list(kind, args).await,
        Action::Show(args) => show::show(kind, args).await,
        Action::Replay(args) => replay::replay(kind, args).await,
    }
}

/// The same for deliveries, of which it can also be said why they were refused.
///
/// # Errors
/// [`OperateError`] says whose fault it is.
pub async fn deliveries(action: DeliveryAction) -> Result<Told, OperateError> {
    match action {
        DeliveryAction::Common(action) => records(Kind::Deliveries, action).await,
        DeliveryAction::Explain(args) => explain::explain(args).await,
    }
}

/// Removes what is too old now.
///
/// # Errors
/// [`OperateError`] says whose fault it is.
pub async fn prune(args: PruneArgs) -> Result<Told, OperateError> {
    prune::prune(args).await
}

/// Moves the state into another database.
///
/// # Errors
/// [`OperateError`] says whose fault it is; nothing is lost then, and the same call goes on.
pub async fn move_state(args: MoveArgs) -> Result<Told, OperateError> {
    moving::move_state(args).await
}
