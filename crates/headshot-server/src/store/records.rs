//! What the store holds, as an operator looks at it: rows with names, for a table or as JSON.

use jiff::Timestamp;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Sessions.
    Sessions,
    /// Genuine deliveries.
    Deliveries,
    /// Events of the stream.
    Events,
    /// Events on their way to the host application's addresses.
    Outbox,
}

/// Which records are meant; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// These, by their ids.
    pub ids: Vec<String>,
    /// Those since then.
    pub since: Option<Timestamp>,
    /// Those that stand there.
    pub status: Option<String>,
    /// Those of this provider.
    pub provider: Option<String>,
    /// Those about this session.
    pub session: Option<String>,
    /// So many of the newest.
    pub limit: Option<u32>,
}

/// One record: names and values in the order in which they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(pub Vec<(String, Value)>);

impl Record {
    /// The value of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of this name as a person reads it; empty where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.get(name).map(text).unwrap_or_default()
    }
}

/// A value as a person reads it.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}
