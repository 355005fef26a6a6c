use alloc::{string::String, vec::Vec};
use core::{fmt, mem};

use super::writer::{write_fields, write_value};
use crate::{EventError, words::Word};

/// A JSON value.
///
/// It is written as JSON by its [`Display`](fmt::Display); [`Debug`](fmt::Debug) tells only its kind, because it may be
/// anybody's data.
#[derive(Clone, Default, PartialEq, Eq)]
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

/// The fields of a JSON object, ordered by name, each name once. [`Debug`](fmt::Debug) tells only how many they are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// The fields of an object as it was written.
    #[cfg(feature = "xml")]
    pub(crate) fn new(fields: Vec<(String, Value)>) -> Result<Self, EventError> {
        let fields = Self::sorted(fields);
        if fields.has_repeated() { Err(EventError::FieldRepeated) } else { Ok(fields) }
    }

    /// The same, even if a name is repeated.
    pub(super) fn sorted(mut fields: Vec<(String, Value)>) -> Self {
        sort(&mut fields);
        Self(fields)
    }

    /// Whether there are two fields of one name, which lie side by side.
    pub(super) fn has_repeated(&self) -> bool {
        !self.0.is_sorted_by(|(one, _), (other, _)| one < other)
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

    /// Whether there is such a field.
    #[inline(never)]
    pub(crate) fn has(&self, name: &str, is_such: fn(&Value) -> bool) -> bool {
        self.get(name).is_some_and(is_such)
    }

    /// A text or a number, as an id.
    #[cfg(feature = "xml")]
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Text(id) | Value::Number(id) => Some(id.clone()),
            _ => None,
        }
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a text out, and says whether there was one.
    ///
    /// Here and below, `null` counts as absent and is taken out, and anything else stays where it is.
    pub(crate) fn optional_text(&mut self, name: &str, into: &mut Option<String>) -> bool {
        *into = self.take_text(name);
        into.is_some()
    }

    /// Takes an integer out, as its digits, and says whether there was one.
    pub(crate) fn optional_integer(&mut self, name: &str, into: &mut Option<String>) -> bool {
        *into = self.take_integer(name);
        into.is_some()
    }

    /// Takes a word of a provider out, and says whether there was one.
    pub(crate) fn optional_word(&mut self, name: &str, into: &mut Option<impl Word>) -> bool {
        *into = self.take_text(name).map(From::from);
        into.is_some()
    }

    /// Takes a truth value out, and says whether there was one.
    pub(crate) fn flag(&mut self, name: &str, into: &mut Option<bool>) -> bool {
        if let Some(Value::Flag(flag)) = self.take(name, Value::is_flag) {
            *into = Some(flag);
        }
        into.is_some()
    }

    /// Takes the texts out of an object, each after its name, and says whether there was an object.
    pub(crate) fn named_texts(&mut self, name: &str, into: &mut Vec<(String, String)>) -> bool {
        let Some(object) = self.object(name) else { return false };
        object.take_texts(into);
        if object.is_empty() {
            self.drop_field(name);
        }
        true
    }

    /// Takes out texts that may lie in arrays, and in arrays of arrays; it says whether there was nothing else.
    pub(crate) fn flat_texts(&mut self, name: &str, into: &mut Vec<String>) -> bool {
        let is_flat = self.get(name).is_some_and(|value| flatten(value, into));
        if is_flat {
            self.drop_field(name);
        } else {
            into.clear();
        }
        is_flat
    }

    pub(crate) fn take_text(&mut self, name: &str) -> Option<String> {
        match self.take(name, Value::is_text)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn take_integer(&mut self, name: &str) -> Option<String> {
        match self.take(name, Value::is_integer)? {
            Value::Number(digits) => Some(digits),
            _ => None,
        }
    }

    pub(crate) fn take_object(&mut self, name: &str) -> Option<Self> {
        match self.take(name, Value::is_object)? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// An object, to look for more in it.
    pub(crate) fn object(&mut self, name: &str) -> Option<&mut Self> {
        self.take(name, |_| false);
        let place = self.place(name).ok()?;
        match self.0.get_mut(place) {
            Some((_, Value::Object(object))) => Some(object),
            _ => None,
        }
    }

    /// Takes out a text that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_text(&mut self, name: &str, pointer: &'static str) -> Result<String, EventError> {
        let refusal = self.refusal(name, pointer);
        self.take_text(name).ok_or(refusal)
    }

    /// Takes out an object that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_object(&mut self, name: &str, pointer: &'static str) -> Result<Self, EventError> {
        let refusal = self.refusal(name, pointer);
        self.take_object(name).ok_or(refusal)
    }

    /// Takes out an integer that has to be there; `pointer` says where it stands in the whole body.
    pub(crate) fn require_integer(&mut self, name: &str, pointer: &'static str) -> Result<String, EventError> {
        let refusal = self.refusal(name, pointer);
        self.take_integer(name).ok_or(refusal)
    }

    /// What is wrong if the field is not what it has to be.
    #[inline(never)]
    fn refusal(&self, name: &str, pointer: &'static str) -> EventError {
        match self.get(name) {
            Some(_) => EventError::FieldMalformed { pointer },
            None => EventError::FieldMissing { pointer },
        }
    }

    /// Takes a field out and forgets it.
    pub(crate) fn drop_field(&mut self, name: &str) {
        self.take(name, |_| true);
    }

    /// Takes a field out if it is wanted or `null`.
    fn take(&mut self, name: &str, is_wanted: fn(&Value) -> bool) -> Option<Value> {
        let place = self.place(name).ok()?;
        let (_, value) = self.0.get(place)?;
        let is_taken = matches!(value, Value::Null) || is_wanted(value);
        is_taken.then(|| self.0.remove(place).1)
    }

    fn take_texts(&mut self, into: &mut Vec<(String, String)>) {
        for (name, value) in &mut self.0 {
            if let Value::Text(text) = value {
                into.push((mem::take(name), mem::take(text)));
                *value = Value::Null;
            }
        }
        self.0.retain(|(_, value)| !matches!(value, Value::Null));
    }

    /// Where the field `name` is, or else where it would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }
}

/// Sorts by name, as a heap: in place, quickly whatever the order was, and in a tenth of the code that the standard
/// library's way would bring into every wasm.
fn sort(fields: &mut [(String, Value)]) {
    let mut root = fields.len() / 2;
    let mut heap = fields;
    loop {
        if let Some(next) = root.checked_sub(1) {
            root = next;
        } else if let Some((last, rest)) = heap.split_last_mut() {
            // The greatest name has its place; the rest is a heap but for its root.
            if let Some(greatest) = rest.first_mut() {
                mem::swap(greatest, last);
            }
            heap = rest;
        } else {
            return;
        }
        sift(heap, root);
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

/// Whether the value was nothing but texts in arrays; as deep as a body may be nested.
fn flatten(value: &Value, texts: &mut Vec<String>) -> bool {
    match value {
        Value::Text(text) => texts.push(text.clone()),
        Value::Array(values) => return values.iter().all(|value| flatten(value, texts)),
        Value::Null => {}
        _ => return false,
    }
    true
}

impl Fields {
    /// The fields as a JSON object.
    pub(crate) fn to_object(&self) -> String {
        let mut text = String::new();
        write_fields(&mut text, self);
        text
    }
}

impl Value {
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    pub(crate) const fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    /// Whether it is a number that is written without a decimal point and without an exponent.
    fn is_integer(&self) -> bool {
        let Self::Number(digits) = self else { return false };
        digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
    }

    pub(crate) const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    const fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }

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

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Flag(_) => f.write_str("Flag(..)"),
            Self::Number(_) => f.write_str("Number(..)"),
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Array(items) => write!(f, "Array({} items)", items.len()),
            Self::Object(fields) => fields.fmt(f),
        }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({} fields)", self.0.len())
    }
}
