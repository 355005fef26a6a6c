//! The queries of sessions.

use headshot_api::State;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::references;
use super::rows::{damaged, optional_timestamp, own_id, timestamp, to_millis};
use crate::ids::{PhotoId, SessionId};
use crate::references::References;
use crate::secret::Secret;
use crate::store::{Change, NewSession, Offer, Standing, StoredSession, Submission, Surface};

pub(super) fn insert(tx: &Connection, new: &NewSession) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sessions (id, provider, state, provider_status, standing_at, surface, surface_url,
                                     surface_expires_at, test_mode, reference, created_at, updated_at)
               VALUES (:id, :provider, :state, :provider_status, :at, :surface, :surface_url, :surface_expires_at,
                       :test_mode, :reference, :at, :at)";
    tx.prepare_cached(sql)?
        .execute(named_params! {
            ":id": new.id.as_str(),
            ":provider": new.provider,
            ":state": new.standing.state.as_str(),
            ":provider_status": new.standing.provider_status,
            ":surface": surface_word(&new.offer.surface),
            ":surface_url": new.offer.surface.url().map(Secret::reveal),
            ":surface_expires_at": new.offer.expires_at.map(to_millis),
            ":test_mode": new.test_mode,
            ":reference": new.reference,
            ":at": to_millis(new.opened_at),
        })
        .map(drop)
}

pub(super) fn find(tx: &Connection, id: &SessionId) -> rusqlite::Result<Option<StoredSession>> {
    let sql = "SELECT *, (SELECT count(*) FROM photos
                          WHERE session_id = sessions.id AND copied_at IS NULL AND dropped_at IS NULL) AS photos_missing
               FROM sessions WHERE id = ?1";
    let Some(mut session) = tx.prepare_cached(sql)?.query_row([id.as_str()], read).optional()? else {
        return Ok(None);
    };
    session.references = references::of(tx, id)?;
    let sql = "SELECT p.id, p.provider_photo_id IS s.favorite_provider_photo_id AS is_favorite
               FROM photos p JOIN sessions s ON s.id = p.session_id
               WHERE p.session_id = ?1 AND p.copied_at IS NOT NULL AND p.dropped_at IS NULL
               ORDER BY p.position, p.id";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([id.as_str()])?;
    while let Some(row) = rows.next()? {
        let photo = own_id(row, "id", PhotoId::parse)?;
        if row.get("is_favorite")? {
            session.favorite = Some(photo.clone());
        }
        session.photos.push(photo);
    }
    Ok(Some(session))
}

/// Writes what a change says about the session's own row.
pub(super) fn set(tx: &Connection, id: &SessionId, change: &Change) -> rusqlite::Result<()> {
    if let Some((standing, at)) = &change.standing {
        let sql = "UPDATE sessions SET state = ?2, provider_status = ?3, standing_at = max(standing_at, ?4),
                                       gone_since = ?5
                   WHERE id = ?1";
        let (state, gone_since) = (standing.state.as_str(), change.gone_since.map(to_millis));
        let row = params![id.as_str(), state, standing.provider_status, to_millis(*at), gone_since];
        tx.prepare_cached(sql)?.execute(row)?;
    }
    if let Some(submission) = change.submission {
        let sql = "UPDATE sessions SET submission = ?2 WHERE id = ?1";
        tx.prepare_cached(sql)?.execute([id.as_str(), submission.as_str()])?;
    }
    if let Some(run) = &change.run {
        tx.prepare_cached("UPDATE sessions SET run = ?2 WHERE id = ?1")?.execute([id.as_str(), run])?;
    }
    Ok(())
}

pub(super) fn forget_favorite(tx: &Connection, id: &SessionId) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET favorite_provider_photo_id = NULL
               WHERE id = ?1 AND favorite_provider_photo_id IS NOT NULL";
    tx.prepare_cached(sql)?.execute([id.as_str()]).map(drop)
}

pub(super) fn set_updated(tx: &Connection, id: &SessionId, at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET updated_at = max(updated_at, ?2) WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![id.as_str(), to_millis(at)]).map(drop)
}

/// What stays of a session that was deleted for good: that there was one.
pub(super) fn bury(tx: &Connection, id: &SessionId, at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET surface = NULL, surface_url = NULL, surface_expires_at = NULL, reference = NULL,
                                   favorite_provider_photo_id = NULL, removed_at = ?2
               WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![id.as_str(), to_millis(at)]).map(drop)
}

fn surface_word(surface: &Surface) -> &'static str {
    match surface {
        Surface::Frame(_) => "frame",
        Surface::Link(_) => "link",
        Surface::Upload => "upload",
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id: own_id(row, "id", SessionId::parse)?,
        provider: row.get("provider")?,
        references: References::none(),
        standing: Standing {
            provider_status: row.get("provider_status")?,
            state: State::from_word(&row.get::<_, String>("state")?),
        },
        standing_at: timestamp(row, "standing_at")?,
        gone_since: optional_timestamp(row, "gone_since")?,
        run: row.get("run")?,
        offer: offer(row)?,
        submission: submission(&row.get::<_, String>("submission")?)?,
        test_mode: row.get("test_mode")?,
        reference: row.get("reference")?,
        photos: Vec::new(),
        photos_missing: row.get("photos_missing")?,
        favorite: None,
        created_at: timestamp(row, "created_at")?,
        updated_at: timestamp(row, "updated_at")?,
        removed_at: optional_timestamp(row, "removed_at")?,
    })
}

/// A session that the provider reports as deleted keeps its row as it is until the provider has been asked.
fn offer(row: &Row<'_>) -> rusqlite::Result<Option<Offer>> {
    let Some(word) = row.get::<_, Option<String>>("surface")? else { return Ok(None) };
    let url = row.get::<_, Option<String>>("surface_url")?.map(Secret::new);
    let surface = match (word.as_str(), url) {
        ("frame", Some(url)) => Surface::Frame(url),
        ("link", Some(url)) => Surface::Link(url),
        ("upload", None) => Surface::Upload,
        _ => return Err(damaged("a session's surface is none that we know")),
    };
    Ok(Some(Offer { surface, expires_at: optional_timestamp(row, "surface_expires_at")? }))
}

fn submission(word: &str) -> rusqlite::Result<Submission> {
    let known = [Submission::Open, Submission::Wished, Submission::Sent, Submission::Begun, Submission::Refused];
    let found = known.into_iter().find(|submission| submission.as_str() == word);
    found.ok_or_else(|| damaged("a session's submission is none that we know"))
}
