//! `wasm-opt`, from the npm package binaryen.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::node::npm_ci;
use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, publish};
use crate::version::Version;

/// The first version that knows every wasm feature we turn on.
const OLDEST: u64 = 116;
/// Where the tools from the npm registry are named, with their checksums.
const LOCKED_IN: &str = "crates/xtask/npm";

/// The optimiser that makes our wasm small.
pub(super) struct WasmOpt;

impl WasmOpt {
    fn folder(setup: &Setup) -> Result<PathBuf> {
        let path = setup.workspace.path(LOCKED_IN).join("package-lock.json");
        let lock = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut hasher = DefaultHasher::new();
        hasher.write(&lock);
        Ok(setup.cache.tool("npm", &format!("{:016x}", hasher.finish())))
    }

    fn present(program: PathBuf, found: Version) -> Finding {
        Finding::Present(Present {
            detail: format!("{}, {}", found.major, program.display()),
            programs: vec![("wasm-opt", program)],
        })
    }
}

impl Requirement for WasmOpt {
    fn name(&self) -> String {
        "wasm-opt".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "makes our wasm small"
    }

    fn look(&self, setup: &Setup) -> Finding {
        let mut candidates = on_path("wasm-opt");
        candidates.extend(Self::folder(setup).map(|folder| folder.join("node_modules/.bin/wasm-opt")));
        let mut unfit = None;
        for program in candidates {
            match version_of(&program) {
                Some(found) if found.major >= OLDEST => return Self::present(program, found),
                Some(found) => {
                    unfit = unfit.or(Some(format!("{}, {}", found.major, program.display())));
                }
                None => {}
            }
        }
        unfit.map_or(Finding::Missing, Finding::Wrong)
    }

    fn plan(&self) -> &'static str {
        "fetching it from the npm registry takes some seconds"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        let finished = lock.scratch("npm")?;
        for file in ["package.json", "package-lock.json"] {
            let source = setup.workspace.path(LOCKED_IN).join(file);
            fs::copy(&source, finished.join(file)).with_context(|| format!("cannot copy {}", source.display()))?;
        }
        npm_ci(&finished, &setup.cache.log("npm-tools"))?;
        publish(&finished, &Self::folder(setup)?)
    }
}
