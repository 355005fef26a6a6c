use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

/// Where the widget is on a page: what Leptos fills, and beneath it the stage with the frame, which Leptos never touches.
///
/// The custom element makes the same before the wasm is there.
#[derive(Clone)]
pub(crate) struct Place {
    /// The page's document, or that of a window which the page has opened.
    pub(super) document: Document,
    pub(super) view: HtmlElement,
    pub(super) stage: HtmlElement,
}

impl Place {
    /// The place that the custom element has made: `widget` with the other two in it.
    #[cfg(feature = "embed")]
    pub(crate) fn of(widget: &HtmlElement) -> Option<Self> {
        // In a window that the page has opened, elements are of other classes than the page's own.
        let view = widget.first_element_child()?.unchecked_into();
        let stage = widget.last_element_child()?.unchecked_into();
        Some(Self { document: widget.owner_document()?, view, stage })
    }

    /// A new place in the shadow root of `host`.
    pub(crate) fn build(host: &HtmlElement) -> Option<Self> {
        let root = host.shadow_root().or_else(|| attach_shadow(host))?;
        let document = host.owner_document()?;
        let [widget, view, stage] =
            [("widget", "widget"), ("", "view"), ("stage", "stage skeleton")].map(|(part, class)| {
                let element = document.create_element("div").ok()?;
                element.set_class_name(class);
                element.set_attribute("part", part).ok()?;
                Some(element.unchecked_into::<HtmlElement>())
            });
        let (widget, view, stage) = (widget?, view?, stage?);
        // The language of what it says, whatever the page's.
        widget.set_lang("en");
        widget.set_dir("ltr");
        widget.append_with_node_2(&view, &stage).ok()?;
        root.replace_children_with_node_1(&widget);
        Some(Self { document, view, stage })
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
}

fn attach_shadow(host: &HtmlElement) -> Option<ShadowRoot> {
    host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()
}
