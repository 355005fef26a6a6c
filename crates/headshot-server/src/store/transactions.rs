//! The business transactions, the same for every store: what the rules decide, written by the queries.

use std::slice;

use headshot_api::{EventType, State};
use jiff::Timestamp;

use super::news::News;
use super::queries::{deliveries, events, photos, references, sessions, tokens, work};
use super::sql::{Failed, Tx, damaged};
use super::upload_transactions;
use crate::ids::SessionId;
use crate::references::References;
use crate::store::{
    Change, Copy, NewClientToken, NewDelivery, NewSession, Reading, Recorded, Source, SourcePhoto, StoredSession, Task,
    Trust, Work,
};
use crate::{pace, rules};

pub(super) async fn record_delivery(tx: &impl Tx, news: &mut News, delivery: &NewDelivery) -> Result<Recorded, Failed> {
    let mut known = references::sessions(tx, &delivery.provider, &delivery.references).await?;
    if known.is_empty() {
        // A session of these references that is being opened is to see this delivery, or to be seen by it.
        references::lock(tx, &delivery.provider, &delivery.references).await?;
        known = references::sessions(tx, &delivery.provider, &delivery.references).await?;
    }
    let is_nobodys = known.is_empty();
    sessions::lock(tx, &known).await?;
    let sessions = references::living(tx, known).await?;
    // What anybody can have sent leaves no trace unless it is about a session of ours.
    let leaves_trace = delivery.trust != Trust::Unsigned || !sessions.is_empty();
    let is_new = leaves_trace && deliveries::insert(tx, delivery, !sessions.is_empty()).await?;
    let at = delivery.received_at;
    let believed = delivery.event.as_ref().filter(|_| is_new && delivery.trust == Trust::Body);
    for session in &sessions {
        if let Some(event) = believed {
            change(tx, news, session, Source::Delivery, at, |before| rules::on_event(before, event, at)).await?;
        }
        // A repetition rings too: what looks like one can be a second event with the bytes of the first.
        work::wish_refresh(tx, news, session, at).await?;
    }
    if is_new && delivery.trust == Trust::Body && delivery.references.is_empty() {
        // Genuine, and about somebody that we cannot make out: one of those who are on their way.
        work::hasten_refreshes(tx, news, &delivery.provider, at).await?;
    }
    if let Some(reference) = delivery.references.first().filter(|_| is_nobodys && delivery.is_resolvable) {
        work::wish_resolution(tx, news, &delivery.provider, reference, at).await?;
    }
    Ok(Recorded { is_new, sessions })
}

pub(super) async fn open_session(
    tx: &impl Tx,
    news: &mut News,
    new: &NewSession,
    token: &NewClientToken,
) -> Result<Option<StoredSession>, Failed> {
    references::lock(tx, &new.provider, &new.references).await?;
    if references::is_taken(tx, &new.provider, &new.references).await? {
        return Ok(None);
    }
    sessions::insert(tx, new).await?;
    references::add(tx, &new.provider, &new.references, &new.id).await?;
    tokens::add(tx, &new.id, token).await?;
    let session = sessions::find(tx, &new.id).await?.ok_or_else(|| damaged("a session is missing"))?;
    events::append(tx, news, &session, &EventType::Opened, Source::Host, new.opened_at).await?;
    if deliveries::came_before(tx, new).await? {
        work::wish_refresh(tx, news, &new.id, new.opened_at).await?;
    } else if let Some(due_at) = rules::next_reread(&session, new.opened_at) {
        work::plan_refresh(tx, &new.id, due_at).await?;
    }
    Ok(Some(session))
}

pub(super) async fn apply_reading(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    reading: &Reading,
    asked_at: Timestamp,
    now: Timestamp,
) -> Result<(), Failed> {
    let Some(session) = work.task.session() else { return Ok(()) };
    sessions::lock(tx, slice::from_ref(session)).await?;
    // A delivery that came since knows more than this answer: ask again instead.
    if !work::is_current(tx, work).await? {
        return work::release(tx, news, work).await;
    }
    let decide = |before: &StoredSession| rules::on_reading(before, reading.clone(), asked_at, now);
    let after = change(tx, news, session, Source::Reading, now, decide).await?;
    if after.as_ref().is_some_and(|after| after.standing.state == State::Ready) {
        work::hasten(tx, "forget_uploads", session, now + pace::UPLOAD_LIFE_WHEN_READY).await?;
        if photos::wish_copies(tx, session, now).await? {
            news.work_is_due();
        }
    }
    match after.and_then(|after| rules::next_reread(&after, now)) {
        Some(due_at) => work::reschedule(tx, work, due_at).await,
        None => work::finish(tx, work).await.map(drop),
    }
}

pub(super) async fn apply_resolution(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    found: &References,
    now: Timestamp,
) -> Result<(), Failed> {
    // A delivery that came since may be about something that was not there yet.
    if !work::is_current(tx, work).await? {
        return work::release(tx, news, work).await;
    }
    references::lock(tx, &work.provider, found).await?;
    let known = references::sessions(tx, &work.provider, found).await?;
    sessions::lock(tx, &known).await?;
    for session in references::living(tx, known).await? {
        references::add(tx, &work.provider, found, &session).await?;
        work::wish_refresh(tx, news, &session, now).await?;
    }
    work::finish(tx, work).await.map(drop)
}

pub(super) async fn record_copy(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    copy: &Copy,
    now: Timestamp,
) -> Result<(), Failed> {
    let Task::CopyPhoto { session, photo, .. } = &work.task else { return Ok(()) };
    sessions::lock(tx, slice::from_ref(session)).await?;
    let before = sessions::find(tx, session).await?;
    let was_wanted = photos::set_copy(tx, photo, copy, now).await?;
    if !was_wanted && photos::find(tx, photo).await?.is_none() {
        work::wish_removal(tx, news, session, photo.as_str(), now).await?;
    }
    if let (Some(before), Some(after)) = (before, sessions::find(tx, session).await?) {
        tell(tx, news, &before, &after, Source::Reading, now).await?;
    }
    // Whoever made it, there is nothing left to copy.
    work::cancel_copy(tx, session, photo).await
}

pub(super) async fn postpone_work(
    tx: &impl Tx,
    news: &mut News,
    work: &Work,
    due_at: Timestamp,
    reread: bool,
    reason: &str,
) -> Result<(), Failed> {
    if let Some(session) = work.task.session().filter(|_| reread) {
        sessions::lock(tx, slice::from_ref(session)).await?;
        work::wish_refresh(tx, news, session, Timestamp::UNIX_EPOCH).await?;
    }
    work::postpone(tx, work, due_at, reason).await
}

pub(super) async fn remove_session(
    tx: &impl Tx,
    news: &mut News,
    id: &SessionId,
    now: Timestamp,
) -> Result<(), Failed> {
    change(tx, news, id, Source::Host, now, |_| Change::removed(now)).await.map(drop)
}

/// Writes what `decide` says about a living session, and tells what came of it.
pub(super) async fn change(
    tx: &impl Tx,
    news: &mut News,
    id: &SessionId,
    source: Source,
    now: Timestamp,
    decide: impl FnOnce(&StoredSession) -> Change,
) -> Result<Option<StoredSession>, Failed> {
    sessions::lock(tx, slice::from_ref(id)).await?;
    let before = sessions::find(tx, id).await?.filter(|session| session.removed_at.is_none());
    let Some(before) = before else { return Ok(None) };
    write(tx, news, &before, &decide(&before), now).await?;
    let Some(mut after) = sessions::find(tx, id).await? else { return Ok(None) };
    if tell(tx, news, &before, &after, source, now).await? {
        after.updated_at = after.updated_at.max(now);
    }
    Ok(Some(after))
}

/// Where a session looks different from before, notes when, wakes who waits for it, and tells the host application.
async fn tell(
    tx: &impl Tx,
    news: &mut News,
    before: &StoredSession,
    after: &StoredSession,
    source: Source,
    now: Timestamp,
) -> Result<bool, Failed> {
    for kind in rules::news(before, after) {
        // The host application's own name for what is deleted is the last thing that it is told.
        let told = StoredSession { reference: before.reference.clone(), ..after.clone() };
        events::append(tx, news, &told, &kind, source, now).await?;
    }
    let has_changed = !looks_alike(before, after);
    if has_changed {
        news.session_changed(&after.id);
        sessions::set_updated(tx, &after.id, now).await?;
    }
    Ok(has_changed)
}

/// Whether a client would see a difference.
fn looks_alike(before: &StoredSession, after: &StoredSession) -> bool {
    before.standing == after.standing
        && before.offer == after.offer
        && before.photos == after.photos
        && before.favorite == after.favorite
        && before.removed_at == after.removed_at
}

async fn write(
    tx: &impl Tx,
    news: &mut News,
    before: &StoredSession,
    change: &Change,
    now: Timestamp,
) -> Result<(), Failed> {
    let id = &before.id;
    sessions::set(tx, id, change).await?;
    references::add(tx, &before.provider, &change.references, id).await?;
    if change.removes {
        return remove(tx, news, id, now).await;
    }
    if change.ends_run {
        sessions::forget_favorite(tx, id).await?;
        forget_uncopied(tx, news, id, &[], change.photos_expired, now).await?;
        photos::drop_all(tx, id, now).await?;
    }
    if let Some(listed) = &change.photos {
        photos::list(tx, id, listed).await?;
        forget_uncopied(tx, news, id, listed, change.photos_expired, now).await?;
    }
    if let Some(favorite) = &change.favorite {
        photos::set_favorite(tx, id, favorite).await?;
    }
    Ok(())
}

/// Photos that were never copied and that nobody lists any more are gone for good; an attempt may have left a file.
async fn forget_uncopied(
    tx: &impl Tx,
    news: &mut News,
    id: &SessionId,
    listed: &[SourcePhoto],
    have_expired: bool,
    now: Timestamp,
) -> Result<(), Failed> {
    for (photo, link_ends_at) in photos::uncopied_except(tx, id, listed).await? {
        if have_expired || link_ends_at.is_some_and(|ends_at| ends_at <= now) {
            news.photo_lost();
        }
        work::cancel_copy(tx, id, &photo).await?;
        let file = photos::remove(tx, &photo).await?;
        work::wish_removal(tx, news, id, &file, now).await?;
    }
    Ok(())
}

/// Removes what a session holds: photos, links, payloads, work. A tombstone stays.
async fn remove(tx: &impl Tx, news: &mut News, id: &SessionId, now: Timestamp) -> Result<(), Failed> {
    work::cancel_all(tx, id).await?;
    for file in photos::remove_all(tx, id).await? {
        work::wish_removal(tx, news, id, &file, now).await?;
    }
    upload_transactions::remove_all(tx, news, id, now).await?;
    deliveries::forget_bodies(tx, id).await?;
    references::forget_person(tx, id).await?;
    sessions::bury(tx, id, now).await
}
