use crate::ErrorCode;

/// Something that stands in the way, with what is needed to explain it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ServerUnreachable,
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
    /// The page's Permissions-Policy keeps the camera from these origins.
    CameraPolicy(Vec<String>),
    /// The person has said no to the camera on this site.
    CameraDenied,
    InsecureContext,
}

impl Fault {
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::ServerUnreachable => ErrorCode::ServerUnreachable,
            Self::ServerError(_) => ErrorCode::ServerError,
            Self::TokenRefused => ErrorCode::TokenRefused,
            Self::SessionUnknown => ErrorCode::SessionUnknown,
            Self::SessionDeleted => ErrorCode::SessionDeleted,
            Self::LinkMalformed | Self::LinkForeign(_) | Self::FrameForbidden(_) => ErrorCode::LinkRefused,
            Self::CameraPolicy(_) | Self::CameraDenied => ErrorCode::CameraBlocked,
            Self::InsecureContext => ErrorCode::InsecureContext,
        }
    }

    /// Whether the widget stops until something is changed or the person asks again.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::TokenRefused
                | Self::SessionUnknown
                | Self::SessionDeleted
                | Self::LinkMalformed
                | Self::LinkForeign(_)
                | Self::FrameForbidden(_)
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

    /// Whether the provider's page works better in a tab of its own.
    pub(crate) fn needs_tab(&self) -> bool {
        matches!(self, Self::FrameForbidden(_) | Self::CameraPolicy(_) | Self::InsecureContext)
    }

    /// For the host's developer: what is wrong and the exact line that mends it. Holds no token and no signed URL.
    pub(crate) fn explanation(&self) -> String {
        match self {
            Self::ServerUnreachable => {
                "the headshot server does not answer, or its answer lacks the CORS headers".into()
            }
            Self::ServerError(200) => "the headshot server's answer is not a session".into(),
            Self::ServerError(status) => ["the headshot server answers with status ", &status.to_string()].concat(),
            Self::TokenRefused => "the headshot server refuses the client token: wrong or expired".into(),
            Self::SessionUnknown => "the headshot server does not know this session".into(),
            Self::SessionDeleted => "the session was deleted".into(),
            Self::LinkMalformed => "the session's signed URL is not an https address".into(),
            Self::LinkForeign(origin) => {
                ["the signed URL's origin ", origin, " is not among the session's frame origins"].concat()
            }
            Self::FrameForbidden(origins) => {
                ["this page forbids the frame; send the header Content-Security-Policy: frame-src ", &origins.join(" ")]
                    .concat()
            }
            Self::CameraPolicy(origins) => {
                let quoted: Vec<String> = origins.iter().map(|origin| ["\"", origin, "\""].concat()).collect();
                [
                    "this page keeps the camera from the frame; send the header Permissions-Policy: camera=(self ",
                    &quoted.join(" "),
                    ")",
                ]
                .concat()
            }
            Self::CameraDenied => "the person has blocked the camera for this site".into(),
            Self::InsecureContext => "browsers give the camera to pages on https and localhost only".into(),
        }
    }
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
    fn a_blocked_camera_leaves_the_frame_usable() {
        for fault in [Fault::CameraPolicy(Vec::new()), Fault::CameraDenied, Fault::InsecureContext] {
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
