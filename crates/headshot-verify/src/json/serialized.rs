//! JSON for serde: what was read is handed on as it was written, and events are written as their fields say.

use alloc::string::String;

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

use super::{Fields, Value};

/// The JSON of an event or of a view.
pub(crate) fn written(value: &impl Serialize) -> String {
    // Nothing in them fails: names are texts, and values were read as JSON before.
    serde_json::to_string(value).unwrap_or_default()
}

/// Names with their texts.
pub(crate) struct Map<'t>(pub(crate) &'t [(String, String)]);

impl Serialize for Map<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, text)| (name, text)))
    }
}

/// The same, for a field.
pub(crate) fn as_map<S: Serializer>(texts: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    Map(texts).serialize(serializer)
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// For the crate `serde_json`, which writes it as it stands; no other format has a form for what is written already.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(self.as_json()).map_err(S::Error::custom)?.serialize(serializer)
    }
}
