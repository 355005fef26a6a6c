//! What every store must do: run for SQLite and for PostgreSQL.

use std::time::Duration;

use headshot_api::State;
use headshot_server::references::{EMAIL, References};
use headshot_server::store::{
    Backlog, Copy, Endpoint, EventSummary, Filter, Horizons, Kind, Lane, Living, NewClientToken, NewDelivery,
    NewSession, Offer, Outcome, Pruned, Quota, Reading, Recorded, Sending, SourcePhoto, Standing, Store, StoredPhoto,
    StoredToken, Surface, Task, Trust, Work,
};
use headshot_server::{ProviderPhotoId, Secret, SessionId, pace};
use jiff::Timestamp;

use crate::common::{NOW, store};

const SECOND: Duration = Duration::from_secs(1);

macro_rules! contract {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let (store, _dir) = super::store();
                super::$name(&store).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&crate::common::postgres::postgres_store().await).await;
            })*
        }
    };
}

contract! {
    what_was_opened_is_found
    a_providers_id_opens_one_session
    a_delivery_finds_its_sessions_by_the_id_that_says_most
    an_event_is_recorded_once_per_provider_and_subject
    a_repetition_shows_nothing_but_asks_for_a_reread
    what_is_not_believed_shows_nothing_but_asks_for_a_reread
    what_nobody_has_is_resolved_and_then_found
    a_resolution_older_than_a_delivery_is_not_applied
    nothing_is_asked_about_what_cannot_be_resolved_or_is_deleted
    a_deleted_session_keeps_no_address
    a_token_reads_its_session
    a_claimed_row_is_nobody_elses_until_its_lease_ends
    a_reading_older_than_a_delivery_is_not_applied
    a_result_that_comes_after_the_lease_changes_nothing
    a_result_about_what_is_gone_changes_nothing_else
    a_photo_that_was_copied_late_is_not_to_be_copied_again
    the_files_of_a_removed_session_are_to_be_removed_copied_or_not
    a_copy_that_nobody_wants_any_more_is_to_be_removed
    no_event_shortens_the_wait_after_a_failure
    a_resting_provider_is_not_asked_and_what_was_given_back_is_no_attempt
    no_minute_sees_more_calls_than_the_quota
    who_can_wait_leaves_calls_for_who_cannot
    a_closed_gate_opens_by_itself
    work_is_claimed_by_what_expires_first
    fresh_links_to_a_photo_that_cannot_be_had_end_no_wait
    a_change_wakes_who_watches_and_nobody_else
    what_is_replayed_is_due_at_once
    what_is_too_old_is_removed_so_many_rows_at_a_time
    the_backlog_says_what_waits_and_for_how_long
    its_key_and_name_stay
    the_store_takes_writes
    events_are_numbered_without_gaps_and_stay_numbered_when_the_oldest_go
    an_address_is_told_of_each_session_in_order_and_by_one_at_a_time
    what_was_settled_late_is_told_again
    the_records_show_what_happened
    text_that_no_database_can_hold_is_kept_all_the_same
    what_was_leased_while_a_clock_was_wrong_is_due_again
    what_passed_a_gate_while_a_clock_was_wrong_keeps_nobody_waiting
}

const HOUR: Duration = Duration::from_hours(1);

async fn what_was_leased_while_a_clock_was_wrong_is_due_again(store: &impl Store) {
    with_address(store, &[]).await;
    open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    assert_eq!((claim(store, NOW + HOUR, 9).await.len(), sendings(store, NOW + HOUR).await.len()), (1, 1));
    assert_eq!((claim(store, NOW, 9).await.len(), sendings(store, NOW).await.len()), (1, 1));
    assert_eq!((claim(store, NOW, 9).await.len(), sendings(store, NOW).await.len()), (0, 0));
}

async fn what_passed_a_gate_while_a_clock_was_wrong_keeps_nobody_waiting(store: &impl Store) {
    let quota = Quota { calls_a_minute: 30 };
    let pass = async |now| store.pass_gate("p", quota, 1.0, now).await.unwrap();
    while pass(NOW + HOUR).await.is_none() {}
    let until = pass(NOW).await.expect("what may be called at once is used up");
    assert!(until <= NOW + 10 * SECOND, "{until}");
    assert_eq!(pass(until).await, None);
    store.close_gate("p", NOW + 3 * HOUR).await.unwrap();
    for later in [Duration::ZERO, 2 * HOUR] {
        assert_eq!(pass(NOW + 60 * SECOND + later).await, None, "no provider is busy for so long");
    }
}

async fn events_are_numbered_without_gaps_and_stay_numbered_when_the_oldest_go(store: &impl Store) {
    for id in ["a", "b", "c"] {
        open(store, id).await;
    }
    let seqs = async |after| {
        let stretch = store.events_after(after, 10).await.unwrap();
        (stretch.events.iter().map(|event| event.seq).collect::<Vec<_>>(), stretch.removed_up_to, stretch.newest)
    };
    assert_eq!(seqs(0).await, (vec![1, 2, 3], 0, 3));
    assert_eq!(seqs(2).await, (vec![3], 0, 3));
    let (old, kept) = (NOW + SECOND, Timestamp::MIN);
    let horizons = Horizons {
        bodies: kept,
        deliveries: kept,
        replaced_photos: kept,
        outbox: kept,
        events: old,
        expired_tokens: kept,
    };
    assert_eq!(store.prune(horizons, 10, NOW).await.unwrap(), Pruned { events: 3, ..Pruned::default() });
    assert_eq!(seqs(0).await, (vec![], 3, 3));
    open(store, "d").await;
    assert_eq!(seqs(0).await, (vec![4], 3, 4));
}

const ADDRESS: &str = "https://host.test/events";

async fn with_address(store: &impl Store, types: &[&str]) {
    let types = types.iter().map(|kind| (*kind).to_owned()).collect();
    store.set_endpoints(vec![Endpoint { name: ADDRESS.into(), types }]).await.unwrap();
}

async fn sendings(store: &impl Store, now: Timestamp) -> Vec<Sending> {
    store.claim_sendings(ADDRESS, now, pace::LEASE, 10).await.unwrap()
}

async fn an_address_is_told_of_each_session_in_order_and_by_one_at_a_time(store: &impl Store) {
    with_address(store, &["session.opened", "session.status_changed"]).await;
    let first = open(store, "m").await;
    let second = open(store, "n").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let due = sendings(store, NOW).await;
    let about: Vec<_> = due.iter().map(|due| (due.event.snapshot.session_id(), due.event.kind.as_str())).collect();
    assert_eq!(about, [(first.as_str(), "session.opened"), (second.as_str(), "session.opened")]);
    assert!(sendings(store, NOW).await.is_empty());
    let arrived = Outcome { has_arrived: true, status: Some(200), ..Outcome::default() };
    store.settle_sending(due[0].clone(), arrived, NOW).await.unwrap();
    let next = sendings(store, NOW).await;
    assert_eq!(next.iter().map(|due| due.event.kind.as_str()).collect::<Vec<_>>(), ["session.status_changed"]);
}

async fn what_was_settled_late_is_told_again(store: &impl Store) {
    with_address(store, &[]).await;
    open(store, "m").await;
    let late = sendings(store, NOW).await.pop().unwrap();
    let current = sendings(store, NOW + pace::LEASE).await.pop().unwrap();
    assert!((late.id, late.lease) < (current.id, current.lease), "{late:?} {current:?}");
    let given_up = Outcome { error: Some("late".into()), ..Outcome::default() };
    store.settle_sending(late, given_up, NOW + pace::LEASE).await.unwrap();
    assert_eq!(store.next_sending_due_at(ADDRESS).await.unwrap(), Some(NOW + 2 * pace::LEASE));
    let retry_at = NOW + 3 * pace::LEASE;
    let failed = Outcome { status: Some(500), retry_at: Some(retry_at), ..Outcome::default() };
    store.settle_sending(current, failed, NOW + pace::LEASE).await.unwrap();
    assert_eq!(store.next_sending_due_at(ADDRESS).await.unwrap(), Some(retry_at));
    let again = sendings(store, retry_at).await.pop().unwrap();
    assert_eq!((again.attempts, again.failures), (3, 1));
}

async fn the_records_show_what_happened(store: &impl Store) {
    with_address(store, &[]).await;
    let session = open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let none = Filter { session: Some("ses_0".into()), ..Filter::default() };
    for kind in [Kind::Sessions, Kind::Deliveries, Kind::Events, Kind::Outbox] {
        assert_eq!(store.replay(kind, none.clone(), NOW).await.unwrap(), 0, "{kind:?}");
    }
    let about = || Filter { session: Some(session.to_string()), ..Filter::default() };
    assert_eq!(store.replay(Kind::Deliveries, about(), NOW).await.unwrap(), 1);
    assert_eq!(store.replay(Kind::Events, about(), NOW).await.unwrap(), 2);
    let newest = Filter { limit: Some(1), status: Some("due".into()), ..about() };
    assert_eq!(store.replay(Kind::Outbox, newest, NOW).await.unwrap(), 1);
}

async fn text_that_no_database_can_hold_is_kept_all_the_same(store: &impl Store) {
    open(store, "m").await;
    let strange = || delivery("e\0\u{1f600}'\"$1?1", "m\0", NOW);
    assert!(store.record_delivery(strange()).await.unwrap().is_new);
    assert!(!store.record_delivery(strange()).await.unwrap().is_new);
}

async fn what_is_replayed_is_due_at_once(store: &impl Store) {
    let (first, second) = (open(store, "m").await, open(store, "n").await);
    store.remove_session(&second, NOW).await.unwrap();
    assert!(claim(store, NOW, 10).await.is_empty());
    let all = Filter { provider: Some("p".into()), ..Filter::default() };
    assert_eq!(store.replay(Kind::Sessions, all, NOW).await.unwrap(), 1);
    assert_eq!(claim_one(store, NOW).await.task.session(), Some(&first));
    let none = Filter { ids: vec!["ses_0".into()], ..Filter::default() };
    assert_eq!(store.replay(Kind::Sessions, none, NOW).await.unwrap(), 0);
}

async fn the_backlog_says_what_waits_and_for_how_long(store: &impl Store) {
    assert_eq!(store.backlog(NOW).await.unwrap(), Backlog::default());
    store.set_endpoints(vec![Endpoint { name: "host".into(), types: Vec::new() }]).await.unwrap();
    let (first, _) = (open(store, "m").await, open(store, "n").await);
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    assert!(store.pass_gate("p", Quota { calls_a_minute: 300 }, 1.0, NOW).await.unwrap().is_none());
    store.close_gate("p", NOW + 7 * SECOND).await.unwrap();
    let backlog = store.backlog(NOW + 10 * SECOND).await.unwrap();
    let lane = Lane { provider: "p".into(), task: "refresh_session".into(), rows: 2, due: 1, age: 10 * SECOND };
    assert_eq!(backlog.lanes, [lane]);
    let told = store.events_after(0, 10).await.unwrap().events.len() as u64;
    assert_eq!((backlog.sendings, backlog.sendings_age), (told, 10 * SECOND));
    let [gate] = &backlog.gates[..] else { panic!("{backlog:?}") };
    assert_eq!((gate.provider.as_str(), gate.closed_until), ("p", NOW + 7 * SECOND));
    assert!(gate.paid_until > NOW);
    store.set_endpoints(Vec::new()).await.unwrap();
    store.remove_session(&first, NOW).await.unwrap();
    let backlog = store.backlog(NOW + 10 * SECOND).await.unwrap();
    assert_eq!((backlog.sendings, backlog.lanes[0].rows), (0, 1), "who is told nothing any more waits for nothing");
}

async fn what_is_too_old_is_removed_so_many_rows_at_a_time(store: &impl Store) {
    open(store, "m").await;
    for event in ["a", "b", "c"] {
        store.record_delivery(delivery(event, "m", NOW)).await.unwrap();
    }
    store.record_delivery(delivery("d", "m", NOW + SECOND)).await.unwrap();
    let (old, kept) = (NOW + SECOND, Timestamp::MIN);
    let horizons = Horizons {
        bodies: old,
        deliveries: kept,
        replaced_photos: kept,
        outbox: kept,
        events: kept,
        expired_tokens: kept,
    };
    for bodies in [2, 1, 0] {
        let step = store.prune(horizons, 2, NOW).await.unwrap();
        assert_eq!(step, Pruned { bodies, ..Pruned::default() });
    }
}

pub(crate) fn standing(word: &str, state: State) -> Standing {
    Standing { provider_status: word.into(), state }
}

pub(crate) fn model(id: &str) -> References {
    References::none().and("model", id)
}

pub(crate) fn new_session(references: References) -> NewSession {
    NewSession {
        id: SessionId::random(),
        provider: "p".into(),
        references,
        standing: standing("onboarding", State::AwaitingUser),
        offer: Offer::of(Surface::Frame(Secret::new("https://x.test/?token=T"))),
        test_mode: true,
        reference: Some("r".into()),
        opened_at: NOW,
    }
}

pub(crate) fn token(name: &str) -> NewClientToken {
    NewClientToken { sha256: sha256(name), expires_at: NOW + pace::CLIENT_TOKEN_LIFE }
}

pub(crate) async fn open(store: &impl Store, id: &str) -> SessionId {
    store.open_session(new_session(model(id)), token(id)).await.unwrap().expect("the model is new").id
}

fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    bytes
}

pub(crate) fn delivery(event: &str, id: &str, at: Timestamp) -> NewDelivery {
    let summary = EventSummary {
        id: Some(event.into()),
        kind: Some("k".into()),
        created_at: Some(at),
        standing: Some(standing("pending", State::Processing)),
        favorite: None,
    };
    NewDelivery {
        provider: "p".into(),
        proof: "timestamped".into(),
        trust: Trust::Body,
        body: event.to_owned().into(),
        references: model(id),
        event: Some(summary),
        unread: None,
        is_resolvable: false,
        received_at: at,
    }
}

fn doorbell(submission: &str) -> NewDelivery {
    let references = References::none().and("submission", submission);
    NewDelivery { trust: Trust::Doorbell, references, event: None, is_resolvable: true, ..delivery("-", "-", NOW) }
}

fn photo(id: &str, expires_at: Timestamp) -> SourcePhoto {
    let url = Some(format!("https://x.test/{id}"));
    SourcePhoto { id: ProviderPhotoId(id.into()), url, url_expires_at: Some(expires_at) }
}

fn ready(photos: Vec<SourcePhoto>) -> Reading {
    Reading::Living(Living { photos: Some(photos), ..Living::at(standing("active", State::Ready)) })
}

pub(crate) async fn claim(store: &impl Store, now: Timestamp, limit: usize) -> Vec<Work> {
    store.claim_work(now, pace::LEASE, limit, Vec::new()).await.unwrap()
}

pub(crate) async fn claim_one(store: &impl Store, now: Timestamp) -> Work {
    claim(store, now, 1).await.pop().expect("a row is due")
}

async fn next_due_at(store: &impl Store) -> Option<Timestamp> {
    store.next_work_due_at(Vec::new()).await.unwrap()
}

/// The names of the files that are to be removed.
async fn removals(store: &impl Store, now: Timestamp) -> Vec<String> {
    let claimed = claim(store, now, 10).await.into_iter();
    claimed.filter_map(|work| if let Task::RemoveFile { name } = work.task { Some(name) } else { None }).collect()
}

/// A session whose photos are listed and not yet copied.
async fn listed(store: &impl Store, photos: Vec<SourcePhoto>) -> SessionId {
    let session = open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    store.apply_reading(refresh, ready(photos), NOW, NOW).await.unwrap();
    session
}

async fn what_was_opened_is_found(store: &impl Store) {
    let id = open(store, "m").await;
    let session = store.session(&id).await.unwrap().unwrap();
    assert_eq!(session.references, model("m"));
    assert_eq!(session.standing, standing("onboarding", State::AwaitingUser));
    assert_eq!(session.offer, Some(new_session(model("m")).offer));
    assert_eq!((session.test_mode, session.reference.as_deref()), (true, Some("r")));
    assert_eq!((session.created_at, session.updated_at, session.removed_at), (NOW, NOW, None));
    assert_eq!(store.session(&SessionId::random()).await.unwrap(), None);
    assert_eq!(store.sessions_by("p", &model("m")).await.unwrap(), [id]);
    assert!(store.sessions_by("q", &model("m")).await.unwrap().is_empty());
}

async fn a_providers_id_opens_one_session(store: &impl Store) {
    open(store, "m").await;
    assert_eq!(store.open_session(new_session(model("m")), token("second")).await.unwrap(), None);
    assert_eq!(store.client_token(sha256("second")).await.unwrap(), None);
}

async fn a_delivery_finds_its_sessions_by_the_id_that_says_most(store: &impl Store) {
    let contact = |submission: &str| References::none().and("submission", submission).and("contact", "c");
    let mut sessions = Vec::new();
    for name in ["s1", "s2"] {
        let opened = store.open_session(new_session(contact(name)), token(name)).await.unwrap();
        sessions.push(opened.unwrap().id);
    }
    let about = async |event: &str, references: References| {
        let delivery = NewDelivery { references, ..delivery(event, "-", NOW) };
        let mut found = store.record_delivery(delivery).await.unwrap().sessions;
        found.sort();
        found
    };
    assert_eq!(about("a", contact("s2")).await, [sessions[1].clone()]);
    let mut both = sessions.clone();
    both.sort();
    assert_eq!(about("b", contact("s3")).await, both);
    assert!(about("c", References::none().and("contact", "other")).await.is_empty());
}

async fn an_event_is_recorded_once_per_provider_and_subject(store: &impl Store) {
    let session = open(store, "m").await;
    let record = async |delivery| store.record_delivery(delivery).await.unwrap();
    let recorded = |is_new, sessions: &[SessionId]| Recorded { is_new, sessions: sessions.to_vec() };
    assert_eq!(record(delivery("a", "m", NOW)).await, recorded(true, std::slice::from_ref(&session)));
    assert_eq!(record(delivery("a", "other", NOW)).await, recorded(true, &[]));
    let elsewhere = NewDelivery { provider: "q".into(), ..delivery("a", "m", NOW) };
    assert_eq!(record(elsewhere).await, recorded(true, &[]));
    let later = NOW + Duration::from_hours(24 * 365);
    assert_eq!(record(delivery("a", "m", later)).await, recorded(false, &[session]));
}

async fn a_repetition_shows_nothing_but_asks_for_a_reread(store: &impl Store) {
    let session = open(store, "m").await;
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    let onboarding = Reading::Living(Living::at(standing("onboarding", State::AwaitingUser)));
    store.apply_reading(refresh, onboarding, NOW, NOW).await.unwrap();
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    assert_eq!(store.session(&session).await.unwrap().unwrap().standing.state, State::AwaitingUser);
    assert!(matches!(claim_one(store, NOW).await.task, Task::RefreshSession { .. }));
}

async fn what_is_not_believed_shows_nothing_but_asks_for_a_reread(store: &impl Store) {
    for trust in [Trust::Stale, Trust::Doorbell] {
        let id = open(store, trust.as_str()).await;
        let delivery = NewDelivery { trust, ..delivery(trust.as_str(), trust.as_str(), NOW) };
        assert_eq!(
            store.record_delivery(delivery).await.unwrap(),
            Recorded { is_new: true, sessions: vec![id.clone()] }
        );
        assert_eq!(store.session(&id).await.unwrap().unwrap().standing.state, State::AwaitingUser);
        assert!(matches!(claim_one(store, NOW).await.task, Task::RefreshSession { .. }));
    }
}

async fn what_nobody_has_is_resolved_and_then_found(store: &impl Store) {
    let session = open(store, "m").await;
    let rung = store.record_delivery(doorbell("s 1")).await.unwrap();
    assert_eq!(rung, Recorded { is_new: true, sessions: vec![] });
    let work = claim_one(store, NOW).await;
    assert_eq!(work.provider, "p");
    let Task::ResolveDelivery { reference } = &work.task else { panic!("{work:?}") };
    assert_eq!(reference.to_string(), "submission s 1");
    let found = References::none().and("submission", "s 1").and("model", "m");
    store.apply_resolution(work, found, NOW).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    assert_eq!(refresh.task.session(), Some(&session));
    assert_eq!(store.record_delivery(doorbell("s 1")).await.unwrap().sessions, [session]);
}

async fn a_resolution_older_than_a_delivery_is_not_applied(store: &impl Store) {
    store.record_delivery(doorbell("s")).await.unwrap();
    let work = claim_one(store, NOW).await;
    store.record_delivery(doorbell("s")).await.unwrap();
    store.apply_resolution(work, References::none(), NOW).await.unwrap();
    let again = claim_one(store, NOW).await;
    assert!(matches!(again.task, Task::ResolveDelivery { .. }));
    store.apply_resolution(again, References::none(), NOW).await.unwrap();
    assert_eq!(store.next_work_due_at(Vec::new()).await.unwrap(), None);
}

async fn nothing_is_asked_about_what_cannot_be_resolved_or_is_deleted(store: &impl Store) {
    let session = open(store, "m").await;
    store.remove_session(&session, NOW).await.unwrap();
    let of_the_deleted = NewDelivery { references: model("m"), ..doorbell("-") };
    let of_nobody = NewDelivery { is_resolvable: false, ..doorbell("s") };
    for delivery in [of_the_deleted, of_nobody] {
        store.record_delivery(delivery).await.unwrap();
        assert_eq!(store.next_work_due_at(Vec::new()).await.unwrap(), None);
    }
}

async fn a_deleted_session_keeps_no_address(store: &impl Store) {
    let references = References::none().and("link", "l").and(EMAIL, "ada@example.test");
    let session = store.open_session(new_session(references), token("t")).await.unwrap().unwrap().id;
    let address = References::none().and(EMAIL, "ada@example.test");
    assert_eq!(store.sessions_by("p", &address).await.unwrap(), std::slice::from_ref(&session));
    store.remove_session(&session, NOW).await.unwrap();
    assert!(store.sessions_by("p", &address).await.unwrap().is_empty());
    assert_eq!(store.sessions_by("p", &References::none().and("link", "l")).await.unwrap(), [session]);
}

async fn a_token_reads_its_session(store: &impl Store) {
    let session = open(store, "m").await;
    let expires_at = NOW + pace::CLIENT_TOKEN_LIFE;
    let known = Some(StoredToken { session: session.clone(), expires_at });
    assert_eq!(store.client_token(sha256("m")).await.unwrap(), known);
    assert_eq!(store.client_token(sha256("x")).await.unwrap(), None);
    let token = NewClientToken { sha256: sha256("second"), expires_at };
    store.add_client_token(&session, token).await.unwrap();
    for name in ["m", "second"] {
        assert_eq!(store.client_token(sha256(name)).await.unwrap(), known);
    }
}

async fn a_claimed_row_is_nobody_elses_until_its_lease_ends(store: &impl Store) {
    open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let first = claim_one(store, NOW).await;
    assert!(claim(store, NOW, 10).await.is_empty());
    assert_eq!(next_due_at(store).await, Some(NOW + pace::LEASE));
    let second = claim_one(store, NOW + pace::LEASE).await;
    assert_eq!((first.id, first.attempts, second.attempts), (second.id, 1, 2));
    assert!(second.lease > first.lease);
}

async fn a_reading_older_than_a_delivery_is_not_applied(store: &impl Store) {
    let id = open(store, "m").await;
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    store.record_delivery(delivery("b", "m", NOW + SECOND)).await.unwrap();
    let before = Reading::Living(Living::at(standing("onboarding", State::AwaitingUser)));
    store.apply_reading(refresh, before, NOW, NOW + SECOND).await.unwrap();
    assert_eq!(store.session(&id).await.unwrap().unwrap().standing.provider_status, "pending");
    assert!(matches!(claim_one(store, NOW + SECOND).await.task, Task::RefreshSession { .. }));
}

async fn a_result_that_comes_after_the_lease_changes_nothing(store: &impl Store) {
    open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let late = claim_one(store, NOW).await;
    let current = claim_one(store, NOW + pace::LEASE).await;
    store.postpone_work(late.clone(), NOW + Duration::from_hours(9), false, "late".into()).await.unwrap();
    store.finish_work(late).await.unwrap();
    assert_eq!(next_due_at(store).await, Some(NOW + 2 * pace::LEASE));
    store.finish_work(current).await.unwrap();
    assert_eq!(next_due_at(store).await, None);
}

async fn a_result_about_what_is_gone_changes_nothing_else(store: &impl Store) {
    let gone = open(store, "m").await;
    store.record_delivery(delivery("e", "m", NOW)).await.unwrap();
    let late = claim_one(store, NOW).await;
    store.remove_session(&gone, NOW).await.unwrap();
    let session = open(store, "n").await;
    store.record_delivery(delivery("e", "n", NOW)).await.unwrap();
    assert_eq!(claim_one(store, NOW).await.task.session(), Some(&session));
    store.finish_work(late).await.unwrap();
    assert_eq!(next_due_at(store).await, Some(NOW + pace::LEASE));
}

async fn a_photo_that_was_copied_late_is_not_to_be_copied_again(store: &impl Store) {
    listed(store, vec![photo("p1", NOW + SECOND)]).await;
    let copy = Copy { sha256: "abc".into(), media_type: "image/png", size_bytes: 3 };
    let is_copy = |work: &Work| matches!(work.task, Task::CopyPhoto { .. });
    let late = claim(store, NOW, 1).await.pop().filter(is_copy).expect("a copy is due");
    let later = NOW + pace::LEASE;
    assert!(claim(store, later, 10).await.iter().any(is_copy));
    store.record_copy(late, copy, later).await.unwrap();
    assert!(!claim(store, later + pace::LEASE, 10).await.iter().any(is_copy));
}

async fn the_files_of_a_removed_session_are_to_be_removed_copied_or_not(store: &impl Store) {
    let copy = Copy { sha256: "abc".into(), media_type: "image/png", size_bytes: 3 };
    let session = listed(store, vec![photo("p1", NOW + SECOND), photo("p2", NOW + 2 * SECOND)]).await;
    let (first, second) = (claim_one(store, NOW).await, claim_one(store, NOW).await);
    let [first_photo, second_photo] = [&first, &second].map(|work| match &work.task {
        Task::CopyPhoto { photo, .. } => photo.clone(),
        other => panic!("a copy is due, not {other:?}"),
    });
    store.record_copy(first, copy.clone(), NOW).await.unwrap();
    let file = first_photo.to_string();
    let kept = StoredPhoto { file: file.clone(), sha256: "abc".into(), media_type: "image/png".into(), size_bytes: 3 };
    assert_eq!(store.photo(&first_photo).await.unwrap(), Some(kept));
    assert!(store.uses_file(&file).await.unwrap());

    store.remove_session(&session, NOW).await.unwrap();
    assert_eq!(store.photo(&first_photo).await.unwrap(), None);
    assert!(!store.uses_file(&file).await.unwrap());
    let mut files = vec![file, second_photo.to_string()];
    let mut to_remove = removals(store, NOW).await;
    files.sort();
    to_remove.sort();
    assert_eq!(to_remove, files);
}

async fn a_copy_that_nobody_wants_any_more_is_to_be_removed(store: &impl Store) {
    let copy = Copy { sha256: "abc".into(), media_type: "image/png", size_bytes: 3 };
    let session = listed(store, vec![photo("p1", NOW + SECOND)]).await;
    let late = claim_one(store, NOW).await;
    store.remove_session(&session, NOW).await.unwrap();
    for work in claim(store, NOW, 10).await {
        store.finish_work(work).await.unwrap();
    }
    store.record_copy(late, copy, NOW).await.unwrap();
    assert_eq!(removals(store, NOW).await.len(), 1);
}

async fn no_event_shortens_the_wait_after_a_failure(store: &impl Store) {
    open(store, "m").await;
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    let failed = claim_one(store, NOW).await;
    store.postpone_work(failed, NOW + 60 * SECOND, false, "down".into()).await.unwrap();
    store.record_delivery(delivery("b", "m", NOW + SECOND)).await.unwrap();
    assert!(claim(store, NOW + 59 * SECOND, 10).await.is_empty());
    let again = claim_one(store, NOW + 60 * SECOND).await;
    assert_eq!(again.attempts, 2);
}

async fn a_resting_provider_is_not_asked_and_what_was_given_back_is_no_attempt(store: &impl Store) {
    open(store, "m").await;
    store.record_delivery(delivery("a", "m", NOW)).await.unwrap();
    store.record_delivery(doorbell("s")).await.unwrap();
    for work in claim(store, NOW, 2).await {
        store.return_work(work).await.unwrap();
    }
    let resting = || vec!["p".to_owned()];
    assert!(store.claim_work(NOW, pace::LEASE, 10, resting()).await.unwrap().is_empty());
    assert_eq!(store.next_work_due_at(resting()).await.unwrap(), None);
    assert_eq!(next_due_at(store).await, Some(NOW));
    assert_eq!(claim_one(store, NOW).await.attempts, 1);
}

async fn no_minute_sees_more_calls_than_the_quota(store: &impl Store) {
    let quota = Quota { calls_a_minute: 30 };
    let mut passed: Vec<Timestamp> = Vec::new();
    // Two and a half minutes of asking twice a second.
    for half_seconds in 0..300 {
        let now = NOW + Duration::from_millis(500) * half_seconds;
        if store.pass_gate("p", quota, 1.0, now).await.unwrap().is_none() {
            passed.push(now);
        }
    }
    let in_a_minute = |from: &Timestamp| passed.iter().filter(|at| (*from..*from + 60 * SECOND).contains(at)).count();
    assert!(passed.iter().all(|from| in_a_minute(from) <= 30), "{passed:?}");
    assert!(passed.len() >= 60, "the quota is used: {}", passed.len());
}

async fn who_can_wait_leaves_calls_for_who_cannot(store: &impl Store) {
    let quota = Quota { calls_a_minute: 300 };
    let pass = async |share| store.pass_gate("p", quota, share, NOW).await.unwrap();
    let mut passed = 0;
    let until = loop {
        match pass(0.5).await {
            None => passed += 1,
            Some(until) => break until,
        }
    };
    assert_eq!(passed, 30);
    assert!(until > NOW && until <= NOW + SECOND, "{until}");
    assert_eq!(pass(1.0).await, None);
    assert_eq!(store.pass_gate("q", quota, 0.5, NOW).await.unwrap(), None);
}

async fn a_closed_gate_opens_by_itself(store: &impl Store) {
    let quota = Quota { calls_a_minute: 300 };
    store.close_gate("p", NOW + 10 * SECOND).await.unwrap();
    store.close_gate("p", NOW + 5 * SECOND).await.unwrap();
    assert_eq!(store.pass_gate("p", quota, 1.0, NOW + 9 * SECOND).await.unwrap(), Some(NOW + 10 * SECOND));
    assert_eq!(store.pass_gate("p", quota, 1.0, NOW + 10 * SECOND).await.unwrap(), None);
}

async fn work_is_claimed_by_what_expires_first(store: &impl Store) {
    let photos = [30, 10, 20].map(|seconds| photo(&format!("p{seconds}"), NOW + seconds * SECOND));
    listed(store, photos.to_vec()).await;
    let mut order = Vec::new();
    for work in claim(store, NOW, 10).await {
        let Task::CopyPhoto { source_url, .. } = work.task else { continue };
        order.push(source_url.unwrap());
    }
    assert_eq!(order, ["https://x.test/p10", "https://x.test/p20", "https://x.test/p30"]);
}

async fn fresh_links_to_a_photo_that_cannot_be_had_end_no_wait(store: &impl Store) {
    let fresh = |at: Timestamp| photo("p", at + Duration::from_hours(24));
    listed(store, vec![fresh(NOW)]).await;
    let mut now = NOW;
    for attempts in 1..=10 {
        let Some(copy) = claim(store, now, 1).await.pop() else {
            assert!(attempts > 1, "the first fresh links are tried at once");
            return;
        };
        assert!(matches!(copy.task, Task::CopyPhoto { .. }));
        store.postpone_work(copy, now + Duration::from_hours(1), true, "refused".into()).await.unwrap();
        let refresh = claim_one(store, now).await;
        now += Duration::from_millis(1);
        store.apply_reading(refresh, ready(vec![fresh(now)]), now, now).await.unwrap();
    }
    panic!("ten attempts in ten milliseconds");
}

async fn a_change_wakes_who_watches_and_nobody_else(store: &impl Store) {
    let (first, second) = (open(store, "m1").await, open(store, "m2").await);
    let (mut watch, mut other) = (store.signals().watch(&first), store.signals().watch(&second));
    store.record_delivery(delivery("e", "m1", NOW)).await.unwrap();
    watch.changed().await;
    let woken = tokio::time::timeout(Duration::from_millis(20), other.changed()).await;
    assert!(woken.is_err());
    store.signals().work().await;
}

async fn its_key_and_name_stay(store: &impl Store) {
    let (key, name) = (store.link_key().await.unwrap(), store.name().await.unwrap());
    assert!(key != [0; 32] && name.len() == 32);
    assert_eq!((store.link_key().await.unwrap(), store.name().await.unwrap()), (key, name));
}

async fn the_store_takes_writes(store: &impl Store) {
    store.check_writable(NOW).await.unwrap();
    store.check_writable(NOW + SECOND).await.unwrap();
}
