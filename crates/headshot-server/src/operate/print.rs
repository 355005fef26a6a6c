use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use crate::store::{Kind, Record, text};

/// What a person sees of each kind in a list; `show` and JSON tell all.
fn columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Sessions => &["id", "provider", "status", "providerStatus", "reference", "photos", "updatedAt"],
        Kind::Deliveries => &["id", "provider", "status", "type", "code", "sessionId", "receivedAt"],
        Kind::Events => &["seq", "id", "type", "status", "sessionId", "createdAt"],
        Kind::Outbox => &["id", "address", "type", "status", "attempts", "dueAt", "lastError", "sessionId"],
    }
}

/// One JSON object a line.
pub(super) fn lines(records: &[impl Serialize]) -> String {
    records.iter().map(line).collect()
}

/// One JSON object on a line of its own.
pub(super) fn line(record: &impl Serialize) -> String {
    serde_json::to_string(record).unwrap_or_default() + "\n"
}

/// An aligned table; `none` where there is nothing to show.
pub(super) fn table(kind: Kind, records: &[Record]) -> String {
    if records.is_empty() {
        return "none\n".to_owned();
    }
    let mut table = plain();
    table.set_header(columns(kind));
    table.add_rows(records.iter().map(|record| columns(kind).iter().map(|name| record.text(name))));
    rendered(&table)
}

/// Names and values, aligned; what is not known is left out.
pub(super) fn pairs(record: &Record) -> String {
    let mut table = plain();
    let known = record.0.iter().map(|(name, value)| [name.clone(), text(value)]);
    table.add_rows(known.filter(|[_, value]| !value.is_empty()));
    rendered(&table)
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn rendered(table: &Table) -> String {
    table.lines().flat_map(|line| [line.trim().to_owned(), "\n".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pairs: &[(&str, serde_json::Value)]) -> Record {
        Record(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn a_table_is_aligned_and_shows_what_a_person_looks_for() {
        let records = [
            record(&[("id", 1.into()), ("address", "https://a.test/".into()), ("secret", "no".into())]),
            record(&[("id", 12.into()), ("address", "https://b.test/hook".into()), ("status", "dead".into())]),
        ];
        let table = table(Kind::Outbox, &records);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert_eq!(lines[0].find("address"), lines[2].find("https"), "{table}");
        assert!(lines[2].ends_with("dead") && !table.contains("no"), "{table}");
    }

    #[test]
    fn json_keeps_the_order_of_what_is_told() {
        let record = record(&[("id", 1.into()), ("at", serde_json::Value::Null), ("a", true.into())]);
        assert_eq!(lines(&[record]), "{\"id\":1,\"at\":null,\"a\":true}\n");
    }
}
