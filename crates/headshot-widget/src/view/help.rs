use super::{Act, Node, control};
use crate::{
    Language, Way,
    language::Phrase,
    session::{fault::Fault, model::Model},
};

/// The other ways to the studio. Browsers say that a refused page has loaded, so the way out of a frame that stays empty is
/// there from the start.
pub(super) fn help(model: &Model, language: &Language) -> Node {
    let asks = model.shows_frame() && model.way() == Way::Inline;
    let has_tab = model.link().is_some() && model.way() != Way::Tab && !model.fault().is_some_and(Fault::needs_tab);
    let has_phone = model.offers_phone() && model.awaits_user() && !model.needs_phone();
    let quiet = |phrase, part, act| control(language, phrase, part, "link", act);
    Node::new("div")
        .class("help")
        .child((asks && has_tab).then(|| Node::new("span").text(language.text(Phrase::Help))))
        .child(has_tab.then(|| quiet(Phrase::OpenTab, "open-tab", Act::OpenTab)))
        .child(has_phone.then(|| quiet(Phrase::OpenPhone, "open-phone", Act::TogglePhone)))
}
