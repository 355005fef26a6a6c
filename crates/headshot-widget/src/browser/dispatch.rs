use headshot_api::Photo;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

use crate::EmbedEvent;

/// Dispatches the event where listeners all the way up to the document hear it.
pub(super) fn dispatch(target: &EventTarget, event: &EmbedEvent) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail(event));
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        _ = target.dispatch_event(&event);
    }
}

fn detail(event: &EmbedEvent) -> JsValue {
    match event {
        EmbedEvent::Status { session, state, provider_status, restored } => object([
            ("session", session.into()),
            ("state", state.as_str().into()),
            ("providerStatus", provider_status.into()),
            ("restored", (*restored).into()),
        ]),
        EmbedEvent::Photos { session, photos, restored } => object([
            ("session", session.into()),
            ("photos", photos.iter().map(photo_detail).collect::<Array>().into()),
            ("restored", (*restored).into()),
        ]),
        EmbedEvent::Favorite { session, photo, restored } => {
            object([("session", session.into()), ("photo", photo_detail(photo)), ("restored", (*restored).into())])
        }
        EmbedEvent::Error { session, code, message, fatal } => object([
            ("session", session.into()),
            ("code", code.as_str().into()),
            ("message", message.into()),
            ("fatal", (*fatal).into()),
        ]),
        EmbedEvent::Recovered { session, code } => {
            object([("session", session.into()), ("code", code.as_str().into())])
        }
    }
}

fn photo_detail(photo: &Photo) -> JsValue {
    object([("id", (&photo.id).into()), ("url", (&photo.url).into()), ("expiresAt", (&photo.expires_at).into())])
}

fn object<const N: usize>(entries: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (key, value) in entries {
        _ = Reflect::set(&object, &key.into(), &value);
    }
    object.into()
}
