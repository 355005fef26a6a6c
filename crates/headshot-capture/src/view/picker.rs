use gloo_events::EventListener;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, DragEvent, Event, FileList, HtmlElement, HtmlInputElement, Node};

use super::{Act, OnAct, tells};
use crate::{
    browser::dom,
    capture::{
        camera::Camera,
        message::Message,
        model::{Model, Phase},
        words::Phrase,
    },
};

/// The ways to add photos: camera, file chooser, and dropping files anywhere on the capture.
pub(super) struct Picker {
    pub(super) root: HtmlElement,
    camera: HtmlElement,
    choose: HtmlElement,
    input: HtmlInputElement,
    drop: HtmlElement,
    limits: HtmlElement,
    /// Where files can be dropped, and what is said there meanwhile.
    place: HtmlElement,
    _listeners: Vec<EventListener>,
}

impl Picker {
    pub(super) fn new(place: &HtmlElement, on_act: &OnAct) -> Self {
        let root: HtmlElement = dom::make("div", "picker");
        let camera = dom::button("use-camera", "");
        let choose = dom::button("choose", "");
        let input: HtmlInputElement = dom::make("input", "");
        input.set_type("file");
        input.set_multiple(true);
        input.set_hidden(true);
        let (drop, limits): (HtmlElement, HtmlElement) = (dom::make("p", "drop"), dom::make("p", "limits"));
        dom::set(&limits, "id", "limits");
        dom::set(&choose, "aria-describedby", "limits");
        let ways: HtmlElement = dom::make("div", "ways");
        dom::append(&ways, &[&camera, &choose, &input]);
        dom::append(&root, &[&ways, &drop, &limits]);
        let mut listeners =
            vec![tells(&camera, on_act, || Message::OpenCamera), opens(&choose, &input), hears_files(&input, on_act)];
        listeners.extend(takes_drops(place, on_act));
        Self { root, camera, choose, input, drop, limits, place: place.clone(), _listeners: listeners }
    }

    pub(super) fn show(&self, model: &Model) {
        dom::show(&self.root, model.phase == Phase::Collecting && !model.is_stopped());
        dom::show(&self.camera, model.camera == Camera::Off && model.can_use_camera());
        let language = &model.language;
        dom::set_text(&self.camera, &language.plain(Phrase::UseCamera));
        dom::set_text(&self.choose, &language.plain(Phrase::Choose));
        dom::set_text(&self.drop, &language.plain(Phrase::Drop));
        dom::set(&self.place, "data-drop", &language.plain(Phrase::DropNow));
        if let Some(limits) = &model.limits {
            dom::set_text(&self.limits, &language.limits(limits));
            // A hint for the chooser; what counts are the bytes.
            dom::set(&self.input, "accept", &limits.media_types.join(","));
        }
    }

    pub(super) fn controls(&self) -> [&HtmlElement; 2] {
        [&self.camera, &self.choose]
    }
}

/// A file input cannot be styled and says its own words, so a button stands for it.
fn opens(choose: &HtmlElement, input: &HtmlInputElement) -> EventListener {
    let input = input.clone();
    dom::listen(choose, "click", move |_| input.click())
}

fn hears_files(input: &HtmlInputElement, on_act: &OnAct) -> EventListener {
    let (chosen, on_act) = (input.clone(), on_act.clone());
    dom::listen(input, "change", move |_| {
        on_act(Act::Files(files(chosen.files().as_ref())));
        // The same file can be chosen again.
        chosen.set_value("");
    })
}

fn takes_drops(place: &HtmlElement, on_act: &OnAct) -> [EventListener; 3] {
    let (over, left, dropped, on_act) = (place.clone(), place.clone(), place.clone(), on_act.clone());
    [
        dom::intercept(place, "dragover", move |event| {
            if has_files(event) {
                event.prevent_default();
                dom::set(&over, "data-over", &over.get_attribute("data-drop").unwrap_or_default());
            }
        }),
        dom::listen(place, "dragleave", move |event| {
            let into: Option<Node> =
                event.unchecked_ref::<DragEvent>().related_target().map(JsValue::from).map(JsValue::unchecked_into);
            if !left.contains(into.as_ref()) {
                _ = left.remove_attribute("data-over");
            }
        }),
        dom::intercept(place, "drop", move |event| {
            _ = dropped.remove_attribute("data-over");
            if has_files(event) {
                event.prevent_default();
                let transfer = event.unchecked_ref::<DragEvent>().data_transfer();
                let list = transfer.and_then(|transfer| transfer.files());
                on_act(Act::Files(files(list.as_ref())));
            }
        }),
    ]
}

fn has_files(event: &Event) -> bool {
    let transfer = event.unchecked_ref::<DragEvent>().data_transfer();
    transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0))
}

fn files(list: Option<&FileList>) -> Vec<(String, Blob)> {
    let list = list.into_iter().flat_map(|list| (0..list.length()).filter_map(|place| list.item(place)));
    list.map(|file| (file.name(), file.into())).collect()
}
