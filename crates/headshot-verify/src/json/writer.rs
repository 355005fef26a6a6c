use alloc::string::String;

use super::{Fields, Value};

/// Writes one JSON object, field by field.
#[derive(Default)]
pub(crate) struct ObjectWriter {
    out: String,
}

impl ObjectWriter {
    /// The object whose fields `write` writes.
    pub(crate) fn written(write: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self::default();
        writer.braced(write);
        writer.out
    }

    /// A field that is a text, or `null`.
    pub(crate) fn text(&mut self, name: &str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) => write_text(&mut self.out, text),
            None => self.out.push_str("null"),
        }
    }

    /// A field that is a truth value, or `null`.
    pub(crate) fn flag(&mut self, name: &str, flag: Option<bool>) {
        self.name(name);
        self.out.push_str(flag.map_or("null", flag_word));
    }

    /// A field that is an object whose fields are known only by their names.
    pub(crate) fn fields(&mut self, name: &str, fields: &Fields) {
        self.name(name);
        write_fields(&mut self.out, fields);
    }

    /// A field that is an object whose fields `write` writes, or `null`.
    pub(crate) fn object<T>(&mut self, name: &str, object: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.name(name);
        match object {
            Some(object) => self.braced(|writer| write(writer, object)),
            None => self.out.push_str("null"),
        }
    }

    /// A field that is an array of texts.
    pub(crate) fn texts<'t>(&mut self, name: &str, texts: impl IntoIterator<Item = &'t str>) {
        self.array(name, texts, |json, text| write_text(&mut json.out, text));
    }

    /// A field that is an array of objects whose fields `write` writes.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        objects: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        self.array(name, objects, |json, object| json.braced(|json| write(json, object)));
    }

    fn array<T>(&mut self, name: &str, items: impl IntoIterator<Item = T>, write: impl Fn(&mut Self, T)) {
        self.name(name);
        self.out.push('[');
        for item in items {
            separate(&mut self.out);
            write(self, item);
        }
        self.out.push(']');
    }

    fn braced(&mut self, write: impl FnOnce(&mut Self)) {
        self.out.push('{');
        write(self);
        self.out.push('}');
    }

    fn name(&mut self, name: &str) {
        write_name(&mut self.out, name);
    }
}

pub(super) fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Flag(flag) => out.push_str(flag_word(*flag)),
        Value::Number(number) => out.push_str(number),
        Value::Text(text) => write_text(out, text),
        Value::Array(items) => {
            out.push('[');
            for item in items {
                separate(out);
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => write_fields(out, fields),
    }
}

fn write_fields(out: &mut String, fields: &Fields) {
    out.push('{');
    for (name, value) in fields.iter() {
        write_name(out, name);
        write_value(out, value);
    }
    out.push('}');
}

fn write_name(out: &mut String, name: &str) {
    separate(out);
    write_text(out, name);
    out.push(':');
}

/// Writes a comma unless something was just opened.
fn separate(out: &mut String) {
    if !out.ends_with(['{', '[']) {
        out.push(',');
    }
}

const fn flag_word(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\0'..='\x1f' => write_control(out, u32::from(letter)),
            _ => out.push(letter),
        }
    }
    out.push('"');
}

fn write_control(out: &mut String, code: u32) {
    out.push_str("\\u00");
    out.extend([code >> 4, code & 15].into_iter().filter_map(|digit| char::from_digit(digit, 16)));
}
