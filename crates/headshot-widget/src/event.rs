use headshot_api::{Photo, State};
use serde::Serialize;

/// Something the host application may want to know; the custom element dispatches the same as DOM events, with the fields
/// in `detail`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum EmbedEvent {
    /// The session moved: `headshot-status`.
    Status {
        /// The session's id.
        session: String,
        /// Where it stands, in words that all providers share.
        state: State,
        /// Where it stands, in the provider's own word.
        provider_status: String,
        /// Whether it stood there already when the widget opened.
        restored: bool,
    },
    /// The finished photos changed: `headshot-photos`.
    Photos {
        /// The session's id.
        session: String,
        /// All finished photos.
        photos: Vec<Photo>,
        /// Whether they were there already when the widget opened.
        restored: bool,
    },
    /// The person chose a photo: `headshot-favorite`.
    Favorite {
        /// The session's id.
        session: String,
        /// The chosen photo.
        photo: Photo,
        /// Whether it was chosen already when the widget opened.
        restored: bool,
    },
    /// Something stands in the way: `headshot-error`. The widget shows it to the person too.
    Error {
        /// The session's id.
        session: String,
        /// What it is, for programs.
        code: ErrorCode,
        /// What it is, in English, for a log; holds no secret.
        message: String,
        /// Whether the widget has stopped until something is changed or the person asks again.
        fatal: bool,
    },
    /// What stood in the way does so no longer: `headshot-recovered`.
    Recovered {
        /// The session's id.
        session: String,
        /// What it was.
        code: ErrorCode,
    },
}

impl EmbedEvent {
    /// The name of the DOM event.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "headshot-status",
            Self::Photos { .. } => "headshot-photos",
            Self::Favorite { .. } => "headshot-favorite",
            Self::Error { .. } => "headshot-error",
            Self::Recovered { .. } => "headshot-recovered",
        }
    }
}

/// What stands in the way, as one stable word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorCode {
    /// The server does not answer; the widget keeps asking.
    ServerUnreachable,
    /// A policy of the page forbids requests to the server.
    ServerForbidden,
    /// The server answers, but not with the session; the widget keeps asking.
    ServerError,
    /// The client token is wrong or has expired.
    TokenRefused,
    /// The server does not know the session.
    SessionUnknown,
    /// The session and its data are gone.
    SessionDeleted,
    /// The provider's link is none that may be shown.
    LinkRefused,
    /// A policy of the page forbids the frame; a tab of its own works.
    FrameForbidden,
    /// Nothing has come into the frame.
    FrameUnanswered,
    /// A policy of the page forbids the photos.
    PhotosForbidden,
    /// The page or the person forbids the camera; uploading still works.
    CameraBlocked,
    /// The device has no camera; uploading works.
    CameraMissing,
    /// The page is not served by https, so browsers give it no camera; uploading still works.
    InsecureContext,
    /// The browser inside another app has no camera for pages; another browser or device has.
    InAppBrowser,
}

impl ErrorCode {
    /// The word in the DOM event and in the `data-code` attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServerUnreachable => "server_unreachable",
            Self::ServerForbidden => "server_forbidden",
            Self::ServerError => "server_error",
            Self::TokenRefused => "token_refused",
            Self::SessionUnknown => "session_unknown",
            Self::SessionDeleted => "session_deleted",
            Self::LinkRefused => "link_refused",
            Self::FrameForbidden => "frame_forbidden",
            Self::FrameUnanswered => "frame_unanswered",
            Self::PhotosForbidden => "photos_forbidden",
            Self::CameraBlocked => "camera_blocked",
            Self::CameraMissing => "camera_missing",
            Self::InsecureContext => "insecure_context",
            Self::InAppBrowser => "in_app_browser",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    const TYPES: &str = include_str!("../npm/headshot-embed.d.ts");

    #[test]
    fn the_typescript_types_name_every_error_code() {
        let codes = [
            ErrorCode::ServerUnreachable,
            ErrorCode::ServerForbidden,
            ErrorCode::ServerError,
            ErrorCode::TokenRefused,
            ErrorCode::SessionUnknown,
            ErrorCode::SessionDeleted,
            ErrorCode::LinkRefused,
            ErrorCode::FrameForbidden,
            ErrorCode::FrameUnanswered,
            ErrorCode::PhotosForbidden,
            ErrorCode::CameraBlocked,
            ErrorCode::CameraMissing,
            ErrorCode::InsecureContext,
            ErrorCode::InAppBrowser,
        ];
        for code in codes {
            assert!(TYPES.contains(&format!("| \"{}\"", code.as_str())), "{code:?}");
        }
    }

    #[test]
    fn a_code_is_the_same_word_in_rust_and_in_events() {
        for code in [ErrorCode::ServerUnreachable, ErrorCode::PhotosForbidden, ErrorCode::InsecureContext] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn the_typescript_types_describe_every_event_field_by_field() {
        let session = String::from("ses_1");
        let photo = Photo { id: String::new(), url: String::new(), expires_at: String::new() };
        let events = [
            EmbedEvent::Status {
                session: session.clone(),
                state: State::Ready,
                provider_status: "active".into(),
                restored: false,
            },
            EmbedEvent::Photos { session: session.clone(), photos: vec![photo.clone()], restored: false },
            EmbedEvent::Favorite { session: session.clone(), photo: photo.clone(), restored: false },
            EmbedEvent::Error {
                session: session.clone(),
                code: ErrorCode::ServerError,
                message: String::new(),
                fatal: false,
            },
            EmbedEvent::Recovered { session, code: ErrorCode::ServerError },
        ];
        for event in events {
            let (_, rest) = TYPES.split_once(&format!("\"{}\": CustomEvent<", event.name())).unwrap();
            let detail = rest.split_once('>').unwrap().0;
            assert_eq!(fields(detail), keys(&serde_json::to_value(&event).unwrap()), "{detail}");
        }
        assert_eq!(fields("HeadshotPhoto"), keys(&serde_json::to_value(&photo).unwrap()));
    }

    /// The fields of an interface of the types.
    fn fields(interface: &str) -> BTreeSet<String> {
        let (_, body) = TYPES.split_once(&format!("export interface {interface} {{")).unwrap();
        let lines = body.split_once("\n}").unwrap().0.lines();
        lines.filter_map(|line| Some(line.trim().strip_prefix("readonly ")?.split_once(':')?.0.to_owned())).collect()
    }

    fn keys(json: &Value) -> BTreeSet<String> {
        json.as_object().unwrap().keys().cloned().collect()
    }
}
