//! The capture of the person's photos. In the npm package it is an element of its own, whose code loads only where it is
//! needed; an application in Rust takes it along with the feature `capture`.

use web_sys::HtmlElement;

use crate::Language;
#[cfg(not(feature = "capture"))]
use crate::language::Phrase;

/// The capture on the stage; dropping it turns the camera off and takes it out of the page.
pub(super) struct Capture {
    element: HtmlElement,
    #[cfg(feature = "capture")]
    mounted: headshot_capture::Mounted,
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.element.remove();
    }
}

#[cfg(feature = "capture")]
impl Capture {
    pub(super) fn open(stage: &HtmlElement, [server, session, token]: [&str; 3], language: &Language) -> Option<Self> {
        use wasm_bindgen::JsCast as _;
        use web_sys::{ShadowRootInit, ShadowRootMode};

        let made = |name| Some(stage.owner_document()?.create_element(name).ok()?.unchecked_into::<HtmlElement>());
        let (element, place) = (made("div")?, made("div")?);
        element.set_attribute("part", "capture").ok()?;
        let root = element.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()?;
        root.append_child(&place).ok()?;
        stage.append_child(&element).ok()?;
        let language = language.of_capture();
        let mounted = headshot_capture::mount_in(&element, &place, [server, session, token], language);
        Some(Self { element, mounted })
    }

    pub(super) fn speak(&self, language: &Language) {
        self.mounted.speak_in(language.of_capture());
    }

    pub(super) fn renew_token(&self, token: &str) {
        self.mounted.renew_token(token.to_owned());
    }
}

#[cfg(not(feature = "capture"))]
impl Capture {
    #[expect(clippy::unnecessary_wraps, reason = "the other one may fail")]
    pub(super) fn open(stage: &HtmlElement, [server, session, token]: [&str; 3], language: &Language) -> Option<Self> {
        let said = [Phrase::CaptureUnavailable, Phrase::Reload].map(|phrase| language.text(phrase));
        Some(Self { element: open_capture(stage, server, session, token, &said[0], &said[1]) })
    }

    pub(super) fn renew_token(&self, token: &str) {
        renew_capture(&self.element, token);
    }
}

#[cfg(not(feature = "capture"))]
#[wasm_bindgen::prelude::wasm_bindgen(module = "/npm/src/capture.js")]
extern "C" {
    #[wasm_bindgen(js_name = openCapture)]
    fn open_capture(
        stage: &HtmlElement,
        server: &str,
        session: &str,
        token: &str,
        trouble: &str,
        reloading: &str,
    ) -> HtmlElement;

    #[wasm_bindgen(js_name = renewCapture)]
    fn renew_capture(capture: &HtmlElement, token: &str);
}
