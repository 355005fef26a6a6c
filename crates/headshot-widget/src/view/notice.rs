use super::{Act, Node, control, paragraph};
use crate::{
    Language,
    language::Phrase,
    session::{fault::Fault, model::Model, words},
};

/// What stands in the way, and the way out. The place is always there, so that screen readers hear what comes into it.
pub(super) fn notice(model: &Model, language: &Language) -> Node {
    let has_tab = model.link().is_some();
    let panel = model.fault().map(|fault| panel(fault, has_tab, language));
    Node::new("div").attr("aria-live", "polite").child(panel)
}

fn panel(fault: &Fault, has_tab: bool, language: &Language) -> Node {
    let sentence = words::fault(fault);
    let way = |phrase, part, act| control(language, phrase, part, "button", act);
    let words = Node::new("div")
        .class("words")
        .child(paragraph("title", language.text(sentence.title)))
        .child(paragraph("detail", language.detail(&sentence)));
    let ways = Node::new("div")
        .class("ways")
        .child(fault.can_ask_again().then(|| way(Phrase::Retry, "retry", Act::AskAgain)))
        .child((has_tab && fault.needs_tab()).then(|| way(Phrase::OpenTab, "open-tab", Act::OpenTab)));
    Node::new("div")
        .part("error")
        .class(if fault.is_fatal() { "notice fatal" } else { "notice" })
        .attr("data-code", fault.code().as_str())
        .child(words)
        .child(ways)
}
