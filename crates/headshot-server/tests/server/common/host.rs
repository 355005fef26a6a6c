use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use headshot_api::Event;
use tokio::time::sleep;

use super::{World, serve};

/// What the deliveries to a host are signed with.
pub(crate) const EVENTS_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A world that tells these hosts.
pub(crate) async fn telling(hosts: &[&Host]) -> World {
    let urls: Vec<_> = hosts.iter().map(|host| host.url.clone()).collect();
    World::with(|args| {
        args.events.events_url = Some(urls.join(" "));
        args.events.events_secret = Some(EVENTS_SECRET.into());
        args.allow_networks = Some("127.0.0.0/8".into());
    })
    .await
}

/// A host, and a world that tells it.
pub(crate) async fn told() -> (Host, World) {
    let host = Host::start().await;
    let world = telling(&[&host]).await;
    (host, world)
}

/// A stand-in for the host application that answers what a test tells it and remembers what it was told.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) url: String,
    state: Arc<Mutex<Script>>,
}

#[derive(Default)]
struct Script {
    heard: Vec<Heard>,
    next: VecDeque<(StatusCode, HeaderMap)>,
    always: Option<StatusCode>,
    takes: Duration,
}

/// One request that it received, and how it answered.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) answered: StatusCode,
}

impl Heard {
    pub(crate) fn event(&self) -> Event {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Host {
    pub(crate) async fn start() -> Self {
        let state = Arc::<Mutex<Script>>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        Self { url: format!("{}/headshots", serve(router).await), state }
    }

    /// The next request is answered so.
    pub(crate) fn answer_next(&self, status: u16, headers: &[(&'static str, &str)]) {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        self.script(|script| script.next.push_back((StatusCode::from_u16(status).unwrap(), headers)));
    }

    /// Every request from now on is answered so.
    pub(crate) fn answer_always(&self, status: u16) {
        self.script(|script| script.always = Some(StatusCode::from_u16(status).unwrap()));
    }

    /// Every request from now on is answered after so long.
    pub(crate) fn take_time(&self, takes: Duration) {
        self.script(|script| script.takes = takes);
    }

    /// Forgets the answers that were still to be given, and answers at once.
    pub(crate) fn calm_down(&self) {
        self.script(|script| (script.next.clear(), script.takes = Duration::ZERO));
    }

    /// Waits until there were so many requests.
    pub(crate) async fn has_heard(&self, requests: usize) {
        while self.heard().len() < requests {
            sleep(Duration::from_millis(2)).await;
        }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.script(|script| script.heard.clone())
    }

    /// The types of the events that arrived, in their order.
    pub(crate) fn types(&self) -> Vec<String> {
        let arrived = self.heard().into_iter().filter(|heard| heard.answered.is_success());
        arrived.map(|heard| heard.event().kind.as_str().to_owned()).collect()
    }

    fn script<T>(&self, act: impl FnOnce(&mut Script) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }
}

async fn answer(State(state): State<Arc<Mutex<Script>>>, headers: HeaderMap, body: Bytes) -> Response {
    let (answer, takes) = {
        let mut script = state.lock().unwrap();
        let usual = script.always.unwrap_or(StatusCode::NO_CONTENT);
        let (answered, more) = script.next.pop_front().unwrap_or((usual, HeaderMap::new()));
        script.heard.push(Heard { headers, body, answered });
        ((answered, more), script.takes)
    };
    sleep(takes).await;
    answer.into_response()
}
