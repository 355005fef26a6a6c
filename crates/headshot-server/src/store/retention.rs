use std::ops::AddAssign;

use jiff::Timestamp;

/// What is from before these times is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizons {
    /// Bodies of deliveries that were received before.
    pub bodies: Timestamp,
    /// Deliveries that were received before, with all that is known about them.
    pub deliveries: Timestamp,
    /// Photos that another run replaced before.
    pub replaced_photos: Timestamp,
    /// That an event was told to an address before.
    pub outbox: Timestamp,
    /// Events that happened before.
    pub events: Timestamp,
    /// Client tokens that expired before.
    pub expired_tokens: Timestamp,
}

/// How much was removed because it was too old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pruned {
    /// Bodies of deliveries.
    pub bodies: usize,
    /// Deliveries.
    pub deliveries: usize,
    /// Photos that another run had replaced.
    pub photos: usize,
    /// Rows that say that an event was told to an address.
    pub sendings: usize,
    /// Events.
    pub events: usize,
    /// Client tokens.
    pub tokens: usize,
}

impl AddAssign for Pruned {
    fn add_assign(&mut self, step: Self) {
        self.bodies += step.bodies;
        self.deliveries += step.deliveries;
        self.photos += step.photos;
        self.sendings += step.sendings;
        self.events += step.events;
        self.tokens += step.tokens;
    }
}
