use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlCanvasElement, HtmlElement, HtmlVideoElement, KeyboardEvent};

use super::{Act, OnAct, tells};
use crate::{
    browser::dom,
    capture::{camera::Camera, message::Message, model::Model, words::Phrase},
};

/// The camera's picture in a frame with an oval, and what can be done with it.
pub(crate) struct Finder {
    pub(super) root: HtmlElement,
    pub(crate) video: HtmlVideoElement,
    pub(crate) shot: HtmlCanvasElement,
    count: HtmlElement,
    hint: HtmlElement,
    take: HtmlElement,
    keep: HtmlElement,
    retake: HtmlElement,
    close: HtmlElement,
    _listeners: [EventListener; 5],
}

impl Finder {
    pub(super) fn new(on_act: &OnAct) -> Self {
        let root: HtmlElement = dom::make("div", "camera");
        let (take, keep) = (dom::button("take", ""), dom::button("keep", ""));
        let retake = dom::button("retake", "");
        let close = dom::button("close", "");
        let keeping = on_act.clone();
        let listeners = [
            tells(&take, on_act, || Message::TakePhoto),
            tells(&retake, on_act, || Message::Retake),
            tells(&close, on_act, || Message::CloseCamera),
            dom::listen(&keep, "click", move |_| keeping(Act::KeepShot)),
            closes_by_escape(&root, on_act),
        ];
        let count: HtmlElement = dom::make("p", "count");
        // A screen reader hears the numbers from the live region.
        dom::set(&count, "aria-hidden", "true");
        let finder = Self {
            root,
            video: video(),
            shot: shot(),
            count,
            hint: dom::make("p", "hint"),
            take,
            keep,
            retake,
            close,
            _listeners: listeners,
        };
        finder.arrange();
        finder
    }

    pub(super) fn show(&self, model: &Model) {
        let camera = model.camera;
        let is_taken = camera == Camera::Taken;
        dom::show(&self.root, camera != Camera::Off);
        dom::set(&self.root, "data-camera", camera_word(camera));
        dom::show(&self.video, !is_taken);
        dom::show(&self.shot, is_taken);
        let language = &model.language;
        dom::set(&self.video, "aria-label", &language.plain(Phrase::CameraLabel));
        dom::set(&self.shot, "aria-label", &language.plain(Phrase::ShotLabel));
        dom::set_text(&self.keep, &language.plain(Phrase::KeepShot));
        dom::set_text(&self.retake, &language.plain(Phrase::Retake));
        dom::set_text(&self.close, &language.plain(Phrase::CloseCamera));
        dom::set_text(&self.hint, &language.camera(camera));
        let counting = if let Camera::Counting(seconds) = camera { Some(seconds) } else { None };
        dom::set_text(&self.count, &counting.map(|seconds| language.figure(seconds.into())).unwrap_or_default());
        dom::set_text(&self.take, &language.plain(if counting.is_some() { Phrase::Cancel } else { Phrase::TakePhoto }));
        dom::show(&self.take, !is_taken);
        // There before it can be used, so that the focus is on it when it can.
        dom::set(&self.take, "aria-disabled", if camera == Camera::Asking { "true" } else { "false" });
        dom::show(&self.keep, is_taken);
        dom::show(&self.retake, is_taken);
    }

    pub(super) fn controls(&self) -> [&HtmlElement; 4] {
        [&self.keep, &self.take, &self.retake, &self.close]
    }

    fn arrange(&self) {
        let picture: HtmlElement = dom::make("div", "picture");
        let oval: HtmlElement = dom::make("div", "oval");
        dom::append(&picture, &[&self.video, &self.shot, &oval, &self.count]);
        let ways: HtmlElement = dom::make("div", "ways");
        dom::append(&ways, &[&self.take, &self.keep, &self.retake, &self.close]);
        dom::append(&self.root, &[&picture, &self.hint, &ways]);
    }
}

fn video() -> HtmlVideoElement {
    let video: HtmlVideoElement = dom::make("video", "video");
    video.set_muted(true);
    // Without it, phones show the picture on the whole screen.
    dom::set(&video, "playsinline", "");
    video
}

fn shot() -> HtmlCanvasElement {
    let shot: HtmlCanvasElement = dom::make("canvas", "shot");
    dom::set(&shot, "role", "img");
    shot
}

fn closes_by_escape(root: &HtmlElement, on_act: &OnAct) -> EventListener {
    let on_act = on_act.clone();
    dom::listen(root, "keydown", move |event| {
        if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" {
            // A dialog around the capture stays open.
            event.stop_propagation();
            on_act(Act::Tell(Message::CloseCamera));
        }
    })
}

fn camera_word(camera: Camera) -> &'static str {
    match camera {
        Camera::Off => "off",
        Camera::Asking => "asking",
        Camera::Live => "live",
        Camera::Counting(_) => "counting",
        Camera::Taken => "taken",
    }
}
