use leptos::{
    ev,
    html::{button, div, p},
    prelude::*,
};

use super::{Acting, tab_link};
use crate::session::{fault::Fault, model::Model, words};

/// What stands in the way, and the way out. The place is always there, so that screen readers hear what comes into it.
pub(super) fn notice(model: &Model, acting: Acting) -> impl IntoView + use<> {
    div().aria_live("polite").child(model.fault().map(|fault| panel(fault, model.link(), acting)))
}

fn panel(fault: &Fault, link: Option<&str>, acting: Acting) -> impl IntoView + use<> {
    let sentence = words::fault(fault);
    let retry = fault.can_ask_again().then(|| retry(acting));
    let tab = link.filter(|_| fault.needs_tab()).map(|link| tab_link(link).class("way").child(words::OPEN_TAB_NOW));
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
    let ask_again = move |_| acting.with_value(|widget| _ = widget.upgrade().inspect(|widget| widget.ask_again()));
    button().part("retry").class("retry").r#type("button").on(ev::click, ask_again).child(words::RETRY)
}
