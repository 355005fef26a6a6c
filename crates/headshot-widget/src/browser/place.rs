use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlDialogElement, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::{Language, language::Phrase};

/// Where the widget is on a page: what Leptos fills, and beneath it the room with the stage, which Leptos never touches.
///
/// The room is a dialog from the start, so that the frame on the stage can come over the page and go back without being
/// moved in the document, which would load it anew. The custom element makes the same before the wasm is there.
#[derive(Clone)]
pub(crate) struct Place {
    /// The page's document, or that of a window which the page has opened.
    pub(super) document: Document,
    pub(super) widget: HtmlElement,
    pub(super) view: HtmlElement,
    pub(super) room: HtmlDialogElement,
    pub(super) stage: HtmlElement,
    close: HtmlElement,
}

impl Place {
    /// The place that the custom element has made: `widget` with the others in it.
    #[cfg(feature = "embed")]
    pub(crate) fn of(widget: &HtmlElement) -> Option<Self> {
        // In a window that the page has opened, elements are of other classes than the page's own.
        let view = widget.first_element_child()?.unchecked_into();
        let room: HtmlDialogElement = widget.last_element_child()?.unchecked_into();
        let stage = room.last_element_child()?.unchecked_into();
        Self {
            document: widget.owner_document()?,
            widget: widget.clone(),
            view,
            close: room.clone().into(),
            room,
            stage,
        }
        .with_close_button()
    }

    /// A new place in the shadow root of `host`.
    pub(crate) fn build(host: &HtmlElement) -> Option<Self> {
        let shadow = host.shadow_root().or_else(|| attach_shadow(host))?;
        let document = host.owner_document()?;
        let [widget, view, room, stage] = [
            ("div", "widget", "widget"),
            ("div", "", "view"),
            ("dialog", "room", "room"),
            ("div", "stage", "stage skeleton"),
        ]
        .map(|(tag, part, class)| make(&document, tag, part, class));
        let (widget, view, room, stage) = (widget?, view?, room?, stage?);
        room.set_attribute("open", "").ok()?;
        room.append_child(&stage).ok()?;
        widget.append_with_node_2(&view, &room).ok()?;
        shadow.replace_children_with_node_1(&widget);
        let room: HtmlDialogElement = room.unchecked_into();
        Self { document, widget, view, close: room.clone().into(), room, stage }.with_close_button()
    }

    /// The widget's own way out of the room: keys that are pressed inside the frame never reach us.
    fn with_close_button(mut self) -> Option<Self> {
        self.close = make(&self.document, "button", "close", "close")?;
        self.close.set_attribute("type", "button").ok()?;
        self.room.insert_before(&self.close, Some(&self.stage)).ok()?;
        Some(self)
    }

    pub(super) fn close_button(&self) -> &HtmlElement {
        &self.close
    }

    /// Whether the focus is in the frame.
    pub(super) fn has_person_in_frame(&self) -> bool {
        let focused = self.stage.get_root_node().unchecked_into::<ShadowRoot>().active_element();
        focused.is_some_and(|focused| self.stage.contains(Some(&focused)))
    }

    /// Keeps the stage's room free or gives it back, and shows there that something is to come.
    pub(super) fn arrange(&self, is_reserved: bool, is_awaited: bool) {
        self.stage.set_hidden(!is_reserved);
        self.stage.set_class_name(if is_awaited { "stage skeleton" } else { "stage" });
    }

    /// Puts the room over the page, into it, or away; what is on the stage goes on all the same.
    pub(super) fn present(&self, is_inline: bool, is_over: bool) {
        let room = &self.room;
        let was_over = room.class_name() == "room over";
        if is_over != was_over {
            // Closes what is over the page, and gives the focus back; one that is in the page is no dialog yet.
            if was_over {
                room.close();
            } else {
                room.set_open(false);
            }
            room.set_class_name(if is_over { "room over" } else { "room" });
        }
        if is_over && !was_over {
            _ = room.show_modal();
        } else if !is_over && room.open() != is_inline {
            // Not `show()`, which takes the focus.
            room.set_open(is_inline);
        }
    }

    /// The language of what it says, whatever the page's.
    pub(super) fn speak(&self, language: &Language) {
        self.widget.set_lang(language.tag());
        self.widget.set_dir(language.direction());
        self.close.set_text_content(Some(&language.text(Phrase::Close)));
        _ = self.room.set_attribute("aria-label", &language.text(Phrase::Studio));
    }
}

fn make(document: &Document, tag: &str, part: &str, class: &str) -> Option<HtmlElement> {
    let element = document.create_element(tag).ok()?;
    element.set_class_name(class);
    element.set_attribute("part", part).ok()?;
    Some(element.unchecked_into())
}

fn attach_shadow(host: &HtmlElement) -> Option<ShadowRoot> {
    host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()
}
