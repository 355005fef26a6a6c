//! Tokens of Scale's webhooks, as `PyJWT` sees them.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Request},
    routing::post,
};
use headshot_sandbox::{
    Config, Sandbox, Speed,
    provider::{
        Provider,
        scale::{self, Algorithm, Claims},
    },
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::run::script;

const SECRET: &str = "a-secret-that-is-long-enough-for-every-algorithm-of-this-test-64b";

type Tokens = Arc<Mutex<Vec<Option<String>>>>;

async fn receive(State(tokens): State<Tokens>, headers: HeaderMap, _: Bytes) {
    let token = headers.get("x-authenticity-token").map(|value| value.to_str().unwrap().to_owned());
    tokens.lock().unwrap().push(token);
}

async fn call(router: &Router, path: &str, body: Value) -> Value {
    let request = Request::post(path).body(Body::from(body.to_string())).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    assert!(response.status().is_success(), "{path}: {}", response.status());
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

async fn after(tokens: &Tokens, count: usize) -> Vec<Option<String>> {
    for _ in 0..3000 {
        if tokens.lock().unwrap().len() >= count {
            return tokens.lock().unwrap().clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("waited in vain for webhook {count}")
}

/// The token of a genuine webhook, and then one with each of these flaws.
async fn tokens(algorithm: Algorithm, claims: Claims, flaws: &[&str]) -> Vec<String> {
    let tokens = Tokens::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let webhook_url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let receiver = Router::new().route("/", post(receive)).with_state(Arc::clone(&tokens));
    tokio::spawn(async move { axum::serve(listener, receiver).await });
    let scale = scale::Config {
        webhook_url: Some(webhook_url),
        webhook_secret: SECRET.into(),
        algorithm,
        claims,
        ..scale::Config::default()
    };
    let config = Config { scale: Some(scale), speed: Speed::new(1000.0).unwrap(), ..Config::default() };
    let router = Sandbox::router(Provider::Scale, config);

    let session = call(&router, "/sandbox/sessions", json!({ "email": "ada@example.test" })).await;
    call(&router, &format!("/sandbox/sessions/{}/complete", session["id"].as_str().unwrap()), json!({})).await;
    after(&tokens, 1).await;
    let deliveries = Request::get("/sandbox/deliveries").body(Body::empty()).unwrap();
    let body = router.clone().oneshot(deliveries).await.unwrap().into_body().collect().await.unwrap().to_bytes();
    let delivery = serde_json::from_slice::<Value>(&body).unwrap()["deliveries"][0]["id"].as_str().unwrap().to_owned();
    for (sent, flaw) in flaws.iter().enumerate() {
        call(&router, &format!("/sandbox/deliveries/{delivery}/resend"), json!({ "flaw": flaw })).await;
        after(&tokens, sent + 2).await;
    }
    after(&tokens, flaws.len() + 1).await.into_iter().map(Option::unwrap).collect()
}

async fn verdicts(algorithm: &str, tokens: Vec<String>) -> Value {
    script("tokens.py", Vec::new(), json!({ "secret": SECRET, "algorithm": algorithm, "tokens": tokens })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn pyjwt_accepts_genuine_tokens_and_names_what_is_wrong_with_others() {
    let flaws = ["bad_signature", "stale", "no_algorithm", "altered_body"];
    let verdicts = verdicts("HS256", tokens(Algorithm::Hs256, Claims::Full, &flaws).await).await;
    let expected = ["ok", "InvalidSignatureError", "ExpiredSignatureError", "InvalidAlgorithmError", "ok"];
    assert_eq!(verdicts["verdicts"], json!(expected), "a token does not cover the body");
    assert_eq!(verdicts["claims"][0]["topic"], "SUBMISSION_COMPLETE");
}

#[tokio::test(flavor = "multi_thread")]
async fn pyjwt_accepts_every_algorithm_and_set_of_claims() {
    for (algorithm, name) in [(Algorithm::Hs384, "HS384"), (Algorithm::Hs512, "HS512")] {
        assert_eq!(verdicts(name, tokens(algorithm, Claims::Times, &[]).await).await["verdicts"], json!(["ok"]));
    }
    let empty = verdicts("HS256", tokens(Algorithm::Hs256, Claims::Empty, &[]).await).await;
    assert_eq!((&empty["verdicts"], &empty["claims"]), (&json!(["ok"]), &json!([{}])));
}
