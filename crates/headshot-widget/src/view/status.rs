use leptos::{
    html::{div, li, ol, p, span},
    prelude::*,
};

use crate::session::{model::Status, words};

/// Where the session stands: in words for everybody, and as stations on a line.
pub(super) fn status(status: &Status) -> impl IntoView + use<> {
    let words = (p().class("title").child(status.sentence.title), p().class("detail").child(status.sentence.detail));
    let said = div()
        .part("status")
        .class(if status.is_working { "status working" } else { "status" })
        .role("status")
        // Takes the focus when the control that has it goes away.
        .tabindex("-1")
        .attr("data-state", status.state.clone())
        .child(words);
    (said, status.steps_done.map(steps))
}

fn steps(done: usize) -> impl IntoView {
    let steps = words::STEPS.into_iter().enumerate().map(|(index, label)| step(index, label, done));
    ol().part("steps").class("steps").aria_label(words::STEPS_LABEL).child(steps.collect_view())
}

fn step(index: usize, label: &'static str, done: usize) -> impl IntoView {
    let bar = span().class("bar").aria_hidden("true");
    li().class(if index < done { "step done" } else { "step" })
        .attr("aria-current", (index == done).then_some("step"))
        .child((bar, span().class("label").child(label)))
}
