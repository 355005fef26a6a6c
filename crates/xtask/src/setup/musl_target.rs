//! The standard library for programs that need no library of the system.

use std::process::Command;

use anyhow::{Context as _, Result};

use super::{Finding, Present, Requirement, Setup};
use crate::cache::CacheLock;
use crate::image;
use crate::process;
use crate::workspace::rustc;

/// The target of the image's program in the active toolchain.
pub(super) struct MuslTarget;

impl Requirement for MuslTarget {
    fn name(&self) -> String {
        "musl target".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "compiles the image's static program"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let folder = process::captured(rustc().args(["--print", "target-libdir", "--target", &image::target()]));
        match folder {
            Ok(folder) if std::path::Path::new(&folder).is_dir() => {
                Finding::Present(Present { detail: image::target(), programs: Vec::new() })
            }
            _ => Finding::Missing,
        }
    }

    fn plan(&self) -> &'static str {
        "asking rustup for it"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", &image::target()]).current_dir(setup.workspace.root());
        process::logged(&mut rustup, &setup.cache.log("rustup-musl")).context("rustup did not bring it")
    }
}
