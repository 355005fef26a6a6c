use super::{Act, Node, control, paragraph};
use crate::{
    Language,
    language::Phrase,
    session::{
        fault::Fault,
        model::Model,
        words::{self, Sentence},
    },
};

/// What stands in the way, or may, and the way out. The place is always there, so that screen readers hear what comes into it.
pub(super) fn notice(model: &Model, language: &Language) -> Node {
    let has_tab = model.link().is_some();
    let panel = match model.fault() {
        Some(fault) => Some(trouble(fault, has_tab, language)),
        None => model.frame_is_old().then(|| renewed(language)),
    };
    Node::new("div").attr("aria-live", "polite").child(panel)
}

fn trouble(fault: &Fault, has_tab: bool, language: &Language) -> Node {
    let way = |phrase, part, act| control(language, phrase, part, "button", act);
    let ways = [
        fault.can_ask_again().then(|| way(Phrase::Retry, "retry", Act::AskAgain)),
        (has_tab && fault.needs_tab()).then(|| way(Phrase::OpenTab, "open-tab", Act::OpenTab)),
    ];
    let class = if fault.is_fatal() { "notice fatal" } else { "notice" };
    panel("error", class, &words::fault(fault), ways, language).attr("data-code", fault.code().as_str())
}

fn renewed(language: &Language) -> Node {
    let way = control(language, Phrase::Reopen, "reopen", "button", Act::Reopen);
    panel("renewed", "notice", &words::RENEWED, [Some(way), None], language)
}

fn panel(
    part: &'static str,
    class: &'static str,
    sentence: &Sentence,
    [first, second]: [Option<Node>; 2],
    language: &Language,
) -> Node {
    let words = Node::new("div")
        .class("words")
        .child(paragraph("title", language.text(sentence.title)))
        .child(paragraph("detail", language.detail(sentence)));
    let ways = Node::new("div").class("ways").child(first).child(second);
    Node::new("div").part(part).class(class).child(words).child(ways)
}
