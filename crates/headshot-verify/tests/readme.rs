//! The README's tables of codes against the enumerations.

use std::borrow::Cow;

use headshot_verify::{
    DeclarationError, EventError, SignError, VerifyError,
    binding::{Flaw, Told},
};

const README: &str = include_str!("../README.md");

#[test]
fn the_readme_explains_every_code_and_no_other() {
    let known: Vec<&str> = [VerifyError::CODES, EventError::CODES, DeclarationError::CODES].concat();
    assert_eq!(codes_of_chapter("## Codes"), known);
    assert_eq!(codes_of_chapter("## Sign"), SignError::CODES);
}

#[test]
fn the_readme_says_what_helps_as_the_refusal_itself_does() {
    for flaw in Flaw::ALL {
        let no_header = Cow::Borrowed("");
        let told = Told { headers: [&no_header; 3], without_timestamp: None, claim: "", seconds: 0 };
        let refusal = flaw.error(&told);
        let row = README.lines().find(|line| code_of_row(line) == Some(refusal.code())).unwrap();
        assert!(row.ends_with(&format!("| {} |", refusal.remedy())), "{row}");
    }
}

/// The codes in the tables of a chapter.
fn codes_of_chapter(title: &str) -> Vec<&'static str> {
    let (_, chapter) = README.split_once(&format!("\n{title}\n")).unwrap();
    let (chapter, _) = chapter.split_once("\n## ").unwrap();
    chapter.lines().filter_map(code_of_row).collect()
}

/// The code in a line such as ``| `signature_missing` | … |``.
fn code_of_row(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split_once("` |").map(|(code, _)| code)
}
