//! A program with `interpose.c` between it and the system, where a test lets writes and syncs fail and sees their order.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/interposed/interpose.c");

/// What a disk does to a program.
pub(crate) struct Interposed(TempDir);

impl Interposed {
    /// Stands between the system and a program that is about to start, where files of this folder are concerned.
    pub(crate) fn before(command: &mut Command, disk: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let library = dir.path().join("interpose.so");
        let mut compiler = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        let output = compiler.args(["-shared", "-fPIC", "-O1", SOURCE, "-ldl", "-o"]).arg(&library).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        command.env("LD_PRELOAD", library).env("FAULTS", dir.path()).env("DISK", disk);
        Self(dir)
    }

    /// From now on, `sync` or `write` works not at all, or again.
    pub(crate) fn set(&self, fault: &str, is_on: bool) {
        let file = self.0.path().join(fault);
        if is_on { File::create(file).map(drop) } else { std::fs::remove_file(file) }.unwrap();
    }

    /// What was synced and what got its name, in order.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.0.path().join("log")).unwrap();
        log.lines().map(str::to_owned).collect()
    }
}
