use crate::ErrorCode;

/// Something that stands in the way, with what is needed to explain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ServerUnreachable,
    /// The page's Content-Security-Policy forbids requests to the server, which has this origin.
    ServerForbidden(String),
    /// The HTTP status; 200 where the answer could not be read.
    ServerError(u16),
    TokenRefused,
    SessionUnknown,
    SessionDeleted,
    /// The signed URL is no web address, or neither https nor on this machine.
    LinkMalformed,
    /// The signed URL's origin, which is not among the frame origins.
    LinkForeign(String),
    /// The page's Content-Security-Policy forbids a frame with these origins.
    FrameForbidden(Vec<String>),
    /// The page's Cross-Origin-Embedder-Policy forbids a frame of a provider that does not send one itself.
    FrameIsolated,
    /// Nothing has come into the frame: the provider does not answer, or answers without a page.
    FrameUnanswered,
    /// The page's Content-Security-Policy forbids photos from the server, which has this origin.
    PhotosForbidden(String),
    /// The page's Permissions-Policy keeps the camera from these origins.
    CameraPolicy(Vec<String>),
    /// The page lies in a frame that has no camera itself.
    CameraOuterFrame,
    /// The person has said no to the camera on this site.
    CameraDenied,
    /// There is none.
    CameraMissing,
    InsecureContext,
    /// The page is open in a browser inside another app, which has no camera to give.
    InAppBrowser,
}

impl Fault {
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::ServerUnreachable => ErrorCode::ServerUnreachable,
            Self::ServerForbidden(_) => ErrorCode::ServerForbidden,
            Self::ServerError(_) => ErrorCode::ServerError,
            Self::TokenRefused => ErrorCode::TokenRefused,
            Self::SessionUnknown => ErrorCode::SessionUnknown,
            Self::SessionDeleted => ErrorCode::SessionDeleted,
            Self::LinkMalformed | Self::LinkForeign(_) => ErrorCode::LinkRefused,
            Self::FrameForbidden(_) | Self::FrameIsolated => ErrorCode::FrameForbidden,
            Self::FrameUnanswered => ErrorCode::FrameUnanswered,
            Self::PhotosForbidden(_) => ErrorCode::PhotosForbidden,
            Self::CameraPolicy(_) | Self::CameraOuterFrame | Self::CameraDenied => ErrorCode::CameraBlocked,
            Self::CameraMissing => ErrorCode::CameraMissing,
            Self::InsecureContext => ErrorCode::InsecureContext,
            Self::InAppBrowser => ErrorCode::InAppBrowser,
        }
    }

    /// Whether the widget stops until something is changed or the person asks again.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::ServerForbidden(_)
                | Self::TokenRefused
                | Self::SessionUnknown
                | Self::SessionDeleted
                | Self::LinkMalformed
                | Self::LinkForeign(_)
                | Self::FrameForbidden(_)
                | Self::FrameIsolated
        )
    }

    /// Whether asking the server again can help.
    pub(crate) fn can_ask_again(&self) -> bool {
        matches!(
            self,
            Self::ServerUnreachable
                | Self::ServerError(_)
                | Self::TokenRefused
                | Self::SessionUnknown
                | Self::LinkMalformed
                | Self::LinkForeign(_)
        )
    }

    /// Whether another device helps, or another browser of this one.
    pub(crate) fn needs_phone(&self) -> bool {
        matches!(self, Self::CameraMissing | Self::InAppBrowser)
    }

    /// Whether the provider's page works better in a tab of its own.
    pub(crate) fn needs_tab(&self) -> bool {
        matches!(
            self,
            Self::FrameForbidden(_)
                | Self::FrameIsolated
                | Self::FrameUnanswered
                | Self::PhotosForbidden(_)
                | Self::CameraPolicy(_)
                | Self::CameraOuterFrame
                | Self::InsecureContext
        )
    }

    /// For the host's developer: what is wrong and the exact line that mends it. Holds no token and no signed URL.
    pub(crate) fn explanation(&self) -> String {
        match self {
            Self::ServerUnreachable => {
                "the headshot server does not answer, or its answer lacks the CORS headers".into()
            }
            Self::ServerForbidden(origin) => forbidden("requests to the headshot server", "connect-src", origin),
            Self::ServerError(200) => "the headshot server's answer is not a session".into(),
            Self::ServerError(status) => ["the headshot server answers with status ", &status.to_string()].concat(),
            Self::TokenRefused => "the headshot server refuses the client token: wrong or expired".into(),
            Self::SessionUnknown => "the headshot server does not know this session".into(),
            Self::SessionDeleted => "the session was deleted".into(),
            Self::LinkMalformed => "the session's signed URL is not an https address".into(),
            Self::LinkForeign(origin) => {
                ["the signed URL's origin ", origin, " is not among the session's frame origins"].concat()
            }
            Self::FrameForbidden(origins) => forbidden("the frame", "frame-src", &origins.join(" ")),
            Self::FrameIsolated => {
                "this page forbids the frame; send it without the header Cross-Origin-Embedder-Policy".into()
            }
            Self::FrameUnanswered => "nothing came into the frame: the provider does not answer with a page".into(),
            Self::PhotosForbidden(origin) => forbidden("the photos", "img-src", origin),
            Self::CameraPolicy(origins) => {
                let quoted: Vec<String> = origins.iter().map(|origin| ["\"", origin, "\""].concat()).collect();
                [
                    "this page keeps the camera from the frame; send the header Permissions-Policy: camera=(self ",
                    &quoted.join(" "),
                    ")",
                ]
                .concat()
            }
            Self::CameraOuterFrame => {
                "this page lies in a frame that has no camera; write allow=\"camera\" on that frame".into()
            }
            Self::CameraDenied => "the person has blocked the camera for this site".into(),
            Self::CameraMissing => "this device has no camera".into(),
            Self::InAppBrowser => "the browser of this app has no camera for pages".into(),
            Self::InsecureContext => "browsers give the camera to pages on https and localhost only".into(),
        }
    }
}

/// What a directive of the page's Content-Security-Policy stops, and what it has to name.
fn forbidden(what: &str, directive: &str, origins: &str) -> String {
    ["this page forbids ", what, "; send the header Content-Security-Policy: ", directive, " ", origins].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_exact_header_that_lets_the_camera_through() {
        let fault = Fault::CameraPolicy(vec!["https://a.test".into(), "https://b.test".into()]);
        assert!(
            fault.explanation().ends_with(r#"Permissions-Policy: camera=(self "https://a.test" "https://b.test")"#),
            "{}",
            fault.explanation()
        );
    }

    #[test]
    fn names_the_exact_header_that_lets_the_frame_through() {
        let fault = Fault::FrameForbidden(vec!["https://a.test".into(), "https://b.test".into()]);
        assert!(fault.explanation().ends_with("Content-Security-Policy: frame-src https://a.test https://b.test"));
    }

    #[test]
    fn names_the_directive_that_lets_requests_and_photos_through() {
        let cases = [
            (Fault::ServerForbidden("https://s.test".into()), "connect-src https://s.test"),
            (Fault::PhotosForbidden("https://s.test".into()), "img-src https://s.test"),
        ];
        for (fault, line) in cases {
            assert!(fault.explanation().ends_with(line), "{}", fault.explanation());
        }
    }

    #[test]
    fn what_only_the_page_can_change_leaves_the_person_a_tab() {
        let faults = [Fault::FrameForbidden(Vec::new()), Fault::FrameIsolated, Fault::CameraOuterFrame];
        for fault in faults {
            assert!(fault.needs_tab() && !fault.can_ask_again(), "{fault:?}");
        }
    }

    #[test]
    fn a_blocked_camera_leaves_the_frame_usable() {
        for fault in
            [Fault::CameraPolicy(Vec::new()), Fault::CameraDenied, Fault::CameraMissing, Fault::InsecureContext]
        {
            assert!(!fault.is_fatal(), "{fault:?}");
        }
    }

    #[test]
    fn a_server_that_is_away_is_not_the_end() {
        for fault in [Fault::ServerUnreachable, Fault::ServerError(503)] {
            assert!(!fault.is_fatal() && fault.can_ask_again(), "{fault:?}");
        }
    }
}
