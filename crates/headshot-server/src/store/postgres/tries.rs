use std::time::Duration;

use crate::random;
use crate::store::sql::Failed;

/// So often a transaction is tried that others are in the way of, and so often one whose connection is gone.
const MOST: u32 = 6;
const MOST_CONNECTIONS: u32 = 2;

const FIRST_PAUSE: Duration = Duration::from_millis(5);

/// How often a transaction was tried.
#[derive(Default)]
pub(super) struct Tries {
    conflicts: u32,
    connections: u32,
}

impl Tries {
    /// Waits a moment before the next try; answers with the failure where there is to be none.
    pub(super) async fn give_up(&mut self, failed: Failed) -> Option<Failed> {
        match failed {
            Failed::Conflict(_) if self.conflicts + 1 < MOST => self.conflicts += 1,
            // The pool may hold more of the same, and does not give them out once they are seen to be closed.
            Failed::Lost(_) if self.connections < MOST_CONNECTIONS => self.connections += 1,
            failed => return Some(failed),
        }
        let pause = FIRST_PAUSE * (1 << (self.conflicts + self.connections));
        tokio::time::sleep(pause.mul_f64(0.5 + random::fraction())).await;
        None
    }
}
