use leptos::{html::div, prelude::*};

use super::{Acting, open_tab};
use crate::session::{fault::Fault, model::Model, words};

/// The way out of a frame that stays empty. Browsers say that a refused page has loaded, so it is there from the start.
pub(super) fn help(model: &Model, acting: Acting) -> impl IntoView + use<> {
    let is_offered = model.fault().is_some_and(Fault::needs_tab);
    let way = (model.shows_frame() && !is_offered)
        .then(|| (words::HELP, open_tab(acting, words::OPEN_TAB).part("open-tab").class("link")));
    div().class("help").child(way)
}
