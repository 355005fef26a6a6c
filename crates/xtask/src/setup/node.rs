//! Node and npm: the person's own, we bring none.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup};
use crate::cache::CacheLock;
use crate::process;

/// The oldest Node with everything that our tools and packages use.
const OLDEST: u64 = 20;

/// Node with npm.
pub(super) struct Node;

impl Requirement for Node {
    fn name(&self) -> String {
        format!("node ≥ {OLDEST}, npm")
    }

    fn purpose(&self) -> &'static str {
        "brings wasm-opt, runs the npm packages' tests"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let (Some(node), Some(npm)) = (first("node"), first("npm")) else {
            return Finding::Missing;
        };
        match (version_of(&node), version_of(&npm)) {
            (Some(found), Some(npm_version)) if found.major >= OLDEST => Finding::Present(Present {
                detail: format!("{found}, npm {npm_version}"),
                programs: vec![("node", node), ("npm", npm)],
            }),
            (Some(found), Some(_)) => Finding::Wrong(format!("{found}, {}", node.display())),
            _ => Finding::Wrong(format!("{} does not run", node.display())),
        }
    }

    fn plan(&self) -> &'static str {
        "looking for it"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        let advice = format!(
            "install Node {OLDEST} or newer with npm (on Debian: `apt-get install nodejs npm`) and run this again"
        );
        match self.look(setup) {
            Finding::Wrong(found) => bail!("found only node {found}; {advice}"),
            _ => bail!("node and npm are not both on the PATH; {advice}"),
        }
    }
}

/// Installs exactly what `folder`'s lock file says.
pub(super) fn npm_ci(folder: &Path, log: &Path) -> Result<()> {
    npm(&["ci"], folder, log)
}

fn npm(words: &[&str], folder: &Path, log: &Path) -> Result<()> {
    let quietly = ["--no-audit", "--no-fund", "--no-progress"];
    process::logged(Command::new("npm").args(words).args(quietly).current_dir(folder), log)
}

/// Brings the npm packages that the lock file in `folder` names; `false` if they are there already.
pub(crate) fn install_locked(folder: &Path, log: &Path) -> Result<bool> {
    let lock_path = folder.join("package-lock.json");
    let lock = fs::read(&lock_path).with_context(|| format!("cannot read {}", lock_path.display()))?;
    // Written last: an interrupted install leaves no stamp.
    let stamp = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(false);
    }
    // Not `npm ci`: it wants every system's variant of a program in the lock file, also those that a registry lacks.
    npm(&["install", "--no-save"], folder, log)?;
    fs::create_dir_all(folder.join("node_modules"))?;
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(true)
}

fn first(program: &str) -> Option<std::path::PathBuf> {
    on_path(program).into_iter().next()
}
