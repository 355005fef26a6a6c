#![doc = include_str!("../README.md")]

use std::{borrow::Cow, sync::Arc};

/// What is said in one language, in the order of its phrases.
#[derive(Clone, Debug)]
pub struct Phrases {
    tag: Cow<'static, str>,
    is_rtl: bool,
    texts: Arc<[Cow<'static, str>]>,
}

impl Phrases {
    /// Those of a language's file, with its BCP 47 tag and whether it runs from right to left.
    #[must_use]
    pub fn of(tag: &'static str, is_rtl: bool, file: &'static str) -> Self {
        let texts = entries(file).map(|(_, text)| Cow::Borrowed(text)).collect();
        Self { tag: Cow::Borrowed(tag), is_rtl, texts }
    }

    /// What `text` has: `lang`, `dir`, and under `prefix` and the keys of `english` what differs from that file.
    #[must_use]
    pub fn read(english: &'static str, prefix: &str, text: impl Fn(&str) -> Option<String>) -> Self {
        let said = |(key, english)| text(&[prefix, key].concat()).map_or(Cow::Borrowed(english), Cow::Owned);
        Self {
            tag: text("lang").map_or(Cow::Borrowed("en"), Cow::Owned),
            is_rtl: text("dir").as_deref() == Some("rtl"),
            texts: entries(english).map(said).collect(),
        }
    }

    /// Says something else under a key of `english`; one that is not there changes nothing.
    pub fn replace(&mut self, english: &str, key: &str, text: impl Into<Cow<'static, str>>) {
        if let Some(index) = entries(english).position(|(known, _)| known == key) {
            Arc::make_mut(&mut self.texts)[index] = text.into();
        }
    }

    /// The BCP 47 tag that stands in `lang`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The direction that stands in `dir`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if self.is_rtl { "rtl" } else { "ltr" }
    }

    /// The phrase with this place in the file.
    ///
    /// # Panics
    ///
    /// When the file has no such phrase.
    #[must_use]
    pub fn text(&self, phrase: usize) -> &str {
        &self.texts[phrase]
    }
}

/// The text with its `{places}` filled in. By single letters: searching for whole words costs a kilobyte.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut pieces = text.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, after) = piece.split_once('}').unwrap_or((piece, ""));
        filled.push_str(values.iter().find(|(name, _)| *name == place).map_or("", |(_, value)| value));
        filled.push_str(after);
    }
    filled
}

/// Keys and texts of a language's file: flat JSON without escapes, so that it needs no parser.
pub fn entries(file: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut quoted = file.split('"').skip(1).step_by(2);
    std::iter::from_fn(move || Some((quoted.next()?, quoted.next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = r#"{ "hello": "Hello", "bye": "Bye" }"#;

    #[test]
    fn what_is_read_takes_the_place_of_english_and_the_rest_stays() {
        let loaded = |key: &str| match key {
            "part.bye" => Some("Tchau".to_owned()),
            "lang" => Some("pt".to_owned()),
            _ => None,
        };
        let phrases = Phrases::read(ENGLISH, "part.", loaded);
        assert_eq!((phrases.text(0), phrases.text(1)), ("Hello", "Tchau"));
        assert_eq!((phrases.tag(), phrases.direction()), ("pt", "ltr"));
    }

    #[test]
    fn what_is_replaced_in_one_book_stays_in_another() {
        let before = Phrases::of("en", false, ENGLISH);
        let mut after = before.clone();
        after.replace(ENGLISH, "bye", "See you");
        after.replace(ENGLISH, "no such key", "?");
        assert_eq!((before.text(1), after.text(0), after.text(1)), ("Bye", "Hello", "See you"));
    }

    #[test]
    fn a_place_without_a_value_is_left_out() {
        assert_eq!(fill("{a} of {b}", &[("a", "1")]), "1 of ");
        assert_eq!(fill("nothing to fill in", &[]), "nothing to fill in");
    }
}
