//! The example for axum, listening: it takes a genuine delivery and no other.

#[path = "../examples/axum.rs"]
#[expect(dead_code, reason = "its `main` is for people")]
mod example;

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use headshot_verify::{
    MAX_BODY_BYTES, UnixSeconds, Unsigned, Verifier, VerifyError, provider::headshotpro::HeadshotPro,
};
use tokio::{net::TcpListener, runtime::Runtime};

const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const BODY: &str = r#"{"event": "model.photos_ready", "object": {"_id": "m1"}}"#;

/// Only for a server that hangs.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn receives_the_genuine_alone() {
    let runtime = Runtime::new().unwrap();
    let address = start(&runtime);
    assert_eq!(post(address, &signed(SECRET, BODY), BODY), "HTTP/1.1 200 OK");
    assert_eq!(post(address, &signed(SECRET, "no event"), "no event"), "HTTP/1.1 200 OK");
    let refused = "HTTP/1.1 401 Unauthorized";
    assert_eq!(post(address, &signed("another secret", BODY), BODY), refused);
    assert_eq!(post(address, &signed(SECRET, BODY), &BODY.replace(' ', "")), refused);
    assert_eq!(post(address, &[], BODY), refused);
    let twice = [signed(SECRET, BODY), signed(SECRET, BODY)].concat();
    assert_eq!(post(address, &twice, BODY), refused);
}

#[test]
fn takes_the_longest_body_and_no_longer_one() {
    let runtime = Runtime::new().unwrap();
    let address = start(&runtime);
    let body = "x".repeat(MAX_BODY_BYTES);
    assert_eq!(post(address, &signed(SECRET, &body), &body), "HTTP/1.1 200 OK");
    assert_eq!(post(address, &signed(SECRET, BODY), &format!("{body}x")), "HTTP/1.1 413 Payload Too Large");
}

#[test]
fn does_not_start_without_a_secret() {
    assert_eq!(example::app([]).unwrap_err(), VerifyError::SecretsMissing);
    assert_eq!(example::app([""]).unwrap_err(), VerifyError::SecretEmpty);
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
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let verifier = Verifier::with_shown_secrets(HeadshotPro::default(), [secret]).unwrap();
    verifier.sign(&Unsigned { body: body.as_bytes(), at: UnixSeconds::new(now), id: None }).unwrap()
}

/// The first line of the answer to a delivery.
fn post(address: SocketAddr, headers: &[(String, String)], body: &str) -> String {
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
