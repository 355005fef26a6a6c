use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{Object, ObjectWriter, Text};

/// A JSON value exactly as it was written: no digit of a number and no order of fields is lost.
///
/// [`Display`](fmt::Display) writes it; [`Debug`](fmt::Debug) tells only its length, because it may be anybody's data.
#[derive(Clone, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    pub(super) const fn of(written: String) -> Self {
        Self(written)
    }

    /// The value as it was written, to be read with the JSON reader of your choice.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        Text::of(&self.0).map(Text::decoded)
    }

    /// The fields, if it is an object.
    #[must_use]
    pub fn fields(&self) -> Option<Fields> {
        Object::of(&self.0).map(Object::into_fields)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} bytes)", self.0.len())
    }
}

/// The fields of a JSON object in their order, each name once. [`Debug`](fmt::Debug) tells only how many they are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    pub(super) const fn of(fields: Vec<(String, Value)>) -> Self {
        Self(fields)
    }

    /// The field `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Every field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields as a JSON object.
    pub(crate) fn to_object(&self) -> String {
        ObjectWriter::written(|json| {
            for (name, value) in self.iter() {
                json.name(name);
                json.raw(value.as_json());
            }
        })
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({} fields)", self.0.len())
    }
}
