//! Programs from the npm registry, of the versions that `crates/xtask/npm` names.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::node::npm_ci;
use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, publish};
use crate::version::Version;

/// Where the tools from the npm registry are named, with their checksums.
const LOCKED_IN: &str = "crates/xtask/npm";

/// A program that an npm package brings.
pub(super) struct NpmTool {
    program: &'static str,
    purpose: &'static str,
    /// The first version, wherever it is from, that will do; `None` if only the locked one does.
    oldest: Option<u64>,
}

impl NpmTool {
    /// The optimiser that makes our wasm small; from 116 on it knows every wasm feature we turn on.
    pub(super) const fn wasm_opt() -> Self {
        Self { program: "wasm-opt", purpose: "makes our wasm small", oldest: Some(116) }
    }

    /// The bundler that makes one file of each entry of a package; the packed files should not depend on who packs.
    pub(super) const fn esbuild() -> Self {
        Self { program: "esbuild", purpose: "makes one file of each entry of an npm package", oldest: None }
    }

    fn folder(setup: &Setup) -> Result<PathBuf> {
        let path = setup.workspace.path(LOCKED_IN).join("package-lock.json");
        let lock = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut hasher = DefaultHasher::new();
        hasher.write(&lock);
        Ok(setup.cache.tool("npm", &format!("{:016x}", hasher.finish())))
    }

    fn candidates(&self, setup: &Setup) -> Vec<PathBuf> {
        let locked = Self::folder(setup).map(|folder| folder.join("node_modules/.bin").join(self.program));
        let own = if self.oldest.is_some() { on_path(self.program) } else { Vec::new() };
        own.into_iter().chain(locked).collect()
    }

    fn present(&self, program: PathBuf, found: Version) -> Finding {
        Finding::Present(Present {
            detail: format!("{found}, {}", program.display()),
            programs: vec![(self.program, program)],
        })
    }
}

impl Requirement for NpmTool {
    fn name(&self) -> String {
        self.program.to_owned()
    }

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn look(&self, setup: &Setup) -> Finding {
        let mut unfit = None;
        for program in self.candidates(setup) {
            match version_of(&program) {
                Some(found) if found.major >= self.oldest.unwrap_or(0) => return self.present(program, found),
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
