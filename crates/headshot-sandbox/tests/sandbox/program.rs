//! The binary: what it prints, and how it ends.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

/// A running program that ends with the test.
struct Program {
    child: Child,
    addr: String,
    /// All lines up to the one that says that it is ready.
    said: Vec<String>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headshot-sandbox"));
    command.args(arguments).stderr(Stdio::piped());
    command
}

fn start(arguments: &[&str], ready: &str) -> Program {
    let child = command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut program = Program { child, addr: String::new(), said: Vec::new() };
    for line in BufReader::new(program.child.stdout.take().unwrap()).lines().map(Result::unwrap) {
        program.said.push(line);
        if let Some(addr) = program.said.last().and_then(|line| line.strip_prefix(ready)) {
            program.addr = addr.to_owned();
            return program;
        }
    }
    panic!("it said {:?}", program.said)
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

const HOST: [&str; 7] = ["host", "--pages", ".", "--server", "http://localhost:1", "--api-key", "key"];

#[test]
fn says_where_it_listens() {
    let sandbox = start(&["--listen", "127.0.0.1:0"], "headshot-sandbox listening on http://");
    assert!(!sandbox.addr.ends_with(":0"), "{}", sandbox.addr);
    start(&["providers", "--listen", "127.0.0.1:0"], "headshot-sandbox listening on http://127.0.0.1:");
    start(&[&HOST[..], &["--listen", "127.0.0.1:0"]].concat(), "host application listening on http://127.0.0.1:");
}

#[test]
fn says_where_each_provider_is() {
    let addresses = ["--listen", "127.0.0.1:0", "--scale-listen", "127.0.0.1:0", "--skylab-listen", "127.0.0.1:0"];
    let sandbox = start(&addresses, "headshot-sandbox listening on http://");
    let words = sandbox.said.iter().map(|line| line.split_once(" http://127.0.0.1:").unwrap_or_default().0);
    assert_eq!(words.take(3).collect::<Vec<_>>(), ["headshotpro", "scale", "skylab"]);
    let only = start(&["--skylab-listen", "127.0.0.1:0"], "headshot-sandbox listening on http://");
    assert_eq!(only.said[0], format!("skylab http://{}", only.addr));
    assert_eq!(only.said.len(), 2, "{:?}", only.said);
}

#[test]
fn a_port_in_use_is_named_with_the_flag() {
    let sandbox = start(&["--listen", "127.0.0.1:0"], "headshot-sandbox listening on http://");
    let port = sandbox.addr.rsplit(':').next().unwrap();
    for (arguments, flag) in [
        (&["providers"][..], "--listen"),
        (&["providers"], "--scale-listen"),
        (&["providers"], "--skylab-listen"),
        (&HOST, "--listen"),
    ] {
        let ended = run(&[arguments, &[flag, &sandbox.addr]].concat());
        let message = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{message}");
        let expected = format!("port {port} is in use: choose another one with {flag} ADDRESS:PORT");
        assert!(message.contains(&expected), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn a_wrong_flag_ends_it_with_code_2() {
    for arguments in [&["--speed", "0"][..], &["--signature-scheme", "both"], &["host"], &["play"]] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_misspelt_fault_is_named_beside_those_that_exist() {
    let ended = run(&["--faults", "seed=42 dorp=0.05"]);
    let message = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{message}");
    assert!(message.contains("`dorp` is no fault; there are seed, drop, duplicate"), "{message}");
}
