use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{fmt, mem};

use super::writer::write_value;
use crate::EventError;

/// A JSON value.
///
/// It is written as JSON by its [`Display`](fmt::Display).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number as it was written: no digit is lost.
    Number(String),
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Fields),
}

/// The fields of a JSON object, ordered by name, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The fields of an object as it was written.
    pub(crate) fn new(mut fields: Vec<(String, Value)>) -> Result<Self, EventError> {
        fields.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let is_unique = fields.is_sorted_by(|(one, _), (other, _)| one < other);
        if is_unique { Ok(Self(fields)) } else { Err(EventError::FieldRepeated) }
    }

    /// The field `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Every field, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts back a field that was taken out.
    pub(crate) fn put_back(&mut self, name: &str, value: Value) {
        if let Err(place) = self.place(name) {
            self.0.insert(place, (name.to_owned(), value));
        }
    }

    /// Takes out every field that is a text; `null` counts as absent, and anything else stays where it is.
    pub(crate) fn take_texts(&mut self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        for (name, value) in mem::take(&mut self.0) {
            match value {
                Value::Text(text) => texts.push((name, text)),
                Value::Null => {}
                other => others.push((name, other)),
            }
        }
        self.0 = others;
        texts
    }

    /// Takes a text out; `null` counts as absent, and anything else stays where it is.
    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::Text(text) => Some(text),
            other => self.keep(name, other),
        }
    }

    /// Takes an integer out, as its digits; `null` counts as absent, and anything else stays where it is.
    pub(crate) fn take_integer(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::Number(digits) if is_integer(&digits) => Some(digits),
            other => self.keep(name, other),
        }
    }

    /// Takes a truth value out; `null` counts as absent, and anything else stays where it is.
    pub(crate) fn take_flag(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Flag(flag) => Some(flag),
            other => self.keep(name, other),
        }
    }

    /// Takes an object out; `null` counts as absent, and anything else stays where it is.
    pub(crate) fn take_object(&mut self, name: &str) -> Option<Self> {
        match self.take(name)? {
            Value::Object(object) => Some(object),
            other => self.keep(name, other),
        }
    }

    /// Takes out a text that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_text(&mut self, name: &str, pointer: &'static str) -> Result<String, EventError> {
        match self.take(name) {
            Some(Value::Text(text)) => Ok(text),
            Some(_) => Err(EventError::FieldMalformed { pointer }),
            None => Err(EventError::FieldMissing { pointer }),
        }
    }

    /// Takes out an object that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_object(&mut self, name: &str, pointer: &'static str) -> Result<Self, EventError> {
        match self.take(name) {
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(EventError::FieldMalformed { pointer }),
            None => Err(EventError::FieldMissing { pointer }),
        }
    }

    /// Takes out an integer that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_integer(&mut self, name: &str, pointer: &'static str) -> Result<String, EventError> {
        match self.take(name) {
            Some(Value::Number(digits)) if is_integer(&digits) => Ok(digits),
            Some(_) => Err(EventError::FieldMalformed { pointer }),
            None => Err(EventError::FieldMissing { pointer }),
        }
    }

    /// Takes a field out and forgets it.
    pub(crate) fn drop_field(&mut self, name: &str) {
        self.take(name);
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.place(name).ok()?;
        Some(self.0.remove(place).1)
    }

    fn keep<T>(&mut self, name: &str, value: Value) -> Option<T> {
        if value != Value::Null {
            self.put_back(name, value);
        }
        None
    }

    /// Where the field `name` is, or else where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

/// Whether a number is written without a decimal point and without an exponent.
fn is_integer(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        write_value(&mut text, self);
        f.write_str(&text)
    }
}
