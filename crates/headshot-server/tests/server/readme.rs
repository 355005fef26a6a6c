//! The tables of the README are those of the program.

use clap::{Args, Command};
use headshot_server::{Code, ServeArgs};

const README: &str = include_str!("../../README.md");

/// The cells of every row of the table whose head begins so.
fn table(head: &str) -> Vec<Vec<String>> {
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
    let tests = [
        include_str!("scale/deliveries.rs"),
        include_str!("scale/open_session.rs"),
        include_str!("scale/submissions.rs"),
        include_str!("skylab/notifications.rs"),
        include_str!("skylab/results.rs"),
        include_str!("skylab/sessions.rs"),
        include_str!("skylab/uploads.rs"),
    ];
    for (head, count) in [("| Contradiction | What the server does |", 5), ("| Not known | What the server does |", 11)]
    {
        let rows = table(head);
        assert_eq!(rows.len(), count, "{head}");
        for name in rows.iter().flat_map(|row| row[2].split(", ")) {
            let head = format!("async fn {}()", name.trim_matches('`'));
            assert!(tests.iter().any(|test| test.contains(&head)), "{name}");
        }
    }
}
