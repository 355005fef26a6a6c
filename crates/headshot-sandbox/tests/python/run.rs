//! Runs a script with the Python that the set-up brought.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tokio::task::spawn_blocking;

/// Runs a script beside this file with these variables and this input, and gives what it printed as JSON.
pub(crate) async fn script(name: &str, variables: Vec<(&'static str, String)>, input: Value) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(name);
    spawn_blocking(move || run(&path, variables, &input)).await.unwrap()
}

fn run(path: &Path, variables: Vec<(&'static str, String)>, input: &Value) -> Value {
    let mut command = Command::new(python());
    // Without isolation, a module in the working directory or the person's home could stand in for a locked one.
    command.arg("-I").arg(path).envs(variables);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{} failed:\n{said}", path.display());
    serde_json::from_slice(&ended.stdout).unwrap_or_else(|error| panic!("{error}:\n{said}"))
}

fn python() -> PathBuf {
    let path = env::var_os("HEADSHOT_PYTHON");
    let hint = "HEADSHOT_PYTHON is not set: run `cargo xtask test`, which prepares what this test needs";
    PathBuf::from(path.unwrap_or_else(|| panic!("{hint}")))
}
