//! Recording verified deliveries, and what their events say at once.

use headshot_api::State;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, named_params, params};
use sha2::{Digest, Sha256};

use super::rows::to_millis;
use super::writer::News;
use super::{photos, sessions, work};
use crate::ids::{ProviderSessionId, SessionId};
use crate::pace::REPEATED_BODY_WINDOW;
use crate::store::{EventSummary, NewDelivery, Recorded, StoredSession};

pub(super) fn record(tx: &Connection, news: &mut News, delivery: &NewDelivery) -> rusqlite::Result<Recorded> {
    let body_sha256: [u8; 32] = Sha256::digest(&delivery.body).into();
    if is_repeated(tx, delivery, body_sha256)? {
        return Ok(Recorded::Duplicate);
    }
    let session = match &delivery.event.provider_session_id {
        Some(id) => sessions::find_by_provider(tx, &delivery.provider, id)?,
        None => None,
    };
    insert(tx, delivery, session.as_ref(), body_sha256)?;
    if let Some(session) = &session {
        follow(tx, news, session, delivery)?;
    }
    Ok(Recorded::New(session))
}

fn is_repeated(tx: &Connection, delivery: &NewDelivery, body_sha256: [u8; 32]) -> rusqlite::Result<bool> {
    let found = if let Some(id) = &delivery.event.id {
        let sql = "SELECT 1 FROM deliveries WHERE provider = ?1 AND event_id = ?2";
        tx.prepare_cached(sql)?.query_row([&delivery.provider, id], |_| Ok(())).optional()?
    } else {
        let since = to_millis(delivery.received_at - REPEATED_BODY_WINDOW);
        let sql = "SELECT 1 FROM deliveries
                   WHERE body_sha256 = ?1 AND received_at >= ?2 AND event_id IS NULL AND provider = ?3";
        tx.prepare_cached(sql)?.query_row(params![body_sha256, since, delivery.provider], |_| Ok(())).optional()?
    };
    Ok(found.is_some())
}

fn insert(
    tx: &Connection,
    delivery: &NewDelivery,
    session: Option<&SessionId>,
    body_sha256: [u8; 32],
) -> rusqlite::Result<()> {
    let event = &delivery.event;
    let sql = "INSERT INTO deliveries (provider, event_id, kind, event_created_at, provider_session_id, session_id,
                                       proof, body, body_sha256, received_at)
               VALUES (:provider, :event_id, :kind, :event_created_at, :provider_session_id, :session_id,
                       :proof, :body, :body_sha256, :received_at)";
    tx.prepare_cached(sql)?
        .execute(named_params! {
            ":provider": delivery.provider,
            ":event_id": event.id,
            ":kind": event.kind,
            ":event_created_at": event.created_at.map(to_millis),
            ":provider_session_id": event.provider_session_id.as_ref().map(ProviderSessionId::as_str),
            ":session_id": session.map(SessionId::as_str),
            ":proof": delivery.proof,
            ":body": delivery.body,
            ":body_sha256": body_sha256,
            ":received_at": to_millis(delivery.received_at),
        })
        .map(drop)
}

/// Shows at once what the event says, and asks for a re-read, which has the last word.
fn follow(tx: &Connection, news: &mut News, session: &SessionId, delivery: &NewDelivery) -> rusqlite::Result<()> {
    let living = sessions::change(tx, news, session, delivery.received_at, |before| {
        if is_news(tx, before, &delivery.event)? {
            show(tx, before, &delivery.event, delivery.received_at)?;
        }
        Ok(())
    })?;
    if living.is_some() {
        return work::wish_refresh(tx, news, session, delivery.received_at);
    }
    // What was deleted stays deleted: of a person who is gone no more is kept than that something came.
    let sql = "UPDATE deliveries SET body = x'' WHERE session_id = ?1";
    tx.prepare_cached(sql)?.execute([session.as_str()]).map(drop)
}

/// Deliveries come late and out of order. One with a time is news when it is not older than what we know; one without
/// a time only when it leads forward.
fn is_news(tx: &Connection, before: &StoredSession, event: &EventSummary) -> rusqlite::Result<bool> {
    if let Some(created_at) = event.created_at {
        let sql = "SELECT standing_at <= ?2 FROM sessions WHERE id = ?1";
        return tx.prepare_cached(sql)?.query_row(params![before.id.as_str(), to_millis(created_at)], |row| row.get(0));
    }
    Ok(event.standing.as_ref().is_none_or(|standing| progress(&standing.state) >= progress(&before.standing.state)))
}

fn progress(state: &State) -> u8 {
    match state {
        State::AwaitingUser => 0,
        State::InReview => 1,
        State::Ready | State::Failed => 3,
        State::Deleted => 4,
        _ => 2,
    }
}

fn show(tx: &Connection, before: &StoredSession, event: &EventSummary, received_at: Timestamp) -> rusqlite::Result<()> {
    if let Some(standing) = &event.standing {
        sessions::set_standing(tx, before, standing, event.created_at.unwrap_or(received_at))?;
    }
    if let Some(favorite) = &event.favorite {
        photos::set_favorite(tx, &before.id, favorite)?;
    }
    Ok(())
}
