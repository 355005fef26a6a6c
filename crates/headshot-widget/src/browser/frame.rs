use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/npm/src/frame.js")]
extern "C" {
    /// Why a link may not be shown; see there.
    pub(super) fn refusal(link: &str, origins: Vec<String>) -> Option<String>;

    /// The origins as the browser writes them, without what is none.
    pub(super) fn known(origins: Vec<String>) -> Vec<String>;

    #[wasm_bindgen(js_name = openFrame)]
    fn open_frame(stage: &HtmlElement, link: &str, origins: Vec<String>, title: &str) -> HtmlElement;

    #[wasm_bindgen(js_name = isBlank)]
    fn is_blank(frame: &HtmlElement) -> bool;
}

/// After how long without a sign of life the person is told.
const SLOW_AFTER_MS: u32 = 10_000;

/// The provider's page. It is made once and never moved or given another address: either would lose an upload.
pub(super) struct Frame {
    element: HtmlElement,
    _loaded: EventListener,
    _slow: Timeout,
}

impl Frame {
    /// Takes over the frame that the custom element has opened in `stage`, or opens it.
    ///
    /// `hear` is told `false` when nothing has come for a while, and `true` when something comes. That proves little:
    /// browsers say so of refused and failed pages too.
    pub(super) fn open(
        stage: &HtmlElement,
        link: &str,
        origins: &[String],
        title: &str,
        hear: impl Fn(bool) + 'static,
    ) -> Self {
        let element = early(stage).unwrap_or_else(|| open_frame(stage, link, origins.to_vec(), title));
        // Perhaps it was opened before its language was there.
        element.set_title(title);
        let hear = Rc::new(hear);
        let loaded = EventListener::new(&element, "load", {
            let (hear, element) = (Rc::clone(&hear), element.clone());
            move |_| {
                if !is_blank(&element) {
                    hear(true);
                }
            }
        });
        let slow = Timeout::new(SLOW_AFTER_MS, {
            let element = element.clone();
            move || {
                if is_blank(&element) {
                    hear(false);
                }
            }
        });
        Self { element, _loaded: loaded, _slow: slow }
    }

    pub(super) fn set_title(&self, title: &str) {
        self.element.set_title(title);
    }

    /// Removes what the custom element has opened in `stage` before anybody knew better, and nothing else.
    pub(super) fn discard_early(stage: &HtmlElement) {
        if let Some(element) = early(stage) {
            element.remove();
        }
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.element.remove();
    }
}

fn early(stage: &HtmlElement) -> Option<HtmlElement> {
    stage.query_selector("[part~=frame]").ok().flatten().map(JsCast::unchecked_into)
}
