//! nginx, the limit of what a machine's HTTP can be: only unpacked, because nothing of it is to run by itself.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::apt::{PrivateApt, machine_archive};
use super::programs::on_path;
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, make_folder, publish};
use crate::process;

const PACKAGE: &str = "nginx";
/// Where the package has its program.
const PROGRAM: &str = "usr/sbin/nginx";

pub(super) struct Nginx;

impl Requirement for Nginx {
    fn name(&self) -> String {
        PACKAGE.to_owned()
    }

    fn purpose(&self) -> &'static str {
        "is what the server's speed is measured against"
    }

    fn look(&self, setup: &Setup) -> Finding {
        let unpacked = setup.cache.tool(PACKAGE, "debian").join(PROGRAM);
        let usual = [PathBuf::from("/").join(PROGRAM)];
        let mut found = on_path(PACKAGE).into_iter().chain(usual).chain([unpacked]);
        let found = found.find_map(|program| Some((version(&program)?, program)));
        found.map_or(Finding::Missing, |(version, program)| {
            let detail = format!("{version}, {}", program.display());
            Finding::Present(Present { detail, programs: vec![(PACKAGE, program)] })
        })
    }

    fn plan(&self) -> &'static str {
        "unpacking Debian's package, takes a few seconds"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        if on_path("apt-get").is_empty() || on_path("dpkg-deb").is_empty() {
            bail!("there is no apt here to get nginx from; install it yourself");
        }
        let source = machine_archive().context("apt's sources here do not name the distribution's own archive")?;
        let suite = source.suites.first().context("the distribution's archive has no suite")?;
        let apt = PrivateApt::open(lock.scratch("apt")?, &source, suite, setup.cache.log("apt-nginx"))?;
        let versions = apt.versions(PACKAGE)?;
        let version = versions.first().with_context(|| format!("{suite} has no {PACKAGE}"))?;
        let unpacked = lock.scratch(PACKAGE)?;
        make_folder(&unpacked)?;
        apt.unpack(PACKAGE, version, &unpacked)?;
        publish(&unpacked, &setup.cache.tool(PACKAGE, "debian"))
    }
}

/// It says so on the other stream.
fn version(program: &PathBuf) -> Option<String> {
    let said = process::captured(Command::new("sh").args(["-c", r#""$0" -v 2>&1"#]).arg(program)).ok()?;
    said.split_once("nginx/").map(|(_, version)| version.to_owned())
}
