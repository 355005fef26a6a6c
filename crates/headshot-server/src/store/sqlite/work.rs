//! Every query of the outbox.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::rows::{damaged, from_millis, optional_timestamp, own_id, timestamp, to_millis};
use super::writer::News;
use super::{references, uploads};
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::references::Reference;
use crate::store::{Task, Work};

/// Asks for a re-read now, or as soon as failed attempts allow; an attempt under way will be followed by another.
pub(super) fn wish_refresh(
    tx: &Connection,
    news: &mut News,
    session: &SessionId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    wish(tx, news, "refresh_session", session, "", now)
}

/// The same for work of any kind.
pub(super) fn wish(
    tx: &Connection,
    news: &mut News,
    kind: &str,
    session: &SessionId,
    subject: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, ?2, id, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT DO UPDATE SET due_at = min(due_at, max(excluded.due_at, ifnull(held_until, 0))),
                                         wishes = wishes + 1";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), kind, subject, to_millis(now)])?;
    news.work_is_due();
    Ok(())
}

/// Makes planned re-reads due now, of sessions that are on their way and not forgotten.
pub(super) fn hasten_refreshes(
    tx: &Connection,
    news: &mut News,
    provider: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = min(due_at, max(?2, ifnull(held_until, 0)))
               WHERE kind = 'refresh_session' AND provider = ?1 AND session_id IN (
                   SELECT id FROM sessions WHERE state NOT IN ('ready', 'deleted') AND updated_at > ?3)";
    let a_day_ago = now - Duration::from_hours(24);
    tx.prepare_cached(sql)?.execute(params![provider, to_millis(now), to_millis(a_day_ago)])?;
    news.work_is_due();
    Ok(())
}

/// Asks whose a delivery is that names this.
pub(super) fn wish_resolution(
    tx: &Connection,
    news: &mut News,
    provider: &str,
    reference: &Reference,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (provider, kind, subject, due_at) VALUES (?1, 'resolve_delivery', ?2, ?3)
               ON CONFLICT DO UPDATE SET due_at = min(due_at, max(excluded.due_at, ifnull(held_until, 0))),
                                         wishes = wishes + 1";
    tx.prepare_cached(sql)?.execute(params![provider, reference.to_string(), to_millis(now)])?;
    news.work_is_due();
    Ok(())
}

/// Plans a re-read in case no delivery comes before.
pub(super) fn plan_refresh(tx: &Connection, session: &SessionId, due_at: Timestamp) -> rusqlite::Result<()> {
    plan(tx, "refresh_session", session, "", due_at)
}

/// Plans work of any kind, unless it is planned.
pub(super) fn plan(
    tx: &Connection,
    kind: &str,
    session: &SessionId,
    subject: &str,
    due_at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, ?2, id, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT DO NOTHING";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), kind, subject, to_millis(due_at)]).map(drop)
}

/// Plans work about the session itself, not before `due_at`.
pub(super) fn prolong(tx: &Connection, kind: &str, session: &SessionId, due_at: Timestamp) -> rusqlite::Result<()> {
    plan(tx, kind, session, "", due_at)?;
    let sql = "UPDATE work SET due_at = max(due_at, ?3) WHERE session_id = ?1 AND kind = ?2";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), kind, to_millis(due_at)]).map(drop)
}

/// Makes planned work about the session itself due by `due_at`.
pub(super) fn hasten(tx: &Connection, kind: &str, session: &SessionId, due_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = min(due_at, ?3) WHERE session_id = ?1 AND kind = ?2";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), kind, to_millis(due_at)]).map(drop)
}

/// So many failures of a copy may be the fault of links that had ended.
const FAILURES_OF_LINKS: u32 = 3;

/// Asks for a copy now; a row that waits after failed attempts waits on, unless its link is a fresh one. A provider that
/// makes a fresh link at every read, to a photo that cannot be had, is not asked without a pause.
pub(super) fn wish_copy(
    tx: &Connection,
    session: &SessionId,
    photo: &str,
    deadline_at: i64,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at, deadline_at)
               SELECT provider, 'copy_photo', id, ?2, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT DO UPDATE SET
                   due_at = iif(deadline_at IS excluded.deadline_at OR attempts > ?5, due_at,
                                min(due_at, excluded.due_at)),
                   wishes = wishes + 1, deadline_at = excluded.deadline_at";
    let row = params![session.as_str(), photo, to_millis(now), deadline_at, FAILURES_OF_LINKS];
    tx.prepare_cached(sql)?.execute(row).map(drop)
}

/// Asks for the removal of a file that no photo needs any more.
pub(super) fn wish_removal(
    tx: &Connection,
    news: &mut News,
    session: &SessionId,
    file: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, 'remove_file', id, ?2, ?3 FROM sessions WHERE id = ?1
               ON CONFLICT DO UPDATE SET wishes = wishes + 1";
    tx.prepare_cached(sql)?.execute(params![session.as_str(), file, to_millis(now)])?;
    news.work_is_due();
    Ok(())
}

/// No copy of the photo is wanted any more.
pub(super) fn cancel_copy(tx: &Connection, session: &SessionId, photo: &PhotoId) -> rusqlite::Result<()> {
    cancel(tx, "copy_photo", session, photo.as_str()).map(drop)
}

/// Takes back what was asked for or planned; `false` where there was nothing.
pub(super) fn cancel(tx: &Connection, kind: &str, session: &SessionId, subject: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM work WHERE session_id = ?1 AND kind = ?2 AND subject = ?3";
    Ok(tx.prepare_cached(sql)?.execute([session.as_str(), kind, subject])? == 1)
}

/// Nothing of the session is wanted any more but that its files go.
pub(super) fn cancel_all(tx: &Connection, session: &SessionId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM work WHERE session_id = ?1 AND kind NOT IN ('remove_file', 'remove_upload')";
    tx.prepare_cached(sql)?.execute([session.as_str()]).map(drop)
}

/// Leases what is due: what the provider is asked and told first, then files to remove, then the chosen photos, then what expires first.
pub(super) fn claim(
    tx: &Connection,
    now: Timestamp,
    lease: Duration,
    limit: usize,
    resting: &[String],
) -> rusqlite::Result<Vec<Work>> {
    let sql = "SELECT w.id, w.lease, w.wishes, w.attempts, w.provider, w.kind, w.session_id, w.subject,
                      s.created_at, p.source_url, p.source_expires_at
               FROM work w LEFT JOIN sessions s ON s.id = w.session_id
                           LEFT JOIN photos p ON w.kind = 'copy_photo' AND p.id = w.subject
               WHERE w.due_at <= ?1 AND (w.lease_until IS NULL OR w.lease_until <= ?1)
                   AND NOT (w.kind IN ('refresh_session', 'resolve_delivery', 'sync_upload', 'submit_session')
                       AND w.provider IN (SELECT value FROM json_each(?3)))
               ORDER BY w.kind = 'copy_photo', w.kind IN ('remove_file', 'remove_upload', 'forget_uploads'),
                        p.provider_photo_id IS NOT s.favorite_provider_photo_id,
                        ifnull(w.deadline_at, w.due_at), w.id
               LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = tx.prepare_cached(sql)?;
    let claimed: Vec<Work> = statement
        .query_map(params![to_millis(now), limit, json_list(resting)], |row| read(tx, row))?
        .collect::<Result<_, _>>()?;
    let sql = "UPDATE work SET lease = ?2, attempts = ?3, lease_until = ?4 WHERE id = ?1";
    let lease_until = to_millis(now + lease);
    for work in &claimed {
        tx.prepare_cached(sql)?.execute(params![work.id, work.lease, work.attempts, lease_until])?;
    }
    Ok(claimed)
}

pub(super) fn next_due_at(tx: &Connection, resting: &[String]) -> rusqlite::Result<Option<Timestamp>> {
    let sql = "SELECT min(max(due_at, ifnull(lease_until, due_at))) FROM work
               WHERE NOT (kind IN ('refresh_session', 'resolve_delivery', 'sync_upload', 'submit_session')
                   AND provider IN (SELECT value FROM json_each(?1)))";
    let due_at = tx.prepare_cached(sql)?.query_row([json_list(resting)], |row| row.get::<_, Option<i64>>(0))?;
    Ok(due_at.map(from_millis))
}

/// Whether the lease is still ours and nobody asked again since.
pub(super) fn is_current(tx: &Connection, work: &Work) -> rusqlite::Result<bool> {
    let sql = "SELECT wishes = ?3 FROM work WHERE id = ?1 AND lease = ?2";
    let current = tx.prepare_cached(sql)?.query_row(params![work.id, work.lease, work.wishes], |row| row.get(0));
    Ok(current.optional()?.unwrap_or(false))
}

/// Ends our lease and leaves the row due as it is.
pub(super) fn release(tx: &Connection, news: &mut News, work: &Work) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET lease_until = NULL WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease])?;
    news.work_is_due();
    Ok(())
}

/// Ends our lease as if the row had not been claimed.
pub(super) fn give_back(tx: &Connection, work: &Work) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET lease_until = NULL, attempts = attempts - 1 WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease]).map(drop)
}

/// Ends our lease after an attempt that went well; the row is due again at `due_at`.
pub(super) fn reschedule(tx: &Connection, work: &Work, due_at: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = ?3, lease_until = NULL, held_until = NULL, attempts = 0, last_error = NULL
               WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease, to_millis(due_at)]).map(drop)
}

/// Ends our lease after an attempt that failed; nothing makes the row due before `due_at`.
pub(super) fn postpone(tx: &Connection, work: &Work, due_at: Timestamp, reason: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE work SET due_at = ?3, held_until = ?3, lease_until = NULL, last_error = ?4
               WHERE id = ?1 AND lease = ?2";
    tx.prepare_cached(sql)?.execute(params![work.id, work.lease, to_millis(due_at), reason]).map(drop)
}

/// Removes a row that is done; `false` where the lease was no longer ours.
pub(super) fn finish(tx: &Connection, work: &Work) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM work WHERE id = ?1 AND lease = ?2";
    Ok(tx.prepare_cached(sql)?.execute(params![work.id, work.lease])? == 1)
}

fn json_list(words: &[String]) -> String {
    serde_json::to_string(words).unwrap_or_else(|_| "[]".to_owned())
}

fn read(tx: &Connection, row: &Row<'_>) -> rusqlite::Result<Work> {
    Ok(Work {
        id: row.get("id")?,
        lease: row.get::<_, i64>("lease")? + 1,
        wishes: row.get("wishes")?,
        attempts: row.get::<_, u32>("attempts")? + 1,
        provider: row.get("provider")?,
        task: task(tx, row)?,
    })
}

fn task(tx: &Connection, row: &Row<'_>) -> rusqlite::Result<Task> {
    let session = || own_id(row, "session_id", SessionId::parse);
    match row.get::<_, String>("kind")?.as_str() {
        "refresh_session" => {
            let session = session()?;
            let (references, opened_at) = (references::of(tx, &session)?, timestamp(row, "created_at")?);
            Ok(Task::RefreshSession { session, references, opened_at })
        }
        "resolve_delivery" => {
            let reference = Reference::parse(&row.get::<_, String>("subject")?);
            Ok(Task::ResolveDelivery { reference: reference.ok_or_else(|| damaged("work is about no reference"))? })
        }
        "copy_photo" => Ok(Task::CopyPhoto {
            session: session()?,
            photo: own_id(row, "subject", PhotoId::parse)?,
            source_url: row.get("source_url")?,
            source_expires_at: optional_timestamp(row, "source_expires_at")?,
        }),
        "remove_file" => Ok(Task::RemoveFile { name: row.get("subject")? }),
        "sync_upload" => {
            let (session, upload) = (session()?, own_id(row, "subject", UploadId::parse)?);
            let upload = uploads::find(tx, &upload)?.ok_or_else(|| damaged("an upload is missing"))?;
            Ok(Task::SyncUpload { references: references::of(tx, &session)?, session, upload })
        }
        "submit_session" => {
            let session = session()?;
            Ok(Task::SubmitSession { references: references::of(tx, &session)?, session })
        }
        "remove_upload" => Ok(Task::RemoveUpload { name: row.get("subject")? }),
        "forget_uploads" => Ok(Task::ForgetUploads { session: session()? }),
        unknown => Err(damaged(&format!("a row of work is of the unknown kind {unknown}"))),
    }
}
