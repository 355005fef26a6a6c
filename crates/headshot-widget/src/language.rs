use std::borrow::Cow;

use headshot_phrases::{Phrases, fill};

use crate::session::words::Sentence;

/// What a person reads, in one language. English is the default; the others are linked only where they are asked for.
///
/// ```
/// use headshot_widget::Language;
///
/// let language = Language::german().with("retry", "Nochmal!");
/// assert_eq!(language.tag(), "de");
/// ```
#[derive(Clone, Debug)]
pub struct Language {
    said: Phrases,
    figures: Figures,
    /// What the host has the capture say instead, by its keys.
    #[cfg(feature = "capture")]
    by_capture: Vec<(String, Cow<'static, str>)>,
}

/// Writes a number as readers of this language do, with its unit if there is one.
pub(crate) type Figures = fn(tag: &str, number: u32, unit: Option<&str>) -> String;

const ENGLISH: &str = include_str!("../languages/en.json");

macro_rules! phrases {
    ($($name:ident)*) => {
        /// Something that is said to the person, in whatever language: the keys of `languages/en.json`, in their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "capture", expect(dead_code, reason = "a capture that is linked in cannot fail to load"))]
        pub(crate) enum Phrase { $($name),* }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

// A macro of this crate's: in what another crate's makes, the compiler does not look for what is never said.
phrases! {
    Opening
    OpeningDetail
    Studio
    TakePhotos
    TakePhotosHere
    TakePhotosOver
    TakePhotosTab
    TakePhotosAway
    TakePhotosPhone
    TakePhotosUpload
    InReview
    InReviewDetail
    Queued
    QueuedDetail
    Preparing
    PreparingDetail
    Making
    MakingDetail
    MakingTestDetail
    MakingUntimed
    Delayed
    DelayedDetail
    Ready
    ReadyChosen
    ReadyToChoose
    ReadyHere
    Failed
    FailedStudio
    FailedHere
    UnderWay
    UnderWayDetail
    Progress
    StepPhotos
    StepQueue
    StepMaking
    StepHeadshots
    Photos
    Photo
    PhotoFavorite
    PhotoLost
    Favorite
    Download
    Previous
    Next
    Close
    Help
    OpenStudio
    OpenTab
    OpenAway
    OpenPhone
    PhoneDetail
    PhoneLink
    PhoneCode
    CopyLink
    LinkCopied
    Link
    Retry
    ServerUnreachable
    ServerUnreachableDetail
    ServerForbidden
    TellThePage
    ServerError
    ServerErrorDetail
    TokenRefused
    TokenRefusedDetail
    SessionUnknown
    SessionUnknownDetail
    SessionDeleted
    SessionDeletedDetail
    LinkRefused
    LinkRefusedDetail
    FrameForbidden
    FrameForbiddenDetail
    FrameUnanswered
    FrameUnansweredDetail
    FrameRenewed
    FrameRenewedDetail
    Reopen
    PhotosForbidden
    PhotosForbiddenDetail
    CameraForbidden
    CameraForbiddenDetail
    CameraDenied
    CameraDeniedDetail
    CameraMissing
    CameraMissingDetail
    InsecureContext
    InsecureContextDetail
    InAppBrowser
    InAppBrowserDetail
    CaptureUnavailable
    Reload
}

impl Default for Language {
    fn default() -> Self {
        Self::of("en", false, ENGLISH)
    }
}

impl Language {
    /// German, `de`.
    #[must_use]
    pub fn german() -> Self {
        Self::of("de", false, include_str!("../languages/de.json"))
    }

    /// Spanish, `es`.
    #[must_use]
    pub fn spanish() -> Self {
        Self::of("es", false, include_str!("../languages/es.json"))
    }

    /// French, `fr`.
    #[must_use]
    pub fn french() -> Self {
        Self::of("fr", false, include_str!("../languages/fr.json"))
    }

    /// Arabic, `ar`, from right to left.
    #[must_use]
    pub fn arabic() -> Self {
        Self::of("ar", true, include_str!("../languages/ar.json"))
    }

    /// Japanese, `ja`.
    #[must_use]
    pub fn japanese() -> Self {
        Self::of("ja", false, include_str!("../languages/ja.json"))
    }

    /// The same with another sentence of the host's. The keys are those of `languages/en.json`, and with the feature
    /// `capture` those of the capture behind `capture.`; one that is not there changes nothing.
    #[must_use]
    pub fn with(mut self, key: &str, text: impl Into<Cow<'static, str>>) -> Self {
        #[cfg(feature = "capture")]
        if let Some(key) = key.strip_prefix("capture.") {
            self.by_capture.push((key.to_owned(), text.into()));
            return self;
        }
        self.said.replace(ENGLISH, key, text);
        self
    }

    /// The BCP 47 tag that stands in `lang`.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.said.tag()
    }

    /// The same language as the capture speaks it.
    #[cfg(feature = "capture")]
    pub(crate) fn of_capture(&self) -> headshot_capture::Language {
        let language = headshot_capture::Language::tagged(self.tag());
        self.by_capture.iter().fold(language, |language, (key, text)| language.with(key, text.clone()))
    }

    /// The direction that stands in `dir`.
    pub(crate) fn direction(&self) -> &'static str {
        self.said.direction()
    }

    /// What the page has loaded: `lang`, `dir`, and what differs from English.
    #[cfg(any(test, feature = "embed"))]
    pub(crate) fn read(json: &impl crate::session::reading::Record) -> Self {
        Self::saying(Phrases::read(ENGLISH, "", |key| json.text(key)))
    }

    /// The same with numbers as the browser writes them.
    pub(crate) fn with_figures(self, figures: Figures) -> Self {
        Self { figures, ..self }
    }

    pub(crate) fn text(&self, phrase: Phrase) -> String {
        self.said.text(phrase as usize).to_owned()
    }

    /// The second line of a sentence, if there is one.
    pub(crate) fn detail(&self, sentence: &Sentence) -> Option<String> {
        let text = self.text(sentence.detail?);
        Some(match sentence.minutes {
            Some(minutes) => fill(&text, &[("time", &self.duration(minutes))]),
            None => text,
        })
    }

    /// What the alternative text of a photo says.
    pub(crate) fn photo(&self, number: usize, count: usize, is_favorite: bool) -> String {
        let phrase = if is_favorite { Phrase::PhotoFavorite } else { Phrase::Photo };
        let figure = |number: usize| (self.figures)(self.tag(), u32::try_from(number).unwrap_or(u32::MAX), None);
        fill(self.said.text(phrase as usize), &[("number", &figure(number)), ("count", &figure(count))])
    }

    fn duration(&self, minutes: u32) -> String {
        let (number, unit) = if minutes.is_multiple_of(60) { (minutes / 60, "hour") } else { (minutes, "minute") };
        (self.figures)(self.tag(), number, Some(unit))
    }

    fn of(tag: &'static str, is_rtl: bool, file: &'static str) -> Self {
        Self::saying(Phrases::of(tag, is_rtl, file))
    }

    fn saying(said: Phrases) -> Self {
        Self {
            said,
            figures: plain_figures,
            #[cfg(feature = "capture")]
            by_capture: Vec::new(),
        }
    }
}

/// In English, for want of a browser.
fn plain_figures(_: &str, number: u32, unit: Option<&str>) -> String {
    let plural = if number == 1 { "" } else { "s" };
    unit.map_or_else(|| number.to_string(), |unit| [&number.to_string(), " ", unit, plural].concat())
}

#[cfg(test)]
mod tests {
    use headshot_phrases::entries;
    use serde_json::{Map, Value, json};

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
    fn every_file_is_read_as_json_would_read_it() {
        for file in FILES {
            let json: Map<String, Value> = serde_json::from_str(file).unwrap();
            let read: Vec<_> = entries(file).collect();
            assert_eq!(read.len(), json.len());
            for (key, text) in read {
                assert_eq!(json[key], text, "{key}");
            }
        }
    }

    #[test]
    fn every_file_has_the_phrases_in_their_order() {
        for file in FILES {
            let named: Vec<_> = entries(file).map(|(key, _)| key[..1].to_ascii_uppercase() + &key[1..]).collect();
            assert_eq!(named, NAMES, "{file}");
        }
    }

    #[test]
    fn what_the_page_has_loaded_takes_the_place_of_english() {
        let language = Language::read(&json!({ "lang": "pt", "retry": "Outra vez", "unknown": "?" }));
        assert_eq!((language.tag(), language.direction()), ("pt", "ltr"));
        assert_eq!(language.text(Phrase::Retry), "Outra vez");
        assert_eq!(language.text(Phrase::Download), "Download");
    }

    #[test]
    fn a_host_can_replace_each_sentence() {
        let language = Language::arabic().with("studio", "Atelier").with("no such key", "?");
        assert_eq!((language.text(Phrase::Studio).as_str(), language.direction()), ("Atelier", "rtl"));
        assert_eq!(language.text(Phrase::Retry), Language::arabic().text(Phrase::Retry));
    }

    #[cfg(feature = "capture")]
    #[test]
    fn the_capture_says_what_the_host_wants_it_to_say() {
        let language = Language::german().with("capture.retry", "Noch einmal!").with("capture.no such key", "Niemals");
        let by_capture = format!("{:?}", language.of_capture());
        assert!(by_capture.contains("Noch einmal!") && !by_capture.contains("Niemals"), "{by_capture}");
        assert_eq!(language.text(Phrase::Retry), Language::german().text(Phrase::Retry));
    }

    #[test]
    fn the_favourite_is_said_and_not_only_shown() {
        assert_eq!(Language::default().photo(2, 8, true), "Headshot 2 of 8, your favourite");
        assert_eq!(Language::default().photo(1, 8, false), "Headshot 1 of 8");
    }
}
