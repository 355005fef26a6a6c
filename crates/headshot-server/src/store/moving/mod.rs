//! Moving the state from a SQLite file into a PostgreSQL database that holds nothing yet.
//!
//! Both sides are marked first: no server changes the file any more, and none takes the database for whole. Rows are
//! committed in batches and in the order of their keys, so that how many there are in a table says how far an attempt
//! came. At the end both sides are read again and compared, and the file is marked as left before the database is as
//! whole: at no moment would a server start with both.

mod digest;
mod source;
mod tables;
mod target;

use std::path::Path;

use self::digest::Digest;
use self::source::Source;
use self::tables::{TABLES, Table};
use self::target::Target;
use super::StoreError;
use super::postgres::PostgresAddress;
use super::queries::settings::Move;
use crate::random;

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// How many rows there are of each table, on both sides.
    pub tables: Vec<(&'static str, u64)>,
}

/// Why nothing more was moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// It is not to be moved there, or from there.
    #[error("{0}")]
    Refused(String),
    /// Something failed; the same call goes on from there.
    #[error("{0}")]
    Failed(#[from] StoreError),
}

/// How far it has come.
pub trait Progress {
    /// What is done now, in so many steps.
    fn begin(&mut self, what: &'static str, steps: u64);
    /// So many steps are done.
    fn advance(&mut self, steps: u64);
}

/// Moves the state from the file at `from` to the database at `to`, or goes on with that.
///
/// # Errors
/// [`MoveError`] says whether the same call can go better.
pub async fn move_state(from: &Path, to: &PostgresAddress, progress: &mut impl Progress) -> Result<Moved, MoveError> {
    let mut source = Source::open(from)?;
    let mut target = Target::open(to).await?;
    let begun = begin(&mut source, &mut target, to).await?;
    if !begun.is_finished {
        copy(&source, &mut target, progress).await?;
        compare(&source, &target, progress).await?;
        source.mark(&Move { is_finished: true, ..begun })?;
    }
    target.finish(&source).await?;
    let tables = TABLES.iter().map(|table| Ok((table.name, source.count(table)?)));
    Ok(Moved { tables: tables.collect::<Result<_, StoreError>>()? })
}

/// Gives up what was begun, so that servers may have the file again.
///
/// # Errors
/// The move is finished, or none was begun.
pub fn cancel(from: &Path) -> Result<(), MoveError> {
    let mut source = Source::open(from)?;
    match source.begun()? {
        Some(begun) if !begun.is_finished => Ok(source.unmark()?),
        Some(begun) => Err(moved(&begun)),
        None => Err(refused("move_unknown", "no move of this file was begun")),
    }
}

/// Marks both sides, or finds that this is what an earlier attempt did.
async fn begin(source: &mut Source, target: &mut Target, to: &PostgresAddress) -> Result<Move, MoveError> {
    match (source.begun()?, target.begun().await?) {
        (Some(here), Some(there)) if here.id == there.id => return Ok(here),
        (Some(here), _) if here.is_finished => return Err(moved(&here)),
        (_, Some(_)) => return Err(occupied(to, "what another move left")),
        (_, None) => {}
    }
    if let Some(table) = target.first_that_is_not_empty().await? {
        return Err(occupied(to, &format!("something already, in the table {table}")));
    }
    let begun = Move { id: random::hex::<16>(), place: to.name(), is_finished: false };
    // The file first: what the database is marked with is never of a file that servers still change.
    source.mark(&begun)?;
    target.mark(&Move { place: source.name(), ..begun.clone() }).await?;
    Ok(begun)
}

async fn copy(source: &Source, target: &mut Target, progress: &mut impl Progress) -> Result<(), StoreError> {
    progress.begin("rows", source.count_all()?);
    for table in TABLES {
        target.copy(source, table, progress).await?;
    }
    Ok(())
}

async fn compare(source: &Source, target: &Target, progress: &mut impl Progress) -> Result<(), StoreError> {
    progress.begin("rows compared", 2 * source.count_all()?);
    for table in TABLES {
        let columns = target.columns(table).await?;
        let (here, there) =
            (source.digest(table, &columns, progress)?, target.digest(table, &columns, progress).await?);
        differs(table, &here, &there)?;
    }
    Ok(())
}

fn differs(table: &Table, here: &Digest, there: &Digest) -> Result<(), StoreError> {
    if here == there {
        return Ok(());
    }
    let (name, here, there) = (table.name, here.rows(), there.rows());
    let what = if here == there { "other content".to_owned() } else { format!("{there} rows instead of {here}") };
    Err(StoreError(format!(
        "move_differs: the table {name} has {what} in the new database, which somebody else must have changed; give this \
         move up with --cancel and begin anew with an empty database"
    )))
}

fn moved(begun: &Move) -> MoveError {
    refused("database_moved", &format!("the state was moved to {}", begun.place))
}

fn occupied(to: &PostgresAddress, what: &str) -> MoveError {
    refused("target_not_empty", &format!("{} holds {what}; name an empty database", to.name()))
}

fn refused(code: &str, why: &str) -> MoveError {
    MoveError::Refused(format!("{code}: {why}"))
}
