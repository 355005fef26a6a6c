//! How much the bundles weigh.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::figures::read_json;
use super::table::Table;

/// The forms of a bundle, as the measuring program and as the table names them.
const FORMS: [(&str, &str); 3] = [("browser", "browser"), ("workerd", "workerd"), ("node", "Node")];

/// The bundle of each package's smallest import that verifies.
pub(crate) struct Sizes {
    rows: Vec<Value>,
    pub(crate) bundler: String,
}

impl Sizes {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let document = read_json(path)?;
        let rows = document["rows"].as_array().cloned();
        let rows = rows.with_context(|| format!("{} holds no sizes", path.display()))?;
        Ok(Self { rows, bundler: document["bundler"].as_str().unwrap_or_default().to_owned() })
    }

    /// The bytes of a bundle, compressed.
    pub(crate) fn gzip(&self, name: &str, form: &str) -> Result<u64> {
        let row = self.rows.iter().find(|row| row["name"] == name);
        let bytes = row.and_then(|row| row[form]["gzip"].as_u64());
        bytes.with_context(|| format!("`{name}` does not bundle for {form}"))
    }

    /// All of them; each cell has both lengths.
    pub(crate) fn table(&self) -> Table {
        let mut head = vec!["minified / gzip, bytes"];
        head.extend(FORMS.iter().map(|(_, shown)| *shown));
        let mut table = Table::new(&head);
        for row in &self.rows {
            let name = row["name"].as_str().unwrap_or_default().to_owned();
            let cells = FORMS.iter().map(|(form, _)| match (&row[*form]["minified"], &row[*form]["gzip"]) {
                (Value::Null, _) | (_, Value::Null) => "does not bundle".to_owned(),
                (minified, gzip) => format!("{minified} / {gzip}"),
            });
            table.add([name].into_iter().chain(cells));
        }
        table
    }
}
