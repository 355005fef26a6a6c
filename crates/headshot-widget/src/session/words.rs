//! Every sentence that a person reads, in one place.

use headshot_api::{Progress, Session, State, Surface};

use super::fault::Fault;

/// A short line, and one that says what it means for the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
}

/// The stations of a session, in order.
pub(crate) const STEPS: [&str; 4] = ["Your photos", "Queue", "In the making", "Headshots"];

pub(crate) const STEPS_LABEL: &str = "Progress";
pub(crate) const FRAME_TITLE: &str = "Photo studio";
pub(crate) const PHOTOS_TITLE: &str = "Your headshots";
pub(crate) const HELP: &str = "Does the studio below stay empty, or not work?";
pub(crate) const OPEN_TAB: &str = "Open the studio in a new tab";
pub(crate) const DOOR: &str = "Open the studio";
pub(crate) const RETRY: &str = "Try again";
pub(crate) const FAVORITE: &str = "Favourite";
pub(crate) const PHOTO_LOST: &str = "This photo could not be loaded";
pub(crate) const OPENING: Sentence = Sentence { title: "Opening your photo studio…", detail: "This takes a moment." };

/// What the alternative text of a photo says.
pub(crate) fn photo_alt(number: usize, count: usize, is_favorite: bool) -> String {
    let place = ["Headshot ", &number.to_string(), " of ", &count.to_string()].concat();
    if is_favorite { place + ", your favourite" } else { place }
}

/// Where the session stands.
pub(crate) fn status(session: &Session) -> Sentence {
    match &session.state {
        State::AwaitingUser => Sentence { title: "Take your photos", detail: how_to_take_photos(session) },
        State::InReview => IN_REVIEW,
        State::Processing => processing(session),
        State::Ready => Sentence { title: "Your headshots are ready", detail: what_to_do_with_photos(session) },
        State::Failed => Sentence { title: "Your headshots could not be made", detail: what_to_do_now(session) },
        State::Deleted => STOPPED,
        _ => Sentence { title: "Your session is under way", detail: "This page shows how it goes on." },
    }
}

fn how_to_take_photos(session: &Session) -> &'static str {
    match &session.surface {
        Some(Surface::Link { .. }) => {
            "The studio opens in a new tab. Come back here afterwards: this page shows how it goes on."
        }
        Some(Surface::Upload { .. }) => "Use your camera or choose pictures from your device.",
        _ => "Use your camera or upload pictures below. Your browser may ask whether the studio can use the camera.",
    }
}

fn what_to_do_with_photos(session: &Session) -> &'static str {
    match (&session.surface, session.favorite_photo()) {
        (Some(Surface::Frame { .. }), Some(_)) => {
            "You have picked your favourite. You can still change your mind in the studio below."
        }
        (Some(Surface::Frame { .. }), None) => "Pick your favourite in the studio below.",
        _ => "You find them below.",
    }
}

fn what_to_do_now(session: &Session) -> &'static str {
    match &session.surface {
        Some(Surface::Frame { .. }) => "Have a look at the studio below: it says what happened and what you can do.",
        Some(Surface::Link { .. }) => "Have a look at the studio: it says what happened and what you can do.",
        _ => "Go back to where you came from and start again, perhaps with other pictures.",
    }
}

/// Nothing could be opened; what stands in the way is told beneath.
pub(crate) const STOPPED: Sentence = Sentence { title: "Photo studio", detail: "" };

const DELAYED: Sentence = Sentence {
    title: "Your headshots are delayed",
    detail: "Something went wrong in the studio. It starts again by itself: there is nothing you need to do, and you can close this page.",
};

const IN_REVIEW: Sentence = Sentence {
    title: "Your photos are being checked",
    detail: "Somebody looks at them before the work begins. You can close this page: we keep going.",
};

fn processing(session: &Session) -> Sentence {
    match (&session.progress, session.test_mode) {
        (Some(Progress::Delayed), _) => DELAYED,
        (Some(Progress::Queued), _) => Sentence {
            title: "Your photos have arrived",
            detail: "They are waiting for their turn. You can close this page: we keep going.",
        },
        (Some(Progress::Preparing), _) => Sentence {
            title: "The studio is getting to know your face",
            detail: "It learns from your photos now. You can close this page: we keep going.",
        },
        (_, true) => Sentence {
            title: "We are making your headshots…",
            detail: "In test mode this takes about three minutes. You can close this page: we keep going.",
        },
        (_, false) => Sentence {
            title: "We are making your headshots…",
            detail: "This can take an hour. You can close this page: we keep going.",
        },
    }
}

/// What stands in the way and what the person can do about it.
pub(crate) fn fault(fault: &Fault) -> Sentence {
    match fault {
        Fault::ServerUnreachable => Sentence {
            title: "We cannot reach the photo service",
            detail: "Check your internet connection. We keep trying, and nothing you have done is lost.",
        },
        Fault::ServerForbidden(_) => Sentence {
            title: "This page cannot reach the photo service",
            detail: "It is not your connection. Please tell the people who run this page.",
        },
        Fault::ServerError(_) => Sentence {
            title: "The photo service has a problem",
            detail: "It is not your fault. We keep trying, and nothing you have done is lost.",
        },
        Fault::TokenRefused => Sentence {
            title: "Your access has expired",
            detail: "Your photos are safe. Finish what you are doing in the studio, then reload this page to see how they are.",
        },
        Fault::SessionUnknown => Sentence {
            title: "We cannot find this session",
            detail: "It may have expired. Go back to where you came from and start again.",
        },
        Fault::SessionDeleted => Sentence {
            title: "This session was deleted",
            detail: "Its photos are gone. Go back to where you came from to start a new one.",
        },
        Fault::LinkMalformed | Fault::LinkForeign(_) => Sentence {
            title: "The photo studio cannot be opened",
            detail: "Its address does not look right, so we do not open it. Please tell the people who run this page.",
        },
        Fault::FrameForbidden(_) | Fault::FrameIsolated => Sentence {
            title: "This page cannot show the photo studio",
            detail: "Open it in a new tab instead. We keep following your session here.",
        },
        Fault::FrameUnanswered => Sentence {
            title: "The photo studio is taking a while to open",
            detail: "You can wait, or try it in a new tab.",
        },
        Fault::PhotosForbidden(_) => Sentence {
            title: "This page cannot show your photos",
            detail: "They are safe: you find them in the studio below or in a new tab.",
        },
        Fault::CameraPolicy(_) | Fault::CameraOuterFrame => Sentence {
            title: "This page does not let the studio use your camera",
            detail: "You can upload pictures below, or open the studio in a new tab to use the camera there.",
        },
        Fault::CameraDenied => Sentence {
            title: "Your camera is blocked",
            detail: "To allow it, click the icon next to the page's address, choose Camera and then Allow. You can also upload pictures below.",
        },
        Fault::CameraMissing => {
            Sentence { title: "We find no camera on this device", detail: "Connect one, or upload pictures below." }
        }
        Fault::InsecureContext => Sentence {
            title: "Your camera needs a secure page",
            detail: "This page was not opened with https. You can upload pictures below, or open the studio in a new tab to use the camera there.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(state: State, progress: Option<Progress>) -> Session {
        Session {
            id: "ses_1".into(),
            provider: "headshotpro".into(),
            state,
            progress,
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

    #[test]
    fn each_progress_has_its_own_sentence() {
        let all = [Progress::Queued, Progress::Preparing, Progress::Making, Progress::Delayed];
        let mut titles = all.map(|progress| status(&session(State::Processing, Some(progress))).title).to_vec();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), 4);
    }

    #[test]
    fn what_lies_below_is_told_only_where_there_is_a_frame() {
        let link = Surface::Link { url: "https://a.test".into(), expires_at: None };
        let upload = Surface::Upload { limits: headshot_api::UploadLimits::default() };
        for surface in [link, upload] {
            for state in [State::AwaitingUser, State::Ready, State::Failed] {
                let detail = status(&Session { surface: Some(surface.clone()), ..session(state, None) }).detail;
                assert!(!detail.contains("studio below"), "{surface:?}: {detail}");
            }
        }
    }

    #[test]
    fn whoever_waits_may_close_the_page() {
        let tomorrows = Progress::Other("resting".into());
        for progress in [Progress::Queued, Progress::Preparing, Progress::Making, Progress::Delayed, tomorrows] {
            let detail = status(&session(State::Processing, Some(progress.clone()))).detail;
            assert!(detail.contains("close this page"), "{progress:?}: {detail}");
        }
    }

    #[test]
    fn test_mode_promises_minutes_and_not_an_hour() {
        let test = Session { test_mode: true, ..session(State::Processing, Some(Progress::Making)) };
        assert!(status(&test).detail.contains("minutes"));
        assert!(status(&session(State::Processing, Some(Progress::Making))).detail.contains("hour"));
    }

    #[test]
    fn a_state_of_tomorrow_still_has_a_sentence() {
        assert_eq!(status(&session(State::Other("on_hold".into()), None)).title, "Your session is under way");
    }

    #[test]
    fn the_favourite_is_said_and_not_only_shown() {
        assert_eq!(photo_alt(2, 8, true), "Headshot 2 of 8, your favourite");
        assert_eq!(photo_alt(1, 8, false), "Headshot 1 of 8");
    }
}
