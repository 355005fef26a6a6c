//! `POST /v1/sessions`

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use headshot_api::{OpenedSession, State, Surface};
use serde_json::{Value, json};

use crate::common::{API_KEY, Answer, MODEL, World, post, request};

fn body() -> Value {
    json!({"provider": "headshotpro", "email": "ada@example.test"})
}

async fn open(world: &World, body: &Value) -> Answer {
    world.send(post("/v1/sessions", API_KEY, body)).await
}

#[tokio::test]
async fn opens_a_session() {
    let world = World::new().await;
    let answer =
        open(&world, &json!({"provider": "headshotpro", "email": "ada@example.test", "reference": "emp 7"})).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    let opened: OpenedSession = answer.json();
    let session = opened.session;
    assert_eq!(answer.header("location"), format!("/v1/sessions/{}", session.id));
    assert!(session.id.starts_with("ses_") && session.id.len() == 36, "{}", session.id);
    assert_eq!((session.state, session.provider_status.as_str()), (State::AwaitingUser, "onboarding"));
    let frame = Surface::Frame {
        url: "https://yourproheadshots.com/auth/social?token=TOK&anonymous=1".into(),
        origins: vec!["https://yourproheadshots.com".into(), "https://studio.example.test".into()],
        expires_at: None,
    };
    assert_eq!(session.surface, Some(frame));
    assert_eq!((session.test_mode, session.reference.as_deref()), (false, Some("emp 7")));
    assert_eq!((session.photos.len(), session.favorite_photo_id), (0, None));
    assert_eq!(
        (session.created_at.as_str(), session.updated_at.as_str()),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")
    );
    assert!(opened.client_token.token.starts_with("hct_") && opened.client_token.token.len() == 47);
    assert_eq!(opened.client_token.expires_at, "2026-01-03T03:04:05Z");
}

#[tokio::test]
async fn sends_the_provider_what_it_documents_and_nothing_more() {
    let world = World::new().await;
    open(&world, &body()).await;
    open(&world, &json!({"provider": "headshotpro", "email": "b@x.test", "teamId": "t1", "testMode": true})).await;
    let calls = world.provider.calls();
    assert_eq!((&calls[0].method, calls[0].path.as_str()), (&Method::POST, "/api/v2/organization/models"));
    assert_eq!(calls[0].authorization.as_deref(), Some("Bearer the-server-key"));
    assert_eq!(calls[0].body, json!({"email": "ada@example.test"}));
    assert_eq!(calls[1].body, json!({"email": "b@x.test", "teamId": "t1", "isDevelopment": true}));
}

#[tokio::test]
async fn reads_an_answer_that_is_wrapped_in_data() {
    let world = World::new().await;
    let model = json!({"modelId": "m1", "status": "onboarding", "signedUrl": "https://studio.example.test/s?token=T"});
    world.provider.answer_next(200, &json!({"success": true, "data": model}));
    let opened: OpenedSession = open(&world, &body()).await.json();
    assert_eq!(opened.session.surface.as_ref().and_then(Surface::url), Some("https://studio.example.test/s?token=T"));
}

#[tokio::test]
async fn keeps_no_token_in_clear() {
    let world = World::new().await;
    let (_, token) = world.open().await;
    let file = std::fs::read(world.database()).unwrap();
    let wal = std::fs::read(world.database().with_extension("db-wal")).unwrap();
    for bytes in [file, wal] {
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
}

fn exists() -> Value {
    json!({"success": false, "error": "email already exists, add a suffix", "code": "ALREADY_EXISTS"})
}

#[tokio::test]
async fn tries_an_address_that_exists_once_more_with_a_suffix() {
    let world = World::new().await;
    world.provider.answer_next(400, &exists());
    let answer = open(&world, &body()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let calls = world.provider.calls();
    let second = calls[1].body["email"].as_str().unwrap();
    assert!(second.starts_with("ada+") && second.ends_with("@example.test"), "{second}");
    assert_eq!(calls.len(), 2);
}

#[tokio::test]
async fn tries_an_address_that_exists_no_third_time() {
    let world = World::new().await;
    world.provider.answer_next(400, &exists());
    world.provider.answer_next(400, &exists());
    open(&world, &body()).await.is_problem(409, "email_exists");
    assert_eq!(world.provider.calls().len(), 2);
}

#[tokio::test]
async fn leaves_an_address_that_exists_to_the_host_where_told_so() {
    let world = World::with(|args| args.providers.headshotpro.headshotpro_email_retry = "off".into()).await;
    world.provider.answer_next(400, &exists());
    open(&world, &body()).await.is_problem(409, "email_exists");
    assert_eq!(world.provider.calls().len(), 1);
}

#[tokio::test]
async fn passes_on_the_providers_own_code() {
    let world = World::new().await;
    for (status, code) in [(401, "UNAUTHORIZED"), (403, "FORBIDDEN"), (402, "INSUFFICIENT_CREDITS"), (404, "NOT_FOUND")]
    {
        world.provider.answer_next(status, &json!({"success": false, "error": "no", "code": code}));
        let answer = open(&world, &body()).await;
        answer.is_problem(502, "provider_refused");
        assert_eq!(answer.problem().detail.as_deref(), Some(code));
    }
}

#[tokio::test]
async fn tells_when_the_provider_takes_requests_again() {
    let world = World::new().await;
    let headers = HeaderMap::from_iter([(
        "x-ratelimit-reset".parse().unwrap(),
        HeaderValue::from_static("2026-01-02T03:04:45.000Z"),
    )]);
    world.provider.answer_next_with(429, headers, json!({"code": "RATE_LIMIT_EXCEEDED"}).to_string());
    let answer = open(&world, &body()).await;
    answer.is_problem(503, "provider_busy");
    assert_eq!(answer.header("retry-after"), "41");
}

#[tokio::test]
async fn does_not_ask_again_after_an_answer_that_was_lost() {
    let world = World::new().await;
    for (status, text) in [(500, "oops"), (200, "<html>")] {
        let before = world.provider.calls().len();
        world.provider.answer_next_with(status, HeaderMap::new(), text.into());
        let answer = open(&world, &body()).await;
        answer.is_problem(502, "provider_unreachable");
        assert!(answer.problem().detail.unwrap().contains("may exist at the provider"));
        assert_eq!(world.provider.calls().len(), before + 1);
    }
}

#[tokio::test]
async fn tells_when_nobody_listens_at_the_provider() {
    let world =
        World::with(|args| args.providers.headshotpro.headshotpro_base_url = "http://127.0.0.1:1/api/v2".into()).await;
    let answer = open(&world, &body()).await;
    answer.is_problem(502, "provider_unreachable");
    assert_eq!(answer.problem().detail, None);
}

#[tokio::test]
async fn refuses_a_signed_url_elsewhere_and_leaves_nothing_behind() {
    let world = World::new().await;
    for url in
        ["https://evil.test/auth?token=T", "https://yourproheadshots.com.evil.test/", "javascript:alert(1)", "no url"]
    {
        world.provider.set_model("m1", json!({"status": "onboarding"}));
        world.provider.answer_next(200, &json!({"modelId": "m1", "status": "onboarding", "signedUrl": url}));
        let answer = open(&world, &body()).await;
        answer.is_problem(502, "signed_url_refused");
        assert!(answer.problem().detail.unwrap().contains("HEADSHOTPRO_FRAME_ORIGINS"));
        assert!(!answer.text().contains("token=T"));
        let last = world.provider.calls().pop().unwrap();
        assert_eq!((last.method, last.path.as_str()), (Method::DELETE, "/api/v2/organization/models/m1"));
    }
    assert_eq!(world.query::<i64>("SELECT count(*) FROM sessions"), 0);
}

#[tokio::test]
async fn a_session_that_cannot_be_stored_is_taken_back() {
    let world = World::new().await;
    let other = rusqlite::Connection::open(world.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    open(&world, &body()).await.is_problem(503, "store_unavailable");
    assert!(world.provider.calls().is_empty(), "it was not even opened");
    drop(other);
    world.execute("CREATE TRIGGER full BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'full'); END");
    open(&world, &body()).await.is_problem(503, "store_unavailable");
    assert_eq!(world.provider.calls().pop().unwrap().method, Method::DELETE);
}

#[tokio::test]
async fn a_session_that_is_open_here_is_never_taken_back() {
    let (world, id) = World::with_session().await;
    let again = json!({"success": true, "modelId": MODEL, "signedUrl": "https://yourproheadshots.com/s?token=T"});
    let elsewhere = json!({"success": true, "modelId": MODEL, "signedUrl": "https://evil.test/s"});
    for (answer, status, code) in [(again, 502, "provider_refused"), (elsewhere, 502, "signed_url_refused")] {
        world.provider.answer_next(200, &answer);
        open(&world, &body()).await.is_problem(status, code);
    }
    assert!(world.provider.calls().iter().all(|call| call.method != Method::DELETE));
    assert_eq!(world.session(&id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn a_field_that_the_provider_does_not_know_is_not_swallowed() {
    let world = World::new().await;
    let answer = open(&world, &json!({"provider": "headshotpro", "firstName": "Ada", "profileId": 7})).await;
    answer.is_problem(422, "field_invalid");
    let pointers: Vec<_> = answer.problem().errors.into_iter().map(|error| error.pointer).collect();
    assert_eq!(pointers, ["/firstName", "/profileId", "/email"]);
}

#[tokio::test]
async fn asks_for_the_api_key_before_anything_else() {
    let world = World::new().await;
    let missing = world.send(post("/v1/sessions", "", &json!("not even right"))).await;
    missing.is_problem(401, "credentials_missing");
    assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"headshot\"");
    let wrong = world.send(post("/v1/sessions", "another-key", &body())).await;
    wrong.is_problem(401, "api_key_refused");
    assert_eq!(wrong.header("www-authenticate"), "Bearer realm=\"headshot\", error=\"invalid_token\"");
    let (_, token) = world.open().await;
    world.send(post("/v1/sessions", &token, &body())).await.is_problem(401, "api_key_refused");
}

#[tokio::test]
async fn says_where_the_body_cannot_be_read() {
    let world = World::new().await;
    let cases = [
        ("{\"provider\":", "/provider", "EOF"),
        ("{\"provider\":\"headshotpro\",\"email\":7}", "/email", "expected a string"),
        ("{\"email\":\"a@b.test\"}", "", "missing field `provider`"),
        ("{\"provider\":\"headshotpro\",\"email\":\"a@b.test\",\"teamid\":\"t\"}", "/teamid", "unknown field"),
        ("{\"provider\":\"headshotpro\",\"email\":\"a@b.test\"} x", "", "trailing"),
        ("\u{feff}{}", "", "expected value"),
    ];
    for (body, pointer, detail) in cases {
        let request = request(Method::POST, "/v1/sessions", API_KEY).header("content-type", "application/json");
        let answer = world.send(request.body(body.into()).unwrap()).await;
        answer.is_problem(400, "body_malformed");
        let error = answer.problem().errors.remove(0);
        assert!(error.pointer == pointer && error.detail.contains(detail), "{body}: {error:?}");
    }
    assert!(world.provider.calls().is_empty());
}

#[tokio::test]
async fn names_every_field_that_is_not_accepted() {
    let world = World::new().await;
    let body = json!({
        "provider": "headshotpro", "email": "ada", "teamId": "", "reference": "x".repeat(201),
    });
    let answer = open(&world, &body).await;
    answer.is_problem(422, "field_invalid");
    let pointers: Vec<_> = answer.problem().errors.into_iter().map(|error| error.pointer).collect();
    assert_eq!(pointers, ["/email", "/teamId", "/reference"]);
}

#[tokio::test]
async fn names_the_providers_it_knows() {
    let world = World::new().await;
    let answer = open(&world, &json!({"provider": "other", "email": "ada@example.test"})).await;
    answer.is_problem(422, "provider_unknown");
    assert_eq!(answer.problem().errors[0].detail, "is not one of: headshotpro");
}

#[tokio::test]
async fn takes_json_only_and_not_too_much_of_it() {
    let world = World::new().await;
    for media_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        let request = request(Method::POST, "/v1/sessions", API_KEY).header("content-type", media_type);
        let answer = world.send(request.body(body().to_string().into()).unwrap()).await;
        answer.is_problem(415, "media_type_unsupported");
    }
    open(&world, &json!({"reference": "x".repeat(16 * 1024)})).await.is_problem(413, "body_too_large");
    let announced = request(Method::POST, "/v1/sessions", API_KEY)
        .header("content-type", "application/json")
        .header("content-length", "999999999")
        .body(Body::empty());
    world.send(announced.unwrap()).await.is_problem(413, "body_too_large");
}
