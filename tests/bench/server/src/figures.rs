//! Figures by row and column.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What the rows of the tables under load are compared with.
pub const BASE: &str = "nginx";

/// Every figure that was measured, in the order of the rounds.
#[derive(Default)]
pub struct Figures(BTreeMap<(&'static str, String), BTreeMap<&'static str, Vec<f64>>>);

impl Figures {
    pub fn add(&mut self, section: &'static str, row: &str, column: &'static str, figure: f64) {
        eprintln!("  {section}, {row}: {column} {figure:.2}");
        self.0.entry((section, row.to_owned())).or_default().entry(column).or_default().push(figure);
    }

    pub fn to_json(&self) -> String {
        let rows = self.0.iter().map(
            |((section, name), figures)| json!({"section": section, "name": name, "base": BASE, "figures": figures}),
        );
        json!({"rows": rows.collect::<Vec<Value>>()}).to_string()
    }
}
