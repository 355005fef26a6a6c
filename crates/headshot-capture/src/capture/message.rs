use headshot_api::UploadLimits;

use super::{
    camera::CameraFault,
    check::Unfit,
    counts::Counts,
    fault::Failure,
    photo::{Arrival, PhotoId},
    words::Language,
};

/// What happened.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// The server said what has arrived.
    Listed(Result<Arrivals, Failure>),
    /// The person chose or dropped files of these names and sizes.
    Added(Vec<(String, u64)>),
    /// A photo was looked at. Its hash is known if the server may have it already.
    Checked(PhotoId, Result<Option<String>, Unfit>),
    Progress(PhotoId, u8),
    Sent(PhotoId, Result<Arrival, Failure>),
    Remove(PhotoId),
    Withdrawn(PhotoId, Result<(), Failure>),
    Submit,
    Submitted(Result<(), Failure>),
    /// A pause is over, the network is back, the token is a fresh one, or the person is impatient.
    Resume,
    /// The page is in another language now.
    Speak(Language),
    OpenCamera,
    CameraOpened,
    CameraFailed(CameraFault),
    CloseCamera,
    /// Starts the countdown, or ends it.
    TakePhoto,
    Tick,
    Retake,
    /// The photo that was taken has become a file of this size.
    Kept(u64),
}

/// The server's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrivals {
    pub(crate) photos: Vec<Arrival>,
    /// Whether photos can still be added and submitted.
    pub(crate) is_open: bool,
    pub(crate) limits: UploadLimits,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    List,
    Check(PhotoId),
    Send(PhotoId),
    /// The bytes, preview and request of a photo are no longer needed.
    Forget(PhotoId),
    /// The bytes and preview of `from` belong to `to`, which the server has from before.
    Adopt {
        from: PhotoId,
        to: PhotoId,
    },
    Withdraw(PhotoId, String),
    Submit,
    /// Nothing is sent for a while; then comes [`Message::Resume`].
    Pause {
        failures: u32,
        retry_after_s: Option<u32>,
    },
    OpenCamera,
    CloseCamera,
    /// One second until [`Message::Tick`].
    Tick,
    Shoot,
    Announce(String),
    Emit(Event),
}

/// What the host application is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Uploads(Counts),
    Submitted { is_restored: bool },
    Error { code: &'static str, message: String, is_fatal: bool },
    Recovered { code: &'static str },
}

impl Event {
    /// Files work without a camera.
    pub(crate) fn of_camera(fault: CameraFault) -> Self {
        Self::Error { code: fault.code(), message: fault.message().to_owned(), is_fatal: false }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Uploads(_) => "headshot-uploads",
            Self::Submitted { .. } => "headshot-submitted",
            Self::Error { .. } => "headshot-error",
            Self::Recovered { .. } => "headshot-recovered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::fault::Fault;

    const TYPES: &str = include_str!("../../npm/headshot-capture.d.ts");

    #[test]
    fn the_typescript_types_name_every_error_code() {
        let faults = [
            Fault::ServerUnreachable,
            Fault::ServerError,
            Fault::TokenRefused,
            Fault::SessionUnknown,
            Fault::SessionDeleted,
            Fault::SurfaceMismatch,
        ];
        let camera_faults = [
            CameraFault::Insecure,
            CameraFault::Forbidden,
            CameraFault::Denied,
            CameraFault::Missing,
            CameraFault::Busy,
        ];
        for code in faults.map(Fault::code).into_iter().chain(camera_faults.map(CameraFault::code)) {
            assert!(TYPES.contains(&format!("| \"{code}\"")), "{code}");
        }
    }

    #[test]
    fn the_typescript_types_name_every_event() {
        let events = [
            Event::Uploads(Counts::default()),
            Event::Submitted { is_restored: false },
            Event::Error { code: "", message: String::new(), is_fatal: false },
            Event::Recovered { code: "" },
        ];
        for event in events {
            assert!(TYPES.contains(&format!("\"{}\": CustomEvent<", event.name())), "{}", event.name());
        }
    }
}
