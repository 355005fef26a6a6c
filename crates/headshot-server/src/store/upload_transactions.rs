//! The business transactions of uploads, the same for every store: what the rules decide, written by the queries.

use std::slice;

use jiff::Timestamp;

use super::news::News;
use super::queries::{sessions, uploads, work};
use super::sql::{Failed, Tx, damaged};
use super::transactions::change;
use crate::ids::{SessionId, UploadId};
use crate::store::{KeptUpload, NewUpload, Source, Standing, StoredSession, Submission, Task, UploadBar, Work};
use crate::{pace, rules};

/// What a transaction answers that may be barred.
type Barred<T> = Result<Result<T, UploadBar>, Failed>;

pub(super) async fn reserve(tx: &impl Tx, session: &SessionId, upload: &UploadId, now: Timestamp) -> Barred<()> {
    if let Err(bar) = open_session(tx, session).await? {
        return Ok(Err(bar));
    }
    work::plan(tx, "remove_upload", session, upload.as_str(), now + pace::UPLOAD_RESERVATION).await?;
    Ok(Ok(()))
}

pub(super) async fn keep(tx: &impl Tx, news: &mut News, new: &NewUpload, most: u32) -> Barred<KeptUpload> {
    lock(tx, &new.session).await?;
    let was_reserved = work::cancel(tx, "remove_upload", &new.session, new.id.as_str()).await?;
    let kept = if was_reserved { place(tx, new, most).await? } else { Err(UploadBar::TooLate) };
    if matches!(&kept, Ok(kept) if kept.is_new) {
        work::wish(tx, news, "sync_upload", &new.session, new.id.as_str(), new.received_at).await?;
        work::prolong(tx, "forget_uploads", &new.session, new.received_at + pace::UPLOAD_LIFE).await?;
    } else {
        work::wish(tx, news, "remove_upload", &new.session, new.id.as_str(), new.received_at).await?;
    }
    Ok(kept)
}

async fn place(tx: &impl Tx, new: &NewUpload, most: u32) -> Barred<KeptUpload> {
    if let Err(bar) = open_session(tx, &new.session).await? {
        return Ok(Err(bar));
    }
    let there = uploads::list(tx, &new.session).await?;
    if let Some(upload) = there.iter().find(|there| there.picture.sha256 == new.picture.sha256) {
        return Ok(Ok(KeptUpload { upload: upload.clone(), is_new: false }));
    }
    if there.iter().any(|there| there.name == new.name) {
        return Ok(Err(UploadBar::NameTaken));
    }
    if there.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
        return Ok(Err(UploadBar::Full));
    }
    uploads::insert(tx, new).await?;
    let upload = uploads::find(tx, &new.id).await?.ok_or_else(|| damaged("an upload is missing"))?;
    Ok(Ok(KeptUpload { upload, is_new: true }))
}

pub(super) async fn withdraw(
    tx: &impl Tx,
    news: &mut News,
    session: &SessionId,
    upload: &UploadId,
    now: Timestamp,
) -> Barred<()> {
    if let Err(bar) = open_session(tx, session).await? {
        return Ok(Err(bar));
    }
    if uploads::list(tx, session).await?.iter().all(|there| there.id != *upload) {
        return Ok(Err(UploadBar::NoUpload));
    }
    uploads::set_withdrawn(tx, upload, now).await?;
    // An attempt may have begun to send it, so the provider is asked in any case.
    work::wish(tx, news, "sync_upload", session, upload.as_str(), now).await?;
    work::wish(tx, news, "remove_upload", session, upload.as_str(), now).await?;
    Ok(Ok(()))
}

pub(super) async fn submit(tx: &impl Tx, news: &mut News, id: &SessionId, now: Timestamp) -> Barred<()> {
    let session = match living_session(tx, id).await? {
        Ok(session) => session,
        Err(bar) => return Ok(Err(bar)),
    };
    if rules::accepts_uploads(&session).is_err() && session.submission != Submission::Refused {
        return Ok(Ok(()));
    }
    let there = uploads::list(tx, id).await?;
    if there.is_empty() {
        return Ok(Err(UploadBar::Nothing));
    }
    if there.iter().any(|upload| upload.refused_at.is_some()) {
        return Ok(Err(UploadBar::OneRefused));
    }
    change(tx, news, id, Source::Person, now, rules::on_submission).await?;
    wish_submission(tx, news, id, now).await?;
    Ok(Ok(()))
}

pub(super) async fn record_sync(tx: &impl Tx, news: &mut News, work: &Work, now: Timestamp) -> Result<(), Failed> {
    let Task::SyncUpload { session, upload, .. } = &work.task else { return Ok(()) };
    lock(tx, session).await?;
    // The person may have taken it back while it was sent.
    if !work::is_current(tx, work).await? {
        return work::release(tx, news, work).await;
    }
    if upload.withdrawn_at.is_some() {
        uploads::remove(tx, &upload.id).await?;
    } else {
        uploads::set_delivered(tx, &upload.id, now).await?;
    }
    work::finish(tx, work).await?;
    wish_submission(tx, news, session, now).await
}

pub(super) async fn refuse_upload(tx: &impl Tx, news: &mut News, work: &Work, now: Timestamp) -> Result<(), Failed> {
    let Task::SyncUpload { session, upload, .. } = &work.task else { return Ok(()) };
    lock(tx, session).await?;
    if !work::is_current(tx, work).await? {
        return work::release(tx, news, work).await;
    }
    uploads::set_refused(tx, &upload.id, now).await?;
    work::finish(tx, work).await?;
    change(tx, news, session, Source::Reading, now, rules::on_refused_upload).await.map(drop)
}

pub(super) async fn record_submission(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    standing: &Standing,
    now: Timestamp,
) -> Result<(), Failed> {
    let Task::SubmitSession { session, .. } = &work.task else { return Ok(()) };
    change(tx, news, session, Source::Reading, now, |before| rules::on_sent(before, standing.clone(), now)).await?;
    work::finish(tx, work).await?;
    work::wish(tx, news, "refresh_session", session, "", now).await
}

pub(super) async fn refuse_submission(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    now: Timestamp,
) -> Result<(), Failed> {
    let Task::SubmitSession { session, .. } = &work.task else { return Ok(()) };
    lock(tx, session).await?;
    work::finish(tx, work).await?;
    change(tx, news, session, Source::Reading, now, rules::on_refused_submission).await.map(drop)
}

pub(super) async fn forget(tx: &impl Tx, news: &mut News, work: &Work, now: Timestamp) -> Result<(), Failed> {
    let Task::ForgetUploads { session } = &work.task else { return Ok(()) };
    lock(tx, session).await?;
    if sessions::find(tx, session).await?.is_some_and(|session| session.submission == Submission::Wished) {
        return work::reschedule(tx, work, now + pace::UPLOAD_LIFE_WHEN_READY).await;
    }
    remove_all(tx, news, session, now).await?;
    work::finish(tx, work).await.map(drop)
}

/// Removes the session's uploads here; what the provider has of them goes with the session there.
pub(super) async fn remove_all(
    tx: &impl Tx,
    news: &mut News,
    session: &SessionId,
    now: Timestamp,
) -> Result<(), Failed> {
    for file in uploads::remove_all(tx, session).await? {
        work::cancel(tx, "sync_upload", session, &file).await?;
        work::wish(tx, news, "remove_upload", session, &file, now).await?;
    }
    Ok(())
}

/// The provider is told to begin as soon as it has what it is to have.
async fn wish_submission(tx: &impl Tx, news: &mut News, id: &SessionId, now: Timestamp) -> Result<(), Failed> {
    let is_wished = sessions::find(tx, id).await?.is_some_and(|session| session.submission == Submission::Wished);
    if is_wished && uploads::are_in_sync(tx, id).await? {
        work::wish(tx, news, "submit_session", id, "", now).await?;
    }
    Ok(())
}

async fn open_session(tx: &impl Tx, id: &SessionId) -> Barred<()> {
    Ok(living_session(tx, id).await?.and_then(|session| rules::accepts_uploads(&session)))
}

async fn living_session(tx: &impl Tx, id: &SessionId) -> Barred<StoredSession> {
    lock(tx, id).await?;
    Ok(match sessions::find(tx, id).await? {
        None => Err(UploadBar::NoSession),
        Some(session) if session.standing.state == headshot_api::State::Deleted => Err(UploadBar::Deleted),
        Some(session) => Ok(session),
    })
}

async fn lock(tx: &impl Tx, id: &SessionId) -> Result<(), Failed> {
    sessions::lock(tx, slice::from_ref(id)).await
}
