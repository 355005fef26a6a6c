use super::fault::Fault;

/// What the browser told about the camera before the frame is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CameraFacts {
    /// Whether the page is served in a way that browsers give a camera to.
    pub(crate) is_secure: bool,
    /// The frame origins that the page's Permissions-Policy keeps the camera from; empty where the browser cannot tell.
    pub(crate) forbidden_origins: Vec<String>,
    /// Whether the person has said no to the camera on this site.
    pub(crate) is_denied: bool,
}

impl CameraFacts {
    /// The one thing to mend first: under a forbidding policy the permission reads as denied too.
    pub(crate) fn diagnose(&self, frame_origins: &[String]) -> Option<Fault> {
        if !self.is_secure {
            Some(Fault::InsecureContext)
        } else if !self.forbidden_origins.is_empty() {
            Some(Fault::CameraPolicy(frame_origins.to_vec()))
        } else if self.is_denied {
            Some(Fault::CameraDenied)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> CameraFacts {
        CameraFacts { is_secure: true, ..CameraFacts::default() }
    }

    #[test]
    fn finds_nothing_wrong_where_the_browser_can_tell_nothing() {
        assert_eq!(good().diagnose(&["https://studio.test".into()]), None);
    }

    #[test]
    fn an_insecure_page_comes_before_all_else() {
        let facts = CameraFacts { is_secure: false, forbidden_origins: vec!["o".into()], is_denied: true };
        assert_eq!(facts.diagnose(&[]), Some(Fault::InsecureContext));
    }

    #[test]
    fn the_policy_is_blamed_and_not_the_person() {
        let facts = CameraFacts { forbidden_origins: vec!["https://b.test".into()], is_denied: true, ..good() };
        let origins = ["https://a.test".to_owned(), "https://b.test".to_owned()];
        assert_eq!(facts.diagnose(&origins), Some(Fault::CameraPolicy(origins.to_vec())));
    }

    #[test]
    fn a_denied_permission_is_told_apart() {
        assert_eq!(CameraFacts { is_denied: true, ..good() }.diagnose(&[]), Some(Fault::CameraDenied));
    }
}
