use leptos::{html::div, prelude::*};

use super::{Acting, open_tab};
use crate::session::{model::Model, words};

/// The way to a page of the provider's that may not be framed. It opens inside the click, so that no browser blocks it.
pub(super) fn door(model: &Model, acting: Acting) -> impl IntoView + use<> {
    let way = model.shows_door().then(|| {
        let class = if model.awaits_user() { "button" } else { "link" };
        open_tab(acting, words::DOOR).part("door").class(class)
    });
    div().class("door").child(way)
}
