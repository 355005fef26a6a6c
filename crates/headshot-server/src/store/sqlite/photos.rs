//! The queries of photos: what the provider lists, what is copied, which one was chosen.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{optional_timestamp, own_id, to_millis};
use super::work;
use crate::ids::{PhotoId, ProviderPhotoId, SessionId};
use crate::store::{Copy, SourcePhoto, StoredPhoto};

/// How long a link lives that does not say so (H9).
const UNSAID_LIFE: Duration = Duration::from_hours(24);

/// A photo that only the favourite named comes after those that the provider lists.
const AFTER_THE_LISTED: i64 = 1_000_000;

pub(super) fn find(tx: &Connection, id: &PhotoId) -> rusqlite::Result<Option<StoredPhoto>> {
    let sql = "SELECT file, sha256, media_type, size_bytes FROM photos WHERE id = ?1 AND copied_at IS NOT NULL";
    tx.prepare_cached(sql)?
        .query_row([id.as_str()], |row| {
            Ok(StoredPhoto {
                file: row.get(0)?,
                sha256: row.get(1)?,
                media_type: row.get(2)?,
                size_bytes: row.get::<_, i64>(3)?.unsigned_abs(),
            })
        })
        .optional()
}

pub(super) fn uses_file(tx: &Connection, name: &str) -> rusqlite::Result<bool> {
    tx.prepare_cached("SELECT 1 FROM photos WHERE file = ?1")?.exists([name])
}

/// Takes over the provider's list: new photos are added, known ones get fresh links and are shown (again).
pub(super) fn list(tx: &Connection, session: &SessionId, photos: &[SourcePhoto]) -> rusqlite::Result<()> {
    (0..).zip(photos).try_for_each(|(position, photo)| upsert(tx, session, photo, position))
}

/// Notes the chosen photo; the photo itself is added where the list has not shown it yet.
pub(super) fn set_favorite(tx: &Connection, session: &SessionId, photo: &SourcePhoto) -> rusqlite::Result<()> {
    let sql = "UPDATE sessions SET favorite_provider_photo_id = ?2 WHERE id = ?1";
    tx.prepare_cached(sql)?.execute([session.as_str(), photo.id.as_str()])?;
    let sql = "SELECT 1 FROM photos WHERE session_id = ?1 AND provider_photo_id = ?2 AND dropped_at IS NULL";
    let is_listed = tx.prepare_cached(sql)?.exists([session.as_str(), photo.id.as_str()])?;
    if !is_listed && photo.url.is_some() {
        upsert(tx, session, photo, AFTER_THE_LISTED)?;
    }
    Ok(())
}

/// Asks for a copy of every photo that is shown and not yet copied.
pub(super) fn wish_copies(tx: &Connection, session: &SessionId, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "SELECT id, source_expires_at FROM photos
               WHERE session_id = ?1 AND copied_at IS NULL AND dropped_at IS NULL";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([session.as_str()])?;
    let mut any = false;
    while let Some(row) = rows.next()? {
        let (photo, deadline): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let deadline = deadline.unwrap_or_else(|| to_millis(now + UNSAID_LIFE));
        work::wish_copy(tx, session, &photo, deadline, now)?;
        any = true;
    }
    Ok(any)
}

/// Notes that the copy is there; `false` where the photo has one, or is gone.
pub(super) fn set_copy(tx: &Connection, photo: &PhotoId, copy: &Copy, now: Timestamp) -> rusqlite::Result<bool> {
    let sql = "UPDATE photos SET file = id, sha256 = ?2, media_type = ?3, size_bytes = ?4, copied_at = ?5,
                                 source_url = NULL, source_expires_at = NULL
               WHERE id = ?1 AND copied_at IS NULL";
    let size = i64::try_from(copy.size_bytes).unwrap_or(i64::MAX);
    let row = params![photo.as_str(), copy.sha256, copy.media_type, size, to_millis(now)];
    Ok(tx.prepare_cached(sql)?.execute(row)? == 1)
}

/// Shows none of the session's photos any more. Copies stay for those who hold a link, until the session is deleted.
pub(super) fn drop_all(tx: &Connection, session: &SessionId, at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE photos SET dropped_at = ?2 WHERE session_id = ?1 AND dropped_at IS NULL";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), to_millis(at)]).map(drop)
}

/// The photos without a copy that are not listed, and when their links end; the favourite has a source of its own.
pub(super) fn uncopied_except(
    tx: &Connection,
    session: &SessionId,
    listed: &[SourcePhoto],
) -> rusqlite::Result<Vec<(PhotoId, Option<Timestamp>)>> {
    let sql =
        "SELECT p.id, p.provider_photo_id, p.source_expires_at FROM photos p JOIN sessions s ON s.id = p.session_id
               WHERE p.session_id = ?1 AND p.copied_at IS NULL
                   AND p.provider_photo_id IS NOT s.favorite_provider_photo_id";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query([session.as_str()])?;
    let mut unlisted = Vec::new();
    while let Some(row) = rows.next()? {
        let provider_id = ProviderPhotoId(row.get(1)?);
        if listed.iter().all(|listed| listed.id != provider_id) {
            unlisted.push((own_id(row, "id", PhotoId::parse)?, optional_timestamp(row, "source_expires_at")?));
        }
    }
    Ok(unlisted)
}

/// Removes a photo; answers with the name of the file that it had or may have got.
pub(super) fn remove(tx: &Connection, photo: &PhotoId) -> rusqlite::Result<String> {
    let sql = "DELETE FROM photos WHERE id = ?1 RETURNING file";
    tx.prepare_cached(sql)?.query_row([photo.as_str()], |row| row.get(0))
}

/// Removes the session's photos; answers with the names of their files.
pub(super) fn remove_all(tx: &Connection, session: &SessionId) -> rusqlite::Result<Vec<String>> {
    let sql = "DELETE FROM photos WHERE session_id = ?1 RETURNING file";
    tx.prepare_cached(sql)?.query_map([session.as_str()], |row| row.get(0))?.collect()
}

fn upsert(tx: &Connection, session: &SessionId, photo: &SourcePhoto, position: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO photos (id, session_id, provider_photo_id, position, source_url, source_expires_at, file)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1)
               ON CONFLICT (session_id, provider_photo_id) DO UPDATE SET
                   position = excluded.position, dropped_at = NULL,
                   source_url = iif(copied_at IS NULL, coalesce(excluded.source_url, source_url), NULL),
                   source_expires_at = iif(copied_at IS NULL, excluded.source_expires_at, NULL)";
    tx.prepare_cached(sql)?
        .execute(params![
            PhotoId::random().as_str(),
            session.as_str(),
            photo.id.as_str(),
            position,
            photo.url,
            photo.url_expires_at.map(to_millis)
        ])
        .map(drop)
}
