use super::fault::Fault;

/// What the browser told about the camera before the frame is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked of something else, and any may hold")]
pub(crate) struct CameraFacts {
    /// Whether the page is served in a way that browsers give a camera to.
    pub(crate) is_secure: bool,
    /// Whether the page itself, lying in a frame of another page, has no camera to give.
    pub(crate) is_outer_frame_closed: bool,
    /// The frame origins that the page's Permissions-Policy keeps the camera from; empty where the browser cannot tell.
    pub(crate) forbidden_origins: Vec<String>,
    /// Whether the person has said no to the camera on this site.
    pub(crate) is_denied: bool,
    /// Whether the device has none.
    pub(crate) is_missing: bool,
    /// Whether this is a browser inside another app.
    pub(crate) is_inside_app: bool,
    /// Whether the browser knows of no cameras at all, as some apps have it.
    pub(crate) is_unknown: bool,
}

impl CameraFacts {
    /// The one thing to mend first: under a forbidding policy the permission reads as denied too.
    pub(crate) fn diagnose(&self, frame_origins: &[String]) -> Option<Fault> {
        if !self.is_secure {
            Some(Fault::InsecureContext)
        } else if self.is_inside_app && (self.is_unknown || self.is_missing || self.is_denied) {
            Some(Fault::InAppBrowser)
        } else if self.is_unknown {
            Some(Fault::CameraMissing)
        } else if self.is_outer_frame_closed {
            Some(Fault::CameraOuterFrame)
        } else if !self.forbidden_origins.is_empty() {
            Some(Fault::CameraPolicy(frame_origins.to_vec()))
        } else if self.is_denied {
            Some(Fault::CameraDenied)
        } else if self.is_missing {
            Some(Fault::CameraMissing)
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
        let forbidden_origins = vec!["o".into()];
        let facts = CameraFacts {
            is_secure: false,
            is_outer_frame_closed: true,
            forbidden_origins,
            is_denied: true,
            is_missing: true,
            is_inside_app: true,
            is_unknown: true,
        };
        assert_eq!(facts.diagnose(&[]), Some(Fault::InsecureContext));
    }

    #[test]
    fn the_policy_is_blamed_and_not_the_person() {
        let facts = CameraFacts { forbidden_origins: vec!["https://b.test".into()], is_denied: true, ..good() };
        let origins = ["https://a.test".to_owned(), "https://b.test".to_owned()];
        assert_eq!(facts.diagnose(&origins), Some(Fault::CameraPolicy(origins.to_vec())));
    }

    #[test]
    fn an_outer_frame_without_a_camera_comes_before_the_pages_own_policy() {
        let facts = CameraFacts { is_outer_frame_closed: true, forbidden_origins: vec!["o".into()], ..good() };
        assert_eq!(facts.diagnose(&["o".into()]), Some(Fault::CameraOuterFrame));
    }

    #[test]
    fn a_device_without_a_camera_is_told_apart() {
        assert_eq!(CameraFacts { is_missing: true, ..good() }.diagnose(&[]), Some(Fault::CameraMissing));
    }

    #[test]
    fn what_a_browser_can_do_decides_before_its_name() {
        let inside = CameraFacts { is_inside_app: true, ..good() };
        assert_eq!(inside.diagnose(&[]), None);
        for without in [
            CameraFacts { is_unknown: true, ..inside.clone() },
            CameraFacts { is_missing: true, ..inside.clone() },
            CameraFacts { is_denied: true, ..inside.clone() },
        ] {
            assert_eq!(without.diagnose(&[]), Some(Fault::InAppBrowser), "{without:?}");
        }
        assert_eq!(CameraFacts { is_unknown: true, ..good() }.diagnose(&[]), Some(Fault::CameraMissing));
    }

    #[test]
    fn a_denied_permission_is_told_apart() {
        assert_eq!(CameraFacts { is_denied: true, ..good() }.diagnose(&[]), Some(Fault::CameraDenied));
    }
}
