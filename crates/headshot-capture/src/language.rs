use std::{borrow::Cow, rc::Rc};

/// What a person reads, in one language. English is the default; the others are linked only where they are asked for.
#[derive(Clone, Debug)]
pub struct Language {
    tag: Cow<'static, str>,
    is_rtl: bool,
    texts: Rc<[Cow<'static, str>]>,
    grammar: Grammar,
}

/// What browsers know of every language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grammar {
    /// Writes a number.
    pub(crate) figure: fn(tag: &str, number: u64) -> String,
    /// The plural category of so many: `one`, `few`, `other`.
    pub(crate) plural: fn(tag: &str, number: u64) -> String,
}

const ENGLISH: &str = include_str!("../languages/en.json");

/// The beginning of this part's keys where the texts of the whole package are in one object.
const PREFIX: &str = "capture.";

macro_rules! phrases {
    ($($name:ident)*) => {
        /// Something that is said to the person, in whatever language: the keys of `languages/en.json`, in their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Phrase { $($name),* }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

phrases! {
    Opening
    OpeningDetail
    Collecting
    CollectingDetail
    Submitting
    Done
    DoneDetail
    Stopped
    UseCamera
    Choose
    Drop
    DropNow
    Limits
    Or
    CameraLabel
    CameraAsking
    CameraLive
    CameraCounting
    CameraTaken
    ShotLabel
    TakePhoto
    Cancel
    CloseCamera
    KeepShot
    Retake
    CameraInsecure
    CameraInsecureDetail
    CameraForbidden
    CameraForbiddenDetail
    CameraDenied
    CameraDeniedDetail
    CameraMissing
    CameraMissingDetail
    CameraBusy
    CameraBusyDetail
    PhotosLabel
    Remove
    Checking
    Waiting
    Sending
    Arrived
    Leaving
    UnfitUnreadable
    UnfitBytes
    UnfitKind
    UnfitPixels
    UnfitNoRoom
    UnfitTwice
    RefusedKind
    RefusedBytes
    RefusedPixels
    RefusedNoRoom
    RefusedProvider
    RefusedOther
    NothingYet
    AllArrived
    SomeArrived
    Submit
    SubmitNothing
    WhenArrived
    RemoveRefused
    Added
    AddedMany
    Removed
    Taken
    Retry
    Unreachable
    UnreachableDetail
    ServerProblem
    ServerProblemDetail
    TokenRefused
    TokenRefusedDetail
    SessionUnknown
    SessionUnknownDetail
    SessionDeleted
    SessionDeletedDetail
    SurfaceMismatch
    SurfaceMismatchDetail
}

impl Default for Language {
    fn default() -> Self {
        Self::of("en", false, ENGLISH)
    }
}

impl Language {
    /// The language with this BCP 47 tag; English where there is no file for it.
    #[must_use]
    pub fn tagged(tag: &str) -> Self {
        match tag {
            "ar" => Self::of("ar", true, include_str!("../languages/ar.json")),
            "de" => Self::of("de", false, include_str!("../languages/de.json")),
            "es" => Self::of("es", false, include_str!("../languages/es.json")),
            "fr" => Self::of("fr", false, include_str!("../languages/fr.json")),
            "ja" => Self::of("ja", false, include_str!("../languages/ja.json")),
            _ => Self::default(),
        }
    }

    /// What the page has loaded: `lang`, `dir`, and what differs from English, each as `text` finds it under its key.
    pub(crate) fn read(text: impl Fn(&str) -> Option<String>) -> Self {
        let said = |(key, english)| text(&[PREFIX, key].concat()).map_or(Cow::Borrowed(english), Cow::Owned);
        Self {
            tag: text("lang").map_or(Cow::Borrowed("en"), Cow::Owned),
            is_rtl: text("dir").as_deref() == Some("rtl"),
            texts: entries(ENGLISH).map(said).collect(),
            grammar: PLAIN,
        }
    }

    pub(crate) fn with_grammar(self, grammar: Grammar) -> Self {
        Self { grammar, ..self }
    }

    pub(crate) fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn direction(&self) -> &'static str {
        if self.is_rtl { "rtl" } else { "ltr" }
    }

    /// The phrase as it is.
    pub(crate) fn plain(&self, phrase: Phrase) -> String {
        self.texts[phrase as usize].clone().into_owned()
    }

    /// The phrase with its `{places}` filled in.
    pub(crate) fn filled(&self, phrase: Phrase, values: &[(&str, &str)]) -> String {
        fill(&self.texts[phrase as usize], values)
    }

    /// The phrase in the plural form that goes with so many, `{count}` of them, and with its other places filled in.
    pub(crate) fn counted(&self, phrase: Phrase, count: u64, values: &[(&str, &str)]) -> String {
        let forms = &self.texts[phrase as usize];
        let category = (self.grammar.plural)(&self.tag, count);
        let mut named = forms.split('|').map(|form| form.split_once('=').unwrap_or(("other", form)));
        let form =
            named.clone().find(|(name, _)| *name == category).or_else(|| named.find(|(name, _)| *name == "other"));
        let count = self.figure(count);
        fill(form.map_or(forms, |(_, form)| form), &[values, &[("count", &count)]].concat())
    }

    pub(crate) fn figure(&self, number: u64) -> String {
        (self.grammar.figure)(&self.tag, number)
    }

    fn of(tag: &'static str, is_rtl: bool, file: &'static str) -> Self {
        let texts = entries(file).map(|(_, text)| Cow::Borrowed(text)).collect();
        Self { tag: Cow::Borrowed(tag), is_rtl, texts, grammar: PLAIN }
    }
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
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
fn entries(file: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut quoted = file.split('"').skip(1).step_by(2);
    std::iter::from_fn(move || Some((quoted.next()?, quoted.next()?)))
}

/// English, for want of a browser.
const PLAIN: Grammar = Grammar {
    figure: |_, number| number.to_string(),
    plural: |_, number| if number == 1 { "one" } else { "other" }.to_owned(),
};

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 6] = [
        ENGLISH,
        include_str!("../languages/de.json"),
        include_str!("../languages/es.json"),
        include_str!("../languages/fr.json"),
        include_str!("../languages/ar.json"),
        include_str!("../languages/ja.json"),
    ];

    #[test]
    fn every_file_has_the_phrases_in_their_order() {
        for file in FILES {
            let named: Vec<_> = entries(file).map(|(key, _)| key[..1].to_ascii_uppercase() + &key[1..]).collect();
            assert_eq!(named, NAMES, "{file}");
        }
    }

    #[test]
    fn no_two_phrases_are_the_same() {
        let mut texts: Vec<_> = entries(ENGLISH).map(|(_, text)| text).collect();
        texts.sort_unstable();
        assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn each_number_has_the_form_that_its_language_wants() {
        let plural = |_: &str, number| if number == 2 { "two" } else { "few" }.to_owned();
        let arabic = Language::tagged("ar").with_grammar(Grammar { plural, ..PLAIN });
        assert_eq!(arabic.counted(Phrase::AllArrived, 2, &[]), "وصلت صورتان");
        assert_eq!(arabic.counted(Phrase::AllArrived, 5, &[]), "وصلت 5 صور");
        assert_eq!(Language::tagged("ja").counted(Phrase::AllArrived, 1, &[]), "1枚の写真が届きました");
    }

    #[test]
    fn what_the_page_has_loaded_takes_the_place_of_english() {
        let loaded = |key: &str| match key {
            "capture.retry" => Some("Outra vez".to_owned()),
            "lang" => Some("pt".to_owned()),
            _ => None,
        };
        let language = Language::read(loaded);
        assert_eq!((language.tag(), language.direction()), ("pt", "ltr"));
        assert_eq!(language.plain(Phrase::Retry), "Outra vez");
        assert_eq!(language.plain(Phrase::Cancel), "Cancel");
    }
}
