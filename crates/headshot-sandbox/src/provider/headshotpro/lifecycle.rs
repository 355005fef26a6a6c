//! The way from submitted photos to headshots, by the clock.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::sleep;

use super::{
    organization::Organization,
    session::{Session, Status},
};
use crate::{Speed, stand_in::StandIn};

/// How long making headshots lasts at real speed \[000\].
const REAL_MODE: Duration = Duration::from_hours(1);
const TEST_MODE: Duration = Duration::from_mins(3);
/// How long a failed session waits for its restart, as a part of the whole: no document says.
const RESTART: f64 = 0.1;
/// The steps after `waiting`, each with the time before it as a part of the whole: only their sum is documented.
const STEPS: [(f64, Status); 3] = [(0.2, Status::Pending), (0.4, Status::GeneratingHeadshots), (0.4, Status::Active)];

/// Between which moments the headshots are made that are ordered now.
pub(super) fn timeline(test_mode: bool, speed: Speed) -> (Timestamp, Timestamp) {
    let start = Timestamp::now();
    (start, start + total(test_mode, speed))
}

/// Leads a session from where it stands to `active`, unless something else takes charge of it meanwhile.
pub(super) fn walk(organization: &Arc<Organization>, session: &Session) {
    let organization = Arc::downgrade(organization);
    let (id, walk, status) = (session.id.clone(), session.walk, session.status);
    let Some(strong) = organization.upgrade() else { return };
    let total = total(session.test_mode, strong.backstage().speed);
    drop(strong);
    tokio::spawn(async move {
        for (part, next) in steps(status) {
            sleep(total.mul_f64(part)).await;
            let Some(organization) = organization.upgrade() else { return };
            if organization.advance(&id, walk, next).is_err() {
                return;
            }
        }
    });
}

fn steps(status: Status) -> Vec<(f64, Status)> {
    match status {
        Status::Failed => [&[(RESTART, Status::Pending)], &STEPS[1..]].concat(),
        _ => STEPS.to_vec(),
    }
}

fn total(test_mode: bool, speed: Speed) -> Duration {
    speed.shorten(if test_mode { TEST_MODE } else { REAL_MODE })
}
