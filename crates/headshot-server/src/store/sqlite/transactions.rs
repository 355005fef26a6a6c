//! The business transactions: what the rules decide, written by the queries.

use headshot_api::{EventType, State};
use jiff::Timestamp;
use rusqlite::Connection;

use super::writer::News;
use super::{deliveries, events, photos, references, sessions, tokens, upload_transactions, work};
use crate::ids::SessionId;
use crate::references::References;
use crate::store::{
    Change, Copy, NewClientToken, NewDelivery, NewSession, Reading, Recorded, Source, SourcePhoto, StoredSession, Task,
    Trust, Work,
};
use crate::{pace, rules};

pub(super) fn record_delivery(tx: &Connection, news: &mut News, delivery: &NewDelivery) -> rusqlite::Result<Recorded> {
    let known = references::sessions(tx, &delivery.provider, &delivery.references)?;
    let is_nobodys = known.is_empty();
    let sessions = references::living(tx, known)?;
    // What anybody can have sent leaves no trace unless it is about a session of ours.
    let leaves_trace = delivery.trust != Trust::Unsigned || !sessions.is_empty();
    let is_new = leaves_trace && deliveries::insert(tx, delivery, !sessions.is_empty())?;
    let at = delivery.received_at;
    let believed = delivery.event.as_ref().filter(|_| is_new && delivery.trust == Trust::Body);
    for session in &sessions {
        if let Some(event) = believed {
            change(tx, news, session, Source::Delivery, at, |before| rules::on_event(before, event, at))?;
        }
        // A repetition rings too: what looks like one can be a second event with the bytes of the first.
        work::wish_refresh(tx, news, session, at)?;
    }
    if is_new && delivery.trust == Trust::Body && delivery.references.is_empty() {
        // Genuine, and about somebody that we cannot make out: one of those who are on their way.
        work::hasten_refreshes(tx, news, &delivery.provider, at)?;
    }
    if let Some(reference) = delivery.references.first().filter(|_| is_nobodys && delivery.is_resolvable) {
        work::wish_resolution(tx, news, &delivery.provider, reference, at)?;
    }
    Ok(Recorded { is_new, sessions })
}

pub(super) fn open_session(
    tx: &Connection,
    news: &mut News,
    new: &NewSession,
    token: &NewClientToken,
) -> rusqlite::Result<Option<StoredSession>> {
    if references::is_taken(tx, &new.provider, &new.references)? {
        return Ok(None);
    }
    sessions::insert(tx, new)?;
    references::add(tx, &new.provider, &new.references, &new.id)?;
    tokens::add(tx, &new.id, token)?;
    let session = sessions::find(tx, &new.id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    events::append(tx, news, &session, &EventType::Opened, Source::Host, new.opened_at)?;
    if deliveries::came_before(tx, new)? {
        work::wish_refresh(tx, news, &new.id, new.opened_at)?;
    } else if let Some(due_at) = rules::next_reread(&session, new.opened_at) {
        work::plan_refresh(tx, &new.id, due_at)?;
    }
    Ok(Some(session))
}

pub(super) fn apply_reading(
    tx: &Connection,
    news: &mut News,
    work: &Work,
    reading: Reading,
    asked_at: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(session) = work.task.session() else { return Ok(()) };
    // A delivery that came since knows more than this answer: ask again instead.
    if !work::is_current(tx, work)? {
        return work::release(tx, news, work);
    }
    let decide = |before: &StoredSession| rules::on_reading(before, reading, asked_at, now);
    let after = change(tx, news, session, Source::Reading, now, decide)?;
    if after.as_ref().is_some_and(|after| after.standing.state == State::Ready) {
        work::hasten(tx, "forget_uploads", session, now + pace::UPLOAD_LIFE_WHEN_READY)?;
        if photos::wish_copies(tx, session, now)? {
            news.work_is_due();
        }
    }
    match after.and_then(|after| rules::next_reread(&after, now)) {
        Some(due_at) => work::reschedule(tx, work, due_at),
        None => work::finish(tx, work).map(drop),
    }
}

pub(super) fn apply_resolution(
    tx: &Connection,
    news: &mut News,
    work: &Work,
    found: &References,
    now: Timestamp,
) -> rusqlite::Result<()> {
    // A delivery that came since may be about something that was not there yet.
    if !work::is_current(tx, work)? {
        return work::release(tx, news, work);
    }
    let known = references::sessions(tx, &work.provider, found)?;
    for session in references::living(tx, known)? {
        references::add(tx, &work.provider, found, &session)?;
        work::wish_refresh(tx, news, &session, now)?;
    }
    work::finish(tx, work).map(drop)
}

pub(super) fn record_copy(
    tx: &Connection,
    news: &mut News,
    work: &Work,
    copy: &Copy,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Task::CopyPhoto { session, photo, .. } = &work.task else { return Ok(()) };
    let before = sessions::find(tx, session)?;
    let was_wanted = photos::set_copy(tx, photo, copy, now)?;
    if !was_wanted && photos::find(tx, photo)?.is_none() {
        work::wish_removal(tx, news, session, photo.as_str(), now)?;
    }
    if let (Some(before), Some(after)) = (before, sessions::find(tx, session)?) {
        tell(tx, news, &before, &after, Source::Reading, now)?;
    }
    work::finish(tx, work).map(drop)
}

pub(super) fn remove_session(tx: &Connection, news: &mut News, id: &SessionId, now: Timestamp) -> rusqlite::Result<()> {
    change(tx, news, id, Source::Host, now, |_| Change::removed(now)).map(drop)
}

/// Writes what `decide` says about a living session, and tells what came of it.
pub(super) fn change(
    tx: &Connection,
    news: &mut News,
    id: &SessionId,
    source: Source,
    now: Timestamp,
    decide: impl FnOnce(&StoredSession) -> Change,
) -> rusqlite::Result<Option<StoredSession>> {
    let before = sessions::find(tx, id)?.filter(|session| session.removed_at.is_none());
    let Some(before) = before else { return Ok(None) };
    write(tx, news, &before, &decide(&before), now)?;
    let Some(mut after) = sessions::find(tx, id)? else { return Ok(None) };
    if tell(tx, news, &before, &after, source, now)? {
        after.updated_at = after.updated_at.max(now);
    }
    Ok(Some(after))
}

/// Where a session looks different from before, notes when, wakes who waits for it, and tells the host application.
fn tell(
    tx: &Connection,
    news: &mut News,
    before: &StoredSession,
    after: &StoredSession,
    source: Source,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    for kind in rules::news(before, after) {
        // The host application's own name for what is deleted is the last thing that it is told.
        let told = StoredSession { reference: before.reference.clone(), ..after.clone() };
        events::append(tx, news, &told, &kind, source, now)?;
    }
    let has_changed = !looks_alike(before, after);
    if has_changed {
        news.session_changed(&after.id);
        sessions::set_updated(tx, &after.id, now)?;
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

fn write(
    tx: &Connection,
    news: &mut News,
    before: &StoredSession,
    change: &Change,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let id = &before.id;
    sessions::set(tx, id, change)?;
    references::add(tx, &before.provider, &change.references, id)?;
    if change.removes {
        return remove(tx, news, id, now);
    }
    if change.ends_run {
        sessions::forget_favorite(tx, id)?;
        forget_uncopied(tx, news, id, &[], change.photos_expired, now)?;
        photos::drop_all(tx, id, now)?;
    }
    if let Some(listed) = &change.photos {
        photos::list(tx, id, listed)?;
        forget_uncopied(tx, news, id, listed, change.photos_expired, now)?;
    }
    if let Some(favorite) = &change.favorite {
        photos::set_favorite(tx, id, favorite)?;
    }
    Ok(())
}

/// Photos that were never copied and that nobody lists any more are gone for good; an attempt may have left a file.
fn forget_uncopied(
    tx: &Connection,
    news: &mut News,
    id: &SessionId,
    listed: &[SourcePhoto],
    have_expired: bool,
    now: Timestamp,
) -> rusqlite::Result<()> {
    for (photo, link_ends_at) in photos::uncopied_except(tx, id, listed)? {
        if have_expired || link_ends_at.is_some_and(|ends_at| ends_at <= now) {
            news.photo_lost();
        }
        work::cancel_copy(tx, id, &photo)?;
        let file = photos::remove(tx, &photo)?;
        work::wish_removal(tx, news, id, &file, now)?;
    }
    Ok(())
}

/// Removes what a session holds: photos, links, payloads, work. A tombstone stays.
fn remove(tx: &Connection, news: &mut News, id: &SessionId, now: Timestamp) -> rusqlite::Result<()> {
    work::cancel_all(tx, id)?;
    for file in photos::remove_all(tx, id)? {
        work::wish_removal(tx, news, id, &file, now)?;
    }
    upload_transactions::remove_all(tx, news, id, now)?;
    deliveries::forget_bodies(tx, id)?;
    references::forget_person(tx, id)?;
    sessions::bury(tx, id, now)
}
