//! For how long what is kept: flags, variables, and the checked settings made from them.

use std::time::Duration;

use jiff::Timestamp;

use crate::config::{self, Checks};
use crate::pace::CLIENT_TOKEN_LIFE;
use crate::store::Horizons;

/// For how long what is kept, unchecked.
#[derive(clap::Args, Clone)]
#[group(id = "retention")]
pub struct Args {
    /// How long bodies of deliveries are kept: `30d`, `12h` or `forever`
    #[arg(long, env = "HEADSHOT_RETENTION_BODIES", value_name = "TIME", default_value = "30d")]
    pub retention_bodies: String,

    /// How long it is known that a delivery came, so that its repetition is one; no shorter than bodies
    #[arg(long, env = "HEADSHOT_RETENTION_DELIVERIES", value_name = "TIME", default_value = "365d")]
    pub retention_deliveries: String,

    /// How long the copies of photos are kept that another run replaced
    #[arg(long, env = "HEADSHOT_RETENTION_REPLACED_PHOTOS", value_name = "TIME", default_value = "7d")]
    pub retention_replaced_photos: String,

    /// How long it is kept that an event was told to an address
    #[arg(long, env = "HEADSHOT_RETENTION_OUTBOX", value_name = "TIME", default_value = "30d")]
    pub retention_outbox: String,

    /// How long events are kept, told or given up; one that is still due stays, and all after it
    #[arg(long, env = "HEADSHOT_RETENTION_EVENTS", value_name = "TIME", default_value = "90d")]
    pub retention_events: String,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            retention_bodies: "30d".into(),
            retention_deliveries: "365d".into(),
            retention_replaced_photos: "7d".into(),
            retention_outbox: "30d".into(),
            retention_events: "90d".into(),
        }
    }
}

/// For how long what is kept; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Retention {
    bodies: Option<Duration>,
    deliveries: Option<Duration>,
    replaced_photos: Option<Duration>,
    outbox: Option<Duration>,
    events: Option<Duration>,
}

impl Retention {
    /// What is from before is too old.
    pub(crate) fn horizons(&self, now: Timestamp) -> Horizons {
        let before =
            |kept: Option<Duration>| kept.and_then(|kept| now.checked_sub(kept).ok()).unwrap_or(Timestamp::MIN);
        Horizons {
            bodies: before(self.bodies),
            deliveries: before(self.deliveries),
            replaced_photos: before(self.replaced_photos),
            outbox: before(self.outbox),
            events: before(self.events),
            // Until then the owner of a token is told that it expired.
            expired_tokens: now - CLIENT_TOKEN_LIFE,
        }
    }
}

/// The checked settings; what is wrong is noted in `checks`.
pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<Retention> {
    let mut time = |name, text| checks.accept(name, kept(text), "is not a time such as `30d` or `12h`, or `forever`");
    let bodies = time("HEADSHOT_RETENTION_BODIES", &args.retention_bodies);
    let deliveries = time("HEADSHOT_RETENTION_DELIVERIES", &args.retention_deliveries);
    let replaced_photos = time("HEADSHOT_RETENTION_REPLACED_PHOTOS", &args.retention_replaced_photos);
    let outbox = time("HEADSHOT_RETENTION_OUTBOX", &args.retention_outbox);
    let events = time("HEADSHOT_RETENTION_EVENTS", &args.retention_events);
    let retention = Retention {
        bodies: bodies?,
        deliveries: deliveries?,
        replaced_photos: replaced_photos?,
        outbox: outbox?,
        events: events?,
    };
    let is_longer =
        |kept: Option<Duration>, than: Option<Duration>| kept.unwrap_or(Duration::MAX) >= than.unwrap_or(Duration::MAX);
    let wrong = "is shorter than HEADSHOT_RETENTION_BODIES: without its row a body cannot stay";
    let deliveries = is_longer(retention.deliveries, retention.bodies).then_some(());
    checks.accept("HEADSHOT_RETENTION_DELIVERIES", deliveries, wrong)?;
    let wrong = "is shorter than HEADSHOT_RETENTION_OUTBOX: without its event nothing can be said about it";
    let events = is_longer(retention.events, retention.outbox).then_some(());
    checks.accept("HEADSHOT_RETENTION_EVENTS", events, wrong)?;
    Some(retention)
}

/// A time, or `forever`.
#[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
fn kept(text: &str) -> Option<Option<Duration>> {
    if text.trim() == "forever" { Some(None) } else { config::time(text).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(change: impl FnOnce(&mut Args)) -> Option<Retention> {
        let mut args = Args::default();
        change(&mut args);
        check(&args, &mut Checks::default())
    }

    #[test]
    fn what_is_kept_for_ever_has_no_horizon() {
        let now = Timestamp::from_second(1_767_323_045).unwrap();
        let horizons = checked(|args| args.retention_deliveries = "forever".into()).unwrap().horizons(now);
        assert_eq!(horizons.deliveries, Timestamp::MIN);
        assert_eq!(horizons.bodies, now - Duration::from_hours(720));
    }

    #[test]
    fn what_others_stand_on_is_kept_no_shorter() {
        assert!(checked(|args| args.retention_bodies = "366d".into()).is_none());
        assert!(checked(|args| args.retention_bodies = "forever".into()).is_none());
        assert!(checked(|args| args.retention_events = "1d".into()).is_none());
        assert!(checked(|args| args.retention_bodies = "365d".into()).is_some());
    }
}
