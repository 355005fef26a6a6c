//! What the figures depend on besides the code: the machine, and everybody's versions.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;
use crate::version;
use crate::workspace::rustc;

/// A script that prints the versions of Node and of what verifies inside it.
pub(super) const NODE_VERSIONS: &str =
    "`Node ${process.versions.node}, V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl}`";

/// The crates that are compared, as the lock file names them.
const CRATES: [&str; 6] = ["aws-lc-rs", "hmac", "hmac-sha256", "ring", "sha2", "standardwebhooks"];
/// What processors call their instructions for SHA-256.
const SHA_FEATURES: [&str; 2] = ["sha_ni", "sha2"];

/// The load average of the last 1, 5 and 15 minutes, where the system tells it.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let numbers: Vec<&str> = text.split_whitespace().take(3).collect();
    if numbers.is_empty() { "unknown".to_owned() } else { numbers.join(" ") }
}

/// The features of the processor that the native program found.
pub(super) fn features(native: &Value) -> Vec<String> {
    let found = native["processor"].as_array().into_iter().flatten();
    found.filter_map(|feature| feature.as_str().map(str::to_owned)).collect()
}

/// Whether the processor has instructions for SHA-256.
pub(super) fn has_sha(features: &[String]) -> bool {
    features.iter().any(|feature| SHA_FEATURES.contains(&feature.as_str()))
}

/// The processor's name, number and features.
pub(super) fn processor(features: &[String]) -> String {
    let sha = if has_sha(features) { "" } else { ", no instructions for SHA-256" };
    format!("{} ({}{sha})", processors(), features.join(", "))
}

/// The processor's name and number.
pub(super) fn processors() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).collect();
    let name = models.first().copied().unwrap_or("a processor that the system does not name");
    format!("{} × {name}", models.len().max(1))
}

pub(super) fn compiler() -> Result<String> {
    process::captured(rustc().arg("--version"))
}

/// The direct dependencies in an npm lock file.
pub(super) fn npm_versions(lock: &Value) -> String {
    let packages = &lock["packages"];
    let direct = packages[""]["devDependencies"].as_object().into_iter().flatten();
    let versions = direct.map(|(name, _)| {
        let version = packages[format!("node_modules/{name}")]["version"].as_str().unwrap_or("?");
        format!("{name} {version}")
    });
    versions.collect::<Vec<_>>().join(", ")
}

pub(super) fn crate_versions(lock: &Path) -> Result<String> {
    let text = fs::read_to_string(lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let versions = CRATES.map(|name| format!("{name} {}", version::locked(&text, name).unwrap_or("?")));
    Ok(versions.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_the_versions_of_direct_dependencies_alone() {
        let lock = json!({"packages": {
            "": {"devDependencies": {"jose": "6.2.17"}},
            "node_modules/jose": {"version": "6.2.17"},
            "node_modules/fast-sha256": {"version": "1.3.0"},
        }});
        assert_eq!(npm_versions(&lock), "jose 6.2.17");
    }
}
