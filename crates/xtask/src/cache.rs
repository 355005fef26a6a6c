//! The project's own cache folder: tools keyed by version, logs, and one lock for those who write to it.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::console;

/// `$HEADSHOT_CACHE`, else `$XDG_CACHE_HOME/headshot-kit`, else `~/.cache/headshot-kit`.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    pub(crate) fn from_environment() -> Result<Self> {
        let Some(root) = root_from(|name| env::var_os(name)) else {
            bail!("no folder for the cache: set HOME or HEADSHOT_CACHE");
        };
        if !root.is_absolute() {
            bail!("HEADSHOT_CACHE must be an absolute path, not {}", root.display());
        }
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the tool of exactly that version is, or will be.
    pub(crate) fn tool(&self, name: &str, version: &str) -> PathBuf {
        self.root.join("tools").join(format!("{name}-{version}"))
    }

    /// A log file that holds a whole tool's output.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }

    /// Waits until nobody else writes to the cache, and keeps others waiting until dropped.
    pub(crate) fn lock(&self) -> Result<CacheLock> {
        make_folder(&self.root)?;
        let path = self.root.join("lock");
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                console::note("cache", "another set-up is running, waiting for it …");
                file.lock().context("cannot lock the cache")?;
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("cannot lock the cache");
            }
        }
        let lock = CacheLock { scratch: self.root.join("tmp"), _file: file };
        // Whoever left something there was interrupted, for the lock is ours.
        remove_folder(&lock.scratch)?;
        Ok(lock)
    }
}

/// The right to write to the cache, and a scratch folder that goes with it.
pub(crate) struct CacheLock {
    scratch: PathBuf,
    _file: File,
}

impl CacheLock {
    /// A new empty folder on the cache's own file system, so that it can be renamed into place.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.join(name);
        remove_folder(&folder)?;
        make_folder(&folder)?;
        Ok(folder)
    }

    /// A folder that several builds of one set-up share, so that none compiles what another did.
    pub(crate) fn shared_build_folder(&self) -> PathBuf {
        self.scratch.join("build")
    }
}

impl Drop for CacheLock {
    fn drop(&mut self) {
        let _ = remove_folder(&self.scratch);
    }
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// Copies one file.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

/// The names of what is in a folder, sorted.
pub(crate) fn file_names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Removes a folder with everything in it; one that is not there is fine.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Moves a finished folder into place in one step, instead of whatever was there.
pub(crate) fn publish(finished: &Path, place: &Path) -> Result<()> {
    remove_folder(place)?;
    make_folder(place.parent().context("a cache entry without a folder")?)?;
    fs::rename(finished, place).with_context(|| format!("cannot move a finished tool to {}", place.display()))
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    make_folder(to)?;
    let entries = fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))?;
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("cannot write {}", target.display()))?;
        }
    }
    Ok(())
}

fn root_from(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    set("HEADSHOT_CACHE")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(set("XDG_CACHE_HOME")?).join("headshot-kit")))
        .or_else(|| Some(PathBuf::from(set("HOME")?).join(".cache/headshot-kit")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        root_from(|name| {
            let found = variables.iter().find(|(key, _)| *key == name)?;
            Some(found.1.into())
        })
    }

    #[test]
    fn prefers_the_projects_own_variable_then_the_desktop_convention_then_home() {
        let all = [("HEADSHOT_CACHE", "/own"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/ada")];
        assert_eq!(root_with(&all), Some("/own".into()));
        assert_eq!(root_with(&all[1..]), Some("/xdg/headshot-kit".into()));
        assert_eq!(root_with(&all[2..]), Some("/home/ada/.cache/headshot-kit".into()));
    }

    #[test]
    fn takes_an_empty_variable_for_an_unset_one() {
        assert_eq!(
            root_with(&[("HEADSHOT_CACHE", ""), ("HOME", "/home/ada")]),
            Some("/home/ada/.cache/headshot-kit".into())
        );
        assert_eq!(root_with(&[]), None);
    }
}
