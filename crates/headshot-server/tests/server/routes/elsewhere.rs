//! Routes and methods that there are not.

use axum::body::Body;
use axum::http::Method;

use crate::common::{API_KEY, World, get, request};

#[tokio::test]
async fn an_unknown_route_is_a_problem() {
    let world = World::new().await;
    for path in
        ["/", "/v1", "/v1/sessions/x/y", "/v1/webhooks/other", "/v1/webhooks/headshotpro/tail", "/v1/sessions/%ff"]
    {
        let method = if path.starts_with("/v1/webhooks") { Method::POST } else { Method::GET };
        let answer = world.send(request(method, path, API_KEY).body(Body::empty()).unwrap()).await;
        answer.is_problem(404, "route_unknown");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let world = World::new().await;
    let cases = [
        (Method::GET, "/v1/sessions", "POST"),
        (Method::PUT, "/v1/sessions/ses_1", "GET,HEAD,DELETE"),
        (Method::GET, "/v1/webhooks/headshotpro", "POST,PATCH"),
        (Method::PATCH, "/v1/webhooks/headshotpro", "POST"),
        (Method::POST, "/v1/photos/pho_1", "GET,HEAD"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::DELETE, "/v1/sessions/ses_1/client-tokens", "POST"),
    ];
    for (method, path, allow) in cases {
        let answer = world.send(request(method, path, "").body(Body::empty()).unwrap()).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), allow, "{path}");
    }
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let world = World::new().await;
    let (first, second) = (world.send(get("/healthz", "")).await, world.send(get("/nowhere", "")).await);
    assert_eq!((first.header("x-request-id").len(), second.header("x-request-id").len()), (16, 16));
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
