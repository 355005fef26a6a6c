//! The files in `deploy/`, as far as they can be tried without containers, a cluster or a running systemd: read by what
//! knows their schemas, and the parts of `compose.yaml` started side by side.

mod files;
mod proxy;
#[cfg(target_os = "linux")]
mod units;

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy")
}

fn text(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file's text with something else in it, which has to be there.
fn with(text: &str, replaced: &str, by: &str) -> String {
    assert!(text.contains(replaced), "{replaced}");
    text.replace(replaced, by)
}
