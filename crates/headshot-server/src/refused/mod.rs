//! Deliveries that were refused: counted, and the newest of them kept in memory for a while, so that somebody can be told
//! why. Whoever floods us with forgeries uses up a bounded part of it.

mod kept;
mod settings;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

pub(crate) use self::kept::{Explained, RefusedDelivery};
pub use self::settings::Args;
pub(crate) use self::settings::check;
use crate::provider::{Inbound, Provider};

/// So many are kept of each provider.
const MOST: usize = 100;

/// For so long.
const KEPT_FOR: Duration = Duration::from_hours(1);

/// Explaining one computes up to thousands of signatures, so that it is done so often at most.
const EXPLAINED_EVERY: Duration = Duration::from_secs(10);

/// The deliveries that were refused lately.
#[derive(Clone)]
pub(crate) struct Refused {
    keeps_bodies: bool,
    recent: Arc<Mutex<HashMap<&'static str, Recent>>>,
}

/// Those of one provider.
#[derive(Default)]
struct Recent {
    kept: VecDeque<RefusedDelivery>,
    counts: BTreeMap<&'static str, u64>,
    explained_at: Option<Timestamp>,
}

impl Refused {
    pub(crate) fn new(keeps_bodies: bool) -> Self {
        Self { keeps_bodies, recent: Arc::default() }
    }

    /// Takes note of a refusal, and finds out what explains it while the body is there; answers with the id that it can be
    /// asked for by.
    pub(crate) fn note(
        &self,
        provider: &Arc<dyn Provider>,
        inbound: &Inbound<'_>,
        code: &'static str,
        detail: &str,
    ) -> String {
        let name = provider.name();
        let refused = RefusedDelivery::of(name, inbound, (code, detail), self.keeps_bodies);
        let id = refused.id.clone();
        let mut all = self.all();
        let recent = all.entry(name).or_default();
        *recent.counts.entry(code).or_default() += 1;
        recent.forget(inbound.now);
        recent.kept.truncate(MOST - 1);
        recent.kept.push_front(refused);
        if recent.may_explain(inbound) {
            self.explain(Arc::clone(provider), inbound, id.clone());
        }
        id
    }

    /// Those that are still kept, the newest first.
    pub(crate) fn list(&self, now: Timestamp) -> Vec<RefusedDelivery> {
        let mut all = self.all();
        all.values_mut().for_each(|recent| recent.forget(now));
        let mut kept: Vec<_> = all.values().flat_map(|recent| recent.kept.iter().cloned()).collect();
        kept.sort_by_key(|refused| std::cmp::Reverse(refused.received_at));
        kept
    }

    /// How many were refused since the start, by provider and code.
    pub(crate) fn counts(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, u64>> {
        self.all().iter().map(|(provider, recent)| (*provider, recent.counts.clone())).collect()
    }

    fn explain(&self, provider: Arc<dyn Provider>, inbound: &Inbound<'_>, id: String) {
        let refused = self.clone();
        let (method, tail, now) = (inbound.method.clone(), inbound.tail.to_owned(), inbound.now);
        let (headers, body) = (inbound.headers.clone(), inbound.body.clone());
        tokio::task::spawn_blocking(move || {
            let inbound = Inbound { method: &method, tail: &tail, headers: &headers, body: &body, now };
            let explanation = provider.explain(&inbound);
            let mut all = refused.all();
            let mut kept = all.values_mut().flat_map(|recent| recent.kept.iter_mut());
            if let Some(refused) = kept.find(|refused| refused.id == id) {
                refused.explained = Some(Explained::from(&explanation));
            }
        });
    }

    fn all(&self) -> MutexGuard<'_, HashMap<&'static str, Recent>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    fn forget(&mut self, now: Timestamp) {
        self.kept.retain(|refused| refused.received_at + KEPT_FOR > now);
    }

    fn may_explain(&mut self, inbound: &Inbound<'_>) -> bool {
        let is_soon = self.explained_at.is_some_and(|at| at + EXPLAINED_EVERY > inbound.now);
        let may = !is_soon && inbound.body.len() <= kept::LARGEST_BODY;
        if may {
            self.explained_at = Some(inbound.now);
        }
        may
    }
}
