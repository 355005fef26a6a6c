//! A part of the running server panics: it is started again, nobody is told 200 for nothing, and readiness tells the
//! truth.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use headshot_api::State;
use headshot_server::references::References;
use headshot_server::store::{
    Backlog, Copy, Endpoint, Filter, Horizons, KeptUpload, Kind, NewClientToken, NewDelivery, NewSession, NewUpload,
    Outcome, Pruned, Quota, Reading, Record, Recorded, Sending, Signals, Standing, Store, StoreError, StoredPhoto,
    StoredSession, StoredToken, StoredUpload, Stretch, UploadBar, Work,
};
use headshot_server::{App, Clock, PhotoId, SessionId, UploadId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{
    API_KEY, EVENTS_SECRET, Host, MODEL, StandIn, args, client, event, eventually, post_delivery, store,
};

/// A store one of whose methods panics when it is called, so many times.
struct Fragile {
    store: Box<dyn Store>,
    panics: Arc<Mutex<(&'static str, u32)>>,
}

impl Fragile {
    fn pass(&self, method: &str) {
        let mut panics = self.panics.lock().unwrap();
        let breaks = panics.0 == method && panics.1 > 0;
        panics.1 -= u32::from(breaks);
        drop(panics);
        assert!(!breaks, "{method} was to panic");
    }
}

macro_rules! fragile {
    ($($name:ident($($value:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Fragile {
            $(async fn $name(&self, $($value: $type),*) -> Result<$answer, StoreError> {
                self.pass(stringify!($name));
                self.store.$name($($value),*).await
            })*

            fn signals(&self) -> &Signals {
                self.store.signals()
            }
        }
    };
}

fragile! {
    record_delivery(delivery: NewDelivery) -> Recorded;
    open_session(session: NewSession, token: NewClientToken) -> Option<StoredSession>;
    session(id: &SessionId) -> Option<StoredSession>;
    sessions_by(provider: &str, references: &References) -> Vec<SessionId>;
    remove_session(id: &SessionId, now: Timestamp) -> ();
    add_client_token(id: &SessionId, token: NewClientToken) -> ();
    client_token(sha256: [u8; 32]) -> Option<StoredToken>;
    photo(id: &PhotoId) -> Option<StoredPhoto>;
    uses_file(name: &str) -> bool;
    claim_work(now: Timestamp, lease: Duration, limit: usize, resting: Vec<String>) -> Vec<Work>;
    next_work_due_at(resting: Vec<String>) -> Option<Timestamp>;
    apply_reading(work: Work, reading: Reading, asked_at: Timestamp, now: Timestamp) -> ();
    apply_resolution(work: Work, found: References, now: Timestamp) -> ();
    record_copy(work: Work, copy: Copy, now: Timestamp) -> ();
    postpone_work(work: Work, due_at: Timestamp, reread: bool, reason: String) -> ();
    return_work(work: Work) -> ();
    finish_work(work: Work) -> ();
    events_after(seq: u64, limit: usize) -> Stretch;
    set_endpoints(endpoints: Vec<Endpoint>) -> ();
    claim_sendings(endpoint: &str, now: Timestamp, lease: Duration, limit: usize) -> Vec<Sending>;
    next_sending_due_at(endpoint: &str) -> Option<Timestamp>;
    settle_sending(sending: Sending, outcome: Outcome, now: Timestamp) -> ();
    reserve_upload(session: &SessionId, upload: &UploadId, now: Timestamp) -> Result<(), UploadBar>;
    keep_upload(upload: NewUpload, most: u32) -> Result<KeptUpload, UploadBar>;
    uploads(session: &SessionId) -> Vec<StoredUpload>;
    withdraw_upload(session: &SessionId, upload: &UploadId, now: Timestamp) -> Result<(), UploadBar>;
    submit_uploads(session: &SessionId, now: Timestamp) -> Result<(), UploadBar>;
    record_sync(work: Work, now: Timestamp) -> ();
    refuse_upload(work: Work, now: Timestamp) -> ();
    record_submission(work: Work, standing: Standing, now: Timestamp) -> ();
    refuse_submission(work: Work, now: Timestamp) -> ();
    forget_uploads(work: Work, now: Timestamp) -> ();
    pass_gate(provider: &str, quota: Quota, share: f64, now: Timestamp) -> Option<Timestamp>;
    close_gate(provider: &str, until: Timestamp) -> ();
    link_key() -> [u8; 32];
    name() -> String;
    prune(horizons: Horizons, limit: usize, now: Timestamp) -> Pruned;
    records(kind: Kind, filter: Filter) -> Vec<Record>;
    replay(kind: Kind, filter: Filter, now: Timestamp) -> usize;
    check_writable(now: Timestamp) -> ();
    backlog(now: Timestamp) -> Backlog;
}

/// A server that listens, over a store that panics where a test wants it to.
struct Running {
    url: String,
    provider: StandIn,
    host: Host,
    panics: Arc<Mutex<(&'static str, u32)>>,
    _dir: tempfile::TempDir,
}

impl Running {
    async fn start() -> Self {
        let (provider, host) = (StandIn::start().await, Host::start().await);
        let (store, dir) = store();
        let mut args = args(&dir.path().join("headshot.db"), &provider);
        args.events.events_url = Some(host.url.clone());
        args.events.events_secret = Some(EVENTS_SECRET.into());
        args.allow_networks = Some("127.0.0.0/8".into());
        let panics = Arc::new(Mutex::new(("", 0)));
        let store = Arc::new(Fragile { store: Box::new(store), panics: Arc::clone(&panics) });
        let app = App::with_store(&args.try_into().unwrap(), Clock::machine(), store).await.unwrap();
        let listener = headshot_server::Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(headshot_server::serve(listener, app, std::future::pending()));
        Self { url, provider, host, panics, _dir: dir }
    }

    fn panic(&self, method: &'static str, times: u32) {
        *self.panics.lock().unwrap() = (method, times);
    }

    /// Whether everything that was to panic has.
    fn has_panicked(&self) -> bool {
        self.panics.lock().unwrap().1 == 0
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = client().get(format!("{}{path}", self.url)).bearer_auth(API_KEY).send().await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
    }

    async fn open(&self) -> String {
        let open = client().post(format!("{}/v1/sessions", self.url)).bearer_auth(API_KEY);
        let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
        let answer = open.header("content-type", "application/json").body(body).send().await.unwrap();
        let opened: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        opened["session"]["id"].as_str().unwrap().to_owned()
    }

    async fn deliver(&self, id: &str, kind: &str, status: &str) -> u16 {
        let now = Timestamp::now();
        post_delivery(&client(), &self.url, &event(id, kind, MODEL, status, now), now).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_is_started_again_and_does_what_was_to_be_done() {
    let running = Running::start().await;
    let session = running.open().await;
    running.provider.finish(MODEL, &["a"]);
    running.provider.prolong_links();
    running.panic("claim_work", 2);
    assert_eq!(running.deliver("evt_1", "model.photos_ready", "active").await, 200);
    eventually("the photo is copied", async || {
        running.get(&format!("/v1/sessions/{session}")).await.1["photos"].as_array().is_some_and(|it| it.len() == 1)
    })
    .await;
    assert!(running.has_panicked());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forwarder_is_started_again_and_tells_what_was_to_be_told() {
    let running = Running::start().await;
    running.panic("claim_sendings", 2);
    running.open().await;
    eventually("the host is told", async || running.host.types() == ["session.opened"]).await;
    assert!(running.has_panicked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_whose_recording_panics_is_refused_and_the_next_is_recorded() {
    let running = Running::start().await;
    let session = running.open().await;
    running.panic("record_delivery", 1);
    assert_eq!(running.deliver("evt_1", "model.status.updated", "pending").await, 500);
    assert_eq!(running.get(&format!("/v1/sessions/{session}")).await.1["state"], State::AwaitingUser.as_str());
    running.provider.set_model(MODEL, json!({"id": MODEL, "status": "pending"}));
    assert_eq!(running.deliver("evt_1", "model.status.updated", "pending").await, 200);
    assert_eq!(running.get(&format!("/v1/sessions/{session}")).await.1["state"], State::Processing.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_panics_is_not_ready_and_is_again_once_it_does_not() {
    let running = Running::start().await;
    running.panic("check_writable", 1);
    assert_eq!(running.get("/readyz").await.0, 503);
    eventually("it is ready", async || running.get("/readyz").await.0 == 200).await;
}
