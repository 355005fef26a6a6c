use super::{Node, paragraph};
use crate::{
    Language,
    language::Phrase,
    session::{model::Status, words},
};

/// Where the session stands, in words.
pub(super) fn status(status: &Status, language: &Language) -> Node {
    Node::new("div")
        .part("status")
        .class(if status.is_working { "status working" } else { "status" })
        .attr("role", "status")
        // Takes the focus when the control that has it goes away.
        .attr("tabindex", "-1")
        .attr("data-state", status.state.clone())
        .child(paragraph("title", language.text(status.sentence.title)))
        .child(paragraph("detail", language.detail(&status.sentence)))
}

/// The same as stations on a line.
pub(super) fn steps(status: &Status, language: &Language) -> Option<Node> {
    let done = status.steps_done?;
    let steps = words::STEPS.into_iter().enumerate().map(|(index, label)| {
        Node::new("li")
            .class(if index < done { "step done" } else { "step" })
            .attr_if(index == done, "aria-current", "step")
            .child(Node::new("span").class("bar").attr("aria-hidden", "true"))
            .child(Node::new("span").class("label").text(language.text(label)))
    });
    let label = language.text(Phrase::Progress);
    Some(Node::new("ol").part("steps").class("steps").attr("aria-label", label).children(steps))
}
