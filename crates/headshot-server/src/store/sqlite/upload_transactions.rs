//! The business transactions of uploads: what the rules decide, written by the queries.

use jiff::Timestamp;
use rusqlite::Connection;

use super::transactions::change;
use super::writer::News;
use super::{sessions, uploads, work};
use crate::ids::{SessionId, UploadId};
use crate::store::{KeptUpload, NewUpload, Source, Standing, StoredSession, Submission, Task, UploadBar, Work};
use crate::{pace, rules};

/// What a transaction answers that may be barred.
type Barred<T> = rusqlite::Result<Result<T, UploadBar>>;

pub(super) fn reserve(tx: &Connection, session: &SessionId, upload: &UploadId, now: Timestamp) -> Barred<()> {
    if let Err(bar) = open_session(tx, session)? {
        return Ok(Err(bar));
    }
    work::plan(tx, "remove_upload", session, upload.as_str(), now + pace::UPLOAD_RESERVATION)?;
    Ok(Ok(()))
}

pub(super) fn keep(tx: &Connection, news: &mut News, new: &NewUpload, most: u32) -> Barred<KeptUpload> {
    let was_reserved = work::cancel(tx, "remove_upload", &new.session, new.id.as_str())?;
    let kept = if was_reserved { place(tx, new, most)? } else { Err(UploadBar::TooLate) };
    if matches!(&kept, Ok(kept) if kept.is_new) {
        work::wish(tx, news, "sync_upload", &new.session, new.id.as_str(), new.received_at)?;
        work::prolong(tx, "forget_uploads", &new.session, new.received_at + pace::UPLOAD_LIFE)?;
    } else {
        work::wish(tx, news, "remove_upload", &new.session, new.id.as_str(), new.received_at)?;
    }
    Ok(kept)
}

fn place(tx: &Connection, new: &NewUpload, most: u32) -> Barred<KeptUpload> {
    if let Err(bar) = open_session(tx, &new.session)? {
        return Ok(Err(bar));
    }
    let there = uploads::list(tx, &new.session)?;
    if let Some(upload) = there.iter().find(|there| there.picture.sha256 == new.picture.sha256) {
        return Ok(Ok(KeptUpload { upload: upload.clone(), is_new: false }));
    }
    if there.iter().any(|there| there.name == new.name) {
        return Ok(Err(UploadBar::NameTaken));
    }
    if there.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
        return Ok(Err(UploadBar::Full));
    }
    uploads::insert(tx, new)?;
    let upload = uploads::find(tx, &new.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(Ok(KeptUpload { upload, is_new: true }))
}

pub(super) fn withdraw(
    tx: &Connection,
    news: &mut News,
    session: &SessionId,
    upload: &UploadId,
    now: Timestamp,
) -> Barred<()> {
    if let Err(bar) = open_session(tx, session)? {
        return Ok(Err(bar));
    }
    if uploads::list(tx, session)?.iter().all(|there| there.id != *upload) {
        return Ok(Err(UploadBar::NoUpload));
    }
    uploads::set_withdrawn(tx, upload, now)?;
    // An attempt may have begun to send it, so the provider is asked in any case.
    work::wish(tx, news, "sync_upload", session, upload.as_str(), now)?;
    work::wish(tx, news, "remove_upload", session, upload.as_str(), now)?;
    Ok(Ok(()))
}

pub(super) fn submit(tx: &Connection, news: &mut News, id: &SessionId, now: Timestamp) -> Barred<()> {
    let session = match living_session(tx, id)? {
        Ok(session) => session,
        Err(bar) => return Ok(Err(bar)),
    };
    if rules::accepts_uploads(&session).is_err() && session.submission != Submission::Refused {
        return Ok(Ok(()));
    }
    let there = uploads::list(tx, id)?;
    if there.is_empty() {
        return Ok(Err(UploadBar::Nothing));
    }
    if there.iter().any(|upload| upload.refused_at.is_some()) {
        return Ok(Err(UploadBar::OneRefused));
    }
    change(tx, news, id, Source::Person, now, rules::on_submission)?;
    wish_submission(tx, news, id, now)?;
    Ok(Ok(()))
}

pub(super) fn record_sync(tx: &Connection, news: &mut News, work: &Work, now: Timestamp) -> rusqlite::Result<()> {
    let Task::SyncUpload { session, upload, .. } = &work.task else { return Ok(()) };
    // The person may have taken it back while it was sent.
    if !work::is_current(tx, work)? {
        return work::release(tx, news, work);
    }
    if upload.withdrawn_at.is_some() {
        uploads::remove(tx, &upload.id)?;
    } else {
        uploads::set_delivered(tx, &upload.id, now)?;
    }
    work::finish(tx, work)?;
    wish_submission(tx, news, session, now)
}

pub(super) fn refuse_upload(tx: &Connection, news: &mut News, work: &Work, now: Timestamp) -> rusqlite::Result<()> {
    let Task::SyncUpload { session, upload, .. } = &work.task else { return Ok(()) };
    if !work::is_current(tx, work)? {
        return work::release(tx, news, work);
    }
    uploads::set_refused(tx, &upload.id, now)?;
    work::finish(tx, work)?;
    change(tx, news, session, Source::Reading, now, rules::on_refused_upload).map(drop)
}

pub(super) fn record_submission(
    tx: &Connection,
    news: &mut News,
    work: &Work,
    standing: Standing,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Task::SubmitSession { session, .. } = &work.task else { return Ok(()) };
    change(tx, news, session, Source::Reading, now, |before| rules::on_sent(before, standing, now))?;
    work::finish(tx, work)?;
    work::wish(tx, news, "refresh_session", session, "", now)
}

pub(super) fn refuse_submission(tx: &Connection, news: &mut News, work: &Work, now: Timestamp) -> rusqlite::Result<()> {
    let Task::SubmitSession { session, .. } = &work.task else { return Ok(()) };
    work::finish(tx, work)?;
    change(tx, news, session, Source::Reading, now, rules::on_refused_submission).map(drop)
}

pub(super) fn forget(tx: &Connection, news: &mut News, work: &Work, now: Timestamp) -> rusqlite::Result<()> {
    let Task::ForgetUploads { session } = &work.task else { return Ok(()) };
    if sessions::find(tx, session)?.is_some_and(|session| session.submission == Submission::Wished) {
        return work::reschedule(tx, work, now + pace::UPLOAD_LIFE_WHEN_READY);
    }
    remove_all(tx, news, session, now)?;
    work::finish(tx, work).map(drop)
}

/// Removes the session's uploads here; what the provider has of them goes with the session there.
pub(super) fn remove_all(
    tx: &Connection,
    news: &mut News,
    session: &SessionId,
    now: Timestamp,
) -> rusqlite::Result<()> {
    for file in uploads::remove_all(tx, session)? {
        work::cancel(tx, "sync_upload", session, &file)?;
        work::wish(tx, news, "remove_upload", session, &file, now)?;
    }
    Ok(())
}

/// The provider is told to begin as soon as it has what it is to have.
fn wish_submission(tx: &Connection, news: &mut News, id: &SessionId, now: Timestamp) -> rusqlite::Result<()> {
    let is_wished = sessions::find(tx, id)?.is_some_and(|session| session.submission == Submission::Wished);
    if is_wished && uploads::are_in_sync(tx, id)? {
        work::wish(tx, news, "submit_session", id, "", now)?;
    }
    Ok(())
}

fn open_session(tx: &Connection, id: &SessionId) -> Barred<()> {
    Ok(living_session(tx, id)?.and_then(|session| rules::accepts_uploads(&session)))
}

fn living_session(tx: &Connection, id: &SessionId) -> Barred<StoredSession> {
    Ok(match sessions::find(tx, id)? {
        None => Err(UploadBar::NoSession),
        Some(session) if session.standing.state == headshot_api::State::Deleted => Err(UploadBar::Deleted),
        Some(session) => Ok(session),
    })
}
