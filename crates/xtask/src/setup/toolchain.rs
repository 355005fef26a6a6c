//! Older Rust compilers, with which the libraries have to work.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::{Finding, Present, Requirement, Setup};
use crate::cache::CacheLock;
use crate::process;

/// rustup itself would retry for minutes where nothing answers.
const RUSTUP_LIMIT: Duration = Duration::from_mins(3);

/// The Rust of a version, beside the one in use.
pub(super) struct Toolchain {
    pub(super) version: String,
}

impl Requirement for Toolchain {
    fn name(&self) -> String {
        format!("rust {}", self.version)
    }

    fn purpose(&self) -> &'static str {
        "tries the libraries with the oldest compiler that they promise"
    }

    fn is_optional(&self) -> bool {
        true
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let found =
            process::captured(rustup(["run", &self.version, "rustc", "--version"]).env("RUSTUP_AUTO_INSTALL", "0"));
        found.map_or(Finding::Missing, |detail| Finding::Present(Present { detail, programs: Vec::new() }))
    }

    fn plan(&self) -> &'static str {
        "asking rustup for it"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        let words = ["toolchain", "install", &self.version, "--profile", "minimal", "--no-self-update"];
        process::logged_within(&mut rustup(words), &setup.cache.log("rustup-toolchain"), RUSTUP_LIMIT)
            .context("rustup did not bring it")
    }
}

fn rustup<const WORDS: usize>(words: [&str; WORDS]) -> Command {
    let mut command = Command::new("rustup");
    command.args(words);
    command
}
