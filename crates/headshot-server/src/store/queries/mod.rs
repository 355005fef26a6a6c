//! The queries, one file for each table: one text for every store.

pub(super) mod backlog;
pub(super) mod deliveries;
pub(super) mod events;
pub(super) mod gates;
pub(super) mod outbox;
pub(super) mod photos;
pub(super) mod records;
pub(super) mod references;
pub(super) mod retention;
pub(super) mod sessions;
pub(super) mod settings;
pub(super) mod tokens;
pub(super) mod uploads;
pub(super) mod work;
