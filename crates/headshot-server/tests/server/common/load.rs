use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::task::JoinSet;

/// Four senders, each of which sends one delivery after the other until it is told to stop.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    senders: JoinSet<()>,
}

impl Load {
    /// `deliver` sends the event of this id and answers with the status, which has to be 200.
    pub(crate) fn of<F: Future<Output = u16> + Send>(deliver: impl Fn(String) -> F + Clone + Send + 'static) -> Self {
        let mut load = Self { stop: Arc::default(), answered: Arc::default(), senders: JoinSet::new() };
        for sender in 0..4 {
            let (deliver, stop, answered) = (deliver.clone(), Arc::clone(&load.stop), Arc::clone(&load.answered));
            load.senders.spawn(async move {
                for number in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    assert_eq!(deliver(format!("evt_{sender}_{number}")).await, 200);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        load
    }

    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Ends it, and answers with how many were answered.
    pub(crate) async fn end(self) -> usize {
        self.stop.store(true, Ordering::SeqCst);
        self.senders.join_all().await;
        self.answered.load(Ordering::SeqCst)
    }
}
