use serde::Serialize as _;
use serde_wasm_bindgen::Serializer;
use web_sys::{CustomEvent, CustomEventInit, EventTarget};

use crate::EmbedEvent;

/// Dispatches the event where listeners all the way up to the document hear it.
pub(super) fn dispatch(target: &EventTarget, event: &EmbedEvent) {
    let Ok(detail) = event.serialize(&Serializer::json_compatible()) else { return };
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        _ = target.dispatch_event(&event);
    }
}
