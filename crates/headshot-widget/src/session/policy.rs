use super::fault::Fault;

/// What a policy of the page has stopped, or would stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Violation {
    /// The directive of the Content-Security-Policy; `EMBEDDER` for the Cross-Origin-Embedder-Policy.
    pub(crate) directive: String,
    /// The origin of what was asked for.
    pub(crate) origin: String,
    /// Whether it was stopped, and not only reported: whoever introduces a policy begins with reports.
    pub(crate) is_enforced: bool,
}

/// The name under which the Cross-Origin-Embedder-Policy stands among the directives.
pub(crate) const EMBEDDER: &str = "cross-origin-embedder-policy";

/// What the widget needs from the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) frame_origins: Vec<String>,
    pub(crate) server_origin: String,
    pub(crate) photo_origins: Vec<String>,
}

impl Needs {
    /// What a violation takes from the widget; nothing if it is about something else of the page.
    pub(crate) fn diagnose(&self, violation: Violation) -> Option<Fault> {
        let Violation { directive, origin, is_enforced } = violation;
        if !is_enforced {
            return None;
        }
        match directive.as_str() {
            "frame-src" | "child-src" if self.frame_origins.contains(&origin) => {
                Some(Fault::FrameForbidden(self.frame_origins.clone()))
            }
            EMBEDDER if self.frame_origins.contains(&origin) => Some(Fault::FrameIsolated),
            "connect-src" if self.server_origin == origin => Some(Fault::ServerForbidden(origin)),
            "img-src" if self.photo_origins.contains(&origin) => Some(Fault::PhotosForbidden(origin)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs() -> Needs {
        Needs {
            frame_origins: vec!["https://studio.test".into(), "https://login.test".into()],
            server_origin: "https://server.test".into(),
            photo_origins: vec!["https://server.test".into()],
        }
    }

    fn violation(directive: &str, origin: &str) -> Violation {
        Violation { directive: directive.into(), origin: origin.into(), is_enforced: true }
    }

    #[test]
    fn each_directive_takes_something_else() {
        let cases = [
            ("frame-src", "https://studio.test", Fault::FrameForbidden(needs().frame_origins)),
            ("child-src", "https://login.test", Fault::FrameForbidden(needs().frame_origins)),
            (EMBEDDER, "https://studio.test", Fault::FrameIsolated),
            ("connect-src", "https://server.test", Fault::ServerForbidden("https://server.test".into())),
            ("img-src", "https://server.test", Fault::PhotosForbidden("https://server.test".into())),
        ];
        for (directive, origin, fault) in cases {
            assert_eq!(needs().diagnose(violation(directive, origin)), Some(fault), "{directive}");
        }
    }

    #[test]
    fn what_is_only_reported_takes_nothing() {
        for directive in ["frame-src", EMBEDDER, "connect-src", "img-src"] {
            for origin in ["https://studio.test", "https://server.test"] {
                let reported = Violation { is_enforced: false, ..violation(directive, origin) };
                assert_eq!(needs().diagnose(reported), None, "{directive}");
            }
        }
    }

    #[test]
    fn what_is_about_something_else_of_the_page_takes_nothing() {
        let others = [
            ("frame-src", "https://video.test"),
            ("frame-src", ""),
            ("img-src", "https://studio.test"),
            ("connect-src", "https://studio.test"),
            ("style-src", "https://server.test"),
        ];
        for (directive, origin) in others {
            assert_eq!(needs().diagnose(violation(directive, origin)), None, "{directive} {origin}");
        }
    }
}
