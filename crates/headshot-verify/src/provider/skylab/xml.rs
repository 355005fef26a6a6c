//! Events in XML. Its layout is not documented; it is read as Rails, which the provider uses, writes what it would
//! otherwise write as JSON: fields as elements, `_` as `-`, and a `type` for what is not text.

use alloc::string::String;

use roxmltree::{Document, Error, Node, ParsingOptions};

use crate::{EventError, json::ObjectWriter};

/// Elements may be nested as deeply as arrays and objects in JSON.
const LEVELS: usize = 64;

/// More elements than any event has; each takes far more memory than its text.
const MOST_NODES: u32 = 20_000;

/// Whether the body could only be XML.
pub(super) fn begins(body: &[u8]) -> bool {
    without_mark(body).trim_ascii_start().starts_with(b"<")
}

/// Reads the body as one element whose children are fields, and writes it as JSON.
pub(super) fn to_json(body: &[u8]) -> Result<String, EventError> {
    let text = core::str::from_utf8(without_mark(body)).map_err(|_| EventError::NotXml)?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_ascii(), options).map_err(|error| match error {
        Error::DtdDetected => EventError::DocumentType,
        Error::NodesLimitReached => EventError::TooDeep,
        _ => EventError::NotXml,
    })?;
    let mut result = Ok(());
    let written = ObjectWriter::written(|json| result = fields(json, document.root_element(), LEVELS));
    result.map(|()| written)
}

fn fields(json: &mut ObjectWriter, element: Node<'_, '_>, levels: usize) -> Result<(), EventError> {
    let levels = levels.checked_sub(1).ok_or(EventError::TooDeep)?;
    children(element).try_for_each(|child| {
        json.name(&child.tag_name().name().replace('-', "_"));
        value(json, child, levels)
    })
}

fn value(json: &mut ObjectWriter, element: Node<'_, '_>, levels: usize) -> Result<(), EventError> {
    let mut result = Ok(());
    let text = text(element);
    match (element.attribute("nil"), element.attribute("type")) {
        (Some("true"), _) => json.raw("null"),
        (_, Some("array")) => {
            let levels = levels.checked_sub(1).ok_or(EventError::TooDeep)?;
            json.bracketed(|json| result = children(element).try_for_each(|child| value(json.item(), child, levels)));
        }
        (_, Some("integer")) if is_integer(&text) => json.raw(&text),
        (_, Some("boolean")) if matches!(&*text, "true" | "false") => json.raw(&text),
        (_, type_) if !matches!(type_, Some("integer" | "boolean")) && children(element).next().is_some() => {
            json.braced(|json| result = fields(json, element, levels));
        }
        _ => json.quoted(&text),
    }
    result
}

/// Whether JSON would write the number so, so that whatever reads our JSON reads it too.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_digits && (digits == "0" || !digits.starts_with('0'))
}

fn children<'a, 'i>(element: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    element.children().filter(Node::is_element)
}

/// The text of an element, and of the character data sections in it.
fn text(element: Node<'_, '_>) -> String {
    element.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect()
}

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
