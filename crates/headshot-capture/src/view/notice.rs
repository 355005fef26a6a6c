use gloo_events::EventListener;
use web_sys::HtmlElement;

use super::{OnAct, tells};
use crate::{
    browser::dom,
    capture::{
        message::Message,
        words::{Language, Phrase, Sentence},
    },
};

/// What stands in the way, with a button to try again. It stays in the page, or screen readers would not hear of it.
pub(super) struct Notice {
    pub(super) root: HtmlElement,
    panel: HtmlElement,
    title: HtmlElement,
    detail: HtmlElement,
    retry: HtmlElement,
    _retrying: EventListener,
}

impl Notice {
    pub(super) fn new(part: &str, on_act: &OnAct, again: impl Fn() -> Message + 'static) -> Self {
        let root: HtmlElement = dom::make("div", "");
        dom::set(&root, "role", "alert");
        let panel: HtmlElement = dom::make("div", "notice");
        dom::set(&panel, "part", part);
        let (title, detail): (HtmlElement, HtmlElement) = (dom::make("p", "title"), dom::make("p", "detail"));
        let text: HtmlElement = dom::make("div", "words");
        let retry = dom::button("retry", "");
        dom::append(&text, &[&title, &detail]);
        dom::append(&panel, &[&text, &retry]);
        dom::append(&root, &[&panel]);
        Self { root, panel, title, detail, _retrying: tells(&retry, on_act, again), retry }
    }

    pub(super) fn show(&self, code: &str, is_fatal: bool, can_retry: bool, said: &Sentence, language: &Language) {
        dom::set(&self.panel, "class", if is_fatal { "notice fatal" } else { "notice" });
        dom::set(&self.panel, "data-code", code);
        dom::set_text(&self.title, &said.title);
        dom::set_text(&self.detail, &said.detail);
        dom::set_text(&self.retry, &language.plain(Phrase::Retry));
        dom::show(&self.retry, can_retry);
        dom::show(&self.panel, true);
    }

    pub(super) fn hide(&self) {
        dom::show(&self.panel, false);
        _ = self.panel.remove_attribute("data-code");
    }
}
