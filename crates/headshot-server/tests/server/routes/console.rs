//! The operator's page: who is let in, what it answers, and what it never shows.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use headshot_server::console::settings;
use serde_json::{Value, json};

use crate::common::{
    API_KEY, Answer, EVENTS_SECRET, MODEL, NOW, PUBLIC_URL, SECRET, World, delivery, event, eventually, get,
};

const KEY: &str = "the-console-key-of-tests";

/// A world whose console is on, as an operator's browser sees it.
struct Operator {
    world: World,
    cookie: String,
}

impl Operator {
    async fn signed_in() -> Self {
        Self::of(console().await).await
    }

    async fn of(world: World) -> Self {
        let answer = world.send(sign_in(KEY)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { world, cookie }
    }

    async fn get(&self, path: &str) -> Answer {
        let request = Request::get(format!("/console/api/{path}")).header("cookie", &self.cookie);
        self.world.send(request.body(Body::empty()).unwrap()).await
    }

    async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.world.send(post(path, body, &[("cookie", &self.cookie), ("origin", PUBLIC_URL)])).await
    }

    async fn replay(&self, kind: &str, id: &Value) -> Value {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let answer = self.post("replay", &json!({ "kind": kind, "ids": [id] })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }
}

async fn console() -> World {
    World::with(|args| args.console = on(KEY)).await
}

/// One that tells its events to an address, and keeps what it refuses.
async fn telling(address: &str) -> World {
    World::with(|args| {
        args.console = on(KEY);
        args.refused.keep_refused = "on".into();
        args.events.events_url = Some(address.into());
        args.events.events_secret = Some(EVENTS_SECRET.into());
    })
    .await
}

fn on(key: &str) -> settings::Args {
    settings::Args { console: "on".into(), console_key: Some(key.into()) }
}

fn post(path: &str, body: &Value, headers: &[(&str, &str)]) -> Request<Body> {
    let request = Request::post(format!("/console/api/{path}")).header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body.to_string().into()).unwrap()
}

fn sign_in(key: &str) -> Request<Body> {
    let headers = [("origin", PUBLIC_URL), ("sec-fetch-site", "same-origin")];
    post("sign-in", &json!({ "key": key }), &headers)
}

#[tokio::test]
async fn without_the_setting_there_is_no_console() {
    let world = World::new().await;
    for path in ["/console", "/console/", "/console/main.css", "/console/api/server", "/console/api/sessions"] {
        world.send(get(path, API_KEY)).await.is_problem(404, "route_unknown");
    }
    world.send(sign_in(KEY)).await.is_problem(404, "route_unknown");
}

#[tokio::test]
async fn the_page_may_load_nothing_but_its_own_files_and_is_framed_by_nobody() {
    let world = console().await;
    for path in ["/console", "/console/api/server", "/console/nothing.js"] {
        let answer = world.send(get(path, "")).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("'unsafe-inline'"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let answer = world.send(get("/console/", "")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::PERMANENT_REDIRECT, "../console"));
}

#[tokio::test]
async fn a_key_signs_in_and_its_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let operator = Operator::signed_in().await;
    let answer = operator.world.send(sign_in(KEY)).await;
    let cookie = answer.header("set-cookie");
    let attributes = "; Max-Age=28800; Path=/console; HttpOnly; SameSite=Strict; Secure";
    assert!(cookie.starts_with("headshot_console=") && cookie.ends_with(attributes), "{cookie}");
    assert!(!cookie.contains(KEY));
    let described = operator.read("server").await;
    assert_eq!(described["providers"], json!(["headshotpro"]));
}

#[tokio::test]
async fn nothing_is_told_to_anybody_who_is_not_signed_in() {
    let world = console().await;
    let forged = format!("headshot_console={}", "A".repeat(43));
    for path in ["server", "sessions", "deliveries", "events", "outbox", "sessions/ses_1", "deliveries/ref_1"] {
        for cookie in ["", forged.as_str(), KEY] {
            let request = Request::get(format!("/console/api/{path}")).header("cookie", cookie);
            let request = request.header("authorization", format!("Bearer {API_KEY}")).body(Body::empty()).unwrap();
            world.send(request).await.is_problem(401, "console_signed_out");
        }
    }
    let body = json!({ "kind": "outbox", "ids": ["1"] });
    world.send(post("replay", &body, &[("origin", PUBLIC_URL)])).await.is_problem(401, "console_signed_out");
}

#[tokio::test]
async fn a_wrong_key_and_the_host_applications_are_refused() {
    let world = console().await;
    for key in ["", "the-console-key-of-test", "the-console-key-of-tests-", API_KEY] {
        let answer = world.send(sign_in(key)).await;
        answer.is_problem(401, "console_key_refused");
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn who_signs_out_is_out_wherever_the_cookie_was_copied_to() {
    let operator = Operator::signed_in().await;
    let other = Operator::of(operator.world).await;
    let operator = Operator { cookie: operator.cookie, world: other.world };
    let answer = operator.post("sign-out", &Value::Null).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header("set-cookie").starts_with("headshot_console=; Max-Age=0; Path=/console; "));
    operator.get("server").await.is_problem(401, "console_signed_out");
    let other = Operator { cookie: other.cookie, world: operator.world };
    other.read("server").await;
}

#[tokio::test]
async fn a_sign_in_ends_by_itself_and_with_the_server() {
    let operator = Operator::signed_in().await;
    operator.world.clock.advance(Duration::from_mins(29));
    operator.read("server").await;
    operator.world.clock.advance(Duration::from_mins(30));
    operator.get("server").await.is_problem(401, "console_signed_out");
    let Operator { world, cookie } = Operator::of(operator.world).await;
    let operator = Operator { world: world.reopened().await, cookie };
    operator.get("server").await.is_problem(401, "console_signed_out");
}

#[tokio::test]
async fn no_other_page_changes_anything() {
    let operator = Operator::signed_in().await;
    let body = json!({ "kind": "sessions", "ids": ["ses_1"] });
    let cases: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "https://evil.example.test")],
        &[("origin", "null")],
        &[("origin", PUBLIC_URL), ("sec-fetch-site", "cross-site")],
        &[("origin", PUBLIC_URL), ("sec-fetch-site", "same-site")],
        &[("origin", "http://photos.example.test")],
    ];
    for headers in cases {
        let headers = [&[("cookie", operator.cookie.as_str())], headers].concat();
        for path in ["replay", "sign-in", "sign-out"] {
            operator.world.send(post(path, &body, &headers)).await.is_problem(403, "origin_refused");
        }
    }
    // A form of another page can send no JSON.
    let form = Request::post("/console/api/replay").header("cookie", &operator.cookie).header("origin", PUBLIC_URL);
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("kind=outbox".into()).unwrap();
    operator.world.send(form).await.is_problem(415, "media_type_unsupported");
    // Through a tunnel the browser knows the server by another name.
    let tunnel =
        [("cookie", operator.cookie.as_str()), ("origin", "http://localhost:9999"), ("host", "localhost:9999")];
    assert_eq!(operator.world.send(post("replay", &body, &tunnel)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_sessions_whole_life_is_told() {
    let operator = Operator::signed_in().await;
    let (session, _) = operator.world.open().await;
    operator.world.tell("model.status.updated", "pending").await;
    let life = operator.read(&format!("sessions/{}", session.id)).await;
    assert_eq!(life["record"]["status"], "processing");
    assert_eq!(life["deliveries"][0]["trust"], "body");
    let types: Vec<_> = life["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["session.status_changed", "session.opened"]);
    // What a delivery changed is known by its time.
    assert_eq!(life["events"][0]["createdAt"], life["deliveries"][0]["receivedAt"]);
    assert_eq!(life["events"][0]["source"], "delivery");
    let delivery = operator.read(&format!("deliveries/{}", life["deliveries"][0]["id"])).await;
    assert_eq!(delivery["record"], life["deliveries"][0]);
    assert!(delivery["means"].as_str().unwrap().contains("covers the body"), "{delivery}");
    let shown = operator.read(&format!("events/{}", life["events"][0]["id"].as_str().unwrap())).await;
    assert_eq!(shown["record"], life["events"][0]);
    operator.get("sessions/ses_0").await.is_problem(404, "record_unknown");
    operator.get("people/1").await.is_problem(404, "route_unknown");
}

#[tokio::test]
async fn a_refused_delivery_is_listed_and_explained() {
    let operator = Operator::signed_in().await;
    let mut forged = delivery(event("evt_1", "model.status.updated", MODEL, "pending", NOW).to_string(), NOW);
    let stale = (NOW - Duration::from_mins(1)).as_second();
    forged.headers_mut().insert("x-headshotpro-timestamp", stale.into());
    operator.world.send(forged).await.is_problem(401, "signature_mismatch");
    let listed = operator.read("deliveries?status=refused").await;
    assert_eq!(listed["records"][0]["code"], "signature_mismatch");
    assert_eq!(listed["statuses"], json!(["recorded", "unread", "refused"]));
    let path = format!("deliveries/{}", listed["records"][0]["id"].as_str().unwrap());
    eventually("it is explained", async || operator.read(&path).await["findings"].is_array()).await;
}

#[tokio::test]
async fn lists_are_narrowed_down_as_the_commands_do() {
    let operator = Operator::signed_in().await;
    operator.world.open().await;
    operator.world.tell("model.status.updated", "pending").await;
    let cases = [
        ("deliveries", 1),
        ("deliveries?status=recorded&provider=headshotpro", 1),
        ("deliveries?status=unread", 0),
        ("deliveries?since=2099-01-01T00:00:00Z", 0),
        ("events", 2),
        ("events?limit=1", 1),
        ("sessions?status=processing", 1),
        ("sessions?session=ses_0", 0),
        ("outbox", 0),
    ];
    for (path, count) in cases {
        assert_eq!(operator.read(path).await["records"].as_array().map(Vec::len), Some(count), "{path}");
    }
    for path in ["sessions?status=redy", "events?since=yesterday", "events?limit=all", "events?other=1"] {
        operator.get(path).await.is_problem(400, "cursor_invalid");
    }
    let detail = operator.get("sessions?status=redy").await.problem().detail.unwrap();
    assert!(detail.starts_with("status is not `redy`; it is one of: "), "{detail}");
}

#[tokio::test]
async fn what_is_set_going_again_goes() {
    let operator = Operator::of(telling("https://host.example.test/headshots").await).await;
    let (session, _) = operator.world.open().await;
    operator.world.execute("UPDATE outbox SET state = 'dead', attempts = 10");
    let outbox = operator.read("outbox?status=dead").await;
    assert_eq!(operator.replay("outbox", &outbox["records"][0]["id"]).await, json!({ "replayed": 1 }));
    let due = operator.read("outbox?status=due").await;
    assert_eq!((&due["records"][0]["id"], &due["records"][0]["attempts"]), (&outbox["records"][0]["id"], &json!(0)));
    operator.world.provider.set_model(MODEL, json!({"id": MODEL, "status": "pending"}));
    assert_eq!(operator.replay("sessions", &json!(session.id)).await, json!({ "replayed": 1 }));
    operator.world.work().await;
    assert_eq!(operator.read("sessions").await["records"][0]["providerStatus"], "pending");
    assert_eq!(operator.replay("sessions", &json!("ses_0")).await, json!({ "replayed": 0 }));
    let nothing = operator.post("replay", &json!({ "kind": "outbox", "ids": [] })).await;
    nothing.is_problem(422, "field_invalid");
    operator.post("replay", &json!({ "kind": "people", "ids": ["1"] })).await.is_problem(400, "body_malformed");
}

#[tokio::test]
async fn no_answer_holds_a_secret_a_link_or_a_body() {
    let operator = Operator::of(telling("https://host.example.test/headshots?key=of-the-address").await).await;
    let (session, token) = operator.world.open().await;
    operator.world.provider.finish(MODEL, &["a"]);
    let now = operator.world.clock.now();
    let mut told = event("evt_1", "model.photos_ready", MODEL, "active", now);
    told["object"]["firstName"] = json!("Hypatia");
    assert_eq!(operator.world.deliver(&told).await.status, StatusCode::OK);
    let mut forged = delivery(told.to_string(), now);
    forged.headers_mut().insert("x-headshotpro-signature", "sha256=00".parse().unwrap());
    operator.world.send(forged).await.is_problem(401, "signature_malformed");
    operator.world.work().await;

    let mut answers = String::new();
    for kind in ["sessions", "deliveries", "events", "outbox"] {
        let listed = operator.read(kind).await;
        assert_ne!(listed["records"], json!([]), "{kind}");
        for record in listed["records"].as_array().unwrap() {
            let id = record["id"].as_str().map_or_else(|| record["id"].to_string(), str::to_owned);
            answers += &operator.read(&format!("{kind}/{id}")).await.to_string();
        }
        answers += &listed.to_string();
    }
    answers += &operator.read("server").await.to_string();
    let signed_url = match session.surface {
        Some(headshot_api::Surface::Frame { url, .. }) => url,
        other => panic!("{other:?}"),
    };
    let secrets =
        [KEY, API_KEY, SECRET, "the-server-key", "whsec_", "of-the-address", "Hypatia", "sha256=00", "signature="];
    for secret in secrets.into_iter().chain([token.as_str(), signed_url.as_str(), "ada@example.test"]) {
        assert!(!answers.contains(secret), "{secret}: {answers}");
    }
    assert!(answers.contains("https://host.example.test/headshots"), "the address is not named: {answers}");
}

#[tokio::test]
async fn what_is_no_such_route_or_method_is_said() {
    let operator = Operator::signed_in().await;
    operator.get("nothing").await.is_problem(404, "route_unknown");
    let request = Request::builder().method(Method::PUT).uri("/console").body(Body::empty()).unwrap();
    operator.world.send(request).await.is_problem(405, "method_not_allowed");
}
