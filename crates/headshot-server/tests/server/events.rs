//! What the host application is told, and how.

mod storm;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use headshot_api::EventPage;
use headshot_server::store::Endpoint;
use headshot_verify::provider::standardwebhooks::StandardWebhooks;
use headshot_verify::{Delivery, UnixSeconds, Verifier};
use serde_json::{Value, json};

use crate::common::{API_KEY, EVENTS_SECRET, Host, MODEL, World, delete, eventually, get, telling, told};

const SECOND: Duration = Duration::from_secs(1);

impl World {
    /// Sends everything that is due.
    async fn forward(&self) {
        headshot_server::forward::run_due(&self.app).await.unwrap();
    }

    async fn events(&self, query: &str) -> EventPage {
        let answer = self.send(get(&format!("/v1/events{query}"), API_KEY)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// The types of all events, with how each was learned.
    async fn types(&self) -> Vec<(String, String)> {
        let events = self.events("?limit=1000").await.events;
        events.into_iter().map(|event| (event.kind.as_str().to_owned(), event.source)).collect()
    }

    async fn delete(&self, id: &str) {
        let delete = delete(&format!("/v1/sessions/{id}"), API_KEY);
        assert_eq!(self.send(delete).await.status, StatusCode::NO_CONTENT);
    }
}

fn pairs(told: &[(&str, &str)]) -> Vec<(String, String)> {
    told.iter().map(|(kind, source)| ((*kind).to_owned(), (*source).to_owned())).collect()
}

#[tokio::test]
async fn every_step_of_a_session_is_told_once() {
    let (world, id) = World::finished(&["p1", "p2"]).await;
    world.provider.set_favorite(json!({"id": "p2"}));
    world.tell("model.favorite_selected", "active").await;
    world.work().await;
    world.tell("model.favorite_selected", "active").await;
    world.work().await;
    world.delete(&id).await;
    let told = pairs(&[
        ("session.opened", "host"),
        ("session.status_changed", "delivery"),
        ("session.photos_ready", "reading"),
        ("session.favorite_selected", "reading"),
        ("session.status_changed", "host"),
        ("session.deleted", "host"),
    ]);
    assert_eq!(world.types().await, told);
}

#[tokio::test]
async fn what_no_delivery_told_is_told_all_the_same() {
    let (world, _) = World::with_session().await;
    world.provider.finish(MODEL, &["p1"]);
    world.pass(Duration::from_mins(1)).await;
    let told = pairs(&[
        ("session.opened", "host"),
        ("session.status_changed", "reading"),
        ("session.photos_ready", "reading"),
    ]);
    assert_eq!(world.types().await, told);
}

#[tokio::test]
async fn a_second_shoot_is_told_anew() {
    let (world, _) = World::finished(&["p1"]).await;
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "onboarding"}));
    world.pass(Duration::from_mins(1)).await;
    world.provider.finish(MODEL, &["p2"]);
    world.pass(Duration::from_mins(1)).await;
    let ready = world.types().await.into_iter().filter(|(kind, _)| kind == "session.photos_ready").count();
    assert_eq!(ready, 2);
}

#[tokio::test]
async fn the_readmes_example_is_what_is_told() {
    let host = Host::start().await;
    let world = telling(&[&host]).await;
    let body = json!({"provider": "headshotpro", "email": "ada@example.test", "reference": "employee 7"});
    world.send(crate::common::post("/v1/sessions", API_KEY, &body)).await;
    world.provider.finish(MODEL, &["p1"]);
    world.provider.set_favorite(json!({"id": "p1"}));
    world.pass(Duration::from_mins(1)).await;
    world.forward().await;
    let heard = host.heard().into_iter().map(|heard| serde_json::from_slice::<Value>(&heard.body).unwrap());
    let told = heard.filter(|event| event["type"] == "session.favorite_selected").last().unwrap();
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```json\n").unwrap();
    let mut example: Value = serde_json::from_str(rest.split_once("```").unwrap().0).unwrap();
    // Ids are random.
    for pointer in ["/id", "/data/sessionId", "/data/photos/0/id", "/data/photos/0/url", "/data/favoritePhotoId"] {
        let (ours, theirs) = (told.pointer(pointer).unwrap(), example.pointer_mut(pointer).unwrap());
        assert_eq!(ours.as_str().unwrap().len(), theirs.as_str().unwrap().len(), "{pointer}");
        *theirs = ours.clone();
    }
    assert_eq!(told, example);
}

#[tokio::test]
async fn no_link_of_the_provider_or_token_is_told() {
    let (world, _) = World::finished(&["p1"]).await;
    let told = serde_json::to_string(&world.events("").await).unwrap();
    for secret in ["token=", "signature", "yourproheadshots", &world.provider.url] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[tokio::test]
async fn a_photo_in_an_event_is_fetched_with_the_api_key() {
    let (world, _) = World::finished(&["p1"]).await;
    let last = world.events("").await.events.pop().unwrap();
    let path = last.data.photos[0].url.strip_prefix(crate::common::PUBLIC_URL).unwrap().to_owned();
    let answer = world.send(get(&path, API_KEY)).await;
    assert_eq!((answer.status, answer.body), (StatusCode::OK, crate::common::png("p1")));
    world.send(get(&path, "")).await.is_problem(403, "link_refused");
    world.send(get(&path, "another-key-altogether")).await.is_problem(401, "api_key_refused");
}

#[tokio::test]
async fn deliveries_to_the_host_are_signed_per_standard_webhooks() {
    let (host, world) = told().await;
    world.open().await;
    world.forward().await;
    let heard = host.heard().remove(0);
    let verifier = Verifier::with_shown_secrets(StandardWebhooks::default(), [EVENTS_SECRET]).unwrap();
    let headers = |name: &str| heard.headers.get_all(name).iter().map(axum::http::HeaderValue::as_bytes);
    let now = UnixSeconds::new(world.clock.now().as_second().try_into().unwrap());
    verifier.verify(&Delivery::new(headers, &heard.body[..]), now).unwrap();
    assert_eq!(heard.header("webhook-id"), heard.event().id);
    assert_eq!(heard.header("content-type"), "application/json");
}

#[tokio::test]
async fn while_a_secret_is_replaced_both_sign() {
    let host = Host::start().await;
    let newer = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let world = World::with(|args| {
        args.events.events_url = Some(host.url.clone());
        args.events.events_secret = Some(format!("{newer},{EVENTS_SECRET}"));
        args.allow_networks = Some("127.0.0.0/8".into());
    })
    .await;
    world.open().await;
    world.forward().await;
    let heard = host.heard().remove(0);
    assert_eq!(heard.header("webhook-signature").split(' ').count(), 2);
    let now = UnixSeconds::new(world.clock.now().as_second().try_into().unwrap());
    for secret in [newer, EVENTS_SECRET] {
        let verifier = Verifier::with_shown_secrets(StandardWebhooks::default(), [secret]).unwrap();
        let headers = |name: &str| heard.headers.get_all(name).iter().map(axum::http::HeaderValue::as_bytes);
        verifier.verify(&Delivery::new(headers, &heard.body[..]), now).unwrap();
    }
}

#[tokio::test]
async fn an_event_that_did_not_arrive_is_sent_again_with_the_same_id_and_body() {
    let (host, world) = told().await;
    host.answer_next(500, &[]);
    world.open().await;
    world.forward().await;
    assert_eq!(host.heard().len(), 1);
    world.clock.advance(4 * SECOND);
    world.forward().await;
    assert_eq!(host.heard().len(), 1, "not before five seconds");
    world.clock.advance(3 * SECOND);
    world.forward().await;
    let heard = host.heard();
    assert_eq!(heard.len(), 2);
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    assert_eq!(heard[0].body, heard[1].body);
    assert_ne!(heard[0].header("webhook-timestamp"), heard[1].header("webhook-timestamp"));
}

#[tokio::test]
async fn of_one_session_nothing_overtakes_and_of_another_nothing_waits() {
    let (host, world) = told().await;
    host.answer_next(500, &[]);
    let (first, _) = world.open().await;
    world.forward().await;
    world.tell("model.status.updated", "waiting").await;
    let (second, _) = world.open().await;
    world.forward().await;
    let arrived = |host: &Host| -> Vec<_> {
        let arrived = host.heard().into_iter().filter(|heard| heard.answered.is_success());
        arrived.map(|heard| (heard.event().data.session_id, heard.event().kind.as_str().to_owned())).collect()
    };
    assert_eq!(arrived(&host), [(second.id.clone(), "session.opened".to_owned())]);
    world.clock.advance(6 * SECOND);
    world.forward().await;
    assert_eq!(
        arrived(&host)[1..],
        [(first.id.clone(), "session.opened".to_owned()), (first.id, "session.status_changed".to_owned())]
    );
}

#[tokio::test]
async fn a_sick_address_holds_up_no_other_and_is_left_alone_as_a_whole() {
    let (sick, well) = (Host::start().await, Host::start().await);
    let world = telling(&[&sick, &well]).await;
    sick.answer_always(500);
    for _ in 0..8 {
        world.open().await;
        world.forward().await;
    }
    assert_eq!(well.types().len(), 8);
    assert_eq!(sick.heard().len(), 3, "after three failures it is left alone");
    sick.answer_always(204);
    for _ in 0..20 {
        world.clock.advance(Duration::from_mins(1));
        world.forward().await;
    }
    assert_eq!(sick.types().len(), 8);
}

#[tokio::test]
async fn an_address_is_told_the_types_that_it_asked_for() {
    let host = Host::start().await;
    let world = World::with(|args| {
        args.events.events_url = Some(format!("{}#session.photos_ready,session.deleted", host.url));
        args.events.events_secret = Some(EVENTS_SECRET.into());
        args.allow_networks = Some("127.0.0.0/8".into());
    })
    .await;
    let (session, _) = world.open().await;
    world.provider.finish(MODEL, &["p1"]);
    world.pass(Duration::from_mins(1)).await;
    world.delete(&session.id).await;
    world.forward().await;
    assert_eq!(host.types(), ["session.photos_ready", "session.deleted"]);
}

#[tokio::test]
async fn an_address_that_asks_for_time_gets_it() {
    let (host, world) = told().await;
    host.answer_next(503, &[("retry-after", "600")]);
    world.open().await;
    world.forward().await;
    world.clock.advance(Duration::from_secs(599));
    world.forward().await;
    assert_eq!(host.heard().len(), 1);
    world.clock.advance(SECOND);
    world.forward().await;
    assert_eq!(host.types(), ["session.opened"]);
}

#[tokio::test]
async fn an_address_that_is_gone_is_told_nothing_until_the_next_start_and_then_everything() {
    let (host, world) = told().await;
    host.answer_next(410, &[]);
    world.open().await;
    world.forward().await;
    world.open().await;
    world.clock.advance(Duration::from_hours(25));
    world.forward().await;
    assert_eq!(host.heard().len(), 1);
    let world = world.reopened().await;
    world.forward().await;
    assert_eq!(host.types().len(), 1, "what happened while it was gone is in the stream only");
    assert_eq!(world.events("").await.events.len(), 2);
}

#[tokio::test]
async fn after_ten_attempts_an_event_is_given_up_and_the_next_one_comes() {
    let (host, world) = told().await;
    for _ in 0..10 {
        host.answer_next(500, &[]);
    }
    world.open().await;
    world.tell("model.status.updated", "waiting").await;
    for _ in 0..40 {
        world.forward().await;
        world.clock.advance(Duration::from_hours(3));
    }
    assert_eq!(host.heard().len(), 11);
    assert_eq!(host.types(), ["session.status_changed"]);
    assert_eq!(world.query::<String>("SELECT group_concat(state) FROM outbox"), "dead,delivered");
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let (host, world) = told().await;
    let elsewhere = Host::start().await;
    host.answer_next(301, &[("location", &elsewhere.url)]);
    world.open().await;
    world.forward().await;
    assert!(elsewhere.heard().is_empty());
    assert_eq!(world.query::<i64>("SELECT last_status FROM outbox"), 301);
}

#[tokio::test]
async fn nothing_is_sent_to_this_machine_unless_the_operator_says_so() {
    let host = Host::start().await;
    for url in [host.url.clone(), host.url.replace("127.0.0.1", "localhost")] {
        let world = World::with(|args| {
            args.events.events_url = Some(url.clone());
            args.events.events_secret = Some(EVENTS_SECRET.into());
        })
        .await;
        world.open().await;
        world.forward().await;
        let error: String = world.query("SELECT last_error FROM outbox");
        assert!(error.contains("HEADSHOT_ALLOW_NETWORKS"), "{url}: {error}");
    }
    assert!(host.heard().is_empty());
}

#[tokio::test]
async fn the_forwarder_wakes_for_an_event_and_ends_with_the_server() {
    let (host, world) = told().await;
    let forwarder = tokio::spawn(headshot_server::forward::run(Arc::clone(&world.app)));
    world.open().await;
    eventually("the event arrives", async || !host.types().is_empty()).await;
    world.app.stop();
    forwarder.await.unwrap();
}

#[tokio::test]
async fn the_stream_is_pulled_page_by_page() {
    let world = World::new().await;
    for _ in 0..5 {
        world.open().await;
    }
    let (mut cursor, mut seqs) = (0, Vec::new());
    loop {
        let page = world.events(&format!("?after={cursor}&limit=2")).await;
        if page.events.is_empty() {
            assert_eq!(page.next, cursor);
            break;
        }
        seqs.extend(page.events.iter().map(|event| event.seq));
        cursor = page.next;
    }
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_pull_waits_for_the_next_event() {
    let world = World::new().await;
    let waiting = world.events("?after=0&wait=20");
    let opening = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        world.open().await;
    };
    let (page, ()) = tokio::join!(waiting, opening);
    assert_eq!((page.events.len(), page.next), (1, 1));
    assert!(world.events("?after=1&wait=1").await.events.is_empty());
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused() {
    let world = World::new().await;
    world.open().await;
    let beyond = i64::MAX as u64 + 1;
    let too_much = [format!("?wait={beyond}"), format!("?limit={beyond}"), format!("?after={beyond}")];
    let none = ["?after=x", "?after=-1", "?after=1.5", "?limit=all", "?wait=", "?cursor=1", "?after=2"];
    for query in none.into_iter().chain(too_much.iter().map(String::as_str)) {
        let answer = world.send(get(&format!("/v1/events{query}"), API_KEY)).await;
        answer.is_problem(400, "cursor_invalid");
    }
    world.send(get("/v1/events", "")).await.is_problem(401, "credentials_missing");
}

#[tokio::test]
async fn an_address_that_comes_back_is_told_what_was_still_due() {
    let (host, world) = told().await;
    host.answer_always(500);
    world.open().await;
    world.forward().await;
    let endpoints = |names: &[&str]| {
        names.iter().map(|name| Endpoint { name: (*name).to_owned(), types: Vec::new() }).collect::<Vec<_>>()
    };
    world.app.store().set_endpoints(endpoints(&[])).await.unwrap();
    world.open().await;
    world.clock.advance(Duration::from_mins(1));
    world.forward().await;
    assert_eq!(host.heard().len(), 1);
    host.answer_always(204);
    world.app.store().set_endpoints(endpoints(&[&host.url])).await.unwrap();
    world.forward().await;
    assert_eq!(host.types().len(), 1);
}
