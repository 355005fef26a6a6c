use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use web_sys::HtmlElement;

use super::dom;
use crate::session::{link::allow_attribute, words};

/// After how long without a sign of life the person is told.
const SLOW_AFTER_MS: u32 = 15_000;

/// The provider's page. It is made once and never moved or given another address: either would lose an upload.
pub(super) struct Frame {
    element: HtmlElement,
    /// Holds the timer too: without the frame neither goes on.
    _loaded: EventListener,
}

impl Frame {
    /// `on_slow` hears `true` when nothing has come for a while, and `false` when the frame loads. A load proves
    /// nothing: browsers report it for refused and failed pages too.
    pub(super) fn open(
        stage: &HtmlElement,
        link: &str,
        origins: &[String],
        on_slow: impl Fn(bool) + Clone + 'static,
    ) -> Self {
        let element = dom::element("iframe");
        // The camera is delegated for what `allow` says when the address is set, so `src` comes last.
        let attributes = [
            ("part", "frame"),
            ("class", "frame"),
            ("title", words::FRAME_TITLE),
            ("referrerpolicy", "no-referrer"),
            ("loading", "eager"),
            ("allow", &allow_attribute(origins)),
            ("src", link),
        ];
        for (name, value) in attributes {
            _ = element.set_attribute(name, value);
        }
        let slow = Timeout::new(SLOW_AFTER_MS, {
            let on_slow = on_slow.clone();
            move || on_slow(true)
        });
        let loaded = EventListener::once(&element, "load", move |_| {
            drop(slow);
            on_slow(false);
        });
        _ = stage.append_child(&element);
        Self { element, _loaded: loaded }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.element.remove();
    }
}
