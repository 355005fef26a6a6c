//! A table that can be read in a terminal and pasted as Markdown.

use std::fmt;

/// Rows under a head; the first column is text, the others are figures.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(head: &[&str]) -> Self {
        Self { rows: vec![head.iter().map(|&name| name.to_owned()).collect()] }
    }

    /// Adds a row; cells that it lacks stay empty.
    pub(crate) fn add(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    fn widths(&self) -> Vec<usize> {
        let width =
            |column: usize| self.rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count())).max();
        (0..self.rows[0].len()).map(|column| width(column).unwrap_or(0).max(2)).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for (place, row) in self.rows.iter().enumerate() {
            for (column, &width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                if column == 0 { write!(f, "| {cell:<width$}")? } else { write!(f, " | {cell:>width$}")? }
            }
            writeln!(f, " |")?;
            if place == 0 {
                let rule = |(column, width): (usize, &usize)| {
                    if column == 0 { "-".repeat(*width) } else { "-".repeat(width - 1) + ":" }
                };
                writeln!(f, "| {} |", widths.iter().enumerate().map(rule).collect::<Vec<_>>().join(" | "))?;
            }
        }
        Ok(())
    }
}

/// Three digits that say something: `0.81`, `14.3`, `849`.
pub(crate) fn three_digits(figure: f64) -> String {
    let decimals = if figure < 9.995 { 2 } else { usize::from(figure < 99.95) };
    format!("{figure:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_up_letters_of_every_length() {
        let mut table = Table::new(&["who", "µs"]);
        table.add(["Zoë".to_owned(), "3.33".to_owned()]);
        table.add(["nobody".to_owned()]);
        let lines = ["| who    |   µs |", "| ------ | ---: |", "| Zoë    | 3.33 |", "| nobody |      |", ""];
        assert_eq!(table.to_string(), lines.join("\n"));
    }

    #[test]
    fn keeps_three_digits() {
        let shown = [0.8, 9.994, 9.996, 14.31, 99.96, 849.2].map(three_digits);
        assert_eq!(shown, ["0.80", "9.99", "10.0", "14.3", "100", "849"]);
    }
}
