//! The extractor for axum, in the example, which listens, and in applications of other kinds.

#[path = "../examples/axum.rs"]
#[expect(dead_code, reason = "its `main` is for people")]
mod example;

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{DefaultBodyLimit, FromRef, Request, State},
    http::StatusCode,
    response::Response,
    routing::post,
};
use headshot_verify::{
    MAX_BODY_BYTES, UnixSeconds, Unsigned, Verifier, VerifyError,
    axum::{Genuine, Rejection},
    provider::{headshotpro::HeadshotPro, skylab::Skylab},
};
use tokio::{net::TcpListener, runtime::Runtime};
use tower::ServiceExt;

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const BODY: &str = r#"{"event": "model.photos_ready", "object": {"_id": "m1"}}"#;

/// Only for a server that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn receives_the_genuine_alone() {
    let runtime = Runtime::new().unwrap();
    let address = start(&runtime);
    assert_eq!(deliver(address, &signed(SECRET, BODY), BODY), "HTTP/1.1 200 OK");
    assert_eq!(deliver(address, &signed(SECRET, "no event"), "no event"), "HTTP/1.1 200 OK");
    let refused = "HTTP/1.1 401 Unauthorized";
    assert_eq!(deliver(address, &signed("another secret", BODY), BODY), refused);
    assert_eq!(deliver(address, &signed(SECRET, BODY), &BODY.replace(' ', "")), refused);
    assert_eq!(deliver(address, &[], BODY), refused);
    let twice = [signed(SECRET, BODY), signed(SECRET, BODY)].concat();
    assert_eq!(deliver(address, &twice, BODY), refused);
}

#[test]
fn takes_the_longest_body_and_no_longer_one() {
    let runtime = Runtime::new().unwrap();
    let address = start(&runtime);
    let body = "x".repeat(MAX_BODY_BYTES);
    assert_eq!(deliver(address, &signed(SECRET, &body), &body), "HTTP/1.1 200 OK");
    assert_eq!(deliver(address, &signed(SECRET, BODY), &format!("{body}x")), "HTTP/1.1 413 Payload Too Large");
}

#[test]
fn does_not_start_without_a_secret() {
    assert_eq!(example::app([]).unwrap_err(), VerifyError::SecretsMissing);
    assert_eq!(example::app([""]).unwrap_err(), VerifyError::SecretEmpty);
}

#[test]
fn a_refusal_tells_the_sender_nothing_and_the_applications_own_layers_why() {
    let mut forged = request(&signed("another secret", BODY), BODY);
    *forged.uri_mut() = "/webhooks/headshotpro".parse().unwrap();
    let response = answer(example::app([SECRET]).unwrap(), forged);
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.extensions().get::<VerifyError>().map(VerifyError::code), Some("signature_mismatch"));
    assert_eq!(text(response), "");
}

#[test]
fn a_handler_gets_what_was_proven_and_the_bytes() {
    async fn receive(_: State<Arc<Verifier<HeadshotPro>>>, delivery: Genuine<HeadshotPro>) -> Bytes {
        assert_eq!(format!("{delivery:?}"), format!("{:?}", delivery.verified()));
        assert_eq!(delivery.verified().secret_index(), 1);
        assert_eq!(delivery.verified().references().session.as_deref(), Some("m1"));
        delivery.into_body()
    }
    let app = Router::new().route("/", post(receive)).with_state(verifier(["an old secret", SECRET]));
    assert_eq!(text(answer(app, request(&signed(SECRET, BODY), BODY))), BODY);
}

#[test]
fn each_handler_has_the_verifier_of_its_provider() {
    #[derive(Clone)]
    struct Verifiers {
        headshotpro: Arc<Verifier<HeadshotPro>>,
        skylab: Arc<Verifier<Skylab>>,
    }
    impl FromRef<Verifiers> for Arc<Verifier<HeadshotPro>> {
        fn from_ref(all: &Verifiers) -> Self {
            Arc::clone(&all.headshotpro)
        }
    }
    impl FromRef<Verifiers> for Arc<Verifier<Skylab>> {
        fn from_ref(all: &Verifiers) -> Self {
            Arc::clone(&all.skylab)
        }
    }
    let skylab = Verifier::with_shown_secrets(Skylab::new(), ["skylab's secret"]).unwrap();
    let at = UnixSeconds::now();
    let of_skylab = skylab.sign(&Unsigned { body: BODY.as_bytes(), at, id: None }).unwrap();
    let app = Router::new()
        .route("/headshotpro", post(|_: Genuine<HeadshotPro>| async {}))
        .route("/skylab", post(|_: Genuine<Skylab>| async {}))
        .with_state(Verifiers { headshotpro: verifier([SECRET]), skylab: Arc::new(skylab) });
    for (path, headers, status) in [
        ("/headshotpro", signed(SECRET, BODY), StatusCode::OK),
        ("/skylab", of_skylab.clone(), StatusCode::OK),
        ("/headshotpro", of_skylab, StatusCode::UNAUTHORIZED),
    ] {
        let mut request = request(&headers, BODY);
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(answer(app.clone(), request).status(), status, "{path}");
    }
}

#[test]
fn the_limit_of_the_router_holds_and_the_verifiers_own_always() {
    let app = |limit: DefaultBodyLimit| {
        let route = post(|_: Genuine<HeadshotPro>| async {});
        Router::new().route("/", route).layer(limit).with_state(verifier([SECRET]))
    };
    let genuine = |body: &str| request(&signed(SECRET, body), body);
    let narrow = DefaultBodyLimit::max(BODY.len());
    assert_eq!(answer(app(narrow), genuine(BODY)).status(), StatusCode::OK);
    assert_eq!(answer(app(narrow), genuine(&format!("{BODY} "))).status(), StatusCode::PAYLOAD_TOO_LARGE);
    let none = DefaultBodyLimit::disable();
    let longest = "x".repeat(MAX_BODY_BYTES);
    assert_eq!(answer(app(none), genuine(&longest)).status(), StatusCode::OK);
    // Nothing of so long a body is signed, for it is refused before that.
    let longer = Request::post("/").body(Body::from(format!("{longest}x"))).unwrap();
    assert_eq!(answer(app(none), longer).status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[test]
fn a_handler_may_answer_a_refusal_itself() {
    async fn receive(delivery: Result<Genuine<HeadshotPro>, Rejection>) -> (StatusCode, String) {
        let Err(rejection) = delivery else { return (StatusCode::OK, String::new()) };
        (StatusCode::FORBIDDEN, rejection.to_string())
    }
    let app = Router::new().route("/", post(receive)).with_state(verifier([SECRET]));
    assert_eq!(answer(app.clone(), request(&signed(SECRET, BODY), BODY)).status(), StatusCode::OK);
    let refused = answer(app, request(&[], BODY));
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(text(refused), "the signature header x-headshotpro-signature is missing");
}

fn verifier<const COUNT: usize>(secrets: [&str; COUNT]) -> Arc<Verifier<HeadshotPro>> {
    Arc::new(Verifier::with_shown_secrets(HeadshotPro::new(), secrets).unwrap())
}

fn request(headers: &[(String, String)], body: &str) -> Request {
    let request = headers.iter().fold(Request::post("/"), |request, (name, value)| request.header(name, value));
    request.body(Body::from(body.to_owned())).unwrap()
}

fn answer(app: Router, request: Request) -> Response {
    Runtime::new().unwrap().block_on(app.oneshot(request)).unwrap()
}

fn text(response: Response) -> String {
    let body = Runtime::new().unwrap().block_on(to_bytes(response.into_body(), MAX_BODY_BYTES)).unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// Serves the example until the runtime ends.
fn start(runtime: &Runtime) -> SocketAddr {
    let app = example::app(["an old secret", SECRET]).unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async { axum::serve(listener, app).await });
    address
}

fn signed(secret: &str, body: &str) -> Vec<(String, String)> {
    verifier([secret]).sign(&Unsigned { body: body.as_bytes(), at: UnixSeconds::now(), id: None }).unwrap()
}

/// The first line of the answer to a delivery.
fn deliver(address: SocketAddr, headers: &[(String, String)], body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "POST /webhooks/headshotpro HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len())
        .unwrap();
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n").unwrap();
    }
    write!(stream, "\r\n{body}").unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
