//! Every store does what the model says, whatever happens in whatever order: chance makes up sequences of transactions,
//! and one that tells a store from the model is shrunk to the shortest that does, and printed.

mod spec;

use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use headshot_api::State;
use headshot_server::references::References;
use headshot_server::store::{
    Copy, Endpoint, EventSummary, Living, NewDelivery, NewSession, Outcome, Reading, Sending, SourcePhoto, Store, Task,
    Trust, Work,
};
use headshot_server::{PhotoId, ProviderPhotoId, SessionId, pace};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::Union;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::spec::{About, Answer, Arrival, Claimed, Failure, Model, Says, Seen, Step, Tells, Told, View, one_of};
use crate::common::NOW;
use crate::common::postgres::postgres_store;
use crate::durability::rounds;
use crate::store_contract::{delivery, new_session, standing, token};

const ADDRESS: &str = "https://host.test/events";

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: rounds() / 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_does_what_the_model_says(sequential 1..60 => Against<Sqlite>);

    #[test]
    fn postgres_does_what_the_model_says(sequential 1..60 => Against<Postgres>);
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::new()).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Step> {
        let about = || prop_oneof![3 => (0_u8..6).prop_map(About::Model), 1 => (0_u8..2).prop_map(About::Submission)];
        let state = || {
            select(vec![
                State::AwaitingUser,
                State::InReview,
                State::Processing,
                State::Ready,
                State::Ready,
                State::Failed,
                State::Deleted,
            ])
        };
        let tells = (state(), prop::option::of(0_u64..40)).prop_map(|(state, ago)| Tells { state, ago });
        let trust = select(vec![Trust::Body, Trust::Body, Trust::Stale, Trust::Doorbell]);
        let photos = prop::option::weighted(0.8, subsequence(vec![0, 1, 2], 0..=3).prop_shuffle());
        let says = prop_oneof![1 => Just(Says::Gone), 5 => (state(), photos).prop_map(|(it, photos)| Says::Stands(it, photos))];
        let waits = vec![1, 4, 30, 60, 120, 120, 120, 1000, 8 * 24 * 3600]
            .into_iter()
            .map(Duration::from_secs)
            .collect::<Vec<_>>();
        let kinds = vec!["session.status_changed", "session.photos_ready", "session.deleted"];
        let open = (0_u8..6).prop_map(|model| Step::Open { model });
        let deliver = (prop::option::of(0_u8..4), about(), tells, trust)
            .prop_map(|(event, about, tells, trust)| Step::Deliver { event, about, tells, trust });
        let fails = select(vec![Failure::Postpone, Failure::Return, Failure::Finish]);
        let arrives = select(vec![Arrival::Arrives, Arrival::Later, Arrival::GivenUp, Arrival::Unwanted]);
        let subscribe = (prop::bool::weighted(0.8), subsequence(kinds, 0..=3));
        let mut steps = vec![
            (3, select(waits).prop_map(Step::Wait).boxed()),
            (3, open.boxed()),
            (4, deliver.boxed()),
            (1, subscribe.prop_map(|(is_on, to)| Step::Subscribe { is_on, to }).boxed()),
            (2, Just(Step::ClaimSendings).boxed()),
            (2, prop::bool::weighted(0.2).prop_map(|is_resting| Step::Claim { is_resting }).boxed()),
        ];
        // What makes sense now only, or makes more sense now.
        if model.has_sessions() {
            steps.push((2, (0_usize..6).prop_map(|session| Step::Remove { session }).boxed()));
        }
        if model.is_work_due() {
            steps.push((4, Just(Step::Claim { is_resting: false }).boxed()));
        }
        if model.holds_work() {
            steps.push((6, (0_usize..4, says).prop_map(|(held, says)| Step::Report { held, says }).boxed()));
            steps.push((2, (0_usize..4, fails).prop_map(|(held, how)| Step::Fail { held, how }).boxed()));
        }
        if model.holds_sendings() {
            steps.push((3, (0_usize..4, arrives).prop_map(|(held, arrives)| Step::Settle { held, arrives }).boxed()));
        }
        Union::new_weighted(steps).boxed()
    }

    fn apply(mut state: Self, step: &Step) -> Self {
        Self::apply(&mut state, step);
        state
    }
}

/// Compares a store with the model.
struct Against<E>(PhantomData<E>);

trait Engine {
    fn open() -> impl Future<Output = (Arc<dyn Store>, Option<TempDir>)>;
}

struct Sqlite;

impl Engine for Sqlite {
    async fn open() -> (Arc<dyn Store>, Option<TempDir>) {
        let (store, dir) = crate::common::store();
        (Arc::new(store), Some(dir))
    }
}

struct Postgres;

impl Engine for Postgres {
    async fn open() -> (Arc<dyn Store>, Option<TempDir>) {
        (Arc::new(postgres_store().await), None)
    }
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

impl<E: Engine> StateMachineTest for Against<E> {
    type SystemUnderTest = Tested;
    type Reference = Model;

    fn init_test(_: &Model) -> Tested {
        let (store, dir) = RUNTIME.block_on(E::open());
        let (sessions, held, sendings) = (Vec::new(), Vec::new(), Vec::new());
        Tested { store, _dir: dir, now: NOW, sessions, photos: HashMap::new(), held, sendings }
    }

    fn apply(mut tested: Tested, model: &Model, step: Step) -> Tested {
        let answer = RUNTIME.block_on(tested.apply(&step));
        assert_eq!(answer, model.answer, "what the store answered, and what it should");
        tested
    }

    fn check_invariants(tested: &Tested, model: &Model) {
        assert_eq!(RUNTIME.block_on(tested.view()), model.view(), "how the store looks, and how it should");
    }
}

/// A store, and what of it the model knows by numbers.
struct Tested {
    store: Arc<dyn Store>,
    _dir: Option<TempDir>,
    now: Timestamp,
    sessions: Vec<SessionId>,
    photos: HashMap<PhotoId, u8>,
    held: Vec<Work>,
    sendings: Vec<Sending>,
}

impl Tested {
    async fn apply(&mut self, step: &Step) -> Answer {
        match step {
            Step::Wait(time) => self.now += *time,
            Step::Open { model } => {
                let new = NewSession {
                    standing: standing("awaiting_user", State::AwaitingUser),
                    opened_at: self.now,
                    ..new_session(references(&[About::Model(*model)]))
                };
                let name = format!("{} {}", model, self.now);
                let opened = self.store.open_session(new, token(&name)).await.unwrap();
                self.sessions.extend(opened.iter().map(|session| session.id.clone()));
                return Answer::Opened(opened.is_some());
            }
            Step::Deliver { event, about, tells, trust } => return self.deliver(*event, *about, tells, *trust).await,
            Step::Remove { session } => {
                if let Some(session) = one_of(self.sessions.len(), *session) {
                    self.store.remove_session(&self.sessions[session], self.now).await.unwrap();
                }
            }
            Step::Claim { is_resting } => return self.claim(*is_resting).await,
            Step::Report { held, says } => {
                if let Some(held) = one_of(self.held.len(), *held) {
                    let work = self.held.remove(held);
                    self.report(work, says).await;
                }
            }
            Step::Fail { held, how } => {
                if let Some(held) = one_of(self.held.len(), *held) {
                    let work = self.held.remove(held);
                    self.fail(work, *how).await;
                }
            }
            Step::Subscribe { is_on, to } => {
                let types = to.iter().map(|kind| (*kind).to_owned()).collect();
                let endpoints = if *is_on { vec![Endpoint { name: ADDRESS.into(), types }] } else { Vec::new() };
                self.store.set_endpoints(endpoints).await.unwrap();
            }
            Step::ClaimSendings => {
                let due = self.store.claim_sendings(ADDRESS, self.now, pace::LEASE, 100).await.unwrap();
                let told = due.iter().map(|it| Told {
                    seq: usize::try_from(it.event.seq).unwrap(),
                    attempts: it.attempts,
                    failures: it.failures,
                });
                let answer = Answer::ToBeTold(told.collect());
                self.sendings.extend(due);
                return answer;
            }
            Step::Settle { held, arrives } => {
                if let Some(held) = one_of(self.sendings.len(), *held) {
                    let sending = self.sendings.remove(held);
                    self.store.settle_sending(sending, outcome(*arrives, self.now), self.now).await.unwrap();
                }
            }
        }
        Answer::Nothing
    }

    async fn deliver(&self, event: Option<u8>, about: About, tells: &Tells, trust: Trust) -> Answer {
        let summary = EventSummary {
            id: event.map(|event| event.to_string()),
            kind: Some("k".into()),
            created_at: tells.ago.map(|ago| self.now - Duration::from_secs(ago)),
            standing: Some(standing(tells.state.as_str(), tells.state.clone())),
            favorite: None,
        };
        let new = NewDelivery {
            trust,
            body: format!("{about:?} {:?}", tells.state).into(),
            references: references(&[about]),
            event: Some(summary),
            is_resolvable: trust == Trust::Doorbell,
            ..delivery("-", "-", self.now)
        };
        let recorded = self.store.record_delivery(new).await.unwrap();
        let mut sessions: Vec<_> = recorded.sessions.iter().map(|id| self.number(id.as_str())).collect();
        sessions.sort_unstable();
        Answer::Recorded { is_new: recorded.is_new, sessions }
    }

    async fn claim(&mut self, is_resting: bool) -> Answer {
        let resting = is_resting.then(|| "p".to_owned()).into_iter().collect();
        let claimed = self.store.claim_work(self.now, pace::LEASE, 100, resting).await.unwrap();
        let mut claimed: Vec<_> = claimed.into_iter().map(|work| (self.known(&work), work)).collect();
        claimed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (known, work): (Vec<_>, Vec<_>) = claimed.into_iter().unzip();
        self.held.extend(work);
        Answer::Claimed(known)
    }

    fn known(&mut self, work: &Work) -> Claimed {
        let number = |id: &SessionId| self.number(id.as_str());
        let task = match &work.task {
            Task::RefreshSession { session, .. } => spec::Task::Refresh(number(session)),
            Task::ResolveDelivery { reference } => {
                spec::Task::Resolve(about(&reference.kind, &reference.value).expect("a known id"))
            }
            Task::CopyPhoto { session, photo, source_url, .. } => {
                let (session, name) =
                    (number(session), source_url.as_ref().expect("it has no copy yet").parse().unwrap());
                self.photos.insert(photo.clone(), name);
                spec::Task::Copy(session, name)
            }
            Task::RemoveFile { .. } => spec::Task::RemoveFile,
            other => panic!("nobody asked for {other:?}"),
        };
        Claimed { task, attempts: work.attempts }
    }

    async fn report(&self, work: Work, says: &Says) {
        let (store, now) = (&self.store, self.now);
        let listed = if let Says::Stands(_, listed) = says { listed.as_deref() } else { None };
        let done = match (&work.task, says) {
            (Task::RefreshSession { .. }, Says::Gone) => store.apply_reading(work, Reading::Gone, now, now).await,
            (Task::RefreshSession { .. }, Says::Stands(state, _)) => {
                let living = Living {
                    photos: listed.map(|names| names.iter().copied().map(photo).collect()),
                    ..Living::at(standing(state.as_str(), state.clone()))
                };
                store.apply_reading(work, Reading::Living(living), now, now).await
            }
            (Task::ResolveDelivery { reference }, _) => {
                let asked = about(&reference.kind, &reference.value).unwrap();
                let found = match says {
                    Says::Gone => References::none(),
                    Says::Stands(..) => references(&[asked, spec::model_of(listed)]),
                };
                store.apply_resolution(work, found, now).await
            }
            (Task::CopyPhoto { .. }, _) => {
                let copy = Copy { sha256: "abc".into(), media_type: "image/png", size_bytes: 3 };
                store.record_copy(work, copy, now).await
            }
            _ => store.finish_work(work).await,
        };
        done.unwrap();
    }

    async fn fail(&self, work: Work, how: Failure) {
        let done = match (how, &work.task) {
            (Failure::Finish, _) => self.store.finish_work(work).await,
            (Failure::Return, Task::RefreshSession { .. } | Task::ResolveDelivery { .. } | Task::CopyPhoto { .. }) => {
                self.store.return_work(work).await
            }
            (_, task) => {
                let rereads = matches!(task, Task::CopyPhoto { .. });
                self.store.postpone_work(work, self.now + pace::LEASE / 2, rereads, "it failed".into()).await
            }
        };
        done.unwrap();
    }

    async fn view(&self) -> View {
        let mut sessions = Vec::new();
        for id in &self.sessions {
            let stored = self.store.session(id).await.unwrap().unwrap();
            assert_eq!(stored.standing.provider_status, stored.standing.state.as_str());
            assert_eq!(stored.offer.is_none(), stored.removed_at.is_some());
            let about = |it: &headshot_server::references::Reference| about(&it.kind, &it.value).unwrap();
            sessions.push(Seen {
                state: stored.standing.state,
                standing_at: stored.standing_at,
                gone_since: stored.gone_since,
                updated_at: stored.updated_at,
                is_removed: stored.removed_at.is_some(),
                references: stored.references.iter().map(about).collect(),
                photos: stored.photos.iter().map(|id| self.photos[id]).collect(),
                photos_missing: usize::try_from(stored.photos_missing).unwrap(),
            });
        }
        let stretch = self.store.events_after(0, 1000).await.unwrap();
        let seqs: Vec<_> = stretch.events.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=stretch.newest).collect::<Vec<_>>(), "the stream has no gaps");
        let told = stretch.events.into_iter().map(|event| (self.number(event.snapshot.session_id()), event.kind));
        View {
            sessions,
            events: told.collect(),
            work_due_at: self.store.next_work_due_at(Vec::new()).await.unwrap(),
            sending_due_at: self.store.next_sending_due_at(ADDRESS).await.unwrap(),
        }
    }

    fn number(&self, session: &str) -> usize {
        self.sessions.iter().position(|it| it.as_str() == session).expect("a known session")
    }
}

fn references(about: &[About]) -> References {
    about.iter().fold(References::none(), |references, about| match about {
        About::Model(number) => references.and("model", &number.to_string()),
        About::Submission(number) => references.and("submission", &number.to_string()),
    })
}

fn about(kind: &str, value: &str) -> Option<About> {
    let number = value.parse().ok()?;
    match kind {
        "model" => Some(About::Model(number)),
        "submission" => Some(About::Submission(number)),
        _ => None,
    }
}

/// A link that says which one it is, and for how long.
fn photo(name: u8) -> SourcePhoto {
    let expires_at = NOW + Duration::from_hours(100 * 365 * 24);
    SourcePhoto { id: ProviderPhotoId(name.to_string()), url: Some(name.to_string()), url_expires_at: Some(expires_at) }
}

fn outcome(arrives: Arrival, now: Timestamp) -> Outcome {
    let later = matches!(arrives, Arrival::Later);
    Outcome {
        has_arrived: matches!(arrives, Arrival::Arrives),
        retry_at: later.then(|| now + pace::LEASE / 2),
        sick_until: later.then(|| now + pace::LEASE / 4),
        is_unwanted: matches!(arrives, Arrival::Unwanted),
        ..Outcome::default()
    }
}
