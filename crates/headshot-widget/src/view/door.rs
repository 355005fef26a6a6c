use super::{Act, Node, control};
use crate::{
    Language, Way,
    language::Phrase,
    session::{fault::Fault, model::Model},
};

/// The way into a studio that is not on the page at once. It opens inside the click, so that no browser blocks it.
pub(super) fn door(model: &Model, language: &Language) -> Node {
    let is_offered = model.fault().is_some_and(Fault::needs_tab) && model.way() == Way::Tab;
    let (label, act) = match model.way() {
        Way::Modal => (Phrase::OpenStudio, Act::Enter),
        Way::Redirect => (Phrase::OpenAway, Act::GoThere),
        _ => (Phrase::OpenTab, Act::OpenTab),
    };
    let class = if model.awaits_user() { "button" } else { "link" };
    let is_shown = model.shows_door() && !is_offered;
    Node::new("div").class("door").child(is_shown.then(|| control(language, label, "door", class, act)))
}
