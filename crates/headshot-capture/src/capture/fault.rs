/// How a request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// There was no answer, or none that a page may read.
    Unreachable,
    /// The server answered with an error.
    Answer {
        status: u16,
        /// The stable word of its problem document; empty where there is none.
        code: String,
        retry_after_s: Option<u32>,
    },
}

/// What a failure means for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    ServerUnreachable,
    ServerError,
    TokenRefused,
    SessionUnknown,
    SessionDeleted,
    /// It is not a session that photos are sent to.
    SurfaceMismatch,
}

/// Why the server, or the provider behind it, does not take one photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Kind,
    Bytes,
    Pixels,
    NoRoom,
    /// It arrived, and the provider does not take it.
    Provider,
    /// A refusal that this version does not know.
    Other,
}

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It passes: again in a while.
    Again(Fault),
    /// Nothing goes on until something is changed.
    Stop(Fault),
    /// This photo is not taken.
    Refuse(Refusal),
    /// Another photo has its name.
    Rename,
    /// The server's list is not what this page thinks it is.
    LookAgain,
}

impl Failure {
    pub(crate) fn verdict(&self) -> Verdict {
        let Self::Answer { status, code, .. } = self else { return Verdict::Again(Fault::ServerUnreachable) };
        match (*status, code.as_str()) {
            (_, "image_unsupported" | "media_type_unsupported") => Verdict::Refuse(Refusal::Kind),
            (_, "body_too_large") => Verdict::Refuse(Refusal::Bytes),
            (_, "image_too_large") => Verdict::Refuse(Refusal::Pixels),
            (_, "uploads_full") => Verdict::Refuse(Refusal::NoRoom),
            (_, "upload_name_taken") => Verdict::Rename,
            (_, "session_submitted" | "uploads_missing" | "upload_refused" | "upload_unknown") => Verdict::LookAgain,
            (_, "surface_mismatch") => Verdict::Stop(Fault::SurfaceMismatch),
            // The bytes suffered on their way, or they came too slowly.
            (_, "digest_mismatch" | "body_malformed") | (408 | 425 | 429, _) => Verdict::Again(Fault::ServerError),
            (401 | 403, _) => Verdict::Stop(Fault::TokenRefused),
            (404, _) => Verdict::Stop(Fault::SessionUnknown),
            (410, _) => Verdict::Stop(Fault::SessionDeleted),
            (413, _) => Verdict::Refuse(Refusal::Bytes),
            (400..=499, _) => Verdict::Refuse(Refusal::Other),
            _ => Verdict::Again(Fault::ServerError),
        }
    }

    pub(crate) fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Unreachable => None,
            Self::Answer { retry_after_s, .. } => *retry_after_s,
        }
    }

    /// What it is, for a log.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Unreachable => "the server does not answer".into(),
            Self::Answer { status, code, .. } => ["the server answered ", &status.to_string(), " ", code].concat(),
        }
    }
}

impl Fault {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::ServerUnreachable => "server_unreachable",
            Self::ServerError => "server_error",
            Self::TokenRefused => "token_refused",
            Self::SessionUnknown => "session_unknown",
            Self::SessionDeleted => "session_deleted",
            Self::SurfaceMismatch => "surface_mismatch",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: &str) -> Verdict {
        Failure::Answer { status, code: code.into(), retry_after_s: None }.verdict()
    }

    #[test]
    fn what_passes_is_repeated() {
        assert_eq!(Failure::Unreachable.verdict(), Verdict::Again(Fault::ServerUnreachable));
        for (status, code) in
            [(408, "request_timeout"), (429, ""), (503, "store_unavailable"), (502, ""), (400, "digest_mismatch")]
        {
            assert_eq!(answer(status, code), Verdict::Again(Fault::ServerError), "{status} {code}");
        }
    }

    #[test]
    fn what_concerns_the_session_stops_everything() {
        assert_eq!(answer(401, "client_token_expired"), Verdict::Stop(Fault::TokenRefused));
        assert_eq!(answer(404, "session_unknown"), Verdict::Stop(Fault::SessionUnknown));
        assert_eq!(answer(410, "session_deleted"), Verdict::Stop(Fault::SessionDeleted));
        assert_eq!(answer(409, "surface_mismatch"), Verdict::Stop(Fault::SurfaceMismatch));
    }

    #[test]
    fn what_concerns_one_photo_refuses_that_photo() {
        assert_eq!(answer(415, "image_unsupported"), Verdict::Refuse(Refusal::Kind));
        assert_eq!(answer(422, "image_too_large"), Verdict::Refuse(Refusal::Pixels));
        assert_eq!(answer(413, "body_too_large"), Verdict::Refuse(Refusal::Bytes));
        // A proxy in front of the server knows nothing of our codes.
        assert_eq!(answer(413, ""), Verdict::Refuse(Refusal::Bytes));
        assert_eq!(answer(409, "uploads_full"), Verdict::Refuse(Refusal::NoRoom));
        assert_eq!(answer(418, "a_code_of_tomorrow"), Verdict::Refuse(Refusal::Other));
    }

    #[test]
    fn a_missing_upload_is_no_missing_session() {
        assert_eq!(answer(404, "upload_unknown"), Verdict::LookAgain);
    }
}
