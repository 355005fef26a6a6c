//! Command-line tools that come from the crates registry: Trunk, wasm-bindgen, geckodriver, cargo-fuzz, cargo-deny and
//! cargo-semver-checks.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, publish};
use crate::process;
use crate::version::Version;
use crate::workspace::cargo;

/// The version of Trunk that we install; any 0.21 of the user's own will do.
const TRUNK: &str = "0.21.14";

/// The version of geckodriver that we install; any 0.36 and later will do.
const GECKODRIVER: &str = "0.37.1";

/// The version of cargo-fuzz that we install; any 0.13 of the user's own will do.
const CARGO_FUZZ: &str = "0.13.2";

/// The version of cargo-deny that we install; any 0.20 of the user's own will do.
const CARGO_DENY: &str = "0.20.2";

/// The version of cargo-semver-checks that we install; any 0.51 of the user's own will do.
const CARGO_SEMVER_CHECKS: &str = "0.51.0";

/// A program that `cargo install` brings.
pub(super) struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
    accepts: fn(wanted: Version, found: Version) -> bool,
    purpose: &'static str,
    plan: &'static str,
}

impl CargoTool {
    pub(super) fn trunk() -> Self {
        Self {
            package: "trunk",
            program: "trunk",
            version: TRUNK.to_owned(),
            accepts: |wanted, found| (wanted.major, wanted.minor) == (found.major, found.minor),
            purpose: "builds the demo page",
            plan: "building, takes about 3 minutes",
        }
    }

    pub(super) fn geckodriver() -> Self {
        Self {
            package: "geckodriver",
            program: "geckodriver",
            version: GECKODRIVER.to_owned(),
            accepts: |_, found| (found.major, found.minor) >= (0, 36),
            purpose: "steers Firefox in the tests",
            plan: "building it takes about a minute",
        }
    }

    pub(super) fn cargo_fuzz() -> Self {
        Self {
            package: "cargo-fuzz",
            program: "cargo-fuzz",
            version: CARGO_FUZZ.to_owned(),
            accepts: |wanted, found| (wanted.major, wanted.minor) == (found.major, found.minor),
            purpose: "runs the fuzz targets",
            plan: "building it takes about a minute",
        }
    }

    pub(super) fn cargo_deny() -> Self {
        Self {
            package: "cargo-deny",
            program: "cargo-deny",
            version: CARGO_DENY.to_owned(),
            accepts: |wanted, found| (wanted.major, wanted.minor) == (found.major, found.minor),
            purpose: "checks licences and sources of what others wrote",
            plan: "building it takes about a minute",
        }
    }

    pub(super) fn cargo_semver_checks() -> Self {
        Self {
            package: "cargo-semver-checks",
            program: "cargo-semver-checks",
            version: CARGO_SEMVER_CHECKS.to_owned(),
            accepts: |wanted, found| (wanted.major, wanted.minor) == (found.major, found.minor),
            purpose: "compares interfaces with those of the version before",
            plan: "building it takes many minutes",
        }
    }

    /// The version must be the one in `Cargo.lock`, to the last digit.
    pub(super) fn wasm_bindgen(locked: &str) -> Self {
        Self {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: locked.to_owned(),
            accepts: |wanted, found| wanted == found,
            purpose: "makes the JavaScript side of our wasm",
            plan: "building, takes about 2 minutes",
        }
    }

    fn folder(&self, setup: &Setup) -> PathBuf {
        setup.cache.tool(self.program, &self.version)
    }

    fn present(&self, program: PathBuf, found: Version) -> Finding {
        Finding::Present(Present {
            detail: format!("{found}, {}", program.display()),
            programs: vec![(self.program, program)],
        })
    }

    fn fits(&self, found: Version) -> bool {
        Version::find(&self.version).is_some_and(|wanted| (self.accepts)(wanted, found))
    }
}

impl Requirement for CargoTool {
    fn name(&self) -> String {
        format!("{} {}", self.program, self.version)
    }

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn look(&self, setup: &Setup) -> Finding {
        let cached = self.folder(setup).join("bin").join(self.program);
        let mut candidates = on_path(self.program);
        candidates.push(cached);
        let mut unfit = None;
        for program in candidates {
            match version_of(&program) {
                Some(found) if self.fits(found) => return self.present(program, found),
                Some(found) => unfit = unfit.or(Some(format!("{found}, {}", program.display()))),
                None => {}
            }
        }
        unfit.map_or(Finding::Missing, Finding::Wrong)
    }

    fn plan(&self) -> &'static str {
        self.plan
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        let finished = lock.scratch(self.program)?;
        process::logged(
            cargo()
                .args(["install", "--locked", "--debug", "--no-track"])
                .arg(format!("{}@{}", self.package, self.version))
                .args(["--bin", self.program])
                // The default features of them only serve to download other tools, which we bring ourselves.
                .arg("--no-default-features")
                .arg("--root")
                .arg(&finished)
                .arg("--target-dir")
                .arg(lock.shared_build_folder())
                .env_remove("CARGO_TARGET_DIR")
                .env_remove("CARGO_BUILD_TARGET")
                // Line tables of other people's code are 100 MB that nobody reads.
                .env("CARGO_PROFILE_DEV_DEBUG", "0")
                .current_dir(Path::new("/")),
            &setup.cache.log(self.program),
        )?;
        publish(&finished, &self.folder(setup))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::find(text).unwrap()
    }

    #[test]
    fn takes_any_trunk_of_the_same_minor_version() {
        assert!(CargoTool::trunk().fits(version("0.21.5")));
        assert!(!CargoTool::trunk().fits(version("0.20.3")));
    }

    #[test]
    fn takes_only_the_wasm_bindgen_that_the_lock_file_names() {
        let tool = CargoTool::wasm_bindgen("0.2.120");
        assert!(tool.fits(version("0.2.120")));
        assert!(!tool.fits(version("0.2.121")));
    }
}
