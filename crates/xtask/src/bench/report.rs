//! The report: sections of tables, and what they mean.

use std::fmt::Write as _;

use anyhow::Result;

use super::figures::{Figures, Row, Spread};
use super::table::{Table, three_digits};
use super::targets::{EMPTY, Measured};

/// How many letters fit into a line.
const WIDTH: usize = 110;
const SIZES: [&str; 3] = ["1", "8", "64"];

/// Everything as Markdown; `circumstances` is one line about machine and versions each.
pub(crate) fn report(measured: &Measured, circumstances: &[String]) -> Result<String> {
    let mut text = String::from("# The verifier, compared\n\n");
    for sentence in circumstances {
        text += &bullet(sentence);
    }
    section(&mut text, "Targets", &measured.targets()?)?;
    text.push('\n');
    for sentence in measured.ahead_of_us()? {
        text += &bullet(&sentence);
    }
    section(&mut text, "Node: time of a verdict; node:crypto by hand is 1.00", &by_size(&measured.node, "verdict")?)?;
    section(&mut text, "Node: other schemes at 1 KiB; the same by hand is 1.00", &at_one(&measured.node, "scheme")?)?;
    section(&mut text, "Node: a token, which signs no body; by hand is 1.00", &at_one(&measured.node, "token")?)?;
    section(&mut text, "Native: time of a verdict; ring is 1.00", &by_size(&measured.native, "native")?)?;
    section(&mut text, "Size of the smallest import that verifies, with its wasm", &measured.sizes.table())?;
    section(&mut text, "Start: a fresh Node process from import to first verdict", &starts(&measured.start)?)?;
    section(&mut text, "The first of these tables, for the npm package's README", &ratios(&measured.node)?)?;
    Ok(text)
}

/// An item of a list, in lines that a terminal does not break.
pub(super) fn bullet(sentence: &str) -> String {
    let mut lines = vec![String::from("-")];
    for word in sentence.split(' ') {
        let last = lines.len() - 1;
        if lines[last].chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("  {word}"));
        } else {
            lines[last].push(' ');
            lines[last].push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

pub(super) fn section(text: &mut String, title: &str, table: &Table) -> Result<()> {
    Ok(write!(text, "\n## {title}\n\n{table}")?)
}

fn by_size(figures: &Figures, section: &str) -> Result<Table> {
    let mut table = Table::new(&["", "1 KiB µs", "ratio", "8 KiB µs", "ratio", "64 KiB µs", "ratio"]);
    for row in figures.section(section) {
        let mut cells = vec![row.name.clone()];
        for size in SIZES {
            cells.extend(time_and_ratio(figures, row, size)?);
        }
        table.add(cells);
    }
    Ok(table)
}

/// Verdicts as multiples of those by hand, with no more digits than a run repeats.
fn ratios(figures: &Figures) -> Result<Table> {
    let mut table = Table::new(&["", "1 KiB", "8 KiB", "64 KiB"]);
    for row in figures.section("verdict") {
        let mut cells = vec![row.name.clone()];
        for size in SIZES {
            let ratio = if row.name == row.base { 1.0 } else { figures.ratio(&row.name, &row.base, size)?.median };
            cells.push(if ratio < 10.0 { format!("{ratio:.1}") } else { format!("{ratio:.0}") });
        }
        table.add(cells);
    }
    Ok(table)
}

fn at_one(figures: &Figures, section: &str) -> Result<Table> {
    let mut table = Table::new(&["", "µs", "ratio"]);
    for row in figures.section(section) {
        table.add([row.name.clone()].into_iter().chain(time_and_ratio(figures, row, "1")?));
    }
    Ok(table)
}

/// The row that is 1.00 shows the spread of its own time instead.
fn time_and_ratio(figures: &Figures, row: &Row, size: &str) -> Result<[String; 2]> {
    let time = Spread::of(figures.column(&row.name, size)?.iter().copied())?;
    let ratio = if row.name == row.base {
        Spread { median: 1.0, around: time.around / time.median }
    } else {
        figures.ratio(&row.name, &row.base, size)?
    };
    Ok([three_digits(time.median), shown(ratio)])
}

/// A ratio with its spread: `1.31 ±4%`.
pub(super) fn shown(ratio: Spread) -> String {
    format!("{} ±{:.0}%", three_digits(ratio.median), ratio.percent())
}

fn starts(figures: &Figures) -> Result<Table> {
    let mut table = Table::new(&["milliseconds", "import alone", "with verdict", "above empty"]);
    for row in figures.section("start") {
        let cell = |column| -> Result<String> {
            let spread = Spread::of(figures.column(&row.name, column)?.iter().copied())?;
            Ok(format!("{:.1}", spread.median))
        };
        let above = figures.difference(&row.name, EMPTY, "verdict")?;
        let above =
            if row.name == EMPTY { String::new() } else { format!("{:.1} ±{:.1}", above.median, above.around) };
        table.add([row.name.clone(), cell("loaded")?, cell("verdict")?, above]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_long_sentences_between_words() {
        let words = ["µs"; 60].join(" ");
        let broken = bullet(&words);
        assert!(broken.lines().all(|line| line.chars().count() <= WIDTH), "{broken}");
        assert_eq!(broken.lines().count(), 2);
        assert_eq!(broken.split_whitespace().skip(1).collect::<Vec<_>>().join(" "), words);
    }
}
