//! What servers of one database tell each other: which sessions changed, that there is work, that something happened.
//!
//! It is said after the commit, by a connection of its own, because a commit that says something waits for every other
//! one that does. What is said can get lost, so a server also looks from time to time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use tokio_postgres::{AsyncMessage, Client};

use super::Shared;
use super::address::{LONGEST_SILENCE, PostgresAddress};
use super::tx::{Purpose, Transaction, failed};
use super::{pool, servers, time};
use crate::ids::SessionId;
use crate::random;
use crate::store::Signals;
use crate::store::news::News;
use crate::store::sql::{Failed, Tx, values};

/// The channel that all servers of a database listen to.
const CHANNEL: &str = "headshot";

/// How often a server looks at what it may not have heard of.
const LOOK: Duration = Duration::from_secs(5);

/// After the connection broke off, and between attempts to say something.
const PAUSE: Duration = Duration::from_millis(500);

/// So many sessions are named at once: what is said has at most 8,000 bytes.
const AT_ONCE: usize = 150;

/// More than so many are not named one by one.
const MOST: usize = 5000;

/// What is to be said.
#[derive(Default)]
pub(super) struct Wire {
    news: Mutex<Said>,
    has_news: Notify,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    sessions: BTreeSet<SessionId>,
    work: bool,
    events: bool,
    everything: bool,
}

impl Said {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, more: Self) {
        self.sessions.extend(more.sessions);
        self.work |= more.work;
        self.events |= more.events;
        self.everything |= more.everything || self.sessions.len() > MOST;
        if self.everything {
            self.sessions.clear();
        }
    }

    /// As texts, each of which says who says it first.
    fn texts(&self, own_name: &str) -> Vec<String> {
        let flags = [(self.work, "work"), (self.events, "events"), (self.everything, "everything")];
        let mut words: Vec<&str> = flags.into_iter().filter_map(|(is_so, word)| is_so.then_some(word)).collect();
        words.extend(self.sessions.iter().map(SessionId::as_str));
        words.chunks(AT_ONCE).map(|words| format!("{own_name} {}", words.join(" "))).collect()
    }

    /// What another one said.
    fn heard(text: &str, own_name: &str) -> Self {
        let mut said = Self::default();
        let (name, words) = text.split_once(' ').unwrap_or_default();
        if name == own_name {
            return said;
        }
        for word in words.split(' ') {
            match word {
                "work" => said.work = true,
                "events" => said.events = true,
                "everything" => said.everything = true,
                session => said.sessions.extend(SessionId::parse(session)),
            }
        }
        said
    }

    fn tell(self, signals: &Signals) {
        if self.everything {
            return signals.everything_changed();
        }
        let Self { sessions, work: work_is_due, events: event_happened, .. } = self;
        News { changed: sessions.into_iter().collect(), work_is_due, event_happened, ..News::default() }.tell(signals);
    }
}

impl Wire {
    /// Has others told, soon.
    pub(super) fn say(&self, news: News) {
        let News { changed, work_is_due: work, event_happened: events, .. } = news;
        let said = Said { sessions: changed.into_iter().collect(), work, events, everything: false };
        if !said.is_empty() {
            self.add(said);
        }
    }

    fn add(&self, said: Said) {
        self.news.lock().unwrap_or_else(PoisonError::into_inner).add(said);
        self.has_news.notify_one();
    }

    fn take(&self) -> Said {
        std::mem::take(&mut self.news.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says what is to be said, as a program that ends does.
pub(super) async fn say_now(shared: &Shared) -> Result<(), Failed> {
    let texts = shared.wire.take().texts("");
    let connection = shared.pool.connection().await?;
    for text in texts {
        connection.execute("SELECT pg_notify($1, $2)", &[&CHANNEL, &text]).await.map_err(failed)?;
    }
    Ok(())
}

/// Listens to the others and tells them, for as long as it runs.
pub(super) async fn run(shared: Arc<Shared>, address: PostgresAddress) {
    let own_name = random::hex::<8>();
    let mut was_broken = false;
    loop {
        let began = Instant::now();
        let failed = follow(&shared, &address, &own_name).await;
        // One line for each time that it breaks off, not for each attempt to begin again.
        if !was_broken || began.elapsed() > LONGEST_SILENCE {
            tracing::warn!(error = %failed, "other servers cannot be heard: the database is asked again");
        }
        was_broken = true;
        sleep(PAUSE.mul_f64(0.5 + random::fraction())).await;
    }
}

/// Ends with the connection, and says why.
async fn follow(shared: &Shared, address: &PostgresAddress, own_name: &str) -> Failed {
    let (signals, name) = (shared.signals.clone(), own_name.to_owned());
    let heard = move |message| {
        if let AsyncMessage::Notification(said) = message {
            Said::heard(said.payload(), &name).tell(&signals);
        }
    };
    let (client, mut listening) = match pool::connect(address, heard).await {
        Ok(connected) => connected,
        Err(failed) => return failed,
    };
    let failed = tokio::select! {
        _ = &mut listening => Failed::Lost("the connection broke off".into()),
        failed = talk(shared, &client, own_name) => failed,
    };
    // One whose other end is not reached would not end for a while.
    listening.abort();
    failed
}

/// Ends when nobody is reached any more, and says why.
async fn talk(shared: &Shared, client: &Client, own_name: &str) -> Failed {
    // What it costs to lose one of these is a look.
    let settings =
        format!("SET synchronous_commit = off; SET idle_in_transaction_session_timeout = 0; LISTEN {CHANNEL}");
    let begun = in_time(async {
        client.batch_execute(&settings).await.map_err(failed)?;
        servers::enter(client).await
    });
    if let Err(failed) = begun.await {
        return failed;
    }
    // What was said while nobody listened is not known.
    shared.signals.everything_changed();
    loop {
        let said = tokio::select! {
            () = shared.wire.has_news.notified() => shared.wire.take(),
            // A connection that nothing is heard from may have no other end: nothing is said, to see whether it has.
            () = sleep(LOOK) => Said::default(),
        };
        if let Err(failed) = in_time(say(client, &said.texts(own_name))).await {
            shared.wire.add(said);
            return failed;
        }
    }
}

async fn in_time(said: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    let silent = |_| Err(Failed::Lost("the database does not answer".into()));
    timeout(LONGEST_SILENCE, said).await.unwrap_or_else(silent)
}

async fn say(client: &Client, texts: &[String]) -> Result<(), Failed> {
    if texts.is_empty() {
        return client.batch_execute("").await.map_err(failed);
    }
    for text in texts {
        client.execute("SELECT pg_notify($1, $2)", &[&CHANNEL, text]).await.map_err(failed)?;
    }
    Ok(())
}

/// Looks at what somebody waits for, from time to time, in case that what was said about it got lost.
pub(super) async fn look(shared: Arc<Shared>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut seen, mut newest) = (BTreeMap::new(), None);
    loop {
        looks.tick().await;
        let watched = shared.signals.watched();
        let looked = shared.pool.in_time(look_at(&shared, &watched)).await;
        let Ok((now, newest_now)) = looked else { continue };
        for (session, version) in &now {
            if seen.get(session).is_some_and(|known| known != version) {
                shared.signals.session_changed(session);
            }
        }
        if newest.replace(newest_now).is_some_and(|known| known != newest_now) {
            shared.signals.event_happened();
        }
        seen = now;
    }
}

/// The sessions with what differs between two versions of a row, and the place of the newest event.
async fn look_at(shared: &Shared, watched: &[SessionId]) -> Result<(BTreeMap<SessionId, String>, i64), Failed> {
    let connection = shared.pool.connection().await?;
    time::follow(&connection, &shared.clock).await?;
    let transaction = Transaction::begin(connection, Purpose::Read);
    let looked = async {
        let connection = transaction.connection()?;
        let ids: Vec<&str> = watched.iter().map(SessionId::as_str).collect();
        let sql = "SELECT id, xmin::text FROM sessions WHERE id = ANY ($1::text[])";
        let rows = connection.query(sql, &[&ids]).await.map_err(failed)?;
        let versions = rows.iter().filter_map(|row| Some((SessionId::parse(row.get(0))?, row.get(1)))).collect();
        let newest =
            transaction.part().rows("SELECT newest FROM stream", values![], |row| row.number("newest")).await?;
        Ok((versions, newest.first().copied().unwrap_or_default()))
    };
    let looked = looked.await;
    transaction.end(looked).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_heard_by_others_alone() {
        let sessions: BTreeSet<_> = (0..400).map(|_| SessionId::random()).collect();
        let said = Said { sessions, work: true, events: false, everything: false };
        let texts = said.texts("me");
        assert!(texts.len() > 1 && texts.iter().all(|text| text.len() < 8000));
        let mut heard = Said::default();
        for text in &texts {
            heard.add(Said::heard(text, "another"));
            assert!(Said::heard(text, "me").is_empty());
        }
        assert_eq!(heard, said);
    }

    #[test]
    fn of_very_many_sessions_none_is_named() {
        let mut said = Said::default();
        said.add(Said { sessions: (0..=MOST).map(|_| SessionId::random()).collect(), ..Said::default() });
        assert_eq!(said, Said { everything: true, ..Said::default() });
    }
}
