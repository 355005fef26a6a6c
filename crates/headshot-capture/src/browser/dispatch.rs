use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

use crate::capture::message::Event;

/// Dispatches the event where listeners all the way up to the document hear it.
pub(super) fn dispatch(target: &EventTarget, session: &str, event: &Event) {
    let detail = detail(event);
    _ = Reflect::set(&detail, &"session".into(), &session.into());
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        _ = target.dispatch_event(&event);
    }
}

fn detail(event: &Event) -> Object {
    match event {
        Event::Uploads(counts) => object([
            ("arrived", counts.arrived.into()),
            ("pending", counts.pending.into()),
            ("refused", counts.refused.into()),
        ]),
        Event::Submitted { is_restored } => object([("restored", (*is_restored).into())]),
        Event::Error { code, message, is_fatal } => {
            object([("code", (*code).into()), ("message", message.into()), ("fatal", (*is_fatal).into())])
        }
        Event::Recovered { code } => object([("code", (*code).into())]),
    }
}

fn object<const N: usize>(entries: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        _ = Reflect::set(&object, &key.into(), &value);
    }
    object
}
