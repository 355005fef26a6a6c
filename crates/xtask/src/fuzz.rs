//! The fuzz targets of `fuzz/`, each for a short time, where a nightly toolchain is installed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::console;
use crate::process;
use crate::setup::{Setup, Toolbox};

/// The targets, and the folder of the corpus that each starts from.
const TARGETS: [(&str, &str); 4] =
    [("verify", "delivery"), ("headers", "delivery"), ("events", "events"), ("explain", "delivery")];

/// All targets together take a minute.
const SECONDS_OF_A_TARGET: u32 = 20;

/// Whether `rustup` has a nightly toolchain; cargo-fuzz needs its compiler.
pub(crate) fn has_nightly() -> bool {
    process::captured(Command::new("rustup").args(["run", "nightly", "rustc", "--version"])).is_ok()
}

/// Runs each target from the committed corpus; what it finds stays in `target`.
pub(crate) fn run(setup: &Setup, tools: &Toolbox) -> Result<()> {
    let workspace = &setup.workspace;
    for (target, corpus) in TARGETS {
        let found: PathBuf = workspace.target("fuzz-found").join(target);
        fs::create_dir_all(&found)?;
        console::note(target, &format!("running for {SECONDS_OF_A_TARGET} s …"));
        let mut command = Command::new("rustup");
        command
            .args(["run", "nightly"])
            .arg(tools.path("cargo-fuzz")?)
            .args(["run", "--sanitizer", "none", target])
            .arg(&found)
            .arg(workspace.path("fuzz/corpus").join(corpus))
            .args(["--", "-max_len=4096", &format!("-max_total_time={SECONDS_OF_A_TARGET}")])
            .arg(format!("-dict={}", workspace.path("fuzz/words.dict").display()))
            .current_dir(workspace.root())
            .env("CARGO_TARGET_DIR", workspace.target("fuzz"));
        // Those of this toolchain would be used instead of nightly's.
        for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
            command.env_remove(variable);
        }
        let log = workspace.log(&format!("fuzz-{target}"));
        process::logged(&mut command, &log)?;
        console::done(target, executions(&fs::read_to_string(log)?));
    }
    Ok(())
}

/// The fuzzer's own last line: `Done 123 runs in 21 second(s)`.
fn executions(log: &str) -> &str {
    log.lines().rev().find(|line| line.starts_with("Done ")).unwrap_or("done")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_how_often_a_target_was_run() {
        assert_eq!(executions("#1 INITED\nDone 123 runs in 21 second(s)\n"), "Done 123 runs in 21 second(s)");
        assert_eq!(executions(""), "done");
    }
}
