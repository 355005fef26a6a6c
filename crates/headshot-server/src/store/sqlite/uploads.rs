//! The queries of uploads.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::rows::{optional_timestamp, own_id, timestamp, to_millis};
use crate::ids::{SessionId, UploadId};
use crate::store::{NewUpload, Picture, StoredUpload};

pub(super) fn insert(tx: &Connection, new: &NewUpload) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO uploads (id, session_id, name, sha256, md5, media_type, size_bytes, width, height, received_at)
               VALUES (:id, :session, :name, :sha256, :md5, :media_type, :size_bytes, :width, :height, :received_at)";
    let picture = &new.picture;
    tx.prepare_cached(sql)?
        .execute(named_params! {
            ":id": new.id.as_str(),
            ":session": new.session.as_str(),
            ":name": new.name,
            ":sha256": picture.sha256,
            ":md5": picture.md5,
            ":media_type": picture.media_type,
            ":size_bytes": i64::try_from(picture.size_bytes).unwrap_or(i64::MAX),
            ":width": picture.width,
            ":height": picture.height,
            ":received_at": to_millis(new.received_at),
        })
        .map(drop)
}

/// The session's uploads in the order of arrival, without those that were taken back.
pub(super) fn list(tx: &Connection, session: &SessionId) -> rusqlite::Result<Vec<StoredUpload>> {
    let sql = "SELECT * FROM uploads WHERE session_id = ?1 AND withdrawn_at IS NULL ORDER BY rowid";
    tx.prepare_cached(sql)?.query_map([session.as_str()], read)?.collect()
}

pub(super) fn find(tx: &Connection, id: &UploadId) -> rusqlite::Result<Option<StoredUpload>> {
    tx.prepare_cached("SELECT * FROM uploads WHERE id = ?1")?.query_row([id.as_str()], read).optional()
}

/// Whether the provider has all that it is to have, and nothing else.
pub(super) fn are_in_sync(tx: &Connection, session: &SessionId) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM uploads WHERE session_id = ?1 AND (delivered_at IS NULL OR withdrawn_at IS NOT NULL)";
    tx.prepare_cached(sql)?.exists([session.as_str()]).map(|any| !any)
}

pub(super) fn set_delivered(tx: &Connection, id: &UploadId, at: Timestamp) -> rusqlite::Result<()> {
    set(tx, "UPDATE uploads SET delivered_at = ?2 WHERE id = ?1", id, at)
}

pub(super) fn set_refused(tx: &Connection, id: &UploadId, at: Timestamp) -> rusqlite::Result<()> {
    set(tx, "UPDATE uploads SET refused_at = ?2 WHERE id = ?1", id, at)
}

pub(super) fn set_withdrawn(tx: &Connection, id: &UploadId, at: Timestamp) -> rusqlite::Result<()> {
    set(tx, "UPDATE uploads SET withdrawn_at = ?2 WHERE id = ?1", id, at)
}

pub(super) fn remove(tx: &Connection, id: &UploadId) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM uploads WHERE id = ?1")?.execute([id.as_str()]).map(drop)
}

/// Removes the session's uploads; answers with the names of their files.
pub(super) fn remove_all(tx: &Connection, session: &SessionId) -> rusqlite::Result<Vec<String>> {
    let sql = "DELETE FROM uploads WHERE session_id = ?1 RETURNING id";
    tx.prepare_cached(sql)?.query_map([session.as_str()], |row| row.get(0))?.collect()
}

fn set(tx: &Connection, sql: &str, id: &UploadId, at: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(sql)?.execute(params![id.as_str(), to_millis(at)]).map(drop)
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredUpload> {
    Ok(StoredUpload {
        id: own_id(row, "id", UploadId::parse)?,
        name: row.get("name")?,
        picture: Picture {
            sha256: row.get("sha256")?,
            md5: row.get("md5")?,
            media_type: row.get("media_type")?,
            size_bytes: row.get::<_, i64>("size_bytes")?.unsigned_abs(),
            width: row.get("width")?,
            height: row.get("height")?,
        },
        received_at: timestamp(row, "received_at")?,
        delivered_at: optional_timestamp(row, "delivered_at")?,
        refused_at: optional_timestamp(row, "refused_at")?,
        withdrawn_at: optional_timestamp(row, "withdrawn_at")?,
    })
}
