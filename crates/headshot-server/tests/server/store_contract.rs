//! What every store must do: run here for SQLite, and for every store that comes.

use std::time::Duration;

use headshot_api::State;
use headshot_server::store::{
    Copy, EventSummary, ModelReading, NewClientToken, NewDelivery, NewSession, Recorded, SourcePhoto, Standing, Store,
    StoredPhoto, StoredToken, Task, Work,
};
use headshot_server::{ProviderPhotoId, ProviderSessionId, Secret, SessionId, pace};
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
    };
}

contract! {
    what_was_opened_is_found
    deliveries_are_answered_in_their_order
    an_event_is_recorded_once_per_provider
    a_token_reads_its_session_until_it_is_long_expired
    a_claimed_row_is_nobody_elses_until_its_lease_ends
    a_reading_older_than_a_delivery_is_not_applied
    a_result_that_comes_after_the_lease_changes_nothing
    a_copy_that_nobody_wants_any_more_is_named_for_removal
    work_is_claimed_by_what_expires_first
    a_change_wakes_who_watches_and_nobody_else
    the_link_key_stays
    the_store_takes_writes
}

fn standing(word: &str, state: State) -> Standing {
    Standing { provider_status: word.into(), state }
}

async fn open(store: &impl Store, model: &str) -> SessionId {
    let session = NewSession {
        id: SessionId::random(),
        provider: "p".into(),
        provider_session_id: ProviderSessionId(model.into()),
        standing: standing("onboarding", State::AwaitingUser),
        signed_url: Secret::new("https://x.test/?token=T"),
        test_mode: true,
        reference: Some("r".into()),
        opened_at: NOW,
    };
    let token = NewClientToken { sha256: sha256(model), expires_at: NOW + pace::CLIENT_TOKEN_LIFE };
    store.open_session(session, token).await.unwrap().id
}

fn sha256(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    bytes
}

fn delivery(event: &str, model: &str, at: Timestamp) -> NewDelivery {
    NewDelivery {
        provider: "p".into(),
        proof: "timestamped".into(),
        body: event.into(),
        event: EventSummary {
            id: Some(event.into()),
            kind: Some("k".into()),
            created_at: Some(at),
            provider_session_id: Some(ProviderSessionId(model.into())),
            standing: Some(standing("pending", State::Processing)),
            favorite: None,
        },
        received_at: at,
    }
}

fn photo(id: &str, expires_at: Timestamp) -> SourcePhoto {
    let url = Some(format!("https://x.test/{id}"));
    SourcePhoto { id: ProviderPhotoId(id.into()), url, url_expires_at: Some(expires_at) }
}

fn ready(photos: Vec<SourcePhoto>) -> ModelReading {
    let standing = standing("active", State::Ready);
    ModelReading::Living { standing, run: None, photos: Some(photos), favorite: None }
}

async fn claim_one(store: &impl Store, now: Timestamp) -> Work {
    let mut claimed = store.claim_work(now, pace::LEASE, 1).await.unwrap();
    claimed.pop().expect("a row is due")
}

/// A session whose photos are listed and not yet copied.
async fn listed(store: &impl Store, photos: Vec<SourcePhoto>) -> SessionId {
    let session = open(store, "m").await;
    store.record_deliveries(vec![delivery("e", "m", NOW)]).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    store.apply_reading(refresh, ready(photos), NOW, NOW).await.unwrap();
    session
}

async fn what_was_opened_is_found(store: &impl Store) {
    let id = open(store, "m").await;
    let session = store.session(&id).await.unwrap().unwrap();
    assert_eq!(session.provider_session_id, ProviderSessionId("m".into()));
    assert_eq!(session.standing, standing("onboarding", State::AwaitingUser));
    assert_eq!(session.signed_url.as_deref(), Some("https://x.test/?token=T"));
    assert_eq!((session.test_mode, session.reference.as_deref()), (true, Some("r")));
    assert_eq!((session.created_at, session.updated_at, session.removed_at), (NOW, NOW, None));
    assert_eq!(store.session(&SessionId::random()).await.unwrap(), None);
}

async fn deliveries_are_answered_in_their_order(store: &impl Store) {
    let session = open(store, "m").await;
    let batch = vec![delivery("a", "m", NOW), delivery("b", "other", NOW), delivery("a", "m", NOW)];
    let answers = store.record_deliveries(batch).await.unwrap();
    assert_eq!(answers, [Recorded::New(Some(session)), Recorded::New(None), Recorded::Duplicate]);
}

async fn an_event_is_recorded_once_per_provider(store: &impl Store) {
    let other = NewDelivery { provider: "q".into(), ..delivery("a", "m", NOW) };
    let first = store.record_deliveries(vec![delivery("a", "m", NOW), other]).await.unwrap();
    assert_eq!(first, [Recorded::New(None), Recorded::New(None)]);
    let later = NOW + Duration::from_hours(24 * 365);
    let second = store.record_deliveries(vec![delivery("a", "m", later)]).await.unwrap();
    assert_eq!(second, [Recorded::Duplicate]);
}

async fn a_token_reads_its_session_until_it_is_long_expired(store: &impl Store) {
    let session = open(store, "m").await;
    let expires_at = NOW + pace::CLIENT_TOKEN_LIFE;
    let known = Some(StoredToken { session: session.clone(), expires_at });
    assert_eq!(store.client_token(sha256("m")).await.unwrap(), known);
    assert_eq!(store.client_token(sha256("x")).await.unwrap(), None);
    let add = async |name: &str, now: Timestamp| {
        let token = NewClientToken { sha256: sha256(name), expires_at: now + pace::CLIENT_TOKEN_LIFE };
        store.add_client_token(&session, token, now).await.unwrap();
    };
    add("second", expires_at).await;
    assert_eq!(store.client_token(sha256("m")).await.unwrap(), known);
    add("third", expires_at + pace::CLIENT_TOKEN_LIFE + SECOND).await;
    assert_eq!(store.client_token(sha256("m")).await.unwrap(), None);
}

async fn a_claimed_row_is_nobody_elses_until_its_lease_ends(store: &impl Store) {
    open(store, "m").await;
    store.record_deliveries(vec![delivery("e", "m", NOW)]).await.unwrap();
    let first = claim_one(store, NOW).await;
    assert!(store.claim_work(NOW, pace::LEASE, 10).await.unwrap().is_empty());
    assert_eq!(store.next_work_due_at().await.unwrap(), Some(NOW + pace::LEASE));
    let second = claim_one(store, NOW + pace::LEASE).await;
    assert_eq!((first.id, first.attempts, second.attempts), (second.id, 1, 2));
    assert!(second.lease > first.lease);
}

async fn a_reading_older_than_a_delivery_is_not_applied(store: &impl Store) {
    let id = open(store, "m").await;
    store.record_deliveries(vec![delivery("a", "m", NOW)]).await.unwrap();
    let refresh = claim_one(store, NOW).await;
    store.record_deliveries(vec![delivery("b", "m", NOW + SECOND)]).await.unwrap();
    let before = ModelReading::Living {
        standing: standing("onboarding", State::AwaitingUser),
        run: None,
        photos: None,
        favorite: None,
    };
    store.apply_reading(refresh, before, NOW, NOW + SECOND).await.unwrap();
    assert_eq!(store.session(&id).await.unwrap().unwrap().standing.provider_status, "pending");
    assert!(matches!(claim_one(store, NOW + SECOND).await.task, Task::RefreshSession));
}

async fn a_result_that_comes_after_the_lease_changes_nothing(store: &impl Store) {
    open(store, "m").await;
    store.record_deliveries(vec![delivery("e", "m", NOW)]).await.unwrap();
    let late = claim_one(store, NOW).await;
    let current = claim_one(store, NOW + pace::LEASE).await;
    store.postpone_work(late.clone(), NOW + Duration::from_hours(9), false, "late".into()).await.unwrap();
    store.abandon_work(late).await.unwrap();
    assert_eq!(store.next_work_due_at().await.unwrap(), Some(NOW + 2 * pace::LEASE));
    store.abandon_work(current).await.unwrap();
    assert_eq!(store.next_work_due_at().await.unwrap(), None);
}

async fn a_copy_that_nobody_wants_any_more_is_named_for_removal(store: &impl Store) {
    let copy = Copy { sha256: "abc".into(), media_type: "image/png", size_bytes: 3 };
    let session = listed(store, vec![photo("p1", NOW + SECOND), photo("p2", NOW + 2 * SECOND)]).await;
    let (first, second) = (claim_one(store, NOW).await, claim_one(store, NOW).await);
    let Task::CopyPhoto { photo, .. } = first.task.clone() else { panic!("a copy is due") };
    assert!(store.record_copy(first, copy.clone(), NOW).await.unwrap().is_empty());
    let kept = StoredPhoto { sha256: "abc".into(), media_type: "image/png".into(), size_bytes: 3 };
    assert_eq!(store.photo(&photo).await.unwrap(), Some(kept));
    assert_eq!(store.remove_session(&session, NOW).await.unwrap(), ["abc"]);
    assert_eq!(store.photo(&photo).await.unwrap(), None);
    assert_eq!(store.record_copy(second, copy, NOW).await.unwrap(), ["abc"]);
}

async fn work_is_claimed_by_what_expires_first(store: &impl Store) {
    let photos = [30, 10, 20].map(|seconds| photo(&format!("p{seconds}"), NOW + seconds * SECOND));
    listed(store, photos.to_vec()).await;
    let mut order = Vec::new();
    for work in store.claim_work(NOW, pace::LEASE, 10).await.unwrap() {
        let Task::CopyPhoto { source_url, .. } = work.task else { continue };
        order.push(source_url.unwrap());
    }
    assert_eq!(order, ["https://x.test/p10", "https://x.test/p20", "https://x.test/p30"]);
}

async fn a_change_wakes_who_watches_and_nobody_else(store: &impl Store) {
    let (first, second) = (open(store, "m1").await, open(store, "m2").await);
    let (mut watch, mut other) = (store.signals().watch(&first), store.signals().watch(&second));
    store.record_deliveries(vec![delivery("e", "m1", NOW)]).await.unwrap();
    watch.changed().await;
    let woken = tokio::time::timeout(Duration::from_millis(20), other.changed()).await;
    assert!(woken.is_err());
    store.signals().work().await;
}

async fn the_link_key_stays(store: &impl Store) {
    let key = store.link_key().await.unwrap();
    assert_ne!(key, [0; 32]);
    assert_eq!(store.link_key().await.unwrap(), key);
}

async fn the_store_takes_writes(store: &impl Store) {
    store.check_writable(NOW).await.unwrap();
    store.check_writable(NOW + SECOND).await.unwrap();
}
