//! The tables, the same ones in both databases.

/// A table, and what its rows are ordered by.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// What is moved of it.
    pub(super) rows: &'static str,
    /// The key in SQLite.
    key: &'static str,
}

const fn table(name: &'static str, key: &'static str) -> Table {
    Table { name, rows: name, key }
}

/// Every table, after those that it refers to.
pub(super) const TABLES: &[Table] = &[
    table("sessions", "rowid"),
    table("session_refs", "provider, kind, value, session_id"),
    table("client_tokens", "sha256"),
    table("deliveries", "seq"),
    table("delivery_refs", "provider, kind, value, seq"),
    table("photos", "rowid"),
    table("uploads", "rowid"),
    table("work", "id"),
    table("gates", "provider"),
    table("events", "seq"),
    table("endpoints", "name"),
    table("outbox", "id"),
    // The mark of a move is each side's own.
    Table { name: "settings", rows: "settings WHERE name <> 'move'", key: "name" },
];

impl Table {
    /// The rows in their order, without the first ones.
    pub(super) fn select(&self, columns: &[String], without: u64) -> String {
        let (columns, rows, key) = (columns.join(", "), self.rows, self.key);
        format!("SELECT {columns} FROM {rows} ORDER BY {key} LIMIT -1 OFFSET {without}")
    }
}
