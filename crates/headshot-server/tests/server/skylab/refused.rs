//! What an operator is told about callbacks that are refused.

use axum::http::Method;
use jiff::Timestamp;
use serde_json::Value;

use super::durability::start;
use super::signed;
use crate::common::{Skylab, StandIn, client, eventually};
use crate::process::tell;

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_callback_is_explained_and_its_address_is_in_no_log() {
    let (provider, skylab, dir) = (StandIn::start().await, Skylab::start().await, tempfile::tempdir().unwrap());
    let server = start(dir.path(), &provider, &skylab);
    let tail = "0123456789abcdef0123456789abcdef";
    let body = r#"{"id":42,"state":"queued","name":"a & b"}"#;
    let genuine = signed(Method::PATCH, "/", body.replace('&', "\\u0026"), Timestamp::now());
    let mut request = client().patch(format!("{}/v1/webhooks/skylab/{tail}", server.url)).body(body);
    for (name, value) in genuine.headers() {
        request = request.header(name.as_str(), value.to_str().unwrap());
    }
    assert_eq!(request.send().await.unwrap().status(), 401);
    let (code, refused, errors) = tell(dir.path(), &["deliveries", "list", "--status", "refused", "--json"]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let refused: Value = serde_json::from_str(refused.lines().next().unwrap()).unwrap();
    assert_eq!(refused["code"], "signature_mismatch", "{refused}");
    let id = refused["id"].as_str().unwrap();
    let explain = || tell(dir.path(), &["deliveries", "explain", id, "--json"]).1;
    eventually("it is explained", async || explain().contains("remedy")).await;
    let explained: Value = serde_json::from_str(&explain()).unwrap();
    assert_eq!(explained["findings"][0]["code"], "body_reserialized", "{explained}");
    assert!(!std::fs::read_to_string(dir.path().join("log")).unwrap().contains(tail));
}
