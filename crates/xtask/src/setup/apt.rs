//! Debian's packages: installed on the system where a test needs them, or only unpacked into the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use nix::unistd::geteuid;

use super::apt_sources::{Source, parse_list, parse_stanzas};
use super::programs::on_path;
use crate::cache::{CacheLock, file_names, make_folder};
use crate::process;

/// An apt of our own for one suite: reads the machine's mirror and key, and touches nothing of the machine's.
pub(super) struct PrivateApt {
    folder: PathBuf,
    log: PathBuf,
}

impl PrivateApt {
    /// Prepares `folder` for packages of `suite` from the mirror of `source`, and reads the package lists.
    pub(super) fn open(folder: PathBuf, source: &Source, suite: &str, log: PathBuf) -> Result<Self> {
        for inside in ["sources", "state/lists/partial", "cache/archives/partial"] {
            make_folder(&folder.join(inside))?;
        }
        fs::write(folder.join("sources/one.sources"), source.stanza_for(suite))?;
        let apt = Self { folder, log };
        let limit = Duration::from_mins(2);
        process::logged_within(
            // A suite that the mirror does not have is an error, not a warning.
            apt.command("apt-get").args(["update", "--error-on=any"]),
            &apt.log,
            limit,
        )?;
        Ok(apt)
    }

    /// The same for the distribution's own archive: it needs no rights on the machine.
    pub(super) fn of_machine(lock: &CacheLock, log: PathBuf) -> Result<Self> {
        let source = machine_archive()?;
        let suite = source.suites.first().context("the distribution's own archive has no suite")?;
        Self::open(lock.scratch("apt")?, &source, suite, log)
    }

    /// Downloads the first of these packages that there is and unpacks it into `folder`, without installing it.
    pub(super) fn unpack_first(&self, packages: &[&str], folder: &Path) -> Result<()> {
        for package in packages {
            if let Some(version) = self.versions(package)?.first() {
                return self.unpack(package, version, folder);
            }
        }
        bail!("this machine's mirror has no {}", packages.join(" and no "))
    }

    /// The versions of `package` that the suite offers.
    pub(super) fn versions(&self, package: &str) -> Result<Vec<String>> {
        let table = process::captured(self.command("apt-cache").args(["madison", package]))?;
        Ok(versions_in(&table))
    }

    /// Downloads a package and unpacks it into `folder`, without installing it.
    pub(super) fn unpack(&self, package: &str, version: &str, folder: &Path) -> Result<()> {
        let downloads = self.folder.join("downloads");
        make_folder(&downloads)?;
        process::logged(
            self.command("apt-get").args(["download", &format!("{package}={version}")]).current_dir(&downloads),
            &self.log,
        )?;
        let mut names = file_names(&downloads)?.into_iter();
        let name = names.find(|name| name.starts_with(&format!("{package}_"))).context("apt-get downloaded nothing")?;
        process::logged(Command::new("dpkg-deb").arg("--extract").arg(downloads.join(name)).arg(folder), &self.log)
    }

    fn command(&self, program: &str) -> Command {
        let folder = self.folder.display();
        let mut command = Command::new(program);
        for option in [
            "Dir::Etc::sourcelist=/dev/null".to_owned(),
            format!("Dir::Etc::sourceparts={folder}/sources"),
            format!("Dir::State={folder}/state"),
            format!("Dir::Cache={folder}/cache"),
            "Acquire::Languages=none".to_owned(),
            "Acquire::Retries=2".to_owned(),
        ] {
            command.args(["-o", &option]);
        }
        if geteuid().is_root() {
            // apt's own user may not write below root's home.
            command.args(["-o", "APT::Sandbox::User=root"]);
        }
        command
    }
}

/// The distribution's own archive, from this machine's apt sources.
pub(super) fn machine_archive() -> Result<Source> {
    if on_path("apt-get").is_empty() || on_path("dpkg-deb").is_empty() {
        bail!("there is no apt here to get Debian's packages from");
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let archive = codename_in(&release)
        .and_then(|codename| machine_sources().into_iter().find(|source| source.is_archive_of(codename)));
    archive.context("apt's sources on this machine do not name the distribution's own archive")
}

/// Installs packages on the system, as root or through a `sudo` that asks for no password.
pub(super) fn install_on_system(packages: &[&str], log: &Path) -> Result<()> {
    if on_path("apt-get").is_empty() {
        bail!("there is no apt-get here; install {} yourself", packages.join(" and "));
    }
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    // Package lists that are fresh enough save their download.
    if process::logged(&mut system_apt(&install)?, log).is_ok() {
        return Ok(());
    }
    process::logged(&mut system_apt(&["update"])?, log)?;
    process::logged(&mut system_apt(&install)?, log)
}

fn system_apt(words: &[&str]) -> Result<Command> {
    let settings = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"];
    let mut command = Command::new("env");
    if !geteuid().is_root() {
        if process::captured(Command::new("sudo").args(["-n", "true"])).is_err() {
            bail!("not root, and sudo asks for a password; run `sudo apt-get {}` yourself", words.join(" "));
        }
        command = Command::new("sudo");
        command.args(["-n", "env"]);
    }
    command.args(settings).args(words);
    Ok(command)
}

fn machine_sources() -> Vec<Source> {
    let mut sources = fs::read_to_string("/etc/apt/sources.list").map(|text| parse_list(&text)).unwrap_or_default();
    let Ok(parts) = fs::read_dir("/etc/apt/sources.list.d") else {
        return sources;
    };
    let mut paths: Vec<PathBuf> = parts.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("list") => sources.extend(parse_list(&text)),
            Some("sources") => sources.extend(parse_stanzas(&text)),
            _ => {}
        }
    }
    sources
}

fn codename_in(os_release: &str) -> Option<&str> {
    os_release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).map(|name| name.trim_matches('"'))
}

/// The second column of what `apt-cache madison` prints.
fn versions_in(table: &str) -> Vec<String> {
    table.lines().filter_map(|row| Some(row.split('|').nth(1)?.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_versions_that_apt_offers() {
        let table = " rust-src | 1.95.0+dfsg1-1~bpo13+1 | http://mirror.test/debian suite/main amd64 Packages\n";
        assert_eq!(versions_in(table), ["1.95.0+dfsg1-1~bpo13+1"]);
        assert!(versions_in("").is_empty());
    }

    #[test]
    fn reads_the_releases_codename() {
        let text = "VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n";
        assert_eq!(codename_in(text), Some("bookworm"));
        assert_eq!(codename_in("VERSION_CODENAME=\"noble\""), Some("noble"));
    }
}
