//! The queries of photos: what the provider lists, what is copied, which one was chosen.

use std::time::Duration;

use jiff::Timestamp;

use super::work;
use crate::ids::{PhotoId, ProviderPhotoId, SessionId};
use crate::store::sql::{Failed, Row, Tx, damaged, exists, first, values};
use crate::store::{Copy, SourcePhoto, StoredPhoto};

/// How long a link lives that does not say so (H9).
const UNSAID_LIFE: Duration = Duration::from_hours(24);

/// A photo that only the favourite named comes after those that the provider lists.
const AFTER_THE_LISTED: i64 = 1_000_000;

pub(in crate::store) async fn find(tx: &impl Tx, id: &PhotoId) -> Result<Option<StoredPhoto>, Failed> {
    let sql = "SELECT file, sha256, media_type, size_bytes FROM photos WHERE id = ?1 AND copied_at IS NOT NULL";
    first(tx, sql, values![id], |row| {
        Ok(StoredPhoto {
            file: row.text("file")?,
            sha256: row.text("sha256")?,
            media_type: row.text("media_type")?,
            size_bytes: row.number("size_bytes")?.unsigned_abs(),
        })
    })
    .await
}

pub(in crate::store) async fn uses_file(tx: &impl Tx, name: &str) -> Result<bool, Failed> {
    exists(tx, "SELECT 1 FROM photos WHERE file = ?1", values![name]).await
}

/// Takes over the provider's list: new photos are added, known ones get fresh links and are shown (again).
pub(in crate::store) async fn list(tx: &impl Tx, session: &SessionId, photos: &[SourcePhoto]) -> Result<(), Failed> {
    for (position, photo) in (0..).zip(photos) {
        upsert(tx, session, photo, position).await?;
    }
    Ok(())
}

/// Notes the chosen photo; the photo itself is added where the list has not shown it yet.
pub(in crate::store) async fn set_favorite(
    tx: &impl Tx,
    session: &SessionId,
    photo: &SourcePhoto,
) -> Result<(), Failed> {
    let sql = "UPDATE sessions SET favorite_provider_photo_id = ?2 WHERE id = ?1";
    tx.execute(sql, values![session, &photo.id]).await?;
    let sql = "SELECT 1 FROM photos WHERE session_id = ?1 AND provider_photo_id = ?2 AND dropped_at IS NULL";
    if photo.url.is_some() && !exists(tx, sql, values![session, &photo.id]).await? {
        upsert(tx, session, photo, AFTER_THE_LISTED).await?;
    }
    Ok(())
}

/// Asks for a copy of every photo that is shown and not yet copied.
pub(in crate::store) async fn wish_copies(tx: &impl Tx, session: &SessionId, now: Timestamp) -> Result<bool, Failed> {
    let sql = "SELECT id, source_expires_at FROM photos
               WHERE session_id = ?1 AND copied_at IS NULL AND dropped_at IS NULL";
    let read = |row: &dyn Row| Ok((row.text("id")?, row.optional_time("source_expires_at")?));
    let uncopied = tx.rows(sql, values![session], read).await?;
    for (photo, deadline_at) in &uncopied {
        work::wish_copy(tx, session, photo, deadline_at.unwrap_or(now + UNSAID_LIFE), now).await?;
    }
    Ok(!uncopied.is_empty())
}

/// Notes that the copy is there; `false` where the photo has one, or is gone.
pub(in crate::store) async fn set_copy(
    tx: &impl Tx,
    photo: &PhotoId,
    copy: &Copy,
    now: Timestamp,
) -> Result<bool, Failed> {
    let sql = "UPDATE photos SET file = id, sha256 = ?2, media_type = ?3, size_bytes = ?4, copied_at = ?5,
                                 source_url = NULL, source_expires_at = NULL
               WHERE id = ?1 AND copied_at IS NULL";
    let size = i64::try_from(copy.size_bytes).unwrap_or(i64::MAX);
    Ok(tx.execute(sql, values![photo, &copy.sha256, copy.media_type, size, now]).await? == 1)
}

/// Shows none of the session's photos any more. Copies stay for those who hold a link, until the session is deleted.
pub(in crate::store) async fn drop_all(tx: &impl Tx, session: &SessionId, at: Timestamp) -> Result<(), Failed> {
    let sql = "UPDATE photos SET dropped_at = ?2 WHERE session_id = ?1 AND dropped_at IS NULL";
    tx.execute(sql, values![session, at]).await.map(drop)
}

/// The photos without a copy that are not listed, and when their links end; the favourite has a source of its own.
pub(in crate::store) async fn uncopied_except(
    tx: &impl Tx,
    session: &SessionId,
    listed: &[SourcePhoto],
) -> Result<Vec<(PhotoId, Option<Timestamp>)>, Failed> {
    let sql =
        "SELECT p.id, p.provider_photo_id, p.source_expires_at FROM photos p JOIN sessions s ON s.id = p.session_id
               WHERE p.session_id = ?1 AND p.copied_at IS NULL
                   AND p.provider_photo_id IS DISTINCT FROM s.favorite_provider_photo_id";
    let read = |row: &dyn Row| {
        let photo = (row.id("id", PhotoId::parse)?, row.optional_time("source_expires_at")?);
        Ok((ProviderPhotoId(row.text("provider_photo_id")?), photo))
    };
    let uncopied = tx.rows(sql, values![session], read).await?;
    let unlisted = uncopied.into_iter().filter(|(id, _)| listed.iter().all(|listed| listed.id != *id));
    Ok(unlisted.map(|(_, photo)| photo).collect())
}

/// Removes a photo; answers with the name of the file that it had or may have got.
pub(in crate::store) async fn remove(tx: &impl Tx, photo: &PhotoId) -> Result<String, Failed> {
    let sql = "DELETE FROM photos WHERE id = ?1 RETURNING file";
    let file = first(tx, sql, values![photo], |row| row.text("file")).await?;
    file.ok_or_else(|| damaged("a photo is missing"))
}

/// Some of the photos that another run replaced before.
pub(in crate::store) async fn replaced(
    tx: &impl Tx,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(PhotoId, SessionId)>, Failed> {
    let sql = "SELECT id, session_id FROM photos WHERE dropped_at IS NOT NULL AND dropped_at < ?1 LIMIT ?2";
    tx.rows(sql, values![before, limit], |row| {
        Ok((row.id("id", PhotoId::parse)?, row.id("session_id", SessionId::parse)?))
    })
    .await
}

/// Removes a photo that is still replaced; answers with the name of its file.
pub(in crate::store) async fn remove_replaced(tx: &impl Tx, photo: &PhotoId) -> Result<Option<String>, Failed> {
    let sql = "DELETE FROM photos WHERE id = ?1 AND dropped_at IS NOT NULL RETURNING file";
    first(tx, sql, values![photo], |row| row.text("file")).await
}

/// Removes the session's photos; answers with the names of their files.
pub(in crate::store) async fn remove_all(tx: &impl Tx, session: &SessionId) -> Result<Vec<String>, Failed> {
    let sql = "DELETE FROM photos WHERE session_id = ?1 RETURNING file";
    tx.rows(sql, values![session], |row| row.text("file")).await
}

async fn upsert(tx: &impl Tx, session: &SessionId, photo: &SourcePhoto, position: i64) -> Result<(), Failed> {
    let sql = "INSERT INTO photos (id, session_id, provider_photo_id, position, source_url, source_expires_at, file)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1)
               ON CONFLICT (session_id, provider_photo_id) DO UPDATE SET
                   position = excluded.position, dropped_at = NULL,
                   source_url = CASE WHEN photos.copied_at IS NULL
                                     THEN coalesce(excluded.source_url, photos.source_url) END,
                   source_expires_at = CASE WHEN photos.copied_at IS NULL THEN excluded.source_expires_at END";
    let id = PhotoId::random();
    let row = values![&id, session, &photo.id, position, photo.url.as_deref(), photo.url_expires_at];
    tx.execute(sql, row).await.map(drop)
}
