//! The queries of sessions.

use headshot_api::State;
use jiff::Timestamp;

use super::references;
use crate::ids::{PhotoId, SessionId};
use crate::references::References;
use crate::secret::Secret;
use crate::store::sql::{Failed, Lock, Row, Tx, damaged, first, values};
use crate::store::{Change, NewSession, Offer, Standing, StoredSession, Submission, Surface};

/// Nobody else changes these sessions, or what belongs to them, until the transaction ends.
pub(in crate::store) async fn lock(tx: &impl Tx, ids: &[SessionId]) -> Result<(), Failed> {
    tx.lock(ids.iter().map(Lock::Session).collect()).await
}

pub(in crate::store) async fn insert(tx: &impl Tx, new: &NewSession) -> Result<(), Failed> {
    let sql = "INSERT INTO sessions (id, provider, state, provider_status, standing_at, surface, surface_url,
                                     surface_expires_at, test_mode, reference, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?5, ?5)";
    let row = values![
        &new.id,
        &new.provider,
        new.standing.state.as_str(),
        &new.standing.provider_status,
        new.opened_at,
        surface_word(&new.offer.surface),
        new.offer.surface.url().map(Secret::reveal),
        new.offer.expires_at,
        new.test_mode,
        new.reference.as_deref(),
    ];
    tx.execute(sql, row).await.map(drop)
}

pub(in crate::store) async fn find(tx: &impl Tx, id: &SessionId) -> Result<Option<StoredSession>, Failed> {
    let sql = "SELECT sessions.*, (SELECT count(*) FROM photos WHERE session_id = sessions.id AND copied_at IS NULL
                                       AND dropped_at IS NULL) AS photos_missing
               FROM sessions WHERE id = ?1";
    let photos = "SELECT p.id, (p.provider_photo_id IS NOT DISTINCT FROM s.favorite_provider_photo_id) AS is_favorite
                  FROM photos p JOIN sessions s ON s.id = p.session_id
                  WHERE p.session_id = ?1 AND p.copied_at IS NOT NULL AND p.dropped_at IS NULL
                  ORDER BY p.position, p.id";
    let read_photo = |row: &dyn Row| Ok((row.id("id", PhotoId::parse)?, row.flag("is_favorite")?));
    let key = values![id];
    // One way to the database and back for all three.
    let (found, references, photos) = tokio::try_join!(
        biased;
        first(tx, sql, key, read),
        references::of(tx, id),
        tx.rows(photos, key, read_photo),
    )?;
    let Some(mut session) = found else { return Ok(None) };
    session.references = references;
    session.favorite = photos.iter().find(|(_, is_favorite)| *is_favorite).map(|(photo, _)| photo.clone());
    session.photos = photos.into_iter().map(|(photo, _)| photo).collect();
    Ok(Some(session))
}

/// Writes what a change says about the session's own row.
pub(in crate::store) async fn set(tx: &impl Tx, id: &SessionId, change: &Change) -> Result<(), Failed> {
    if let Some((standing, at)) = &change.standing {
        let sql = "UPDATE sessions SET state = ?2, provider_status = ?3, standing_at = max(standing_at, ?4),
                                       gone_since = ?5
                   WHERE id = ?1";
        let row = values![id, standing.state.as_str(), &standing.provider_status, *at, change.gone_since];
        tx.execute(sql, row).await?;
    }
    if let Some(submission) = change.submission {
        let sql = "UPDATE sessions SET submission = ?2 WHERE id = ?1";
        tx.execute(sql, values![id, submission.as_str()]).await?;
    }
    if let Some(run) = &change.run {
        tx.execute("UPDATE sessions SET run = ?2 WHERE id = ?1", values![id, run]).await?;
    }
    Ok(())
}

pub(in crate::store) async fn forget_favorite(tx: &impl Tx, id: &SessionId) -> Result<(), Failed> {
    let sql = "UPDATE sessions SET favorite_provider_photo_id = NULL
               WHERE id = ?1 AND favorite_provider_photo_id IS NOT NULL";
    tx.execute(sql, values![id]).await.map(drop)
}

pub(in crate::store) async fn set_updated(tx: &impl Tx, id: &SessionId, at: Timestamp) -> Result<(), Failed> {
    let sql = "UPDATE sessions SET updated_at = max(updated_at, ?2) WHERE id = ?1";
    tx.execute(sql, values![id, at]).await.map(drop)
}

/// What stays of a session that was deleted for good: that there was one.
pub(in crate::store) async fn bury(tx: &impl Tx, id: &SessionId, at: Timestamp) -> Result<(), Failed> {
    let sql = "UPDATE sessions SET surface = NULL, surface_url = NULL, surface_expires_at = NULL, reference = NULL,
                                   favorite_provider_photo_id = NULL, removed_at = ?2
               WHERE id = ?1";
    tx.execute(sql, values![id, at]).await.map(drop)
}

fn surface_word(surface: &Surface) -> &'static str {
    match surface {
        Surface::Frame(_) => "frame",
        Surface::Link(_) => "link",
        Surface::Upload => "upload",
    }
}

fn read(row: &dyn Row) -> Result<StoredSession, Failed> {
    Ok(StoredSession {
        id: row.id("id", SessionId::parse)?,
        provider: row.text("provider")?,
        references: References::none(),
        standing: Standing {
            provider_status: row.text("provider_status")?,
            state: State::from_word(&row.text("state")?),
        },
        standing_at: row.time("standing_at")?,
        gone_since: row.optional_time("gone_since")?,
        run: row.optional_text("run")?,
        offer: offer(row)?,
        submission: submission(&row.text("submission")?)?,
        test_mode: row.flag("test_mode")?,
        reference: row.optional_text("reference")?,
        photos: Vec::new(),
        photos_missing: row.small_number("photos_missing")?,
        favorite: None,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        removed_at: row.optional_time("removed_at")?,
    })
}

/// A session that the provider reports as deleted keeps its row as it is until the provider has been asked.
fn offer(row: &dyn Row) -> Result<Option<Offer>, Failed> {
    let Some(word) = row.optional_text("surface")? else { return Ok(None) };
    let url = row.optional_text("surface_url")?.map(Secret::new);
    let surface = match (word.as_str(), url) {
        ("frame", Some(url)) => Surface::Frame(url),
        ("link", Some(url)) => Surface::Link(url),
        ("upload", None) => Surface::Upload,
        _ => return Err(damaged("a session's surface is none that we know")),
    };
    Ok(Some(Offer { surface, expires_at: row.optional_time("surface_expires_at")? }))
}

fn submission(word: &str) -> Result<Submission, Failed> {
    let known = [Submission::Open, Submission::Wished, Submission::Sent, Submission::Begun, Submission::Refused];
    let found = known.into_iter().find(|submission| submission.as_str() == word);
    found.ok_or_else(|| damaged("a session's submission is none that we know"))
}
