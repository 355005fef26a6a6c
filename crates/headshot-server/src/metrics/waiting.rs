//! What waits now. It is asked for anew each time, so that nothing old is ever shown.

use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::{PREFIX, Provider};
use crate::store::{Backlog, Quota};

type Count = Gauge<u64, AtomicU64>;
type Seconds = Gauge<f64, AtomicU64>;

/// Work of one kind at one provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Lane {
    provider: String,
    lane: String,
}

pub(super) fn registry(backlog: &Backlog, quotas: &[(&'static str, Quota)], now: Timestamp) -> Registry {
    let mut registry = Registry::with_prefix(PREFIX);
    add_work(&mut registry, backlog);
    add_outbox(&mut registry, backlog);
    add_quotas(&mut registry, backlog, quotas, now);
    registry
}

fn add_work(registry: &mut Registry, backlog: &Backlog) {
    let (due, ages) = <(Family<Lane, Count>, Family<Lane, Seconds>)>::default();
    let copies = Count::default();
    for lane in &backlog.lanes {
        let labels = Lane { provider: lane.provider.clone(), lane: lane.task.clone() };
        due.get_or_create(&labels).set(lane.due);
        ages.get_or_create(&labels).set(lane.age.as_secs_f64());
        if lane.task == "copy_photo" {
            copies.inc_by(lane.rows);
        }
    }
    registry.register("work_due", "Work that is due, by provider and lane", due);
    registry.register("work_age_seconds", "How long the oldest work that is due has waited", ages);
    registry.register("photos_waiting", "Photos that are still to be copied", copies);
}

fn add_outbox(registry: &mut Registry, backlog: &Backlog) {
    let (due, age) = <(Count, Seconds)>::default();
    due.set(backlog.sendings);
    age.set(backlog.sendings_age.as_secs_f64());
    registry.register("outbox_due", "Events that an address is still to be told", due);
    registry.register("outbox_age_seconds", "How long ago the oldest of them happened", age);
}

fn add_quotas(registry: &mut Registry, backlog: &Backlog, quotas: &[(&'static str, Quota)], now: Timestamp) {
    let left: Family<Provider, Count> = Family::default();
    for (provider, quota) in quotas {
        let gate = backlog.gates.iter().find(|gate| gate.provider == *provider);
        let calls = gate.map_or(quota.at_once(), |gate| quota.left(gate.paid_until, gate.closed_until, now));
        left.get_or_create(&Provider { provider }).set(calls.into());
    }
    registry.register("provider_calls_left", "Calls of a provider that may be made at once", left);
}
