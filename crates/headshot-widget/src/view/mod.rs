//! What the person sees: one function of the model. Leptos changes on the page only what differs.
//!
//! Written with Leptos' element functions: the `view!` macro sends static markup through `innerHTML`, which a page with
//! `require-trusted-types-for 'script'` forbids.

mod notice;
mod photos;
mod status;

use std::rc::Weak;

use leptos::{
    html::{HtmlElement, a, div, p},
    prelude::*,
};

use crate::{
    browser::Widget,
    session::{model::Model, words},
};

/// The widget's looks, adopted by its shadow root.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The widget behind the view, for what the person does.
type Acting = StoredValue<Weak<Widget>, LocalStorage>;

pub(crate) fn view(model: ArcRwSignal<Model>, widget: Weak<Widget>) -> impl IntoView {
    let acting = StoredValue::new_local(widget);
    move || model.with(|model| widget_view(model, acting))
}

fn widget_view(model: &Model, acting: Acting) -> impl IntoView + use<> {
    div().part("widget").class("widget").child((
        status::status(&model.status()),
        notice::notice(model, acting),
        photos::photos(model.tiles(), acting),
        stage(model),
        slow(model),
        open_tab(model),
    ))
}

/// Where the frame goes. Leptos knows no children of it, so it never touches the frame.
fn stage(model: &Model) -> impl IntoView + use<> {
    div()
        .part("stage")
        .class(if model.shows_frame() { "stage" } else { "stage skeleton" })
        .hidden(!model.reserves_frame())
}

fn slow(model: &Model) -> impl IntoView + use<> {
    let link = model.link().filter(|_| model.is_frame_slow());
    let words =
        link.map(|link| p().class("slow").child((words::SLOW, " ", tab_link(link).child(words::SLOW_OPEN_TAB))));
    div().aria_live("polite").child(words)
}

fn open_tab(model: &Model) -> impl IntoView + use<> {
    model.link().map(|link| {
        let tab = tab_link(link).part("open-tab").aria_label(words::OPEN_TAB_LABEL);
        p().class("foot").child(tab.child(words::OPEN_TAB))
    })
}

fn tab_link(link: &str) -> HtmlElement<leptos::html::A, impl leptos::attr::Attribute + use<>, ()> {
    a().href(link.to_owned()).target("_blank").rel("noopener noreferrer").referrerpolicy("no-referrer")
}
