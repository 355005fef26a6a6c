use alloc::string::String;

/// More than most objects need, so that the text is not moved each time it grows.
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

    /// A field that is a text.
    pub fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        self.quoted(text);
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

    /// The name of a field, whose value is to be written next.
    pub(crate) fn name(&mut self, name: &str) {
        self.item().quoted(name);
        self.mark(':');
    }

    /// A value that is JSON.
    pub(crate) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// An object whose fields `write` writes.
    pub(crate) fn braced(&mut self, write: impl FnOnce(&mut Self)) {
        self.mark('{');
        write(self);
        self.mark('}');
    }

    /// An array whose items `write` writes, each with [`Self::item`].
    pub(crate) fn bracketed(&mut self, write: impl FnOnce(&mut Self)) {
        self.mark('[');
        write(self);
        self.mark(']');
    }

    /// The writer for the next item of an array; a comma comes first unless something was just opened.
    pub(crate) fn item(&mut self) -> &mut Self {
        if !matches!(self.out.as_bytes().last(), Some(b'{' | b'[')) {
            self.mark(',');
        }
        self
    }

    /// A text as a value.
    pub(crate) fn quoted(&mut self, text: &str) {
        self.mark('"');
        let mut plain = 0;
        for (place, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                ..0x10 => "\\u000",
                0x10..0x20 => "\\u001",
                _ => continue,
            };
            self.raw(text.get(plain..place).unwrap_or_default());
            self.raw(escape);
            if byte < b' ' {
                self.mark(char::from_digit(u32::from(byte & 15), 16).unwrap_or_default());
            }
            plain = place.wrapping_add(1);
        }
        self.raw(text.get(plain..).unwrap_or_default());
        self.mark('"');
    }

    // Called rather than written out wherever it is needed, where it would be three times as long.
    #[inline(never)]
    fn mark(&mut self, letter: char) {
        self.out.push(letter);
    }
}
