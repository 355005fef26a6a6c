//! Deliveries on their way into the database: whatever waits goes together, in one transaction.
//!
//! While one commit waits for the disk the next deliveries gather, so many share one wait; their statements go to the
//! database one behind the other, without waiting for its answers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;
use tokio_postgres::types::ToSql;

use super::Shared;
use super::tries::Tries;
use super::tx::{Purpose, Transaction, failed, key, storable};
use crate::ids::SessionId;
use crate::references::Reference;
use crate::store::news::News;
use crate::store::queue::Queue;
use crate::store::sql::{Failed, Lock, damaged};
use crate::store::transactions;
use crate::store::{NewDelivery, Recorded, StoreError};

/// So many deliveries share one commit at most.
const BATCH: usize = 128;

/// So many transactions of deliveries are under way at once: the next begins while one waits for the disk.
const AT_ONCE: usize = 2;

/// So many deliveries wait for their turn at once; more wait for their place among them.
const WAITING: usize = 1024;

/// The longest that a delivery waits for its place.
const LONGEST_QUEUE: Duration = Duration::from_secs(5);

/// The longest that it waits in all; providers wait for 10 s for their answer.
const LONGEST_WAIT: Duration = Duration::from_secs(9);

/// The way to the tasks that write; dropping it lets them finish what waits, then end.
pub(super) struct Deliveries(mpsc::Sender<Waiting>);

pub(super) struct Waiting {
    delivery: NewDelivery,
    answer: oneshot::Sender<Result<Recorded, StoreError>>,
}

impl Deliveries {
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        let (sender, waiting) = mpsc::channel(WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..AT_ONCE {
            tokio::spawn(write_all(Arc::clone(shared), Arc::clone(&waiting)));
        }
        Self(sender)
    }

    /// Keeps a delivery; the answer comes after the commit. A caller who goes away does not stop it, and one that waited
    /// for too long may be kept yet.
    pub(super) async fn record(&self, delivery: NewDelivery) -> Result<Recorded, StoreError> {
        let recorded = timeout(LONGEST_WAIT, self.hand_over(delivery)).await;
        recorded.unwrap_or_else(|_| Err(StoreError("the write waited for too long".into())))
    }

    /// Who measures how many wait.
    pub(super) fn queue(&self) -> Queue<Waiting> {
        Queue(Some(self.0.downgrade()))
    }

    async fn hand_over(&self, delivery: NewDelivery) -> Result<Recorded, StoreError> {
        let (answer, receiver) = oneshot::channel();
        let sent = self.0.send_timeout(Waiting { delivery, answer }, LONGEST_QUEUE).await;
        sent.map_err(|error| StoreError(format!("the store takes no more writes: {error}")))?;
        receiver.await.map_err(|_| StoreError("the write was not carried out".into()))?
    }
}

async fn write_all(shared: Arc<Shared>, waiting: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
    loop {
        let mut batch = Vec::new();
        if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
            return;
        }
        // A task of its own: whoever waits for a batch that panics is refused, and the next one is written.
        let written = tokio::spawn(write(Arc::clone(&shared), batch)).await;
        if let Err(error) = written {
            tracing::error!(%error, "a write of deliveries broke off");
        }
    }
}

async fn write(shared: Arc<Shared>, batch: Vec<Waiting>) {
    let (deliveries, answers): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.delivery, waiting.answer)).unzip();
    match record(&shared, &deliveries).await {
        Ok(recorded) => {
            for (answer, recorded) in answers.into_iter().zip(recorded) {
                let _ = answer.send(Ok(recorded));
            }
        }
        // One that cannot be kept must not take the others along.
        Err(Failed::Other(_)) if deliveries.len() > 1 => {
            for (delivery, answer) in deliveries.into_iter().zip(answers) {
                let recorded = record(&shared, &[delivery]).await;
                let _ = answer.send(recorded.and_then(only).map_err(StoreError::from));
            }
        }
        Err(failed) => {
            for answer in answers {
                let _ = answer.send(Err(failed.clone().into()));
            }
        }
    }
}

fn only(recorded: Vec<Recorded>) -> Result<Recorded, Failed> {
    recorded.into_iter().next().ok_or_else(|| damaged("a delivery was neither kept nor refused"))
}

async fn record(shared: &Shared, deliveries: &[NewDelivery]) -> Result<Vec<Recorded>, Failed> {
    let began = Instant::now();
    let done = shared.pool.in_time(attempts(shared, deliveries)).await;
    shared.commits.note(began, done.is_ok());
    let (recorded, news) = done.inspect_err(|error| {
        tracing::error!(%error, deliveries = deliveries.len(), "the store could not commit");
    })?;
    shared.tell(news);
    Ok(recorded)
}

async fn attempts(shared: &Shared, deliveries: &[NewDelivery]) -> Result<(Vec<Recorded>, News), Failed> {
    let mut tries = Tries::default();
    loop {
        match attempt(shared, deliveries).await {
            Ok(done) => return Ok(done),
            Err(failed) => {
                if let Some(failed) = tries.give_up(failed).await {
                    return Err(failed);
                }
            }
        }
    }
}

async fn attempt(shared: &Shared, deliveries: &[NewDelivery]) -> Result<(Vec<Recorded>, News), Failed> {
    let transaction = Transaction::begin(shared.pool.connection().await?, Purpose::Write);
    let recorded = record_in(&transaction, deliveries).await;
    let recorded = transaction.end(recorded).await?;
    let mut all = News::default();
    let recorded = recorded.into_iter().map(|(recorded, news)| {
        all.add(news);
        recorded
    });
    Ok((recorded.collect(), all))
}

async fn record_in(transaction: &Transaction, deliveries: &[NewDelivery]) -> Result<Vec<(Recorded, News)>, Failed> {
    transaction.lock(locks(transaction, deliveries).await?).await?;
    try_join_all(deliveries.iter().map(|delivery| record_one(transaction, delivery))).await
}

async fn record_one(transaction: &Transaction, delivery: &NewDelivery) -> Result<(Recorded, News), Failed> {
    let (part, mut news) = (transaction.part(), News::default());
    let recorded = transactions::record_delivery(&part, &mut news, delivery).await?;
    Ok((recorded, news))
}

/// What the deliveries will want for themselves, so that it is taken in one order and two transactions never wait for
/// each other. What is not foreseen is taken later.
async fn locks(transaction: &Transaction, deliveries: &[NewDelivery]) -> Result<BTreeSet<i64>, Failed> {
    let known = sessions(transaction, deliveries).await?;
    let mut keys = BTreeSet::new();
    for delivery in deliveries {
        let about = |reference: &Reference| known.get(&about(&delivery.provider, reference));
        if let Some(sessions) = delivery.references.iter().find_map(about) {
            keys.extend(sessions.iter().map(|session| key(&Lock::Session(session))));
        } else {
            let provider = &delivery.provider;
            keys.extend(delivery.references.iter().map(|reference| key(&Lock::Reference { provider, reference })));
        }
    }
    Ok(keys)
}

type About = (String, String, String);

fn about(provider: &str, reference: &Reference) -> About {
    (provider.to_owned(), storable(&reference.kind).into_owned(), storable(&reference.value).into_owned())
}

/// The sessions of each reference that any has.
async fn sessions(
    transaction: &Transaction,
    deliveries: &[NewDelivery],
) -> Result<HashMap<About, Vec<SessionId>>, Failed> {
    let asked: BTreeSet<About> = deliveries
        .iter()
        .flat_map(|delivery| delivery.references.iter().map(|reference| about(&delivery.provider, reference)))
        .collect();
    let column = |of: fn(&About) -> &String| asked.iter().map(of).collect::<Vec<_>>();
    let (providers, kinds, values) = (column(|about| &about.0), column(|about| &about.1), column(|about| &about.2));
    let sql = "SELECT provider, kind, value, r.session_id
               FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (provider, kind, value)
               JOIN session_refs r USING (provider, kind, value)";
    let connection = transaction.connection()?;
    let statement = connection.prepare_cached(sql).await.map_err(failed)?;
    let row: &[&(dyn ToSql + Sync)] = &[&providers, &kinds, &values];
    let mut known = HashMap::<About, Vec<SessionId>>::new();
    for row in connection.query(&statement, row).await.map_err(failed)? {
        if let Some(session) = SessionId::parse(row.get(3)) {
            known.entry((row.get(0), row.get(1), row.get(2))).or_default().push(session);
        }
    }
    Ok(known)
}
