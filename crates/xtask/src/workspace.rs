//! This clone of the project: where it is, where cargo builds to, and cargo itself.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;
use crate::version;

/// The folders of this clone.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    version: String,
    published: Vec<Published>,
}

/// A crate that is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The oldest compiler that it promises to work with, if that is older than the workspace's own.
    pub(crate) oldest_compiler: Option<String>,
    pub(crate) is_library: bool,
}

impl Workspace {
    /// Asks cargo about the workspace that this program was started from.
    pub(crate) fn find() -> Result<Self> {
        // The variable first: a target folder that two clones share may run the other clone's build.
        let manifest_dir = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let mut command = cargo();
        command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&manifest_dir);
        let metadata = process::captured(&mut command)?;
        Self::from_metadata(&metadata).context("cannot read what `cargo metadata` printed")
    }

    fn from_metadata(text: &str) -> Result<Self> {
        let metadata: Value = serde_json::from_str(text)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let packages = metadata["packages"].as_array().context("no packages")?;
        let own = packages
            .iter()
            .find(|package| package["name"] == env!("CARGO_PKG_NAME"))
            .context("no package of this name")?;
        let published = packages.iter().filter(|package| package["publish"].is_null()).map(|package| {
            let targets = package["targets"].as_array().map_or(&[][..], Vec::as_slice);
            Published {
                name: text(&package["name"]).unwrap_or_default(),
                folder: text(&package["manifest_path"]).map(PathBuf::from).unwrap_or_default().with_file_name(""),
                oldest_compiler: text(&package["rust_version"])
                    .filter(|_| package["rust_version"] != own["rust_version"]),
                is_library: targets.iter().all(|target| target["kind"][0] != "bin"),
            }
        });
        Ok(Self {
            published: published.collect(),
            root: text(&metadata["workspace_root"]).context("no root")?.into(),
            target: text(&metadata["target_directory"]).context("no target folder")?.into(),
            version: text(&own["version"]).context("no version")?,
        })
    }

    /// A path inside the clone.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside cargo's target folder.
    pub(crate) fn target(&self, inside: &str) -> PathBuf {
        self.target.join(inside)
    }

    /// What this run leaves for users: `target/dist`.
    pub(crate) fn dist(&self) -> PathBuf {
        self.target("dist")
    }

    /// A log file for the build step of that name.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.target("xtask-logs").join(format!("{name}.log"))
    }

    /// The version that all packages of the workspace share.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// The crates that are given out.
    pub(crate) fn published(&self) -> &[Published] {
        &self.published
    }

    /// The compilers besides the workspace's own that one of them promises to work with.
    pub(crate) fn oldest_compilers(&self) -> BTreeSet<String> {
        self.published.iter().filter_map(|krate| krate.oldest_compiler.clone()).collect()
    }

    /// The version of `package` in `Cargo.lock`.
    pub(crate) fn locked(&self, package: &str) -> Result<String> {
        let path = self.path("Cargo.lock");
        let lock = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        version::locked(&lock, package)
            .map(str::to_owned)
            .with_context(|| format!("{} does not name {package}", path.display()))
    }

    /// Cargo, run at the root of the clone.
    pub(crate) fn cargo<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, words: I) -> Command {
        let mut command = cargo();
        command.args(words).current_dir(&self.root);
        command
    }
}

/// The cargo that runs this program, without the variables that it sets for this program alone.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if is_about_this_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

/// The compiler that goes with [`cargo`].
pub(crate) fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// Where cargo unpacks the crates that we depend on.
pub(crate) fn crate_sources() -> PathBuf {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cargo_home = folder("CARGO_HOME").or_else(|| Some(folder("HOME")?.join(".cargo")));
    cargo_home.unwrap_or_default().join("registry/src")
}

/// The compiler's flag that writes `name` wherever a path below `folder` would show.
pub(crate) fn remap(folder: &Path, name: &str) -> String {
    format!("--remap-path-prefix={}={name}", folder.display())
}

/// The value of `CARGO_ENCODED_RUSTFLAGS`, in which a flag may contain spaces.
pub(crate) fn rustflags(flags: impl IntoIterator<Item = String>) -> String {
    flags.into_iter().collect::<Vec<_>>().join("\u{1f}")
}

fn is_about_this_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_root_target_version_and_what_is_published_from_cargos_metadata() {
        let workspace = Workspace::from_metadata(
            r#"{
                "packages": [
                    {"name": "library", "version": "9.0.0", "publish": null, "rust_version": "1.85", "manifest_path": "/l/Cargo.toml",
                     "targets": [{"kind": ["lib"]}, {"kind": ["test"]}]},
                    {"name": "program", "version": "9.0.0", "publish": null, "rust_version": "1.95", "manifest_path": "/p/Cargo.toml",
                     "targets": [{"kind": ["lib"]}, {"kind": ["bin"]}]},
                    {"name": "xtask", "version": "0.1.0", "publish": [], "rust_version": "1.95", "targets": []}
                ],
                "workspace_root": "/clone",
                "target_directory": "/elsewhere"
            }"#,
        )
        .unwrap();
        assert_eq!(workspace.path("www"), Path::new("/clone/www"));
        assert_eq!(workspace.dist(), Path::new("/elsewhere/dist"));
        assert_eq!(workspace.version(), "0.1.0");
        let crates = [("library", "/l/", Some("1.85"), true), ("program", "/p/", None, false)];
        let published = crates.map(|(name, folder, oldest, is_library)| Published {
            name: name.to_owned(),
            folder: folder.into(),
            oldest_compiler: oldest.map(str::to_owned),
            is_library,
        });
        assert_eq!(workspace.published(), published);
        assert_eq!(workspace.oldest_compilers(), BTreeSet::from(["1.85".to_owned()]));
    }
}
