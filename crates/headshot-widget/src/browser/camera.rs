use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, PermissionState, PermissionStatus};

use super::dom;

#[wasm_bindgen]
extern "C" {
    /// An iframe whose Permissions-Policy can be asked, in Chromium; other browsers have no `featurePolicy`.
    type Probe;

    #[wasm_bindgen(method, getter, js_name = featurePolicy)]
    fn feature_policy(this: &Probe) -> Option<FeaturePolicy>;

    type FeaturePolicy;

    #[wasm_bindgen(method, js_name = allowsFeature)]
    fn allows_feature(this: &FeaturePolicy, feature: &str) -> bool;
}

/// The origins that the page's Permissions-Policy keeps the camera from; empty where the browser cannot tell.
///
/// The question needs a frame in the document, so each origin gets one that is lazy and hidden: it makes no request.
pub(super) fn forbidden_origins(stage: &HtmlElement, origins: &[String]) -> Vec<String> {
    origins.iter().filter(|origin| forbids_camera(stage, origin)).cloned().collect()
}

/// The person's standing answer for this site, which can change while the page is open.
pub(super) async fn permission() -> Option<PermissionStatus> {
    let question = Object::new();
    Reflect::set(&question, &"name".into(), &"camera".into()).ok()?;
    let asked: Promise = dom::window().navigator().permissions().ok()?.query(&question).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

pub(super) fn is_denied(permission: &PermissionStatus) -> bool {
    permission.state() == PermissionState::Denied
}

fn forbids_camera(stage: &HtmlElement, origin: &str) -> bool {
    let frame = dom::element("iframe");
    let probe: &Probe = frame.unchecked_ref();
    if probe.feature_policy().is_none() {
        return false;
    }
    for (name, value) in [("hidden", ""), ("loading", "lazy"), ("allow", "camera"), ("src", origin)] {
        _ = frame.set_attribute(name, value);
    }
    _ = stage.append_child(&frame);
    let is_allowed = probe.feature_policy().is_none_or(|policy| policy.allows_feature("camera"));
    frame.remove();
    !is_allowed
}
