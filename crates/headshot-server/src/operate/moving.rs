use indicatif::ProgressBar;
use serde_json::json;

use super::{MoveArgs, OperateError, Told, print, progress};
use crate::config::database;
use crate::store::{Database, MoveError, Moved, PostgresAddress, Progress, cancel, move_state as move_rows};

/// Moves the state from a file into a PostgreSQL database, or gives that up.
pub(super) async fn move_state(args: MoveArgs) -> Result<Told, OperateError> {
    let Database::Sqlite(from) = database("--from", &args.from)? else {
        return Err(OperateError::Misuse("--from is not `sqlite:` and the path of a file".to_owned()));
    };
    if args.cancel {
        cancel(&from)?;
        let text = if args.output.json { print::line(&json!({ "cancelled": true })) } else { CANCELLED.to_owned() };
        return Ok(Told::fine(text));
    }
    let to = target(args.database_url.as_deref())?;
    let moved = move_rows(&from, &to, &mut Bar(ProgressBar::hidden())).await?;
    Ok(Told::fine(if args.output.json { as_json(&moved) } else { as_text(&moved, &to) }))
}

const CANCELLED: &str = "given up: servers may have the file again, and what was copied is of no use any more\n";

fn target(url: Option<&str>) -> Result<PostgresAddress, OperateError> {
    let missing = || OperateError::Misuse("--to is missing, and HEADSHOT_DATABASE_URL is not set either".to_owned());
    match database("--to", url.ok_or_else(missing)?)? {
        Database::Postgres(address) => Ok(*address),
        Database::Sqlite(_) => Err(OperateError::Misuse("--to is no `postgres://` address".to_owned())),
    }
}

fn as_json(moved: &Moved) -> String {
    let tables: serde_json::Map<_, _> =
        moved.tables.iter().map(|(name, rows)| ((*name).into(), (*rows).into())).collect();
    print::line(&json!({ "rows": tables }))
}

fn as_text(moved: &Moved, to: &PostgresAddress) -> String {
    let rows: u64 = moved.tables.iter().map(|(_, rows)| rows).sum();
    let tables = moved.tables.iter().map(|(name, rows)| format!("  {rows:>10}  {name}")).collect::<Vec<_>>().join("\n");
    format!(
        "moved {rows} rows to {}; both sides were read and hold the same\n{tables}\n\
         photos and uploads stay where they are: name the place with HEADSHOT_PHOTO_DIR and HEADSHOT_UPLOAD_DIR, or with \
         HEADSHOT_PHOTOS\n",
        to.name()
    )
}

/// What is seen of it on a terminal.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn begin(&mut self, what: &'static str, steps: u64) {
        self.0.finish_and_clear();
        self.0 = progress::bar(what, steps);
    }

    fn advance(&mut self, steps: u64) {
        self.0.inc(steps);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl From<MoveError> for OperateError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Refused(why) => Self::Misuse(why),
            MoveError::Failed(why) => Self::Failed(why.to_string()),
        }
    }
}
