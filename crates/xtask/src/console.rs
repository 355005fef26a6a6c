//! What the person at the terminal sees: one line per step, with how long it took.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// Width of the column that names the step.
const NAME_WIDTH: usize = 22;

/// Prints a line that starts a group of steps.
pub(crate) fn heading(text: &str) {
    line(&paint("1", text));
}

/// Prints that a step came out well, for example `  trunk 0.21.14         installed in 151 s`.
pub(crate) fn done(name: &str, outcome: &str) {
    line(&format!("  {name:<NAME_WIDTH$} {}", paint("32", outcome)));
}

/// Prints what a step is about to do, before it takes long.
pub(crate) fn note(name: &str, text: &str) {
    line(&format!("  {name:<NAME_WIDTH$} {text}"));
}

/// Prints that something is missing or of the wrong version.
pub(crate) fn lacking(name: &str, text: &str) {
    line(&format!("  {name:<NAME_WIDTH$} {}", paint("33", text)));
}

/// Prints a line as it is. A closed pipe is not our problem.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Prints a text that brings its own line ends.
pub(crate) fn text(text: &str) {
    let _ = write!(io::stdout(), "{text}");
}

/// Prints the reason of a failure to stderr.
pub(crate) fn failure(error: &anyhow::Error) {
    let label = if wants_colour(io::stderr().is_terminal()) { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
    let _ = writeln!(io::stderr(), "\n{label}: {error:#}");
}

/// Prints to stderr what the person can do about a failure.
pub(crate) fn advice(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// A duration for people: `0.4 s`, `151 s`.
pub(crate) fn seconds(took: Duration) -> String {
    if took.as_secs() < 10 { format!("{:.1} s", took.as_secs_f64()) } else { format!("{} s", took.as_secs()) }
}

/// Emphasises text that the person is meant to act on.
pub(crate) fn bold(text: &str) -> String {
    paint("1", text)
}

fn paint(code: &str, text: &str) -> String {
    if wants_colour(io::stdout().is_terminal()) { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn wants_colour(is_terminal: bool) -> bool {
    is_terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_tenths_only_where_they_matter() {
        assert_eq!(seconds(Duration::from_millis(430)), "0.4 s");
        assert_eq!(seconds(Duration::from_millis(151_400)), "151 s");
    }
}
