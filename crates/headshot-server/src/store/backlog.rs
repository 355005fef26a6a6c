use std::time::Duration;

use jiff::Timestamp;

/// What waits, and for how long: for monitoring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// The work, by provider and kind.
    pub lanes: Vec<Lane>,
    /// How many events are still to be told, each once for every address that is configured.
    pub sendings: u64,
    /// How long ago the oldest of these events happened.
    pub sendings_age: Duration,
    /// How far the providers' quotas are used.
    pub gates: Vec<PassedGate>,
}

/// Work of one kind at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// The provider.
    pub provider: String,
    /// The kind, as [`Task::as_str`](super::Task::as_str) has it.
    pub task: String,
    /// All of it, also what is planned for later.
    pub rows: u64,
    /// What is due.
    pub due: u64,
    /// How long the oldest of what is due has been.
    pub age: Duration,
}

/// How far a provider's quota is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedGate {
    /// The provider.
    pub provider: String,
    /// The calls that were let through are paid for by then.
    pub paid_until: Timestamp,
    /// The provider said that it takes no calls before.
    pub closed_until: Timestamp,
}
