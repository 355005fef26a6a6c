//! Events in XML. Its layout is not documented; it is read as Rails, which the provider uses, writes what it would
//! otherwise write as JSON: fields as elements, `_` as `-`, and a `type` for what is not text.

use alloc::{string::String, vec::Vec};

use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::{EventError, Fields, Value};

/// Elements may be nested as deeply as arrays and objects in JSON.
const LEVELS: usize = 64;

/// More elements than any event has; each takes far more memory than its text.
const MOST_NODES: u32 = 20_000;

/// Whether the body could only be XML.
pub(super) fn begins(body: &[u8]) -> bool {
    without_mark(body).trim_ascii_start().starts_with(b"<")
}

/// Reads the body as one element whose children are fields, each named once.
pub(super) fn object(body: &[u8]) -> Result<Fields, EventError> {
    let text = core::str::from_utf8(without_mark(body)).map_err(|_| EventError::NotXml)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_ascii(), options).map_err(|error| match error {
        Error::DtdDetected => EventError::DocumentType,
        Error::NodesLimitReached => EventError::TooDeep,
        _ => EventError::NotXml,
    })?;
    fields(document.root_element(), LEVELS)
}

fn fields(element: Node<'_, '_>, levels: usize) -> Result<Fields, EventError> {
    let levels = levels.checked_sub(1).ok_or(EventError::TooDeep)?;
    let fields = children(element).map(|child| Ok((name(child), value(child, levels)?)));
    Fields::new(fields.collect::<Result<_, EventError>>()?)
}

fn value(element: Node<'_, '_>, levels: usize) -> Result<Value, EventError> {
    if element.attribute("nil") == Some("true") {
        return Ok(Value::Null);
    }
    match element.attribute("type") {
        Some("array") => return items(element, levels).map(Value::Array),
        Some("integer") => return Ok(number(text(element))),
        Some("boolean") => return Ok(flag(text(element))),
        _ => {}
    }
    if children(element).next().is_some() {
        fields(element, levels).map(Value::Object)
    } else {
        Ok(Value::Text(text(element)))
    }
}

fn items(element: Node<'_, '_>, levels: usize) -> Result<Vec<Value>, EventError> {
    let levels = levels.checked_sub(1).ok_or(EventError::TooDeep)?;
    children(element).map(|child| value(child, levels)).collect()
}

/// A number as JSON would write it, so that whatever reads our JSON reads it too.
fn number(text: String) -> Value {
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = digits == "0" || !digits.starts_with('0');
    if is_digits && is_canonical { Value::Number(text) } else { Value::Text(text) }
}

fn flag(text: String) -> Value {
    match text.as_str() {
        "true" => Value::Flag(true),
        "false" => Value::Flag(false),
        _ => Value::Text(text),
    }
}

fn children<'a, 'i>(element: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    element.children().filter(Node::is_element)
}

fn name(element: Node<'_, '_>) -> String {
    element.tag_name().name().replace('-', "_")
}

/// The text of an element, and of the character data sections in it.
fn text(element: Node<'_, '_>) -> String {
    element.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect()
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
