//! What a person reads: which phrase belongs where. The phrases themselves are in `languages/`.

use headshot_api::UploadLimits;

use super::{
    camera::{Camera, CameraFault},
    check::Unfit,
    counts::Counts,
    fault::{Fault, Refusal},
    model::Phase,
    photo::{Photo, Stage},
};
pub(crate) use crate::language::{Language, Phrase};

/// A short line, and one that says what it means for the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) title: String,
    pub(crate) detail: String,
}

impl Language {
    /// Where the person stands.
    pub(crate) fn phase(&self, phase: Phase, is_stopped: bool) -> Sentence {
        match phase {
            _ if is_stopped => Sentence { title: self.plain(Phrase::Stopped), detail: String::new() },
            Phase::Opening => self.sentence(Phrase::Opening, Phrase::OpeningDetail),
            Phase::Collecting => self.sentence(Phrase::Collecting, Phrase::CollectingDetail),
            Phase::Submitting => self.sentence(Phrase::Submitting, Phrase::OpeningDetail),
            Phase::Done => self.sentence(Phrase::Done, Phrase::DoneDetail),
        }
    }

    /// What stands in the way, and what the person can do about it.
    pub(crate) fn fault(&self, fault: Fault) -> Sentence {
        match fault {
            Fault::ServerUnreachable => self.sentence(Phrase::Unreachable, Phrase::UnreachableDetail),
            Fault::ServerError => self.sentence(Phrase::ServerProblem, Phrase::ServerProblemDetail),
            Fault::TokenRefused => self.sentence(Phrase::TokenRefused, Phrase::TokenRefusedDetail),
            Fault::SessionUnknown => self.sentence(Phrase::SessionUnknown, Phrase::SessionUnknownDetail),
            Fault::SessionDeleted => self.sentence(Phrase::SessionDeleted, Phrase::SessionDeletedDetail),
            Fault::SurfaceMismatch => self.sentence(Phrase::SurfaceMismatch, Phrase::SurfaceMismatchDetail),
        }
    }

    /// Why there is no picture from the camera, and what works instead.
    pub(crate) fn camera_fault(&self, fault: CameraFault) -> Sentence {
        match fault {
            CameraFault::Insecure => self.sentence(Phrase::CameraInsecure, Phrase::CameraInsecureDetail),
            CameraFault::Forbidden => self.sentence(Phrase::CameraForbidden, Phrase::CameraForbiddenDetail),
            CameraFault::Denied => self.sentence(Phrase::CameraDenied, Phrase::CameraDeniedDetail),
            CameraFault::Missing => self.sentence(Phrase::CameraMissing, Phrase::CameraMissingDetail),
            CameraFault::Busy => self.sentence(Phrase::CameraBusy, Phrase::CameraBusyDetail),
        }
    }

    /// What the person does while the camera is on.
    pub(crate) fn camera(&self, camera: Camera) -> String {
        match camera {
            Camera::Off => String::new(),
            Camera::Asking => self.plain(Phrase::CameraAsking),
            Camera::Live => self.plain(Phrase::CameraLive),
            Camera::Counting(_) => self.plain(Phrase::CameraCounting),
            Camera::Taken => self.plain(Phrase::CameraTaken),
        }
    }

    /// How far a photo has come, or why it goes no further.
    pub(crate) fn stage(&self, photo: &Photo, limits: &UploadLimits) -> String {
        match &photo.stage {
            Stage::Checking => self.plain(Phrase::Checking),
            Stage::Waiting => self.plain(Phrase::Waiting),
            Stage::Sending { percent } => self.filled(Phrase::Sending, &[("percent", &self.figure((*percent).into()))]),
            Stage::Arrived(_) => self.plain(Phrase::Arrived),
            Stage::Unwanted | Stage::Leaving { .. } => self.plain(Phrase::Leaving),
            Stage::Unfit(unfit) => self.why_unfit(*unfit, limits),
            Stage::Refused { refusal, .. } => self.plain(match refusal {
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
    pub(crate) fn limits(&self, limits: &UploadLimits) -> String {
        let places = [("kinds", &*self.kinds(limits)), ("megabytes", &self.megabytes(limits.bytes))];
        self.counted(Phrase::Limits, limits.photos.into(), &places)
    }

    /// How many photos are there.
    pub(crate) fn summary(&self, counts: Counts) -> String {
        let (arrived, all) = (u64::from(counts.arrived), u64::from(counts.arrived + counts.pending));
        match (arrived, counts.pending) {
            (0, 0) => self.plain(Phrase::NothingYet),
            (_, 0) => self.counted(Phrase::AllArrived, arrived, &[]),
            _ => self.counted(Phrase::SomeArrived, all, &[("arrived", &self.figure(arrived))]),
        }
    }

    /// What the button says that hands the photos in.
    pub(crate) fn submit(&self, counts: Counts) -> String {
        match counts.arrived + counts.pending {
            0 => self.plain(Phrase::SubmitNothing),
            count => self.counted(Phrase::Submit, count.into(), &[]),
        }
    }

    /// What a screen reader says when photos were added.
    pub(crate) fn added(&self, names: &[String]) -> String {
        match names {
            [name] => self.filled(Phrase::Added, &[("name", name)]),
            _ => self.counted(Phrase::AddedMany, names.len() as u64, &[]),
        }
    }

    fn why_unfit(&self, unfit: Unfit, limits: &UploadLimits) -> String {
        match unfit {
            Unfit::Unreadable => self.plain(Phrase::UnfitUnreadable),
            Unfit::TooLarge { limit_bytes } => {
                self.filled(Phrase::UnfitBytes, &[("megabytes", &self.megabytes(limit_bytes))])
            }
            Unfit::WrongKind => self.filled(Phrase::UnfitKind, &[("kinds", &self.kinds(limits))]),
            Unfit::TooManyPixels { width, height } => {
                let (width, height) = (self.figure(width), self.figure(height));
                self.filled(Phrase::UnfitPixels, &[("width", &width), ("height", &height)])
            }
            Unfit::NoRoom { limit } => self.counted(Phrase::UnfitNoRoom, limit.into(), &[]),
            Unfit::Twice => self.plain(Phrase::UnfitTwice),
        }
    }

    /// `JPEG or PNG`, from the media types.
    fn kinds(&self, limits: &UploadLimits) -> String {
        let names = limits.media_types.iter().map(|kind| kind.trim_start_matches("image/").to_ascii_uppercase());
        names
            .reduce(|first, second| self.filled(Phrase::Or, &[("first", &first), ("second", &second)]))
            .unwrap_or_default()
    }

    /// Rounded down, so that what is promised is kept.
    fn megabytes(&self, bytes: u64) -> String {
        self.figure(bytes / 1_000_000)
    }

    fn sentence(&self, title: Phrase, detail: Phrase) -> Sentence {
        Sentence { title: self.plain(title), detail: self.plain(detail) }
    }
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
        Language::default().stage(
            &Photo { id: PhotoId(0), name: "a".into(), bytes: 1, sha256: None, is_here: true, stage, failures: 0 },
            &taken(),
        )
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
        let language = Language::default();
        let mut sentences: Vec<_> = unfit.map(|unfit| said(Stage::Unfit(unfit))).into();
        sentences.push(said(Stage::Sending { percent: 40 }));
        sentences.push(language.limits(&taken()));
        sentences.extend([0, 1, 2].map(|arrived| language.summary(Counts { arrived, pending: 1, refused: 0 })));
        sentences.extend([0, 1, 2].map(|arrived| language.submit(Counts { arrived, pending: 0, refused: 0 })));
        sentences.extend([language.added(&["a".into()]), language.added(&["a".into(), "b".into()])]);
        for sentence in sentences {
            assert!(!sentence.contains(['{', '}']), "{sentence}");
        }
    }

    #[test]
    fn the_limits_are_said_before_somebody_chooses() {
        assert_eq!(Language::default().limits(&taken()), "JPEG or PNG, up to 27 MB each, at most 40 photos");
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
        assert_eq!(Language::default().summary(Counts { arrived: 1, ..Counts::default() }), "1 photo has arrived");
        assert_eq!(
            Language::default().summary(Counts { arrived: 2, pending: 1, refused: 4 }),
            "2 of 3 photos have arrived"
        );
        assert_eq!(Language::default().submit(Counts { arrived: 1, ..Counts::default() }), "Hand in 1 photo");
    }
}
