//! How often somebody may ask, and that no genuine delivery is held to it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use headshot_server::ServeArgs;
use jiff::Timestamp;
use serde_json::json;

use crate::common::{
    API_KEY, Answer, MODEL, StandIn, World, client, delivery, event, eventually, get, post, post_delivery, request,
};
use crate::edge::is_delivered;
use crate::metrics;
use crate::process::{Server, headshot, tell};

const SESSION: &str = "/v1/sessions/ses_00000000000000000000000000000000";

/// A server that counts every address, and lets each do so much in a minute.
async fn limited(change: impl FnOnce(&mut ServeArgs)) -> World {
    World::with(|args| {
        args.rates.trusted_proxies = Some("0".into());
        change(args);
    })
    .await
}

impl World {
    async fn send_from(&self, address: &str, mut request: Request<Body>) -> Answer {
        let peer = SocketAddr::new(address.parse().unwrap(), 4711);
        request.extensions_mut().insert(ConnectInfo(peer));
        self.send(request).await
    }

    /// Asks for a session that there is not.
    async fn ask_from(&self, address: &str, credential: &str) -> u16 {
        self.send_from(address, get(SESSION, credential)).await.status.as_u16()
    }

    async fn forge_from(&self, address: &str) -> Answer {
        let mut forged = delivery("{}", self.clock.now());
        forged.headers_mut().insert("x-headshotpro-signature", format!("sha256={}", "0".repeat(64)).parse().unwrap());
        self.send_from(address, forged).await
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let world = limited(|args| args.rates.limit_address = "5".into()).await;
    for _ in 0..5 {
        assert_eq!(world.ask_from("203.0.113.7", "hct_unknown").await, 404);
    }
    let answer = world.send_from("203.0.113.7", get(SESSION, "hct_unknown")).await;
    answer.is_problem(429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), "12");
    assert_eq!(world.ask_from("203.0.113.8", "hct_unknown").await, 404, "another address");
    world.clock.advance(Duration::from_secs(12));
    assert_eq!(world.ask_from("203.0.113.7", "hct_unknown").await, 404);
    assert_eq!(world.ask_from("203.0.113.7", "hct_unknown").await, 429);
}

#[tokio::test]
async fn what_can_be_asked_for_without_a_session_is_not_held_to_the_rate() {
    let world = limited(|args| args.rates.limit_address = "1".into()).await;
    for path in ["/healthz", "/readyz", "/v1/photos/pho_00000000000000000000000000000000"] {
        for _ in 0..3 {
            assert_ne!(world.send_from("203.0.113.7", get(path, "")).await.status.as_u16(), 429, "{path}");
        }
    }
}

#[tokio::test]
async fn each_host_key_is_counted_by_itself_and_not_by_its_address() {
    let other = "another-host-application-key";
    let world = limited(|args| {
        args.api_key = Some(format!("shop:{API_KEY} admin:{other}"));
        args.rates.limit_host = "3".into();
        args.rates.limit_address = "1".into();
    })
    .await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(world.ask_from("203.0.113.7", API_KEY).await);
    }
    assert_eq!(answers, [404, 404, 404, 429]);
    assert_eq!(world.ask_from("203.0.113.7", other).await, 404);
    assert_eq!(world.ask_from("203.0.113.7", "no-key-of-this-server").await, 401);
    assert_eq!(world.ask_from("203.0.113.7", "no-key-of-this-server").await, 429);
    let open = post("/v1/sessions", API_KEY, &json!({"provider": "headshotpro", "email": "ada@example.test"}));
    world.send_from("203.0.113.9", open).await.is_problem(429, "too_many_requests");
    world.send_from("203.0.113.9", get("/v1/events", API_KEY)).await.is_problem(429, "too_many_requests");
    assert!(world.provider.calls().is_empty());
}

#[tokio::test]
async fn a_page_can_read_that_it_asked_too_often_and_its_preflights_are_not_counted() {
    let world = limited(|args| args.rates.limit_address = "1".into()).await;
    for path in [SESSION.to_owned(), format!("{SESSION}/uploads")] {
        for _ in 0..3 {
            let preflight = request(Method::OPTIONS, &path, "")
                .header("origin", "https://host.example.test")
                .header("access-control-request-method", "GET")
                .body(Body::empty());
            assert_eq!(world.send_from("203.0.113.7", preflight.unwrap()).await.status, 200);
        }
        world.ask_from("203.0.113.7", "hct_unknown").await;
        let mut asked = get(&path, "hct_unknown");
        asked.headers_mut().insert("origin", "https://host.example.test".parse().unwrap());
        let answer = world.send_from("203.0.113.7", asked).await;
        answer.is_problem(429, "too_many_requests");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(answer.header("access-control-expose-headers").contains("retry-after"));
    }
}

#[tokio::test]
async fn a_limit_can_be_switched_off() {
    for off in ["off", "0"] {
        let world = limited(|args| {
            (args.rates.limit_host, args.rates.limit_address) = (off.into(), off.into());
            args.rates.limit_refused = off.into();
        })
        .await;
        for _ in 0..200 {
            assert_eq!(world.ask_from("203.0.113.7", API_KEY).await, 404);
            assert_eq!(world.ask_from("203.0.113.7", "hct_unknown").await, 404);
            assert_eq!(world.forge_from("203.0.113.7").await.status, 401);
        }
    }
}

#[tokio::test]
async fn behind_a_proxy_the_client_is_counted_and_not_the_proxy() {
    let world = limited(|args| {
        args.rates.limit_address = "1".into();
        args.rates.trusted_proxies = Some("1".into());
    })
    .await;
    let ask = async |forwarded: &'static str| {
        let mut request = get(SESSION, "hct_unknown");
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        world.send_from("10.0.0.1", request).await.status.as_u16()
    };
    assert_eq!([ask("203.0.113.7").await, ask("203.0.113.8").await], [404, 404]);
    assert_eq!(ask("198.51.100.1, 203.0.113.7").await, 429, "what a client writes itself is not believed");
    assert_eq!([ask("2001:db8:1:2::3").await, ask("2001:db8:1:2:9::9").await], [404, 429]);
}

#[tokio::test]
async fn a_provider_whose_address_forges_too_gets_every_genuine_delivery_through() {
    let world = limited(|args| args.rates.limit_refused = "3".into()).await;
    world.open().await;
    let mut forged = Vec::new();
    for number in 0..20 {
        forged.push(world.forge_from("203.0.113.7").await.status.as_u16());
        let now = world.clock.now();
        let genuine = event(&format!("evt_{number}"), "model.status.updated", MODEL, "waiting", now);
        let answer = world.send_from("203.0.113.7", delivery(genuine.to_string(), now)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    assert_eq!(forged, [vec![401; 3], vec![429; 17]].concat());
    let answer = world.forge_from("203.0.113.7").await;
    answer.is_problem(429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), "20");
    assert_eq!(world.forge_from("203.0.113.8").await.status, 401, "another address");
    assert_eq!(world.query::<i64>("SELECT count(*) FROM deliveries"), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_forged_deliveries_leaves_no_more_traces_than_the_limit_allows() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let settings = [
        ("HEADSHOT_TRUSTED_PROXIES", "0"),
        ("HEADSHOT_LIMIT_REFUSED", "1"),
        ("HEADSHOT_METRICS_LISTEN", "127.0.0.1:0"),
    ];
    let server = Server::run(headshot(dir.path(), &provider.url).envs(settings));
    let client = client();
    let mut answers = Vec::new();
    for _ in 0..40 {
        let forged = client.post(format!("{}/v1/webhooks/headshotpro", server.url)).body("{}");
        answers.push(forged.send().await.unwrap().status().as_u16());
        let now = Timestamp::now();
        let genuine = event(&format!("evt_{now}"), "model.status.updated", "m", "pending", now);
        assert_eq!(post_delivery(&client, &server.url, &genuine, now).await.unwrap(), 200);
    }
    // A slow machine may take more than a minute.
    let refused = answers.iter().filter(|status| **status == 401).count();
    assert!((1..=3).contains(&refused) && answers.iter().all(|status| [401, 429].contains(status)), "{answers:?}");
    let counted = metrics::read(&metrics::url(dir.path()).await).await;
    let limited = answers.len() - refused;
    for line in [
        format!("headshot_requests_limited_total{{setting=\"HEADSHOT_LIMIT_REFUSED\"}} {limited}\n"),
        format!(
            "headshot_deliveries_total{{provider=\"headshotpro\",trust=\"none\",code=\"too_many_requests\"}} {limited}\n"
        ),
    ] {
        assert!(counted.contains(&line), "{line}: {counted}");
    }
    let (_, kept, _) = tell(dir.path(), &["deliveries", "list", "--status", "refused", "--limit", "1000", "--json"]);
    assert_eq!(kept.lines().count(), refused, "{kept}");
    eventually("the log tells of one", async || {
        let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
        log.contains("127.0.0.1 is beyond HEADSHOT_LIMIT_REFUSED")
    })
    .await;
    let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(log.lines().filter(|line| line.contains("status=429")).count() < 10, "{log}");
    is_delivered(&server, "evt_last").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_proxy_in_front_and_did_not_say_so_is_told_once() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let server = Server::run(headshot(dir.path(), &provider.url).env("HEADSHOT_LIMIT_ADDRESS", "1"));
    let client = client();
    for _ in 0..3 {
        let asked = client.get(format!("{}{SESSION}", server.url)).header("x-forwarded-for", "203.0.113.7");
        assert_eq!(asked.bearer_auth("hct_unknown").send().await.unwrap().status(), 404);
    }
    let told = || {
        let log = std::fs::read_to_string(dir.path().join("log")).unwrap();
        log.matches("HEADSHOT_TRUSTED_PROXIES").count()
    };
    eventually("it is told", async || told() > 0).await;
    assert_eq!(told(), 1);
}
