//! Programs of Debian's packages that a test or a build runs as they are.

use std::path::PathBuf;

use anyhow::Result;

use super::apt::{self, PrivateApt};
use super::programs::on_path;
use super::{Finding, Present, Requirement, Setup};
use crate::cache::{CacheLock, publish};

/// A program, and the package that it comes with.
pub(super) struct DebianProgram {
    program: &'static str,
    package: &'static str,
    purpose: &'static str,
    /// Where it is in the package, if that is only unpacked: installed, it would be started as a service.
    unpacked: Option<&'static str>,
}

impl DebianProgram {
    pub(super) fn musl_gcc() -> Self {
        let purpose = "compiles what is C in the image's static program";
        Self { program: "musl-gcc", package: "musl-tools", purpose, unpacked: None }
    }

    pub(super) fn umoci() -> Self {
        Self { program: "umoci", package: "umoci", purpose: "unpacks the image as others would", unpacked: None }
    }

    pub(super) fn skopeo() -> Self {
        Self { program: "skopeo", package: "skopeo", purpose: "reads the image as others would", unpacked: None }
    }

    pub(super) fn systemd_analyze() -> Self {
        let purpose = "checks the units for systemd";
        Self { program: "systemd-analyze", package: "systemd", purpose, unpacked: None }
    }

    pub(super) fn nginx() -> Self {
        let purpose = "is the reverse proxy of a test, and what the server is measured beside";
        Self { program: "nginx", package: "nginx", purpose, unpacked: Some("usr/sbin/nginx") }
    }

    fn cached(&self, setup: &Setup) -> Option<PathBuf> {
        Some(setup.cache.tool(self.program, "debian").join(self.unpacked?))
    }
}

impl Requirement for DebianProgram {
    fn name(&self) -> String {
        self.program.to_owned()
    }

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn look(&self, setup: &Setup) -> Finding {
        let administrators = PathBuf::from("/usr/sbin").join(self.program);
        let candidates = on_path(self.program).into_iter().chain([administrators]).chain(self.cached(setup));
        candidates.into_iter().find(|program| program.is_file()).map_or(Finding::Missing, |program| {
            Finding::Present(Present { detail: program.display().to_string(), programs: vec![(self.program, program)] })
        })
    }

    fn plan(&self) -> &'static str {
        "fetching Debian's package"
    }

    fn install(&self, setup: &Setup, lock: &CacheLock) -> Result<()> {
        let log = setup.cache.log(&format!("apt-{}", self.package));
        if self.unpacked.is_none() {
            return apt::install_on_system(&[self.package], &log);
        }
        let finished = lock.scratch(self.program)?;
        PrivateApt::of_machine(lock, log)?.unpack_first(&[self.package], &finished)?;
        publish(&finished, &setup.cache.tool(self.program, "debian"))
    }
}
