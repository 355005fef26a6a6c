//! XML in the layout of Rails' `to_xml`, which the provider's service is built with \[k-py\]; no document shows it.

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use serde_json::Value;

/// `value` as a document whose root is called `root`.
pub(super) fn document(root: &str, value: &Value) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    let declaration = Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None));
    writer.write_event(declaration).and_then(|()| element(&mut writer, root, value)).expect("memory takes everything");
    writer.into_inner()
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    let name = element_name(name);
    let mut start = BytesStart::new(&name);
    if let Some(attribute) = attribute(value) {
        start.push_attribute(attribute);
    }
    writer.write_event(Event::Start(start))?;
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().try_for_each(|(name, value)| element(writer, name, value))?,
        Value::Array(items) => items.iter().try_for_each(|item| element(writer, singular(&name), item))?,
        Value::String(text) => writer.write_event(Event::Text(BytesText::new(text)))?,
        other => writer.write_event(Event::Text(BytesText::new(&other.to_string())))?,
    }
    writer.write_event(Event::End(BytesEnd::new(&*name)))
}

fn attribute(value: &Value) -> Option<(&'static str, &'static str)> {
    match value {
        Value::Null => Some(("nil", "true")),
        Value::Bool(_) => Some(("type", "boolean")),
        Value::Number(number) if number.is_f64() => Some(("type", "float")),
        Value::Number(_) => Some(("type", "integer")),
        Value::Array(_) => Some(("type", "array")),
        Value::String(_) | Value::Object(_) => None,
    }
}

/// Rails writes hyphens for underscores and spaces. It leaves other characters that no name may have; here they become
/// hyphens, so that the document can be read.
fn element_name(key: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    let name: String = key.chars().map(|c| if fits(c) { c } else { '-' }).collect();
    if name.starts_with(char::is_alphabetic) { name } else { format!("_{name}") }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn is_laid_out_as_rails_does() {
        let value = json!({
            "id": 42, "state": "complete", "errors": ["a<b"], "completedAt": null, "is_extract": false, "price": 1.5,
            "photoDownloadUrls": { "1 a.jpg": "http://x/?a=1&b=2" },
        });
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?><hash><completedAt nil="true"></completedAt><errors type="array"><error>a&lt;b</error></errors><id type="integer">42</id><is-extract type="boolean">false</is-extract><photoDownloadUrls><_1-a.jpg>http://x/?a=1&amp;b=2</_1-a.jpg></photoDownloadUrls><price type="float">1.5</price><state>complete</state></hash>"#;
        assert_eq!(String::from_utf8(document("hash", &value)).unwrap(), expected);
    }
}
