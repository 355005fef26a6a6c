//! Every query of the outbox.

use std::time::Duration;

use jiff::Timestamp;

use super::{references, uploads};
use crate::ids::{PhotoId, SessionId, UploadId};
use crate::references::Reference;
use crate::store::news::News;
use crate::store::sql::{Failed, Row, Tx, damaged, first, values};
use crate::store::{Task, Work};

/// Asks for a re-read now, or as soon as failed attempts allow; an attempt under way will be followed by another.
pub(in crate::store) async fn wish_refresh(
    tx: &impl Tx,
    news: &mut News,
    session: &SessionId,
    now: Timestamp,
) -> Result<(), Failed> {
    wish(tx, news, "refresh_session", session, "", now).await
}

/// The same for work of any kind.
pub(in crate::store) async fn wish(
    tx: &impl Tx,
    news: &mut News,
    kind: &str,
    session: &SessionId,
    subject: &str,
    now: Timestamp,
) -> Result<(), Failed> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, ?2, id, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT (ifnull(session_id, provider), kind, subject) DO UPDATE SET
                   due_at = min(work.due_at, max(excluded.due_at, ifnull(work.held_until, 0))),
                   wishes = work.wishes + 1";
    tx.execute(sql, values![session, kind, subject, now]).await?;
    news.work_is_due();
    Ok(())
}

/// Makes planned re-reads due now, of sessions that are on their way and not forgotten.
pub(in crate::store) async fn hasten_refreshes(
    tx: &impl Tx,
    news: &mut News,
    provider: &str,
    now: Timestamp,
) -> Result<(), Failed> {
    let sql = "UPDATE work SET due_at = min(due_at, max(?2, ifnull(held_until, 0)))
               WHERE kind = 'refresh_session' AND provider = ?1 AND session_id IN (
                   SELECT id FROM sessions WHERE state NOT IN ('ready', 'deleted') AND updated_at > ?3)";
    let a_day_ago = now - Duration::from_hours(24);
    tx.execute(sql, values![provider, now, a_day_ago]).await?;
    news.work_is_due();
    Ok(())
}

/// Asks whose a delivery is that names this.
pub(in crate::store) async fn wish_resolution(
    tx: &impl Tx,
    news: &mut News,
    provider: &str,
    reference: &Reference,
    now: Timestamp,
) -> Result<(), Failed> {
    let sql = "INSERT INTO work (provider, kind, subject, due_at) VALUES (?1, 'resolve_delivery', ?2, ?3)
               ON CONFLICT (ifnull(session_id, provider), kind, subject) DO UPDATE SET
                   due_at = min(work.due_at, max(excluded.due_at, ifnull(work.held_until, 0))),
                   wishes = work.wishes + 1";
    tx.execute(sql, values![provider, reference.to_string(), now]).await?;
    news.work_is_due();
    Ok(())
}

/// Plans a re-read in case no delivery comes before.
pub(in crate::store) async fn plan_refresh(tx: &impl Tx, session: &SessionId, due_at: Timestamp) -> Result<(), Failed> {
    plan(tx, "refresh_session", session, "", due_at).await
}

/// Plans work of any kind, unless it is planned.
pub(in crate::store) async fn plan(
    tx: &impl Tx,
    kind: &str,
    session: &SessionId,
    subject: &str,
    due_at: Timestamp,
) -> Result<(), Failed> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, ?2, id, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT DO NOTHING";
    tx.execute(sql, values![session, kind, subject, due_at]).await.map(drop)
}

/// Plans work about the session itself, not before `due_at`.
pub(in crate::store) async fn prolong(
    tx: &impl Tx,
    kind: &str,
    session: &SessionId,
    due_at: Timestamp,
) -> Result<(), Failed> {
    plan(tx, kind, session, "", due_at).await?;
    let sql = "UPDATE work SET due_at = max(due_at, ?3) WHERE session_id = ?1 AND kind = ?2";
    tx.execute(sql, values![session, kind, due_at]).await.map(drop)
}

/// Makes planned work about the session itself due by `due_at`.
pub(in crate::store) async fn hasten(
    tx: &impl Tx,
    kind: &str,
    session: &SessionId,
    due_at: Timestamp,
) -> Result<(), Failed> {
    let sql = "UPDATE work SET due_at = min(due_at, ?3) WHERE session_id = ?1 AND kind = ?2";
    tx.execute(sql, values![session, kind, due_at]).await.map(drop)
}

/// So many failures of a copy may be the fault of links that had ended.
const FAILURES_OF_LINKS: u32 = 3;

/// Asks for a copy now; a row that waits after failed attempts waits on, unless its link is a fresh one. A provider that
/// makes a fresh link at every read, to a photo that cannot be had, is not asked without a pause.
pub(in crate::store) async fn wish_copy(
    tx: &impl Tx,
    session: &SessionId,
    photo: &str,
    deadline_at: Timestamp,
    now: Timestamp,
) -> Result<(), Failed> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at, deadline_at)
               SELECT provider, 'copy_photo', id, ?2, ?3, ?4 FROM sessions WHERE id = ?1
               ON CONFLICT (ifnull(session_id, provider), kind, subject) DO UPDATE SET
                   due_at = CASE WHEN work.deadline_at IS NOT DISTINCT FROM excluded.deadline_at OR work.attempts > ?5
                                 THEN work.due_at ELSE min(work.due_at, excluded.due_at) END,
                   wishes = work.wishes + 1, deadline_at = excluded.deadline_at";
    tx.execute(sql, values![session, photo, now, deadline_at, FAILURES_OF_LINKS]).await.map(drop)
}

/// Asks for the removal of a file that no photo needs any more.
pub(in crate::store) async fn wish_removal(
    tx: &impl Tx,
    news: &mut News,
    session: &SessionId,
    file: &str,
    now: Timestamp,
) -> Result<(), Failed> {
    let sql = "INSERT INTO work (provider, kind, session_id, subject, due_at)
               SELECT provider, 'remove_file', id, ?2, ?3 FROM sessions WHERE id = ?1
               ON CONFLICT (ifnull(session_id, provider), kind, subject) DO UPDATE SET wishes = work.wishes + 1";
    tx.execute(sql, values![session, file, now]).await?;
    news.work_is_due();
    Ok(())
}

/// No copy of the photo is wanted any more.
pub(in crate::store) async fn cancel_copy(tx: &impl Tx, session: &SessionId, photo: &PhotoId) -> Result<(), Failed> {
    cancel(tx, "copy_photo", session, photo.as_str()).await.map(drop)
}

/// Takes back what was asked for or planned; `false` where there was nothing.
pub(in crate::store) async fn cancel(
    tx: &impl Tx,
    kind: &str,
    session: &SessionId,
    subject: &str,
) -> Result<bool, Failed> {
    let sql = "DELETE FROM work WHERE session_id = ?1 AND kind = ?2 AND subject = ?3";
    Ok(tx.execute(sql, values![session, kind, subject]).await? == 1)
}

/// Nothing of the session is wanted any more but that its files go.
pub(in crate::store) async fn cancel_all(tx: &impl Tx, session: &SessionId) -> Result<(), Failed> {
    let sql = "DELETE FROM work WHERE session_id = ?1 AND kind NOT IN ('remove_file', 'remove_upload')";
    tx.execute(sql, values![session]).await.map(drop)
}

/// Leases what is due: what the provider is asked and told first, then files to remove, then the chosen photos, then what expires first.
pub(in crate::store) async fn claim<T: Tx>(
    tx: &T,
    now: Timestamp,
    lease: Duration,
    limit: usize,
    resting: &[String],
) -> Result<Vec<Work>, Failed> {
    let sql = "SELECT w.id, w.lease, w.wishes, w.attempts, w.provider, w.kind, w.session_id, w.subject,
                      s.created_at, p.source_url, p.source_expires_at
               FROM work w LEFT JOIN sessions s ON s.id = w.session_id
                           LEFT JOIN photos p ON w.kind = 'copy_photo' AND p.id = w.subject
               WHERE w.due_at <= ?1 AND (w.lease_until IS NULL OR w.lease_until <= ?1 OR w.lease_until > ?4)
                   AND NOT (w.kind IN ('refresh_session', 'resolve_delivery', 'sync_upload', 'submit_session')
                       AND instr(?3, ' ' || w.provider || ' ') > 0)
               ORDER BY w.kind = 'copy_photo', w.kind IN ('remove_file', 'remove_upload', 'forget_uploads'),
                        p.provider_photo_id IS DISTINCT FROM s.favorite_provider_photo_id,
                        ifnull(w.deadline_at, w.due_at), w.id
               LIMIT ?2";
    let sql = format!("{sql}{}", T::ENGINE.locking(" FOR UPDATE OF w SKIP LOCKED"));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let due = tx.rows(&sql, values![now, limit, between_spaces(resting), longest_lease(now, lease)], Due::read).await?;
    let sql = "UPDATE work SET lease = ?2, attempts = ?3, lease_until = ?4 WHERE id = ?1";
    let mut claimed = Vec::with_capacity(due.len());
    for due in due {
        let work = due.claimed(tx).await?;
        tx.execute(sql, values![work.id, work.lease, work.attempts, now + lease]).await?;
        claimed.push(work);
    }
    Ok(claimed)
}

pub(in crate::store) async fn next_due_at(tx: &impl Tx, resting: &[String]) -> Result<Option<Timestamp>, Failed> {
    let sql = "SELECT min(max(due_at, ifnull(lease_until, due_at))) AS due_at FROM work
               WHERE NOT (kind IN ('refresh_session', 'resolve_delivery', 'sync_upload', 'submit_session')
                   AND instr(?1, ' ' || provider || ' ') > 0)";
    let due_at = first(tx, sql, values![between_spaces(resting)], |row| row.optional_time("due_at")).await?;
    Ok(due_at.flatten())
}

/// Whether the lease is still ours and nobody asked again since.
pub(in crate::store) async fn is_current<T: Tx>(tx: &T, work: &Work) -> Result<bool, Failed> {
    let sql = "SELECT wishes = ?3 AS is_current FROM work WHERE id = ?1 AND lease = ?2";
    let sql = format!("{sql}{}", T::ENGINE.locking(" FOR UPDATE"));
    let row = values![work.id, work.lease, work.wishes];
    Ok(first(tx, &sql, row, |row| row.flag("is_current")).await?.unwrap_or(false))
}

/// Ends our lease and leaves the row due as it is.
pub(in crate::store) async fn release(tx: &impl Tx, news: &mut News, work: &Work) -> Result<(), Failed> {
    let sql = "UPDATE work SET lease_until = NULL WHERE id = ?1 AND lease = ?2";
    tx.execute(sql, values![work.id, work.lease]).await?;
    news.work_is_due();
    Ok(())
}

/// Ends our lease as if the row had not been claimed.
pub(in crate::store) async fn give_back(tx: &impl Tx, work: &Work) -> Result<(), Failed> {
    let sql = "UPDATE work SET lease_until = NULL, attempts = attempts - 1 WHERE id = ?1 AND lease = ?2";
    tx.execute(sql, values![work.id, work.lease]).await.map(drop)
}

/// Ends our lease after an attempt that went well; the row is due again at `due_at`.
pub(in crate::store) async fn reschedule(tx: &impl Tx, work: &Work, due_at: Timestamp) -> Result<(), Failed> {
    let sql = "UPDATE work SET due_at = ?3, lease_until = NULL, held_until = NULL, attempts = 0, last_error = NULL
               WHERE id = ?1 AND lease = ?2";
    tx.execute(sql, values![work.id, work.lease, due_at]).await.map(drop)
}

/// Ends our lease after an attempt that failed; nothing makes the row due before `due_at`.
pub(in crate::store) async fn postpone(
    tx: &impl Tx,
    work: &Work,
    due_at: Timestamp,
    reason: &str,
) -> Result<(), Failed> {
    let sql = "UPDATE work SET due_at = ?3, held_until = ?3, lease_until = NULL, last_error = ?4
               WHERE id = ?1 AND lease = ?2";
    tx.execute(sql, values![work.id, work.lease, due_at, reason]).await.map(drop)
}

/// Removes a row that is done; `false` where the lease was no longer ours.
pub(in crate::store) async fn finish(tx: &impl Tx, work: &Work) -> Result<bool, Failed> {
    let sql = "DELETE FROM work WHERE id = ?1 AND lease = ?2";
    Ok(tx.execute(sql, values![work.id, work.lease]).await? == 1)
}

/// A lease that ends later than this was given when a clock was wrong, and has ended.
pub(super) fn longest_lease(now: Timestamp, lease: Duration) -> Timestamp {
    now + 2 * lease
}

/// Words as one text, in which each of them is found with a space on either side.
pub(super) fn between_spaces(words: &[String]) -> String {
    format!(" {} ", words.join(" "))
}

/// A row of work that is due.
struct Due {
    id: i64,
    lease: i64,
    wishes: i64,
    attempts: u32,
    provider: String,
    kind: String,
    session: Option<String>,
    subject: String,
    opened_at: Option<Timestamp>,
    source_url: Option<String>,
    source_expires_at: Option<Timestamp>,
}

impl Due {
    fn read(row: &dyn Row) -> Result<Self, Failed> {
        Ok(Self {
            id: row.number("id")?,
            lease: row.number("lease")?,
            wishes: row.number("wishes")?,
            attempts: row.small_number("attempts")?,
            provider: row.text("provider")?,
            kind: row.text("kind")?,
            session: row.optional_text("session_id")?,
            subject: row.text("subject")?,
            opened_at: row.optional_time("created_at")?,
            source_url: row.optional_text("source_url")?,
            source_expires_at: row.optional_time("source_expires_at")?,
        })
    }

    async fn claimed(self, tx: &impl Tx) -> Result<Work, Failed> {
        let (id, lease, wishes, attempts) = (self.id, self.lease + 1, self.wishes, self.attempts + 1);
        Ok(Work { id, lease, wishes, attempts, provider: self.provider.clone(), task: self.task(tx).await? })
    }

    async fn task(self, tx: &impl Tx) -> Result<Task, Failed> {
        let session = self.session.as_deref().and_then(SessionId::parse);
        let session = || session.clone().ok_or_else(|| damaged("work is about no session"));
        match self.kind.as_str() {
            "refresh_session" => {
                let (session, opened_at) = (session()?, self.opened_at.unwrap_or_default());
                Ok(Task::RefreshSession { references: references::of(tx, &session).await?, session, opened_at })
            }
            "resolve_delivery" => {
                let reference = Reference::parse(&self.subject);
                Ok(Task::ResolveDelivery { reference: reference.ok_or_else(|| damaged("work is about no reference"))? })
            }
            "copy_photo" => Ok(Task::CopyPhoto {
                session: session()?,
                photo: PhotoId::parse(&self.subject).ok_or_else(|| damaged("work is about no photo"))?,
                source_url: self.source_url,
                source_expires_at: self.source_expires_at,
            }),
            "remove_file" => Ok(Task::RemoveFile { name: self.subject }),
            "sync_upload" => {
                let session = session()?;
                let upload = match UploadId::parse(&self.subject) {
                    Some(upload) => uploads::find(tx, &upload).await?,
                    None => None,
                };
                let upload = upload.ok_or_else(|| damaged("an upload is missing"))?;
                Ok(Task::SyncUpload { references: references::of(tx, &session).await?, session, upload })
            }
            "submit_session" => {
                let session = session()?;
                Ok(Task::SubmitSession { references: references::of(tx, &session).await?, session })
            }
            "remove_upload" => Ok(Task::RemoveUpload { name: self.subject }),
            "forget_uploads" => Ok(Task::ForgetUploads { session: session()? }),
            unknown => Err(damaged(format_args!("a row of work is of the unknown kind {unknown}"))),
        }
    }
}
