//! What a person reads: which phrase belongs where. The phrases themselves are in `languages/`.

use headshot_api::{Progress, Session, State, Surface};

use super::{fault::Fault, way::Way};
pub(crate) use crate::language::Phrase;

/// A short line, and one that says what it means for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) title: Phrase,
    pub(crate) detail: Option<Phrase>,
    /// How long something takes, where the detail says so.
    pub(crate) minutes: Option<u32>,
}

const fn say(title: Phrase, detail: Phrase) -> Sentence {
    Sentence { title, detail: Some(detail), minutes: None }
}

/// The stations of a session, in order.
pub(crate) const STEPS: [Phrase; 4] =
    [Phrase::StepPhotos, Phrase::StepQueue, Phrase::StepMaking, Phrase::StepHeadshots];

pub(crate) const OPENING: Sentence = say(Phrase::Opening, Phrase::OpeningDetail);

/// Nothing could be opened; what stands in the way is told beneath.
pub(crate) const STOPPED: Sentence = Sentence { title: Phrase::Studio, detail: None, minutes: None };

/// The frame has a link that runs out, and there is a newer one.
pub(crate) const RENEWED: Sentence = say(Phrase::FrameRenewed, Phrase::FrameRenewedDetail);

/// Where the session stands.
pub(crate) fn status(session: &Session, way: Way) -> Sentence {
    match &session.state {
        State::AwaitingUser => say(Phrase::TakePhotos, how_to_take_photos(session, way)),
        State::InReview => say(Phrase::InReview, Phrase::InReviewDetail),
        State::Processing => processing(session),
        State::Ready => say(Phrase::Ready, what_to_do_with_photos(session)),
        State::Failed => say(Phrase::Failed, what_to_do_now(session)),
        State::Deleted => STOPPED,
        _ => say(Phrase::UnderWay, Phrase::UnderWayDetail),
    }
}

fn how_to_take_photos(session: &Session, way: Way) -> Phrase {
    match (&session.surface, way) {
        (Some(Surface::Upload { .. }), _) => Phrase::TakePhotosUpload,
        (_, Way::Inline) => Phrase::TakePhotosHere,
        (_, Way::Modal) => Phrase::TakePhotosOver,
        (_, Way::Tab) => Phrase::TakePhotosTab,
        (_, Way::Redirect) => Phrase::TakePhotosAway,
        (_, Way::Phone) => Phrase::TakePhotosPhone,
    }
}

fn what_to_do_with_photos(session: &Session) -> Phrase {
    match (&session.surface, session.favorite_photo()) {
        (Some(Surface::Frame { .. }), Some(_)) => Phrase::ReadyChosen,
        (Some(Surface::Frame { .. }), None) => Phrase::ReadyToChoose,
        _ => Phrase::ReadyHere,
    }
}

fn what_to_do_now(session: &Session) -> Phrase {
    if session.surface.as_ref().and_then(Surface::url).is_some() { Phrase::FailedStudio } else { Phrase::FailedHere }
}

fn processing(session: &Session) -> Sentence {
    match (&session.progress, session.test_mode) {
        (Some(Progress::Delayed), _) => say(Phrase::Delayed, Phrase::DelayedDetail),
        (Some(Progress::Queued), _) => say(Phrase::Queued, Phrase::QueuedDetail),
        (Some(Progress::Preparing), _) => say(Phrase::Preparing, Phrase::PreparingDetail),
        // Where nobody knows how long it takes, nothing is promised.
        _ if session.usual_minutes.is_none() => say(Phrase::Making, Phrase::MakingUntimed),
        (_, true) => Sentence { minutes: session.usual_minutes, ..say(Phrase::Making, Phrase::MakingTestDetail) },
        (_, false) => Sentence { minutes: session.usual_minutes, ..say(Phrase::Making, Phrase::MakingDetail) },
    }
}

/// What stands in the way and what the person can do about it.
pub(crate) fn fault(fault: &Fault) -> Sentence {
    match fault {
        Fault::ServerUnreachable => say(Phrase::ServerUnreachable, Phrase::ServerUnreachableDetail),
        Fault::ServerForbidden(_) => say(Phrase::ServerForbidden, Phrase::TellThePage),
        Fault::ServerError(_) => say(Phrase::ServerError, Phrase::ServerErrorDetail),
        Fault::TokenRefused => say(Phrase::TokenRefused, Phrase::TokenRefusedDetail),
        Fault::SessionUnknown => say(Phrase::SessionUnknown, Phrase::SessionUnknownDetail),
        Fault::SessionDeleted => say(Phrase::SessionDeleted, Phrase::SessionDeletedDetail),
        Fault::LinkMalformed | Fault::LinkForeign(_) => say(Phrase::LinkRefused, Phrase::LinkRefusedDetail),
        Fault::FrameForbidden(_) | Fault::FrameIsolated => say(Phrase::FrameForbidden, Phrase::FrameForbiddenDetail),
        Fault::FrameUnanswered => say(Phrase::FrameUnanswered, Phrase::FrameUnansweredDetail),
        Fault::PhotosForbidden(_) => say(Phrase::PhotosForbidden, Phrase::PhotosForbiddenDetail),
        Fault::CameraPolicy(_) | Fault::CameraOuterFrame => say(Phrase::CameraForbidden, Phrase::CameraForbiddenDetail),
        Fault::CameraDenied => say(Phrase::CameraDenied, Phrase::CameraDeniedDetail),
        Fault::CameraMissing => say(Phrase::CameraMissing, Phrase::CameraMissingDetail),
        Fault::InsecureContext => say(Phrase::InsecureContext, Phrase::InsecureContextDetail),
        Fault::InAppBrowser => say(Phrase::InAppBrowser, Phrase::InAppBrowserDetail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn session(state: State, progress: Option<Progress>) -> Session {
        Session {
            id: "ses_1".into(),
            provider: "headshotpro".into(),
            state,
            progress,
            usual_minutes: None,
            provider_status: String::new(),
            surface: None,
            test_mode: false,
            reference: None,
            photos: Vec::new(),
            favorite_photo_id: None,
            created_at: String::new(),
            updated_at: String::new(),
        }
    }

    fn detail(session: &Session, way: Way) -> String {
        Language::default().detail(&status(session, way)).unwrap()
    }

    /// Where the wasm cannot run, a script says the same by this list.
    #[test]
    fn the_script_that_stands_in_says_the_same() {
        let said: std::collections::BTreeMap<String, String> =
            serde_json::from_str(include_str!("../../npm/src/phrases.json")).unwrap();
        for (word, key) in said {
            let state = State::from_word(&word);
            let (state, progress) = match state {
                State::Other(word) => (State::Processing, Some(Progress::from_word(&word))),
                known => (known, None),
            };
            let text = Language::default().text(status(&session(state, progress), Way::Inline).title);
            assert_eq!(text, english(&key), "{word}");
        }
    }

    fn english(key: &str) -> String {
        let texts: serde_json::Value = serde_json::from_str(include_str!("../../languages/en.json")).unwrap();
        texts[key].as_str().unwrap().to_owned()
    }

    #[test]
    fn each_progress_has_its_own_sentence() {
        let all = [Progress::Queued, Progress::Preparing, Progress::Making, Progress::Delayed];
        let titles = all.map(|progress| status(&session(State::Processing, Some(progress)), Way::Inline).title);
        assert!((1..titles.len()).all(|index| !titles[..index].contains(&titles[index])));
    }

    #[test]
    fn what_lies_below_is_told_only_where_there_is_a_frame() {
        let link = Surface::Link { url: "https://a.test".into(), expires_at: None };
        let upload = Surface::Upload { limits: headshot_api::UploadLimits::default() };
        for surface in [link, upload] {
            for state in [State::AwaitingUser, State::Ready, State::Failed] {
                let detail = detail(&Session { surface: Some(surface.clone()), ..session(state, None) }, Way::Tab);
                assert!(
                    !detail.contains("studio below") && !detail.contains("pictures below"),
                    "{surface:?}: {detail}"
                );
            }
        }
    }

    #[test]
    fn each_way_says_where_the_studio_opens() {
        let ways = [Way::Inline, Way::Modal, Way::Tab, Way::Redirect, Way::Phone];
        let said = ways.map(|way| status(&session(State::AwaitingUser, None), way).detail);
        assert!((1..said.len()).all(|index| !said[..index].contains(&said[index])));
    }

    #[test]
    fn whoever_waits_may_close_the_page() {
        let tomorrows = Progress::Other("resting".into());
        for progress in [Progress::Queued, Progress::Preparing, Progress::Making, Progress::Delayed, tomorrows] {
            let detail = detail(&session(State::Processing, Some(progress.clone())), Way::Inline);
            assert!(detail.contains("close this page"), "{progress:?}: {detail}");
        }
    }

    #[test]
    fn the_time_that_is_promised_is_the_providers() {
        let untimed = session(State::Processing, Some(Progress::Making));
        assert_eq!(detail(&untimed, Way::Inline), "You can close this page: we keep going.");
        let usual = Session { usual_minutes: Some(60), ..untimed };
        assert!(detail(&usual, Way::Inline).contains("can take 1 hour."));
        let test = Session { usual_minutes: Some(3), test_mode: true, ..usual };
        assert!(detail(&test, Way::Inline).contains("takes about 3 minutes."));
    }

    #[test]
    fn a_state_of_tomorrow_still_has_a_sentence() {
        assert_eq!(status(&session(State::Other("on_hold".into()), None), Way::Inline).title, Phrase::UnderWay);
    }
}
