use gloo_events::EventListener;
use js_sys::{Array, Function, JSON, JsString, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Document, SecurityPolicyViolationEvent, SecurityPolicyViolationEventDisposition};

use super::dom;
use crate::session::policy::{EMBEDDER, Violation};

#[wasm_bindgen]
extern "C" {
    /// Tells of the Cross-Origin-Embedder-Policy, in Chromium.
    type ReportingObserver;

    #[wasm_bindgen(constructor, catch)]
    fn new(hear: &Function, options: &Object) -> Result<ReportingObserver, JsValue>;

    #[wasm_bindgen(method)]
    fn observe(this: &ReportingObserver);

    #[wasm_bindgen(method)]
    fn disconnect(this: &ReportingObserver);
}

/// Hears what the page's policies stop, until it is dropped.
pub(super) struct Policies {
    _content: EventListener,
    _embedder: Option<Reports>,
}

impl Policies {
    pub(super) fn watch(document: &Document, hear: impl Fn(Violation) + Clone + 'static) -> Self {
        let embedder = Reports::observe(hear.clone());
        let content = EventListener::new(document, "securitypolicyviolation", move |event| {
            hear(content_violation(event.unchecked_ref()));
        });
        Self { _content: content, _embedder: embedder }
    }
}

/// What an event `securitypolicyviolation` says.
pub(super) fn content_violation(event: &SecurityPolicyViolationEvent) -> Violation {
    Violation {
        directive: event.effective_directive(),
        origin: dom::origin(&event.blocked_uri()),
        is_enforced: event.disposition() == SecurityPolicyViolationEventDisposition::Enforce,
    }
}

struct Reports {
    observer: ReportingObserver,
    _hear: Closure<dyn Fn(Array)>,
}

impl Reports {
    fn observe(hear: impl Fn(Violation) + 'static) -> Option<Self> {
        let hear = Closure::<dyn Fn(Array)>::new(move |reports: Array| {
            reports.iter().filter_map(|report| embedder_violation(&report)).for_each(&hear);
        });
        let options = Object::new();
        Reflect::set(&options, &"types".into(), &Array::of1(&"coep".into())).ok()?;
        // What came before the widget was there.
        Reflect::set(&options, &"buffered".into(), &true.into()).ok()?;
        let observer = ReportingObserver::new(hear.as_ref().unchecked_ref(), &options).ok()?;
        observer.observe();
        Some(Self { observer, _hear: hear })
    }
}

impl Drop for Reports {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn embedder_violation(report: &JsValue) -> Option<Violation> {
    // The body shows what it holds only when it is written down.
    let body = Reflect::get(report, &"body".into()).ok()?;
    let body = JSON::parse(&String::from(JSON::stringify(&body).ok()?)).ok()?;
    let text = |key: &str| Some(String::from(Reflect::get(&body, &key.into()).ok()?.dyn_into::<JsString>().ok()?));
    Some(Violation {
        directive: EMBEDDER.to_owned(),
        origin: dom::origin(&text("blockedURL")?),
        is_enforced: text("disposition")? == "enforce",
    })
}
