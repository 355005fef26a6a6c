//! Shows the model. Elements are made once and changed where they differ, so that focus and screen readers stay where
//! they are.

mod finder;
mod notice;
mod picker;
mod tiles;

use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{Blob, Element, HtmlCanvasElement, HtmlElement, ShadowRoot};

use self::{finder::Finder, notice::Notice, picker::Picker, tiles::Tiles};
use crate::{
    browser::dom,
    capture::{
        message::Message,
        model::{Model, Phase, Trouble},
        photo::PhotoId,
        words::Phrase,
    },
};

pub(crate) const STYLE: &str = include_str!("style.css");

/// Something that the person does.
pub(crate) enum Act {
    Tell(Message),
    /// Files with their names.
    Files(Vec<(String, Blob)>),
    /// The photo that was taken is a good one.
    KeepShot,
}

/// Where acts go.
type OnAct = std::rc::Rc<dyn Fn(Act)>;

pub(crate) struct View {
    pub(crate) camera: Finder,
    place: HtmlElement,
    title: HtmlElement,
    detail: HtmlElement,
    trouble: Notice,
    blocked: Notice,
    picker: Picker,
    tiles: Tiles,
    foot: HtmlElement,
    summary: HtmlElement,
    submit: HtmlElement,
    why: HtmlElement,
    live: HtmlElement,
    _submitting: EventListener,
}

impl View {
    pub(crate) fn new(place: &HtmlElement, on_act: impl Fn(Act) + 'static) -> Self {
        let on_act: OnAct = std::rc::Rc::new(on_act);
        let submit = dom::button("submit", "");
        dom::set(&submit, "aria-describedby", "why");
        let view = Self {
            camera: Finder::new(&on_act),
            place: place.clone(),
            title: dom::make("p", "title"),
            detail: dom::make("p", "detail"),
            trouble: Notice::new("error", &on_act, || Message::Resume),
            blocked: Notice::new("camera-error", &on_act, || Message::OpenCamera),
            picker: Picker::new(place, &on_act),
            tiles: Tiles::new(on_act.clone()),
            foot: dom::make("div", "foot"),
            summary: dom::make("p", "summary"),
            why: dom::make("p", "why"),
            live: dom::make("p", "live"),
            _submitting: tells(&submit, &on_act, || Message::Submit),
            submit,
        };
        view.arrange();
        view
    }

    pub(crate) fn show(&self, model: &Model) {
        let root = self.place.get_root_node().unchecked_into::<ShadowRoot>();
        let focused = root.active_element();
        let neighbour = focused.as_ref().and_then(|element| self.tiles.place_of(element));
        self.show_words(model);
        self.camera.show(model);
        self.picker.show(model);
        self.tiles.show(model);
        self.show_foot(model);
        if focused.is_some_and(|element| !dom::is_shown(&element)) {
            self.focus_instead(neighbour);
        }
    }

    /// Has a screen reader say it when it has finished what it is saying.
    pub(crate) fn announce(&self, text: &str) {
        dom::set_text(&self.live, text);
    }

    pub(crate) fn set_preview(&self, id: PhotoId, preview: &HtmlCanvasElement) {
        self.tiles.set_preview(id, preview);
    }

    pub(crate) fn adopt(&self, from: PhotoId, to: PhotoId) {
        self.tiles.adopt(from, to);
    }

    pub(crate) fn clear(&self) {
        self.place.replace_children_with_node_0();
    }

    fn arrange(&self) {
        dom::set(&self.place, "class", "capture");
        dom::set(&self.place, "part", "capture");
        dom::set(&self.title, "tabindex", "-1");
        dom::set(&self.live, "role", "status");
        dom::set(&self.why, "id", "why");
        let head: HtmlElement = dom::make("div", "head");
        dom::append(&head, &[&self.title, &self.detail]);
        dom::append(&self.foot, &[&self.summary, &self.submit, &self.why]);
        let all: [&Element; 8] = [
            &head,
            &self.trouble.root,
            &self.blocked.root,
            &self.camera.root,
            &self.picker.root,
            &self.tiles.root,
            &self.foot,
            &self.live,
        ];
        dom::append(&self.place, &all);
    }

    fn show_words(&self, model: &Model) {
        let language = &model.language;
        dom::set(&self.place, "lang", language.tag());
        dom::set(&self.place, "dir", language.direction());
        let said = language.phase(model.phase, model.is_stopped());
        dom::set(&self.place, "data-phase", phase_word(model.phase));
        dom::set_text(&self.title, &said.title);
        dom::set_text(&self.detail, &said.detail);
        dom::show(&self.detail, !said.detail.is_empty());
        match model.trouble {
            Some(Trouble { fault, is_fatal }) => {
                self.trouble.show(fault.code(), is_fatal, true, &language.fault(fault), language);
            }
            None => self.trouble.hide(),
        }
        match model.camera_fault.filter(|_| model.phase == Phase::Collecting && !model.is_stopped()) {
            Some(fault) => {
                let said = language.camera_fault(fault);
                self.blocked.show(fault.code(), false, model.can_use_camera(), &said, language);
            }
            None => self.blocked.hide(),
        }
    }

    fn show_foot(&self, model: &Model) {
        let (counts, bar) = (model.counts(), model.submit_bar());
        let is_busy = model.phase == Phase::Submitting;
        dom::show(&self.foot, matches!(model.phase, Phase::Collecting | Phase::Submitting) && !model.photos.is_empty());
        dom::set_text(&self.summary, &model.language.summary(counts));
        dom::set_text(&self.submit, &model.language.submit(counts));
        // Kept in the order of focus, so that the reason can be heard.
        dom::set(&self.submit, "aria-disabled", if bar.is_some() || is_busy { "true" } else { "false" });
        let why =
            bar.filter(|bar| *bar != Phrase::NothingYet).map(|phrase| model.language.plain(phrase)).unwrap_or_default();
        dom::set_text(&self.why, &why);
        dom::show(&self.why, !why.is_empty());
    }

    /// The control that had the focus has gone: the nearest one gets it.
    fn focus_instead(&self, neighbour: Option<usize>) {
        let tile = neighbour.and_then(|place| self.tiles.remover_near(place));
        let others =
            self.camera.controls().into_iter().chain(self.picker.controls()).chain([&self.submit, &self.title]);
        let mut candidates = tile.into_iter().chain(others.cloned());
        if let Some(control) = candidates.find(|control| dom::is_shown(control)) {
            _ = control.focus();
        }
    }
}

fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Opening => "opening",
        Phase::Collecting => "collecting",
        Phase::Submitting => "submitting",
        Phase::Done => "done",
    }
}

/// A click that is a message.
fn tells(control: &HtmlElement, on_act: &OnAct, message: impl Fn() -> Message + 'static) -> EventListener {
    let on_act = on_act.clone();
    dom::listen(control, "click", move |_| on_act(Act::Tell(message())))
}
