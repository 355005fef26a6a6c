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
        sort(&mut fields);
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

/// Sorts by name, as a heap: in place, quickly whatever the order was, and in a tenth of the code that the standard
/// library's way would bring into every wasm.
fn sort(fields: &mut [(String, Value)]) {
    for root in (0..fields.len() / 2).rev() {
        sift(fields, root);
    }
    for end in (1..fields.len()).rev() {
        fields.swap(0, end);
        sift(fields.get_mut(..end).unwrap_or_default(), 0);
    }
}

/// Lets the field at `root` sink until no field below it has a greater name.
fn sift(heap: &mut [(String, Value)], mut root: usize) {
    loop {
        let name = |place: usize| heap.get(place).map(|(name, _)| name.as_str());
        let left = root.saturating_mul(2).saturating_add(1);
        let right = left.saturating_add(1);
        // What is not there is less than any name.
        let greater = if name(right) > name(left) { right } else { left };
        if name(greater) <= name(root) {
            return;
        }
        heap.swap(root, greater);
        root = greater;
    }
}

/// Whether a number is written without a decimal point and without an exponent.
fn is_integer(number: &str) -> bool {
    number.strip_prefix('-').unwrap_or(number).bytes().all(|byte| byte.is_ascii_digit())
}

impl Value {
    /// The value as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        write_value(&mut text, self);
        text
    }
}

/// As [`Value::to_json`].
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}
