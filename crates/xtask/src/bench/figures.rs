//! What the measuring programs found, and what can be said of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// Figures of many rows that were measured together, one of each row per round.
#[derive(Debug)]
pub(crate) struct Figures {
    rows: Vec<Row>,
}

/// One way to verify, or one package.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) section: String,
    /// The row that is 1.00 where this one is shown.
    pub(crate) base: String,
    /// The rounds' figures by what was measured, such as the size of the body.
    columns: BTreeMap<String, Vec<f64>>,
}

/// The middle of many figures, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// Half of the distance between the quartiles.
    pub(crate) around: f64,
}

impl Figures {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let document = read_json(path)?;
        Self::from_json(&document).with_context(|| format!("{} holds no figures", path.display()))
    }

    pub(crate) fn from_json(document: &Value) -> Option<Self> {
        let rows = document["rows"].as_array()?.iter().map(Row::from_json).collect::<Option<_>>()?;
        Some(Self { rows })
    }

    pub(crate) fn section(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.section == name)
    }

    /// The rows of one section alone, where others have the same names.
    pub(crate) fn of(&self, section: &str) -> Self {
        Self { rows: self.section(section).cloned().collect() }
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.rows.iter().any(|row| row.name == name)
    }

    pub(crate) fn spread(&self, name: &str, column: &str) -> Result<Spread> {
        Spread::of(self.column(name, column)?.iter().copied())
    }

    /// The figures of one row in one column.
    pub(crate) fn column(&self, name: &str, column: &str) -> Result<&[f64]> {
        let row = self.rows.iter().find(|row| row.name == name);
        let figures = row.and_then(|row| row.columns.get(column)).map(Vec::as_slice);
        figures.with_context(|| format!("`{name}` was not measured at {column}"))
    }

    /// How many times as long as the row `to` the row `of` took, compared round by round: what slows a whole round
    /// down does not show.
    pub(crate) fn ratio(&self, of: &str, to: &str, column: &str) -> Result<Spread> {
        self.compared(of, to, column, |of, to| of / to)
    }

    /// How much longer than the row `to` the row `of` took, compared round by round.
    pub(crate) fn difference(&self, of: &str, to: &str, column: &str) -> Result<Spread> {
        self.compared(of, to, column, |of, to| of - to)
    }

    fn compared(&self, of: &str, to: &str, column: &str, compare: fn(f64, f64) -> f64) -> Result<Spread> {
        let (of, to) = (self.column(of, column)?, self.column(to, column)?);
        if of.len() != to.len() {
            bail!("rows of one run have different numbers of rounds");
        }
        Spread::of(of.iter().zip(to).map(|(of, to)| compare(*of, *to)))
    }
}

impl Row {
    fn from_json(row: &Value) -> Option<Self> {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let columns = row["figures"].as_object()?.iter().map(|(column, figures)| {
            let figures = figures.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
            Some((column.clone(), figures))
        });
        Some(Self {
            name: row["name"].as_str()?.to_owned(),
            section: text("section"),
            base: text("base"),
            columns: columns.collect::<Option<_>>()?,
        })
    }
}

impl Spread {
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Result<Self> {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        if sorted.is_empty() {
            bail!("nothing was measured");
        }
        sorted.sort_by(f64::total_cmp);
        let around = (quarter(&sorted, 3) - quarter(&sorted, 1)) / 2.0;
        Ok(Self { median: quarter(&sorted, 2), around })
    }

    /// Half of the distance between the quartiles, in percent of the median.
    pub(crate) fn percent(&self) -> f64 {
        100.0 * self.around / self.median
    }
}

/// The figure below which so many quarters of the sorted ones lie; between two of them where it falls between two.
fn quarter(sorted: &[f64], quarters: usize) -> f64 {
    let steps = (sorted.len() - 1) * quarters;
    let (below, rest) = (steps / 4, [0.0, 0.25, 0.5, 0.75][steps % 4]);
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + (above - sorted[below]) * rest
}

pub(crate) fn read_json(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no JSON", path.display()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_median_and_quartiles_of_odd_and_even_numbers_of_figures() {
        let spread = |figures: &[f64]| Spread::of(figures.iter().copied()).unwrap();
        assert_eq!(spread(&[5.0, 1.0, 3.0, 2.0, 4.0]), Spread { median: 3.0, around: 1.0 });
        assert_eq!(spread(&[4.0, 1.0, 2.0, 3.0]), Spread { median: 2.5, around: 0.75 });
        assert_eq!(spread(&[7.0]), Spread { median: 7.0, around: 0.0 });
        assert!(Spread::of([]).is_err());
    }

    #[test]
    fn compares_round_by_round() {
        // The machine was busy in the second round.
        let rows = json!({"rows": [
            {"name": "slow", "base": "fast", "section": "all", "figures": {"1": [2.0, 60.0, 4.0]}},
            {"name": "fast", "base": "fast", "section": "all", "figures": {"1": [1.0, 30.0, 2.0]}},
        ]});
        let figures = Figures::from_json(&rows).unwrap();
        assert_eq!(figures.ratio("slow", "fast", "1").unwrap(), Spread { median: 2.0, around: 0.0 });
        assert_eq!(figures.difference("slow", "fast", "1").unwrap().median.to_bits(), 2.0_f64.to_bits());
        let error = figures.ratio("slow", "fast", "8").unwrap_err().to_string();
        assert!(error.contains("slow") && error.contains('8'), "{error}");
    }
}
