//! The units for systemd, as its own programs judge them, and its own way to hand over a socket.

use std::fs;
use std::process::{Command, Stdio};

use super::proxy::free_port;
use super::{text, with};
use crate::common::{StandIn, client, eventually};
use crate::process::{headshot, said};

/// In tenths, of ten: how much of the system a service could reach that is not held back.
const MOST_EXPOSED: &str = "15";

#[test]
fn systemd_knows_every_word_of_the_units_and_finds_the_service_held_back() {
    let dir = tempfile::tempdir().unwrap();
    let service = with(&text("headshot.service"), "/usr/local/bin/headshot", env!("CARGO_BIN_EXE_headshot"));
    fs::write(dir.path().join("headshot.service"), service).unwrap();
    fs::write(dir.path().join("headshot.socket"), text("headshot.socket")).unwrap();
    let analyze = |words: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        said(&command.args(words).current_dir(dir.path()).output().expect("Debian's package `systemd` is needed"))
    };
    let verified = analyze(&["verify", "./headshot.service", "./headshot.socket"]);
    assert_eq!(verified, (Some(0), String::new(), String::new()));
    let threshold = format!("--threshold={MOST_EXPOSED}");
    let (code, judged, faults) = analyze(&["security", "--offline=true", &threshold, "./headshot.service"]);
    println!("{}", judged.lines().next_back().unwrap_or_default());
    assert_eq!(code, Some(0), "{judged}{faults}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_is_taken_as_systemd_hands_it_over() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let (port, serve) = (free_port(), headshot(dir.path(), &provider.url));
    let mut activate = Command::new("systemd-socket-activate");
    activate.arg(format!("--listen=127.0.0.1:{port}"));
    for (name, value) in serve.get_envs() {
        activate.arg(format!("--setenv={}={}", name.display(), value.unwrap().display()));
    }
    activate.arg(serve.get_program()).args(serve.get_args()).stdin(Stdio::null()).stdout(Stdio::null());
    let log = fs::File::create(dir.path().join("log")).unwrap();
    // It becomes the server with the first client.
    let mut server = activate.stderr(log).spawn().expect("Debian's package `systemd` is needed");
    eventually("the server answers", async || {
        let asked = client().get(format!("http://127.0.0.1:{port}/readyz")).send().await;
        asked.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    server.kill().unwrap();
    server.wait().unwrap();
}
