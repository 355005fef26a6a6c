//! Applying what a provider said when it was asked; its answer has the last word over events.

use headshot_api::State;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::writer::News;
use super::{photos, sessions, work};
use crate::pace;
use crate::store::{ModelReading, SourcePhoto, Standing, StoredSession, Work};

const DELETED: &str = "deleted";

pub(super) fn apply(
    tx: &Connection,
    news: &mut News,
    work: &Work,
    reading: &ModelReading,
    asked_at: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Vec<String>> {
    // A delivery that came since knows more than this answer: ask again instead.
    if !work::is_current(tx, work)? {
        work::release(tx, news, work)?;
        return Ok(Vec::new());
    }
    let mut files_to_remove = Vec::new();
    let after = sessions::change(tx, news, &work.session, now, |before| {
        files_to_remove = show(tx, before, reading, asked_at, now)?;
        Ok(())
    })?;
    let Some(after) = after else {
        work::finish(tx, work)?;
        return Ok(Vec::new());
    };
    if after.standing.state == State::Ready && photos::wish_copies(tx, &after.id, now)? {
        news.work_is_due();
    }
    match pace::next_reread(&after, now) {
        Some(due_at) => work::reschedule(tx, work, due_at)?,
        None => work::finish(tx, work).map(drop)?,
    }
    Ok(files_to_remove)
}

fn show(
    tx: &Connection,
    before: &StoredSession,
    reading: &ModelReading,
    asked_at: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<Vec<String>> {
    let gone = Standing { provider_status: DELETED.into(), state: State::Deleted };
    match reading {
        // "No such session" can also mean a wrong key or address. Copies are destroyed only when the provider has said
        // so itself, in an event or as a status.
        ModelReading::Gone => {
            let reported = before.standing.state == State::Deleted;
            sessions::set_standing(tx, before, &gone, asked_at)?;
            if reported { sessions::purge(tx, &before.id) } else { Ok(Vec::new()) }
        }
        ModelReading::Living { standing, .. } if standing.state == State::Deleted => {
            sessions::set_standing(tx, before, standing, asked_at)?;
            sessions::purge(tx, &before.id)
        }
        ModelReading::Living { standing, run, photos, favorite } => {
            sessions::set_standing(tx, before, standing, asked_at)?;
            if let Some(photos) = photos {
                show_photos(tx, before, run.as_deref(), photos, favorite.as_ref(), now)?;
            }
            Ok(Vec::new())
        }
    }
}

fn show_photos(
    tx: &Connection,
    before: &StoredSession,
    run: Option<&str>,
    listed: &[SourcePhoto],
    favorite: Option<&SourcePhoto>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    if is_another_run(tx, before, run)? {
        tx.execute("UPDATE sessions SET favorite_provider_photo_id = NULL WHERE id = ?1", [before.id.as_str()])?;
        photos::drop_all(tx, &before.id, now)?;
    }
    photos::list(tx, &before.id, listed)?;
    if let Some(favorite) = favorite {
        photos::set_favorite(tx, &before.id, favorite)?;
    }
    let sql = "UPDATE sessions SET run = coalesce(?2, run) WHERE id = ?1";
    tx.execute(sql, params![before.id.as_str(), run]).map(drop)
}

/// A second shoot can come and go without a single delivery reaching us; its photos are not the first one's.
fn is_another_run(tx: &Connection, before: &StoredSession, run: Option<&str>) -> rusqlite::Result<bool> {
    let known: Option<String> =
        tx.query_row("SELECT run FROM sessions WHERE id = ?1", [before.id.as_str()], |row| row.get(0))?;
    Ok(matches!((known.as_deref(), run), (Some(known), Some(run)) if known != run))
}
