use std::borrow::Cow;

use headshot_phrases::{Phrases, fill};

/// What a person reads, in one language. English is the default; the others are linked only where they are asked for.
#[derive(Clone, Debug)]
pub struct Language {
    said: Phrases,
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

// A macro of this crate's: in what another crate's makes, the compiler does not look for what is never said.
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

    /// The same with another sentence of the host's. The keys are those of `languages/en.json`; one that is not there
    /// changes nothing.
    #[must_use]
    pub fn with(mut self, key: &str, text: impl Into<Cow<'static, str>>) -> Self {
        self.said.replace(ENGLISH, key, text);
        self
    }

    /// What the page has loaded: `lang`, `dir`, and what differs from English, each as `text` finds it under its key.
    pub(crate) fn read(text: impl Fn(&str) -> Option<String>) -> Self {
        Self { said: Phrases::read(ENGLISH, PREFIX, text), grammar: PLAIN }
    }

    pub(crate) fn with_grammar(self, grammar: Grammar) -> Self {
        Self { grammar, ..self }
    }

    pub(crate) fn tag(&self) -> &str {
        self.said.tag()
    }

    pub(crate) fn direction(&self) -> &'static str {
        self.said.direction()
    }

    /// The phrase as it is.
    pub(crate) fn plain(&self, phrase: Phrase) -> String {
        self.said.text(phrase as usize).to_owned()
    }

    /// The phrase with its `{places}` filled in.
    pub(crate) fn filled(&self, phrase: Phrase, values: &[(&str, &str)]) -> String {
        fill(self.said.text(phrase as usize), values)
    }

    /// The phrase in the plural form that goes with so many, `{count}` of them, and with its other places filled in.
    pub(crate) fn counted(&self, phrase: Phrase, count: u64, values: &[(&str, &str)]) -> String {
        let forms = self.said.text(phrase as usize);
        let category = (self.grammar.plural)(self.tag(), count);
        let mut named = forms.split('|').map(|form| form.split_once('=').unwrap_or(("other", form)));
        let form =
            named.clone().find(|(name, _)| *name == category).or_else(|| named.find(|(name, _)| *name == "other"));
        let count = self.figure(count);
        fill(form.map_or(forms, |(_, form)| form), &[values, &[("count", &count)]].concat())
    }

    pub(crate) fn figure(&self, number: u64) -> String {
        (self.grammar.figure)(self.tag(), number)
    }

    fn of(tag: &'static str, is_rtl: bool, file: &'static str) -> Self {
        Self { said: Phrases::of(tag, is_rtl, file), grammar: PLAIN }
    }
}

/// English, for want of a browser.
const PLAIN: Grammar = Grammar {
    figure: |_, number| number.to_string(),
    plural: |_, number| if number == 1 { "one" } else { "other" }.to_owned(),
};

#[cfg(test)]
mod tests {
    use headshot_phrases::entries;

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
