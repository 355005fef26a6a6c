//! The README's table of codes against the enumerations.

use headshot_verify::{EventError, VerifyError};

const README: &str = include_str!("../README.md");

#[test]
fn the_readme_explains_every_code_and_no_other() {
    let (_, codes) = README.split_once("## Codes").unwrap();
    let explained: Vec<&str> = codes.lines().filter_map(code_of_row).collect();
    let known: Vec<&str> = VerifyError::CODES.iter().chain(EventError::CODES).copied().collect();
    assert_eq!(explained, known);
}

/// The code in a line such as ``| `signature_missing` | … |``.
fn code_of_row(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split_once("` |").map(|(code, _)| code)
}
