//! A session's life, put together from its records: what came or happened, what it changed, and who was told.

use crate::record::{Record, Shown};
use crate::time::millis;

/// A delivery that shows nothing by itself makes the server ask the provider, and what it then learns follows within so
/// long.
const FOLLOWS_WITHIN: i64 = 120_000;

/// One thing that happened, from its cause to the addresses that were told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) cause: Cause,
    /// When the provider was asked, where that told what the cause did not.
    pub(crate) read_at: Option<i64>,
    pub(crate) events: Vec<Event>,
}

/// How the server learned it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cause {
    Delivery(Record),
    /// Something else, in the server's word: `reading`, `host` or `person`.
    Other(String),
}

/// An event, what it changed, and what became of telling it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) record: Record,
    /// Where the session stood before, where that is known.
    pub(crate) before: Option<Standing>,
    pub(crate) after: Standing,
    pub(crate) sendings: Vec<Record>,
}

/// Where a session stood: our word, and the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) state: String,
    pub(crate) provider_status: String,
}

impl Entry {
    /// The same for as long as it is the same thing that happened.
    pub(crate) fn key(&self) -> String {
        match &self.cause {
            Cause::Delivery(delivery) => format!("delivery {}", delivery.id()),
            Cause::Other(source) => format!("{source} {}", self.at),
        }
    }

    pub(crate) fn is_delivery(&self, id: &str) -> bool {
        matches!(&self.cause, Cause::Delivery(delivery) if delivery.id() == id)
    }

    pub(crate) fn has_event(&self, id: &str) -> bool {
        self.events.iter().any(|event| event.record.id() == id)
    }
}

/// The entries of a session's life, the newest first.
pub(crate) fn entries(life: &Shown) -> Vec<Entry> {
    let deliveries = life.deliveries.iter().map(|delivery| {
        let cause = Cause::Delivery(delivery.clone());
        Entry { at: at(delivery, "receivedAt"), cause, read_at: None, events: Vec::new() }
    });
    let mut entries: Vec<_> = deliveries.collect();
    entries.sort_by_key(|entry| entry.at);
    for (source, at, events) in happenings(life) {
        let caused = |entry: &&mut Entry| source == "delivery" && entry.at == at && entry.events.is_empty();
        let rung = |entry: &&mut Entry| {
            source == "reading" && entry.events.is_empty() && (0..FOLLOWS_WITHIN).contains(&(at - entry.at))
        };
        if let Some(entry) = entries.iter_mut().find(caused) {
            entry.events = events;
        } else if let Some(entry) = entries.iter_mut().rev().find(rung) {
            entry.events = events;
            entry.read_at = Some(at);
        } else {
            let place = entries.partition_point(|entry| entry.at <= at);
            entries.insert(place, Entry { at, cause: Cause::Other(source), read_at: None, events });
        }
    }
    entries.reverse();
    entries
}

/// The events that were learned at once, the oldest first.
fn happenings(life: &Shown) -> Vec<(String, i64, Vec<Event>)> {
    let mut records: Vec<_> = life.events.iter().collect();
    records.sort_by_key(|event| event.number("seq"));
    let mut happenings: Vec<(String, i64, Vec<Event>)> = Vec::new();
    let mut before = None;
    for record in records {
        let data = record.inner("data");
        let after = Standing { state: data.text("state"), provider_status: data.text("providerStatus") };
        let sendings = life.outbox.iter().filter(|sending| sending.text("eventId") == record.id()).cloned();
        let event = Event { record: record.clone(), before, after: after.clone(), sendings: sendings.collect() };
        before = Some(after);
        let (source, at) = (record.text("source"), at(record, "createdAt"));
        match happenings.last_mut() {
            Some(last) if (&last.0, last.1) == (&source, at) => last.2.push(event),
            _ => happenings.push((source, at, vec![event])),
        }
    }
    happenings
}

fn at(record: &Record, name: &str) -> i64 {
    millis(&record.text(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::record;

    fn delivery(id: u32, second: u32) -> Record {
        record(&format!(r#"{{"id": {id}, "receivedAt": "2026-01-02T03:04:{second:02}.5Z"}}"#))
    }

    fn event(seq: u32, source: &str, second: u32, state: &str) -> Record {
        record(&format!(
            r#"{{"id": "evt_{seq}", "seq": {seq}, "source": "{source}", "createdAt": "2026-01-02T03:04:{second:02}.5Z",
                 "data": {{"state": "{state}", "providerStatus": "word"}}}}"#
        ))
    }

    fn told(life: &Shown) -> Vec<(String, Vec<String>)> {
        let events = |entry: &Entry| entry.events.iter().map(|event| event.record.id()).collect();
        entries(life)
            .iter()
            .map(|entry| (entry.key().split(' ').take(2).collect::<Vec<_>>().join(" "), events(entry)))
            .collect()
    }

    fn pair(key: &str, events: &[&str]) -> (String, Vec<String>) {
        (key.to_owned(), events.iter().map(|event| (*event).to_owned()).collect())
    }

    #[test]
    fn a_delivery_has_the_events_that_it_caused() {
        let life = Shown {
            deliveries: vec![delivery(2, 20), delivery(1, 10)],
            events: vec![event(3, "delivery", 20, "ready"), event(2, "delivery", 10, "processing")],
            ..Shown::default()
        };
        assert_eq!(told(&life), [pair("delivery 2", &["evt_3"]), pair("delivery 1", &["evt_2"])]);
        let newest = &entries(&life)[0].events[0];
        assert_eq!(newest.before.as_ref().map(|before| before.state.as_str()), Some("processing"));
        assert_eq!(newest.after.state, "ready");
    }

    #[test]
    fn what_the_provider_said_after_a_ring_belongs_to_the_delivery_that_rang_last() {
        let life = Shown {
            deliveries: vec![delivery(2, 12), delivery(1, 10)],
            events: vec![event(1, "reading", 13, "ready"), event(2, "reading", 13, "ready")],
            ..Shown::default()
        };
        assert_eq!(told(&life), [pair("delivery 2", &["evt_1", "evt_2"]), pair("delivery 1", &[])]);
        assert_eq!(entries(&life)[0].read_at.map(|at| at - entries(&life)[0].at), Some(1000));
    }

    #[test]
    fn what_came_without_any_delivery_stands_for_itself() {
        let life = Shown {
            deliveries: vec![delivery(1, 30)],
            events: vec![event(1, "host", 10, "awaiting_user"), event(2, "reading", 20, "processing")],
            ..Shown::default()
        };
        let keys: Vec<_> =
            entries(&life).iter().map(|entry| entry.key().split(' ').next().unwrap().to_owned()).collect();
        assert_eq!(keys, ["delivery", "reading", "host"]);
    }

    #[test]
    fn an_event_has_what_became_of_telling_it() {
        let sending = |id: u32, event: &str| record(&format!(r#"{{"id": {id}, "eventId": "{event}"}}"#));
        let life = Shown {
            events: vec![event(1, "host", 10, "awaiting_user")],
            outbox: vec![sending(1, "evt_1"), sending(2, "evt_2"), sending(3, "evt_1")],
            ..Shown::default()
        };
        let sent: Vec<_> = entries(&life)[0].events[0].sendings.iter().map(Record::id).collect();
        assert_eq!(sent, ["1", "3"]);
    }
}
