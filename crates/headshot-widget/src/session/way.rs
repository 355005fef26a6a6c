use super::fault::Fault;

/// Where the provider's page opens.
///
/// It is a wish: where the page cannot be shown in a frame, it opens in a tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// In a frame on the page: `inline`.
    #[default]
    Inline,
    /// In a frame over the page, once the person wants it: `modal`.
    Modal,
    /// In a tab of its own: `tab`.
    Tab,
    /// In the place of this page: `redirect`.
    Redirect,
    /// On the person's phone, by a code to scan or a link to copy: `phone`.
    Phone,
}

impl Way {
    /// The way that the word of the attribute `surface` names; the usual one for what it does not name.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "modal" => Self::Modal,
            "tab" => Self::Tab,
            "redirect" => Self::Redirect,
            "phone" => Self::Phone,
            _ => Self::Inline,
        }
    }

    pub(crate) fn is_framed(self) -> bool {
        matches!(self, Self::Inline | Self::Modal)
    }

    /// The wish, or what works in its place.
    pub(crate) fn that_works(self, may_be_framed: bool) -> Self {
        if self.is_framed() && !may_be_framed { Self::Tab } else { self }
    }

    /// Whether something about the camera matters here: what the page forbids its frames is nothing to a tab, and what
    /// this device lacks is nothing to a phone.
    pub(crate) fn minds(self, camera: &Fault) -> bool {
        match self {
            Self::Inline | Self::Modal => true,
            Self::Tab | Self::Redirect => matches!(camera, Fault::CameraMissing | Fault::InAppBrowser),
            Self::Phone => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_may_not_be_framed_opens_in_a_tab() {
        let wishes = [Way::Inline, Way::Modal, Way::Tab, Way::Redirect, Way::Phone];
        let framed = wishes.map(|wish| wish.that_works(true));
        assert_eq!(framed, wishes);
        let unframed = wishes.map(|wish| wish.that_works(false));
        assert_eq!(unframed, [Way::Tab, Way::Tab, Way::Tab, Way::Redirect, Way::Phone]);
    }

    #[test]
    fn a_policy_of_the_page_is_nothing_to_a_tab_and_a_missing_camera_nothing_to_a_phone() {
        assert!(Way::Inline.minds(&Fault::CameraPolicy(Vec::new())));
        assert!(!Way::Tab.minds(&Fault::CameraPolicy(Vec::new())));
        assert!(Way::Tab.minds(&Fault::CameraMissing) && !Way::Phone.minds(&Fault::CameraMissing));
    }
}
