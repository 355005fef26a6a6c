//! What the person sees: one function of the model, as data. Leptos changes on the page only what differs.

mod door;
mod help;
mod node;
mod notice;
mod phone;
mod photos;
mod status;
mod viewer;

use std::rc::Weak;

use leptos::prelude::*;

pub(crate) use self::node::{Node, Scene};
use crate::{Language, browser::Widget, language::Phrase, session::model::Model};

/// What is on the page from the start; the custom element has it too.
pub(crate) const PLACE_STYLE: &str = include_str!("place.css");
/// The looks of what this module shows.
pub(crate) const STYLE: &str = concat!(include_str!("ways.css"), include_str!("style.css"));

/// What the person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    AskAgain,
    Reopen,
    OpenTab,
    GoThere,
    Enter,
    TogglePhone,
    CopyLink,
    Enlarge(String),
    WalkGrid,
    WalkViewer,
    CloseViewer,
    StopEnlarging,
    Save {
        url: String,
        number: usize,
    },
    /// Not the person, but the browser: an image could not be loaded.
    LoseImage(String),
    Nothing,
}

/// The view as Leptos renders it: anew with each change of the model or the language.
pub(crate) fn scene(
    model: ArcRwSignal<Model>,
    language: ArcRwSignal<Language>,
    widget: Weak<Widget>,
) -> impl FnMut() -> Scene {
    let widget = StoredValue::new_local(widget);
    move || {
        let node = model.with(|model| language.with(|language| view(model, language)));
        Scene { node, widget: widget.get_value() }
    }
}

fn view(model: &Model, language: &Language) -> Node {
    let status = model.status();
    Node::new("div")
        .child(status::status(&status, language))
        .child(status::steps(&status, language))
        .child(notice::notice(model, language))
        .child(door::door(model, language))
        .child(phone::phone(model, language))
        .child(photos::photos(model, language))
        .child(viewer::viewer(model, language))
        .child(help::help(model, language))
}

/// A button, also where a link would do: the signed URL stands nowhere on the page.
fn control(language: &Language, label: Phrase, part: &'static str, class: &'static str, act: Act) -> Node {
    bare(part, class, act).text(language.text(label))
}

fn bare(part: &'static str, class: &'static str, act: Act) -> Node {
    Node::new("button").attr("type", "button").part(part).class(class).on("click", act)
}

fn paragraph(class: &'static str, text: impl Into<Option<String>>) -> Node {
    Node::new("p").class(class).text(text)
}

#[cfg(test)]
mod tests;
