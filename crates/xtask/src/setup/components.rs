//! The toolchain's own formatter and linter.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Finding, Present, Requirement, Setup};
use crate::cache::CacheLock;
use crate::process;
use crate::version::Version;
use crate::workspace::cargo;

/// rustfmt and clippy of the active toolchain.
pub(super) struct Components;

impl Requirement for Components {
    fn name(&self) -> String {
        "rustfmt, clippy".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "check the code's form"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        match (version_of("fmt"), version_of("clippy")) {
            (Some(rustfmt), Some(clippy)) => {
                Finding::Present(Present { detail: format!("{rustfmt}, {clippy}"), programs: Vec::new() })
            }
            _ => Finding::Missing,
        }
    }

    fn plan(&self) -> &'static str {
        "asking rustup for them"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        process::logged(
            Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]).current_dir(setup.workspace.root()),
            &setup.cache.log("rustup-components"),
        )
        .context("the toolchain's rustfmt and clippy are needed")
    }
}

fn version_of(subcommand: &str) -> Option<Version> {
    let printed = process::captured(cargo().args([subcommand, "--version"])).ok()?;
    Version::find(&printed)
}
