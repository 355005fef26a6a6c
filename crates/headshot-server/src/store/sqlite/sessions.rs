//! Sessions and their client tokens.

use headshot_api::State;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::rows::{optional_timestamp, own_id, state, timestamp, to_millis};
use super::work;
use super::writer::News;
use crate::ids::{PhotoId, ProviderSessionId, SessionId};
use crate::pace;
use crate::store::{NewClientToken, NewSession, Standing, StoredSession, StoredToken};

pub(super) fn open(
    tx: &Connection,
    news: &mut News,
    new: &NewSession,
    token: &NewClientToken,
) -> rusqlite::Result<StoredSession> {
    insert(tx, new)?;
    add_token(tx, &new.id, token)?;
    // The provider may report the session before we have heard its id: its first answer and its first event race.
    let came_before = link_deliveries(tx, new)?;
    let session = find(tx, &new.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    if came_before {
        work::wish_refresh(tx, news, &new.id, new.opened_at)?;
    } else if let Some(due_at) = pace::next_reread(&session, new.opened_at) {
        work::plan_refresh(tx, &new.id, due_at)?;
    }
    Ok(session)
}

pub(super) fn find(tx: &Connection, id: &SessionId) -> rusqlite::Result<Option<StoredSession>> {
    let sql = "SELECT *, (SELECT count(*) FROM photos
                          WHERE session_id = sessions.id AND copied_at IS NULL AND dropped_at IS NULL) AS photos_missing
               FROM sessions WHERE id = ?1";
    let Some(mut session) = tx.prepare_cached(sql)?.query_row([id.as_str()], read).optional()? else {
        return Ok(None);
    };
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

/// The living session that a provider knows by this id.
pub(super) fn find_by_provider(
    tx: &Connection,
    provider: &str,
    id: &ProviderSessionId,
) -> rusqlite::Result<Option<SessionId>> {
    let sql = "SELECT id FROM sessions WHERE provider = ?1 AND provider_session_id = ?2";
    tx.prepare_cached(sql)?.query_row([provider, id.as_str()], |row| own_id(row, "id", SessionId::parse)).optional()
}

/// Runs `change`; where the session then looks different, notes when and tells who waits for it.
pub(super) fn change(
    tx: &Connection,
    news: &mut News,
    id: &SessionId,
    now: Timestamp,
    change: impl FnOnce(&StoredSession) -> rusqlite::Result<()>,
) -> rusqlite::Result<Option<StoredSession>> {
    let Some(before) = find(tx, id)? else { return Ok(None) };
    if before.removed_at.is_some() {
        return Ok(None);
    }
    change(&before)?;
    let after = find(tx, id)?;
    if after.as_ref().is_none_or(|after| looks_alike(&before, after)) {
        return Ok(after);
    }
    let sql = "UPDATE sessions SET updated_at = max(updated_at, ?2) WHERE id = ?1";
    tx.prepare_cached(sql)?.execute(params![id.as_str(), to_millis(now)])?;
    news.session_changed(id);
    find(tx, id)
}

fn looks_alike(before: &StoredSession, after: &StoredSession) -> bool {
    StoredSession { photos_missing: after.photos_missing, ..before.clone() } == *after
}

/// Writes where a session stands. Results of a run that the provider went back on are no longer shown.
pub(super) fn set_standing(
    tx: &Connection,
    before: &StoredSession,
    standing: &Standing,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET state = ?2, provider_status = ?3, standing_at = max(standing_at, ?4) WHERE id = ?1";
    let id = before.id.as_str();
    tx.prepare_cached(sql)?.execute(params![id, standing.state.as_str(), standing.provider_status, to_millis(at)])?;
    if standing.state == State::Ready {
        return Ok(());
    }
    tx.execute("UPDATE sessions SET favorite_provider_photo_id = NULL WHERE id = ?1", [id])?;
    super::photos::drop_all(tx, &before.id, at)
}

/// Removes what a session holds: photos, links, payloads, work. Answers with the files that no photo needs any more.
pub(super) fn purge(tx: &Connection, id: &SessionId) -> rusqlite::Result<Vec<String>> {
    tx.execute("DELETE FROM work WHERE session_id = ?1", [id.as_str()])?;
    let files = super::photos::remove_all(tx, id)?;
    tx.execute("UPDATE deliveries SET body = x'' WHERE session_id = ?1", [id.as_str()])?;
    tx.execute(
        "UPDATE sessions SET signed_url = NULL, favorite_provider_photo_id = NULL WHERE id = ?1",
        [id.as_str()],
    )?;
    Ok(files)
}

pub(super) fn remove(
    tx: &Connection,
    news: &mut News,
    id: &SessionId,
    now: Timestamp,
) -> rusqlite::Result<Vec<String>> {
    let mut files = Vec::new();
    change(tx, news, id, now, |_| {
        files = purge(tx, id)?;
        let sql = "UPDATE sessions SET state = ?2, provider_status = 'deleted', removed_at = ?3 WHERE id = ?1";
        tx.execute(sql, params![id.as_str(), State::Deleted.as_str(), to_millis(now)]).map(drop)
    })?;
    Ok(files)
}

pub(super) fn add_token(tx: &Connection, id: &SessionId, token: &NewClientToken) -> rusqlite::Result<()> {
    let sql = "INSERT INTO client_tokens (sha256, session_id, expires_at) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute(params![token.sha256, id.as_str(), to_millis(token.expires_at)]).map(drop)
}

/// Tokens that expired more than a day ago; until then their owner is told that they expired.
pub(super) fn forget_expired_tokens(tx: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let long_ago = now - pace::CLIENT_TOKEN_LIFE;
    tx.execute("DELETE FROM client_tokens WHERE expires_at < ?1", [to_millis(long_ago)]).map(drop)
}

pub(super) fn token(tx: &Connection, sha256: [u8; 32]) -> rusqlite::Result<Option<StoredToken>> {
    let sql = "SELECT session_id, expires_at FROM client_tokens WHERE sha256 = ?1";
    tx.prepare_cached(sql)?
        .query_row([sha256], |row| {
            let session = own_id(row, "session_id", SessionId::parse)?;
            Ok(StoredToken { session, expires_at: timestamp(row, "expires_at")? })
        })
        .optional()
}

fn insert(tx: &Connection, new: &NewSession) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO sessions (id, provider, provider_session_id, state, provider_status, standing_at, signed_url,
                                     test_mode, reference, created_at, updated_at)
               VALUES (:id, :provider, :provider_session_id, :state, :provider_status, :at, :signed_url,
                       :test_mode, :reference, :at, :at)";
    tx.prepare_cached(sql)?
        .execute(named_params! {
            ":id": new.id.as_str(),
            ":provider": new.provider,
            ":provider_session_id": new.provider_session_id.as_str(),
            ":state": new.standing.state.as_str(),
            ":provider_status": new.standing.provider_status,
            ":signed_url": new.signed_url.reveal(),
            ":test_mode": new.test_mode,
            ":reference": new.reference,
            ":at": to_millis(new.opened_at),
        })
        .map(drop)
}

fn link_deliveries(tx: &Connection, new: &NewSession) -> rusqlite::Result<bool> {
    let sql = "UPDATE deliveries SET session_id = ?1
               WHERE provider = ?2 AND provider_session_id = ?3 AND session_id IS NULL";
    let linked = tx.execute(sql, [new.id.as_str(), &new.provider, new.provider_session_id.as_str()])?;
    Ok(linked > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredSession> {
    Ok(StoredSession {
        id: own_id(row, "id", SessionId::parse)?,
        provider: row.get("provider")?,
        provider_session_id: ProviderSessionId(row.get("provider_session_id")?),
        standing: Standing {
            provider_status: row.get("provider_status")?,
            state: state(&row.get::<_, String>("state")?),
        },
        signed_url: row.get("signed_url")?,
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
