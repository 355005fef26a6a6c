use std::time::Duration;

use crate::random;
use crate::store::sql::Failed;

/// So often a transaction is tried: each time others were in its way, or its connection was gone, as all of the pool may
/// be.
const MOST: u32 = 8;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How often a transaction was tried.
#[derive(Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// Waits a moment before the next try; answers with the failure where there is to be none.
    pub(super) async fn give_up(&mut self, failed: Failed) -> Option<Failed> {
        if self.0 + 1 >= MOST || !matches!(failed, Failed::Conflict(_) | Failed::Lost(_)) {
            return Some(failed);
        }
        self.0 += 1;
        let pause = (FIRST_PAUSE * (1 << self.0)).min(LONGEST_PAUSE);
        tokio::time::sleep(pause.mul_f64(0.5 + random::fraction())).await;
        None
    }
}
