//! The tables of the README are those of the program.

use std::path::Path;

use clap::{Args, Command};
use headshot_server::{Code, ServeArgs};

const README: &str = include_str!("../../README.md");

/// The cells of every row of the table whose head begins so.
pub(crate) fn table(head: &str) -> Vec<Vec<String>> {
    let lines = README.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn the_settings_are_those_of_the_command() {
    let command = ServeArgs::augment_args(Command::new("serve"));
    let settings: Vec<Vec<String>> = command
        .get_arguments()
        .map(|argument| {
            let flag = format!("`--{}`", argument.get_long().unwrap());
            let variable = format!("`{}`", argument.get_env().unwrap().to_str().unwrap());
            let default = argument
                .get_default_values()
                .first()
                .map_or_else(String::new, |value| format!("`{}`", value.to_str().unwrap()));
            vec![variable, flag, default, argument.get_help().unwrap().to_string()]
        })
        .collect();
    assert_eq!(table("| Variable | Flag |"), settings);
}

#[test]
fn the_codes_are_those_of_the_answers() {
    let codes: Vec<Vec<String>> = Code::ALL
        .iter()
        .map(|code| vec![format!("`{}`", code.as_str()), code.status().as_u16().to_string(), code.title().to_owned()])
        .collect();
    assert_eq!(table("| Code | Status |"), codes);
}

#[test]
fn every_test_that_is_named_for_a_contradiction_exists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    for part in ["src", "tests"] {
        read_all(&folder.join(part), &mut sources);
    }
    let tables: Vec<_> = README.split(" | What the server does | Test |").skip(1).collect();
    assert_eq!(tables.len(), 3);
    for rows in tables.iter().map(|table| table.trim_start().lines().skip(1).take_while(|line| line.starts_with('|'))) {
        for row in rows {
            let (_, names) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
            for name in names.split(", ") {
                let head = format!("fn {}()", name.trim_matches('`'));
                assert!(sources.contains(&head), "{name}");
            }
        }
    }
}

fn read_all(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
