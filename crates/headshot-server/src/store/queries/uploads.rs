//! The queries of uploads.

use jiff::Timestamp;

use crate::ids::{SessionId, UploadId};
use crate::store::sql::{Failed, Row, Tx, exists, first, values};
use crate::store::{NewUpload, Picture, StoredUpload};

pub(in crate::store) async fn insert(tx: &impl Tx, new: &NewUpload) -> Result<(), Failed> {
    let sql =
        "INSERT INTO uploads (id, session_id, name, sha256, md5, media_type, size_bytes, width, height, received_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let picture = &new.picture;
    let row = values![
        &new.id,
        &new.session,
        &new.name,
        &picture.sha256,
        &picture.md5,
        &picture.media_type,
        i64::try_from(picture.size_bytes).unwrap_or(i64::MAX),
        picture.width,
        picture.height,
        new.received_at,
    ];
    tx.execute(sql, row).await.map(drop)
}

/// The session's uploads in the order of arrival, without those that were taken back.
pub(in crate::store) async fn list(tx: &impl Tx, session: &SessionId) -> Result<Vec<StoredUpload>, Failed> {
    let sql = "SELECT * FROM uploads WHERE session_id = ?1 AND withdrawn_at IS NULL ORDER BY rowid";
    tx.rows(sql, values![session], read).await
}

pub(in crate::store) async fn find(tx: &impl Tx, id: &UploadId) -> Result<Option<StoredUpload>, Failed> {
    first(tx, "SELECT * FROM uploads WHERE id = ?1", values![id], read).await
}

/// Whether the provider has all that it is to have, and nothing else.
pub(in crate::store) async fn are_in_sync(tx: &impl Tx, session: &SessionId) -> Result<bool, Failed> {
    let sql = "SELECT 1 FROM uploads WHERE session_id = ?1 AND (delivered_at IS NULL OR withdrawn_at IS NOT NULL)
               LIMIT 1";
    exists(tx, sql, values![session]).await.map(|any| !any)
}

pub(in crate::store) async fn set_delivered(tx: &impl Tx, id: &UploadId, at: Timestamp) -> Result<(), Failed> {
    tx.execute("UPDATE uploads SET delivered_at = ?2 WHERE id = ?1", values![id, at]).await.map(drop)
}

pub(in crate::store) async fn set_refused(tx: &impl Tx, id: &UploadId, at: Timestamp) -> Result<(), Failed> {
    tx.execute("UPDATE uploads SET refused_at = ?2 WHERE id = ?1", values![id, at]).await.map(drop)
}

pub(in crate::store) async fn set_withdrawn(tx: &impl Tx, id: &UploadId, at: Timestamp) -> Result<(), Failed> {
    tx.execute("UPDATE uploads SET withdrawn_at = ?2 WHERE id = ?1", values![id, at]).await.map(drop)
}

pub(in crate::store) async fn remove(tx: &impl Tx, id: &UploadId) -> Result<(), Failed> {
    tx.execute("DELETE FROM uploads WHERE id = ?1", values![id]).await.map(drop)
}

/// Removes the session's uploads; answers with the names of their files.
pub(in crate::store) async fn remove_all(tx: &impl Tx, session: &SessionId) -> Result<Vec<String>, Failed> {
    let sql = "DELETE FROM uploads WHERE session_id = ?1 RETURNING id";
    tx.rows(sql, values![session], |row| row.text("id")).await
}

fn read(row: &dyn Row) -> Result<StoredUpload, Failed> {
    Ok(StoredUpload {
        id: row.id("id", UploadId::parse)?,
        name: row.text("name")?,
        picture: Picture {
            sha256: row.text("sha256")?,
            md5: row.bytes("md5")?,
            media_type: row.text("media_type")?,
            size_bytes: row.number("size_bytes")?.unsigned_abs(),
            width: row.small_number("width")?,
            height: row.small_number("height")?,
        },
        received_at: row.time("received_at")?,
        delivered_at: row.optional_time("delivered_at")?,
        refused_at: row.optional_time("refused_at")?,
        withdrawn_at: row.optional_time("withdrawn_at")?,
    })
}
