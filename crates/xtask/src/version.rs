//! Version numbers as programs print them, and as `Cargo.lock` records them.

use std::fmt;

/// Major, minor and patch; parts that a program does not print count as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
}

impl Version {
    /// The first version in `text`, for example `trunk 0.21.14`, `v20.20.2` or `wasm-opt version 132`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let number = word.strip_prefix('v').unwrap_or(word);
        let mut parts = number.split(['.', '-', '+', '~']);
        Some(Self {
            major: parts.next()?.parse().ok()?,
            minor: parts.next().map_or(Some(0), |part| part.parse().ok())?,
            patch: parts.next().and_then(|part| part.parse().ok()).unwrap_or(0),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The version of `package` in the text of a `Cargo.lock`.
pub(crate) fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name_line = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name_line);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(major: u64, minor: u64, patch: u64) -> Version {
        Version { major, minor, patch }
    }

    #[test]
    fn finds_the_version_in_what_each_program_prints() {
        let printed = [
            ("trunk 0.21.14", version(0, 21, 14)),
            ("wasm-bindgen 0.2.120", version(0, 2, 120)),
            ("wasm-opt version 132 (version_132)", version(132, 0, 0)),
            ("v20.20.2", version(20, 20, 2)),
            ("Chromium 156.0.8078.73 built on Debian 12", version(156, 0, 8078)),
            ("rustc 1.95.0 (59807616e 2026-04-14)", version(1, 95, 0)),
            ("rustc 1.97.0-nightly (abc 2026-06-01)", version(1, 97, 0)),
        ];
        for (text, expected) in printed {
            assert_eq!(Version::find(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn finds_no_version_where_there_is_none() {
        assert_eq!(Version::find("command not found"), None);
        assert_eq!(Version::find(""), None);
    }

    #[test]
    fn orders_by_number_and_not_by_text() {
        assert!(version(0, 21, 14) > version(0, 21, 9));
        assert!(version(116, 0, 0) > version(99, 9, 9));
    }

    #[test]
    fn reads_the_locked_version_of_exactly_that_package() {
        let lock = r#"
[[package]]
name = "wasm-bindgen-futures"
version = "0.4.70"

[[package]]
name = "wasm-bindgen"
version = "0.2.120"
dependencies = ["cfg-if"]
"#;
        assert_eq!(locked(lock, "wasm-bindgen"), Some("0.2.120"));
        assert_eq!(locked(lock, "bindgen"), None);
    }
}
