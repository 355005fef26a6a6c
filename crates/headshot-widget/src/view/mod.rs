//! What the person sees: one function of the model. Leptos changes on the page only what differs.
//!
//! Written with Leptos' element functions: the `view!` macro sends static markup through `innerHTML`, which a page with
//! `require-trusted-types-for 'script'` forbids.

mod door;
mod help;
mod notice;
mod photos;
mod status;

use std::rc::Weak;

use leptos::{
    ev,
    html::{HtmlElement, button},
    prelude::*,
};

use crate::{browser::Widget, session::model::Model};

/// What is on the page from the start; the custom element has it too.
pub(crate) const PLACE_STYLE: &str = include_str!("place.css");
/// The looks of what this module shows.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The widget behind the view, for what the person does.
type Acting = StoredValue<Weak<Widget>, LocalStorage>;

pub(crate) fn view(model: ArcRwSignal<Model>, widget: Weak<Widget>) -> impl IntoView {
    let acting = StoredValue::new_local(widget);
    move || model.with(|model| widget_view(model, acting))
}

fn widget_view(model: &Model, acting: Acting) -> impl IntoView + use<> {
    (
        status::status(&model.status()),
        notice::notice(model, acting),
        door::door(model, acting),
        photos::photos(model.tiles(), acting),
        help::help(model, acting),
    )
}

/// Opens the provider's page in a tab of its own. A button and no link: the signed URL stands nowhere on the page.
fn open_tab(
    acting: Acting,
    label: &'static str,
) -> HtmlElement<leptos::html::Button, impl leptos::attr::Attribute + use<>, impl RenderHtml + use<>> {
    button().r#type("button").on(ev::click, act(acting, Widget::open_tab)).child(label)
}

/// What the widget does when the person asks for it.
fn act<E>(acting: Acting, act: fn(&Widget)) -> impl FnMut(E) + Clone {
    move |_| acting.with_value(|widget| _ = widget.upgrade().inspect(|widget| act(widget)))
}
