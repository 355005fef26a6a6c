use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Fault, Plan};
use crate::{provider::Provider, random::Chance, time::text};

/// Deals faults by a plan, and remembers which.
///
/// Whether the n-th call of a route, or the n-th attempt of the m-th event of a session, is struck depends on the seed
/// alone, never on the clock or on what else goes on meanwhile.
#[derive(Default)]
pub(crate) struct Dealer {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    plan: Plan,
    /// The place of each session among those that were seen since the plan was set.
    sessions: HashMap<(Provider, String), usize>,
    /// How often it was asked whether a fault strikes, by fault, provider and place.
    asked: HashMap<(Fault, Provider, String), u64>,
    dealt: Vec<Dealt>,
}

/// What a fault may strike.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// A call of the API: its method and route.
    Call(&'a str),
    /// An event of a session: the session's id and how many events came before.
    Event(&'a str, usize),
    /// What is shown of a session, and the session's id.
    Session(&'a str),
}

/// A fault that struck.
#[derive(Clone, Serialize)]
struct Dealt {
    fault: &'static str,
    provider: &'static str,
    /// The route, or the session's id.
    subject: String,
    /// How many times it was asked before in this place.
    number: u64,
    at: String,
}

impl Dealer {
    pub(crate) fn new(plan: Plan) -> Self {
        Self { table: Mutex::new(Table { plan, ..Table::default() }) }
    }

    /// Begins anew by this plan.
    pub(crate) fn set(&self, plan: Plan) {
        *self.table() = Table { plan, ..Table::default() };
    }

    /// Goes on without faults; those dealt so far stay visible.
    pub(crate) fn stop(&self) {
        self.table().plan = Plan::default();
    }

    /// If `fault` strikes `subject` now, a number between 0 and 1 that says how.
    pub(crate) fn deal(&self, fault: Fault, provider: Provider, subject: Subject<'_>) -> Option<f64> {
        let mut table = self.table();
        let chance = table.plan.chance(fault);
        if chance <= 0.0 {
            return None;
        }
        let place = table.place(provider, subject);
        let number = table.ask(fault, provider, &place);
        let words = [fault.as_str(), provider.as_str(), &place, &number.to_string()];
        let mut roll = Chance::new(table.plan.seed(), &words);
        let struck = roll.next() < chance;
        if struck {
            table.dealt.push(Dealt::new(fault, provider, subject, number));
        }
        struck.then(|| roll.next())
    }

    /// The plan, how often each fault struck, and each time that one did.
    pub(crate) fn view(&self) -> Value {
        let table = self.table();
        let counts: HashMap<_, _> = Fault::ALL
            .map(|fault| (fault.as_str(), table.dealt.iter().filter(|dealt| dealt.fault == fault.as_str()).count()))
            .into();
        json!({ "plan": table.plan.to_string(), "counts": counts, "dealt": table.dealt })
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// A name for the subject that is the same in every run with one seed: ids are not.
    fn place(&mut self, provider: Provider, subject: Subject<'_>) -> String {
        match subject {
            Subject::Call(route) => route.to_owned(),
            Subject::Event(session, number) => format!("session {} event {number}", self.number(provider, session)),
            Subject::Session(session) => format!("session {}", self.number(provider, session)),
        }
    }

    fn number(&mut self, provider: Provider, session: &str) -> usize {
        let next = self.sessions.len();
        *self.sessions.entry((provider, session.to_owned())).or_insert(next)
    }

    fn ask(&mut self, fault: Fault, provider: Provider, place: &str) -> u64 {
        let asked = self.asked.entry((fault, provider, place.to_owned())).or_default();
        *asked += 1;
        *asked - 1
    }
}

impl Dealt {
    fn new(fault: Fault, provider: Provider, subject: Subject<'_>, number: u64) -> Self {
        let (Subject::Call(subject) | Subject::Event(subject, _) | Subject::Session(subject)) = subject;
        let at = text(Timestamp::now());
        Self { fault: fault.as_str(), provider: provider.as_str(), subject: subject.to_owned(), number, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(plan: &str, session: &str) -> Vec<bool> {
        let dealer = Dealer::new(plan.parse().unwrap());
        (0..400).map(|_| dealer.deal(Fault::Drop, Provider::Scale, Subject::Session(session)).is_some()).collect()
    }

    #[test]
    fn the_same_seed_deals_the_same_faults_whatever_the_ids() {
        assert_eq!(hits("seed=42 drop=0.1", "ses_1"), hits("seed=42 drop=0.1", "ses_2"));
        assert_ne!(hits("seed=42 drop=0.1", "ses_1"), hits("seed=43 drop=0.1", "ses_1"));
    }

    #[test]
    fn what_else_goes_on_changes_nothing() {
        let dealer = Dealer::new("seed=42 drop=0.1 slow=0.5".parse().unwrap());
        let among_others: Vec<_> = (0..400)
            .map(|_| {
                dealer.deal(Fault::Slow, Provider::Skylab, Subject::Call("GET /jobs"));
                dealer.deal(Fault::Drop, Provider::Scale, Subject::Session("ses_1")).is_some()
            })
            .collect();
        assert_eq!(among_others, hits("seed=42 drop=0.1", "ses_1"));
    }

    #[test]
    fn strikes_about_as_often_as_planned() {
        let struck = hits("seed=42 drop=0.1", "ses_1").iter().filter(|hit| **hit).count();
        assert!((20..=60).contains(&struck), "{struck} of 400");
        assert!(hits("seed=42 drop=1", "ses_1").iter().all(|hit| *hit));
        assert!(!hits("seed=42 delay=1", "ses_1").contains(&true));
    }
}
