use leptos::{
    ev,
    html::{button, div, p},
    prelude::*,
};

use super::{Acting, act, open_tab};
use crate::{
    browser::Widget,
    session::{fault::Fault, model::Model, words},
};

/// What stands in the way, and the way out. The place is always there, so that screen readers hear what comes into it.
pub(super) fn notice(model: &Model, acting: Acting) -> impl IntoView + use<> {
    let has_tab = model.link().is_some();
    div().aria_live("polite").child(model.fault().map(|fault| panel(fault, has_tab, acting)))
}

fn panel(fault: &Fault, has_tab: bool, acting: Acting) -> impl IntoView + use<> {
    let sentence = words::fault(fault);
    let retry = fault.can_ask_again().then(|| retry(acting));
    let tab =
        (has_tab && fault.needs_tab()).then(|| open_tab(acting, words::OPEN_TAB).part("open-tab").class("button"));
    div()
        .part("error")
        .class(if fault.is_fatal() { "notice fatal" } else { "notice" })
        .attr("data-code", fault.code().as_str())
        .child((
            div()
                .class("words")
                .child((p().class("title").child(sentence.title), p().class("detail").child(sentence.detail))),
            div().class("ways").child((retry, tab)),
        ))
}

fn retry(acting: Acting) -> impl IntoView {
    let ask_again = act(acting, Widget::ask_again);
    button().part("retry").class("button").r#type("button").on(ev::click, ask_again).child(words::RETRY)
}
