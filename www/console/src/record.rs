use serde::Deserialize;
use serde_json::{Map, Value};

/// A kind of record, in the server's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sessions,
    Deliveries,
    Events,
    Outbox,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Sessions, Self::Deliveries, Self::Events, Self::Outbox];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Deliveries => "deliveries",
            Self::Events => "events",
            Self::Outbox => "outbox",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One record: the names and values that the server's commands print too.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Record(Map<String, Value>);

impl Record {
    /// The value of this name as text; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        self.0.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        self.text("id")
    }

    /// The record within it, such as an event's session as it was then.
    pub(crate) fn inner(&self, name: &str) -> Self {
        self.0.get(name).and_then(Value::as_object).cloned().map(Self).unwrap_or_default()
    }
}

/// Records of a kind, and the words that they can stand at.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub(crate) struct Listed {
    pub(crate) records: Vec<Record>,
    pub(crate) statuses: Vec<String>,
}

/// One record with what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    pub(crate) record: Record,
    /// Of a session: what came, what was told, and what became of that.
    pub(crate) deliveries: Vec<Record>,
    pub(crate) events: Vec<Record>,
    pub(crate) outbox: Vec<Record>,
    /// Of a genuine delivery: how far it is believed.
    pub(crate) means: Option<String>,
    /// Of a refused one: the mistakes that explain it, where they were looked for.
    pub(crate) findings: Option<Vec<Finding>>,
}

/// A mistake that explains why a delivery was refused.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) remedy: String,
}

#[cfg(test)]
pub(crate) fn record(json: &str) -> Record {
    serde_json::from_str(json).unwrap()
}
