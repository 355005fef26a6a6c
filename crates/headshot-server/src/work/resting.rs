use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// The providers that take no calls for a while, so that their work need not be claimed only to be given back.
#[derive(Default)]
pub(crate) struct Resting(Mutex<HashMap<String, Timestamp>>);

impl Resting {
    pub(super) fn rest(&self, provider: &str, until: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(provider.to_owned(), until);
    }

    /// Those that rest now, and when the first of them wakes.
    pub(super) fn now(&self, now: Timestamp) -> (Vec<String>, Option<Timestamp>) {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        resting.retain(|_, until| *until > now);
        (resting.keys().cloned().collect(), resting.values().min().copied())
    }
}
