//! What clients saw of sessions, and the rule that it is held to.
//!
//! Of each session the provider says one thing after the other, numbered from 1. **Whoever begins to read sees no less than
//! what anybody had read by then, or what had been acknowledged, at whichever server; and never what the provider had not
//! said yet.** Then there is one order of all that happened in which every read shows the latest (the session is
//! linearizable). And one tag of a session is one body.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// Something that a client did, from when to when.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) session: usize,
    pub(super) server: usize,
    /// What the provider said for the so manieth time.
    pub(super) step: u64,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// The provider says it from `begun` on.
    Said,
    /// A delivery of it was answered with 200.
    Acknowledged,
    Read {
        etag: String,
        body: String,
    },
}

/// What is against the rule, if anything is.
pub(super) fn violation(acts: &[Act]) -> Option<String> {
    let (mut known, mut said) = (Greatest::default(), Greatest::default());
    for act in acts {
        match act.kind {
            Kind::Said => said.add(act.session, act.begun, act.step),
            Kind::Acknowledged | Kind::Read { .. } => known.add(act.session, act.ended, act.step),
        }
    }
    let reads = acts.iter().filter(|act| matches!(act.kind, Kind::Read { .. }));
    let undone = |read: &&Act| {
        let (least, most) = (known.before(read.session, read.begun), said.before(read.session, read.ended));
        let told = || format!("a read at server {} shows step {} and not {least} to {most}", read.server, read.step);
        (read.step < least || read.step > most).then(told)
    };
    reads.clone().find_map(|read| undone(&read)).or_else(|| reads.clone().find_map(other_bytes(acts)))
}

/// The greatest step of each session, as it grows.
#[derive(Default)]
struct Greatest(HashMap<usize, BTreeMap<Instant, u64>>);

impl Greatest {
    fn add(&mut self, session: usize, at: Instant, step: u64) {
        let steps = self.0.entry(session).or_default();
        let before = steps.range(..=at).next_back().map_or(0, |(_, step)| *step);
        steps.insert(at, step.max(before));
        for (_, later) in steps.range_mut(at..) {
            *later = step.max(*later);
        }
    }

    fn before(&self, session: usize, at: Instant) -> u64 {
        let steps = self.0.get(&session).and_then(|steps| steps.range(..at).next_back());
        steps.map_or(0, |(_, step)| *step)
    }
}

/// Finds a read whose tag was that of other bytes before, or whose bytes had another tag.
fn other_bytes(acts: &[Act]) -> impl FnMut(&Act) -> Option<String> {
    let (mut bodies, mut tags) = (HashMap::new(), HashMap::new());
    for act in acts {
        if let Kind::Read { etag, body } = &act.kind {
            bodies.entry((act.session, etag.clone())).or_insert_with(|| body.clone());
            tags.entry((act.session, body.clone())).or_insert_with(|| etag.clone());
        }
    }
    move |read| {
        let Kind::Read { etag, body } = &read.kind else { return None };
        let is_one = bodies[&(read.session, etag.clone())] == *body && tags[&(read.session, body.clone())] == *etag;
        (!is_one).then(|| format!("the tag {etag} is not that of one body alone: {body}"))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// At a second, for half of one.
    fn act(session: usize, server: usize, step: u64, second: u64, kind: Kind, start: Instant) -> Act {
        let begun = start + Duration::from_secs(second);
        Act { session, server, step, begun, ended: begun + Duration::from_millis(500), kind }
    }

    fn read(bytes: &str) -> Kind {
        Kind::Read { etag: format!("tag of {bytes}"), body: bytes.to_owned() }
    }

    /// Session 0 at step 1 since second 0 and at step 2 since second 2, which is acknowledged in second 4.
    fn with(more: impl IntoIterator<Item = (usize, u64, u64, Kind)>) -> Option<String> {
        let start = Instant::now();
        let mut acts = vec![
            act(0, 0, 1, 0, Kind::Said, start),
            act(0, 0, 2, 2, Kind::Said, start),
            act(0, 0, 2, 4, Kind::Acknowledged, start),
        ];
        acts.extend(more.into_iter().map(|(server, step, second, kind)| act(0, server, step, second, kind, start)));
        violation(&acts)
    }

    #[test]
    fn what_is_under_way_may_be_seen_or_not() {
        assert_eq!(
            with([(0, 1, 3, read("a")), (1, 1, 4, read("a")), (0, 2, 4, read("b")), (1, 2, 5, read("b"))]),
            None
        );
    }

    #[test]
    fn what_was_acknowledged_is_seen_everywhere() {
        assert!(with([(1, 1, 5, read("a"))]).unwrap().contains("server 1 shows step 1 and not 2 to 2"));
    }

    #[test]
    fn what_was_read_is_not_undone() {
        assert!(with([(0, 2, 2, read("b")), (1, 1, 3, read("a"))]).unwrap().contains("shows step 1 and not 2 to 2"));
    }

    #[test]
    fn nothing_is_seen_that_nobody_said() {
        assert!(with([(0, 2, 1, read("b"))]).unwrap().contains("shows step 2 and not 0 to 1"));
    }

    #[test]
    fn a_tag_is_that_of_one_body() {
        let tagged = |etag: &str, body: &str| Kind::Read { etag: etag.to_owned(), body: body.to_owned() };
        assert!(with([(0, 2, 5, tagged("t", "b")), (1, 2, 6, tagged("t", "c"))]).is_some());
        assert!(with([(0, 2, 5, tagged("t", "b")), (1, 2, 6, tagged("u", "b"))]).is_some());
        assert_eq!(with([(0, 2, 5, tagged("t", "b")), (1, 2, 6, tagged("t", "b"))]), None);
    }
}
