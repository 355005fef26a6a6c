//! Every sentence that a person reads, in one table.

use headshot_api::UploadLimits;

use super::{
    camera::{Camera, CameraFault},
    check::Unfit,
    counts::Counts,
    fault::{Fault, Refusal},
    model::Phase,
    photo::{Photo, Stage},
};

/// The language of the phrases.
pub(crate) const LANGUAGE: &str = "en";

/// One line for each phrase: a language is one more column.
macro_rules! phrases {
    ($($name:ident => $english:literal,)*) => {
        /// Something that is said to the person, in whatever language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Phrase { $($name),* }

        impl Phrase {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),*];

            pub(crate) const fn english(self) -> &'static str {
                match self { $(Self::$name => $english),* }
            }
        }
    };
}

phrases! {
    Opening => "Opening your photo studio…",
    OpeningDetail => "This takes a moment.",
    Collecting => "Add your photos",
    CollectingDetail => "Take them with your camera or choose pictures from this device. Good light and a clear view of your face help most.",
    Submitting => "Handing in your photos…",
    Done => "Your photos are handed in",
    DoneDetail => "The work on your headshots begins now. There is nothing more for you to do, and you can close this page.",
    Stopped => "Photo studio",

    UseCamera => "Use your camera",
    Choose => "Choose photos",
    Drop => "or drop them here",
    DropNow => "Drop your photos here",
    Limits => "{kinds}, up to {megabytes} MB each, at most {count} photos",
    Or => "{first} or {second}",

    CameraLabel => "Live picture from your camera",
    CameraAsking => "Your browser asks whether this page may use your camera.",
    CameraLive => "Put your face into the oval and look into the camera.",
    CameraCounting => "Hold still…",
    CameraTaken => "Do you like it?",
    ShotLabel => "The photo that you have just taken",
    TakePhoto => "Take a photo",
    Cancel => "Cancel",
    CloseCamera => "Close the camera",
    KeepShot => "Use this photo",
    Retake => "Take it again",

    CameraInsecure => "Your camera needs a secure page",
    CameraInsecureDetail => "This page was not opened with https. Choosing pictures from this device works.",
    CameraForbidden => "This page does not allow the camera",
    CameraForbiddenDetail => "That is a setting of the page, not of yours. Choosing pictures from this device works.",
    CameraDenied => "Your camera is blocked",
    CameraDeniedDetail => "To allow it, click the icon next to the page's address, choose Camera and then Allow. Choosing pictures from this device works too.",
    CameraMissing => "We found no camera",
    CameraMissingDetail => "Connect one and try again, or choose pictures from this device.",
    CameraBusy => "Your camera could not be started",
    CameraBusyDetail => "Another program may be using it: close that and try again, or choose pictures from this device.",

    PhotosLabel => "Your photos",
    Remove => "Remove {name}",
    Checking => "Looking at it…",
    Waiting => "Waiting for its turn",
    Sending => "{percent} % sent",
    Arrived => "Arrived",
    Leaving => "Removing…",

    UnfitUnreadable => "This file could not be read.",
    UnfitBytes => "This photo is larger than {megabytes} MB. Choose a smaller one.",
    UnfitKind => "This is not a picture that we can use: it must be {kinds}.",
    UnfitPixels => "This photo is too large: it has {width} × {height} pixels. Choose a smaller copy.",
    UnfitNoRoom => "There is no room for more than {count} photos. Remove others, then add it again.",
    UnfitTwice => "You have added this photo before.",
    RefusedKind => "The photo service cannot read this picture. Choose another one.",
    RefusedBytes => "This photo is too large for the photo service. Choose a smaller one.",
    RefusedPixels => "This photo has too many pixels for the photo service. Choose a smaller copy.",
    RefusedNoRoom => "The photo service takes no more photos. Remove others, then add it again.",
    RefusedProvider => "The photo studio cannot use this photo. Remove it and add another one.",
    RefusedOther => "The photo service did not take this photo. Remove it and try another one.",

    NothingYet => "No photos yet",
    AllArrivedOne => "1 photo has arrived",
    AllArrived => "{arrived} photos have arrived",
    SomeArrived => "{arrived} of {count} photos have arrived",
    SubmitOne => "Hand in 1 photo",
    Submit => "Hand in {count} photos",
    SubmitNothing => "Hand in your photos",
    WhenArrived => "You can hand them in as soon as all have arrived.",
    RemoveRefused => "Remove the photo that cannot be used first.",
    Added => "{name} was added.",
    AddedMany => "{count} photos were added.",
    Removed => "{name} was removed.",
    Taken => "The photo was taken.",

    Retry => "Try again",
    Unreachable => "We cannot reach the photo service",
    UnreachableDetail => "Check your internet connection. We keep trying: leave this page open, and no photo is lost.",
    ServerProblem => "The photo service has a problem",
    ServerProblemDetail => "It is not your fault. We keep trying: leave this page open, and no photo is lost.",
    TokenRefused => "Your access has expired",
    TokenRefusedDetail => "What has arrived is safe. Reload this page to go on.",
    SessionUnknown => "We cannot find this session",
    SessionUnknownDetail => "It may have expired. Go back to where you came from and start again.",
    SessionDeleted => "This session was deleted",
    SessionDeletedDetail => "Its photos are gone. Go back to where you came from to start a new one.",
    SurfaceMismatch => "This session takes its photos elsewhere",
    SurfaceMismatchDetail => "Please tell the people who run this page.",
}

/// A short line, and one that says what it means for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) title: String,
    pub(crate) detail: String,
}

/// The phrase as it is.
pub(crate) fn plain(phrase: Phrase) -> String {
    phrase.english().to_owned()
}

/// The phrase with its `{places}` filled in.
pub(crate) fn filled(phrase: Phrase, values: &[(&str, &str)]) -> String {
    let mut pieces = phrase.english().split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (place, after) = piece.split_once('}').unwrap_or((piece, ""));
        filled.push_str(values.iter().find(|(name, _)| *name == place).map_or("", |(_, value)| value));
        filled.push_str(after);
    }
    filled
}

/// Where the person stands.
pub(crate) fn phase(phase: Phase, is_stopped: bool) -> Sentence {
    match phase {
        _ if is_stopped => Sentence { title: plain(Phrase::Stopped), detail: String::new() },
        Phase::Opening => sentence(Phrase::Opening, Phrase::OpeningDetail),
        Phase::Collecting => sentence(Phrase::Collecting, Phrase::CollectingDetail),
        Phase::Submitting => sentence(Phrase::Submitting, Phrase::OpeningDetail),
        Phase::Done => sentence(Phrase::Done, Phrase::DoneDetail),
    }
}

/// What stands in the way, and what the person can do about it.
pub(crate) fn fault(fault: Fault) -> Sentence {
    match fault {
        Fault::ServerUnreachable => sentence(Phrase::Unreachable, Phrase::UnreachableDetail),
        Fault::ServerError => sentence(Phrase::ServerProblem, Phrase::ServerProblemDetail),
        Fault::TokenRefused => sentence(Phrase::TokenRefused, Phrase::TokenRefusedDetail),
        Fault::SessionUnknown => sentence(Phrase::SessionUnknown, Phrase::SessionUnknownDetail),
        Fault::SessionDeleted => sentence(Phrase::SessionDeleted, Phrase::SessionDeletedDetail),
        Fault::SurfaceMismatch => sentence(Phrase::SurfaceMismatch, Phrase::SurfaceMismatchDetail),
    }
}

/// Why there is no picture from the camera, and what works instead.
pub(crate) fn camera_fault(fault: CameraFault) -> Sentence {
    match fault {
        CameraFault::Insecure => sentence(Phrase::CameraInsecure, Phrase::CameraInsecureDetail),
        CameraFault::Forbidden => sentence(Phrase::CameraForbidden, Phrase::CameraForbiddenDetail),
        CameraFault::Denied => sentence(Phrase::CameraDenied, Phrase::CameraDeniedDetail),
        CameraFault::Missing => sentence(Phrase::CameraMissing, Phrase::CameraMissingDetail),
        CameraFault::Busy => sentence(Phrase::CameraBusy, Phrase::CameraBusyDetail),
    }
}

/// What the person does while the camera is on.
pub(crate) fn camera(camera: Camera) -> String {
    match camera {
        Camera::Off => String::new(),
        Camera::Asking => plain(Phrase::CameraAsking),
        Camera::Live => plain(Phrase::CameraLive),
        Camera::Counting(_) => plain(Phrase::CameraCounting),
        Camera::Taken => plain(Phrase::CameraTaken),
    }
}

/// How far a photo has come, or why it goes no further.
pub(crate) fn stage(photo: &Photo, limits: &UploadLimits) -> String {
    match &photo.stage {
        Stage::Checking => plain(Phrase::Checking),
        Stage::Waiting => plain(Phrase::Waiting),
        Stage::Sending { percent } => filled(Phrase::Sending, &[("percent", &percent.to_string())]),
        Stage::Arrived(_) => plain(Phrase::Arrived),
        Stage::Unwanted | Stage::Leaving { .. } => plain(Phrase::Leaving),
        Stage::Unfit(unfit) => why_unfit(*unfit, limits),
        Stage::Refused { refusal, .. } => plain(match refusal {
            Refusal::Kind => Phrase::RefusedKind,
            Refusal::Bytes => Phrase::RefusedBytes,
            Refusal::Pixels => Phrase::RefusedPixels,
            Refusal::NoRoom => Phrase::RefusedNoRoom,
            Refusal::Provider => Phrase::RefusedProvider,
            Refusal::Other => Phrase::RefusedOther,
        }),
    }
}

/// What the server takes, for somebody who is about to choose.
pub(crate) fn limits(limits: &UploadLimits) -> String {
    let (megabytes, count) = (megabytes(limits.bytes), limits.photos.to_string());
    filled(Phrase::Limits, &[("kinds", &kinds(limits)), ("megabytes", &megabytes), ("count", &count)])
}

/// How many photos are there.
pub(crate) fn summary(counts: Counts) -> String {
    let (arrived, count) = (counts.arrived.to_string(), (counts.arrived + counts.pending).to_string());
    match (counts.arrived, counts.pending) {
        (0, 0) => plain(Phrase::NothingYet),
        (1, 0) => plain(Phrase::AllArrivedOne),
        (_, 0) => filled(Phrase::AllArrived, &[("arrived", &arrived)]),
        _ => filled(Phrase::SomeArrived, &[("arrived", &arrived), ("count", &count)]),
    }
}

/// What the button says that hands the photos in.
pub(crate) fn submit(counts: Counts) -> String {
    match counts.arrived + counts.pending {
        0 => plain(Phrase::SubmitNothing),
        1 => plain(Phrase::SubmitOne),
        count => filled(Phrase::Submit, &[("count", &count.to_string())]),
    }
}

/// What a screen reader says when photos were added.
pub(crate) fn added(names: &[String]) -> String {
    match names {
        [name] => filled(Phrase::Added, &[("name", name)]),
        _ => filled(Phrase::AddedMany, &[("count", &names.len().to_string())]),
    }
}

fn why_unfit(unfit: Unfit, limits: &UploadLimits) -> String {
    match unfit {
        Unfit::Unreadable => plain(Phrase::UnfitUnreadable),
        Unfit::TooLarge { limit_bytes } => filled(Phrase::UnfitBytes, &[("megabytes", &megabytes(limit_bytes))]),
        Unfit::WrongKind => filled(Phrase::UnfitKind, &[("kinds", &kinds(limits))]),
        Unfit::TooManyPixels { width, height } => {
            filled(Phrase::UnfitPixels, &[("width", &width.to_string()), ("height", &height.to_string())])
        }
        Unfit::NoRoom { limit } => filled(Phrase::UnfitNoRoom, &[("count", &limit.to_string())]),
        Unfit::Twice => plain(Phrase::UnfitTwice),
    }
}

/// `JPEG or PNG`, from the media types.
fn kinds(limits: &UploadLimits) -> String {
    let names = limits.media_types.iter().map(|kind| kind.trim_start_matches("image/").to_ascii_uppercase());
    names.reduce(|first, second| filled(Phrase::Or, &[("first", &first), ("second", &second)])).unwrap_or_default()
}

/// Rounded down, so that what is promised is kept.
fn megabytes(bytes: u64) -> String {
    (bytes / 1_000_000).to_string()
}

fn sentence(title: Phrase, detail: Phrase) -> Sentence {
    Sentence { title: plain(title), detail: plain(detail) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::photo::PhotoId;

    fn taken() -> UploadLimits {
        UploadLimits {
            photos: 40,
            bytes: 27_000_000,
            pixels: 27_000_000,
            longest_side: 6_400,
            media_types: vec!["image/jpeg".into(), "image/png".into()],
        }
    }

    fn said(stage: Stage) -> String {
        super::stage(
            &Photo { id: PhotoId(0), name: "a".into(), bytes: 1, sha256: None, is_here: true, stage, failures: 0 },
            &taken(),
        )
    }

    #[test]
    fn no_two_phrases_are_the_same() {
        let mut texts: Vec<_> = Phrase::ALL.iter().map(|phrase| phrase.english()).collect();
        texts.sort_unstable();
        let count = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    #[test]
    fn every_place_of_a_sentence_is_filled() {
        let unfit = [
            Unfit::Unreadable,
            Unfit::TooLarge { limit_bytes: 27_000_000 },
            Unfit::WrongKind,
            Unfit::TooManyPixels { width: 9_000, height: 6_000 },
            Unfit::NoRoom { limit: 40 },
            Unfit::Twice,
        ];
        let mut sentences: Vec<_> = unfit.map(|unfit| said(Stage::Unfit(unfit))).into();
        sentences.push(said(Stage::Sending { percent: 40 }));
        sentences.push(limits(&taken()));
        sentences.extend([0, 1, 2].map(|arrived| summary(Counts { arrived, pending: 1, refused: 0 })));
        sentences.extend([0, 1, 2].map(|arrived| submit(Counts { arrived, pending: 0, refused: 0 })));
        sentences.extend([added(&["a".into()]), added(&["a".into(), "b".into()])]);
        for sentence in sentences {
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn the_limits_are_said_before_somebody_chooses() {
        assert_eq!(limits(&taken()), "JPEG or PNG, up to 27 MB each, at most 40 photos");
    }

    #[test]
    fn a_refusal_names_the_figure_that_was_passed() {
        assert_eq!(
            said(Stage::Unfit(Unfit::TooManyPixels { width: 9_000, height: 6_000 })),
            "This photo is too large: it has 9000 × 6000 pixels. Choose a smaller copy."
        );
        assert!(said(Stage::Unfit(Unfit::TooLarge { limit_bytes: 27_000_000 })).contains("27 MB"));
    }

    #[test]
    fn one_photo_is_no_plural() {
        assert_eq!(summary(Counts { arrived: 1, ..Counts::default() }), "1 photo has arrived");
        assert_eq!(summary(Counts { arrived: 2, pending: 1, refused: 4 }), "2 of 3 photos have arrived");
        assert_eq!(submit(Counts { arrived: 1, ..Counts::default() }), "Hand in 1 photo");
    }
}
