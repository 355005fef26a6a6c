use alloc::string::String;

use super::Fields;

/// More than most events need, so that the text is not moved each time it grows.
const USUAL_BYTES: usize = 1024;

/// Writes one JSON object, field by field.
pub struct ObjectWriter {
    out: String,
}

impl ObjectWriter {
    /// The object whose fields `write` writes.
    pub fn written(write: impl FnOnce(&mut Self)) -> String {
        let mut json = Self { out: String::with_capacity(USUAL_BYTES) };
        json.braced(write);
        json.out
    }

    /// A field that is a text, or `null`.
    pub fn text(&mut self, name: &str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) => write_text(&mut self.out, text),
            None => put(&mut self.out, "null"),
        }
    }

    /// A field that is an array of objects whose fields `write` writes.
    pub fn objects<T>(&mut self, name: &str, objects: &[T], write: impl Fn(&mut Self, &T)) {
        self.name(name);
        self.bracketed(|json| {
            for object in objects {
                json.item().braced(|json| write(json, object));
            }
        });
    }

    /// An array whose items `write` writes, each with [`Self::item`].
    pub(crate) fn bracketed(&mut self, write: impl FnOnce(&mut Self)) {
        mark(&mut self.out, '[');
        write(self);
        mark(&mut self.out, ']');
    }

    /// The writer for the next item of an array.
    pub(crate) fn item(&mut self) -> &mut Self {
        separate(&mut self.out);
        self
    }

    /// An object whose fields `write` writes.
    pub(crate) fn braced(&mut self, write: impl FnOnce(&mut Self)) {
        mark(&mut self.out, '{');
        write(self);
        mark(&mut self.out, '}');
    }

    /// A text as a value.
    #[cfg(feature = "xml")]
    pub(crate) fn quoted(&mut self, text: &str) {
        write_text(&mut self.out, text);
    }

    /// A value that is JSON.
    #[cfg(feature = "xml")]
    pub(crate) fn raw(&mut self, json: &str) {
        put(&mut self.out, json);
    }

    /// The name of a field.
    pub(crate) fn name(&mut self, name: &str) {
        write_name(&mut self.out, name);
    }
}

pub(super) fn write_fields(out: &mut String, fields: &Fields) {
    mark(out, '{');
    for (name, value) in fields.iter() {
        write_name(out, name);
        put(out, value.as_json());
    }
    mark(out, '}');
}

fn write_name(out: &mut String, name: &str) {
    separate(out);
    write_text(out, name);
    mark(out, ':');
}

/// Writes a comma unless something was just opened.
fn separate(out: &mut String) {
    if !matches!(out.as_bytes().last(), Some(b'{' | b'[')) {
        mark(out, ',');
    }
}

fn write_text(out: &mut String, text: &str) {
    mark(out, '"');
    let mut plain = 0;
    for (place, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            ..0x10 => "\\u000",
            0x10..0x20 => "\\u001",
            _ => continue,
        };
        put(out, text.get(plain..place).unwrap_or_default());
        put(out, escape);
        if byte < b' ' {
            mark(out, char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
        }
        plain = place.wrapping_add(1);
    }
    put(out, text.get(plain..).unwrap_or_default());
    mark(out, '"');
}

// These two are called rather than written out wherever they are needed, where they would be three times as long.

#[inline(never)]
fn mark(out: &mut String, letter: char) {
    out.push(letter);
}

#[inline(never)]
fn put(out: &mut String, text: &str) {
    out.push_str(text);
}
