/// What the camera is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Camera {
    #[default]
    Off,
    /// The browser asks the person.
    Asking,
    Live,
    /// It takes a photo in so many seconds.
    Counting(u8),
    /// A photo was taken: to be kept, or taken again.
    Taken,
}

/// Why there is no picture from the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CameraFault {
    /// Browsers give no camera to pages without https.
    Insecure,
    /// The page, or the one around it, does not allow it.
    Forbidden,
    /// The person has said no.
    Denied,
    /// There is none.
    Missing,
    /// Another program has it, or it broke off.
    Busy,
}

/// What is known about the page when the camera cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) is_secure: bool,
    /// Whether the page's Permissions-Policy allows the camera; `true` where the browser does not say.
    pub(crate) allows_camera: bool,
}

impl CameraFault {
    /// What stands in the way before the person has been asked.
    pub(crate) fn of_page(page: Page) -> Option<Self> {
        match page {
            Page { is_secure: false, .. } => Some(Self::Insecure),
            Page { allows_camera: false, .. } => Some(Self::Forbidden),
            _ => None,
        }
    }

    /// What the name of `getUserMedia`'s error means.
    pub(crate) fn of_error(name: &str) -> Self {
        match name {
            "NotFoundError" | "OverconstrainedError" => Self::Missing,
            "NotReadableError" | "AbortError" => Self::Busy,
            _ => Self::Denied,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Insecure => "insecure_context",
            Self::Forbidden | Self::Denied => "camera_blocked",
            Self::Missing => "camera_missing",
            Self::Busy => "camera_busy",
        }
    }

    /// What it is, for a developer.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Insecure => "browsers give no camera to a page without https",
            Self::Forbidden => {
                "this page keeps the camera from itself; send the header Permissions-Policy: camera=(self), and in a frame the attribute allow=\"camera\""
            }
            Self::Denied => "the person or the browser has blocked the camera for this page",
            Self::Missing => "the device has no camera",
            Self::Busy => "the camera could not be started, or another program has it",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_at_fault_before_anybody_is_asked() {
        let page = |is_secure, allows_camera| CameraFault::of_page(Page { is_secure, allows_camera });
        assert_eq!(page(true, true), None);
        assert_eq!(page(false, true), Some(CameraFault::Insecure));
        assert_eq!(page(true, false), Some(CameraFault::Forbidden));
    }

    #[test]
    fn each_error_of_the_browser_has_a_meaning() {
        let faults =
            ["NotFoundError", "NotReadableError", "NotAllowedError", "an error of tomorrow"].map(CameraFault::of_error);
        assert_eq!(faults, [CameraFault::Missing, CameraFault::Busy, CameraFault::Denied, CameraFault::Denied]);
    }

    #[test]
    fn a_page_that_forbids_the_camera_is_told_the_header() {
        assert!(CameraFault::Forbidden.message().contains("Permissions-Policy: camera=(self)"));
    }
}
