use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaDeviceInfo, MediaDeviceKind, MediaDevices, PermissionState, PermissionStatus};

use super::{dom, phone, place::Place};
use crate::session::camera::CameraFacts;

#[wasm_bindgen]
extern "C" {
    /// A document or frame whose Permissions-Policy can be asked, in Chromium; other browsers have no `featurePolicy`.
    type Probe;

    #[wasm_bindgen(method, getter, js_name = featurePolicy)]
    fn feature_policy(this: &Probe) -> Option<FeaturePolicy>;

    type FeaturePolicy;

    #[wasm_bindgen(method, js_name = allowsFeature)]
    fn allows_feature(this: &FeaturePolicy, feature: &str) -> bool;
}

/// Looks what stands between the frame and a camera, and goes on looking until it is dropped.
pub(super) struct CameraWatch {
    facts: RefCell<CameraFacts>,
    learn: Box<dyn Fn(&CameraFacts)>,
    listeners: RefCell<Vec<EventListener>>,
}

impl CameraWatch {
    /// `learn` hears what the browser knows at once, and each time that it learns more.
    pub(super) fn start(place: &Place, origins: &[String], learn: impl Fn(&CameraFacts) + 'static) -> Rc<Self> {
        let facts = CameraFacts {
            is_secure: dom::window().is_secure_context(),
            is_outer_frame_closed: is_framed() && !allows_camera(&place.document),
            forbidden_origins: forbidden_origins(place, origins),
            is_inside_app: phone::is_inside_app(&dom::window()),
            is_unknown: media_devices().is_none(),
            ..CameraFacts::default()
        };
        learn(&facts);
        let watch = Rc::new(Self { facts: RefCell::new(facts), learn: Box::new(learn), listeners: RefCell::default() });
        spawn_local(watch_permission(Rc::downgrade(&watch)));
        spawn_local(watch_devices(Rc::downgrade(&watch)));
        watch
    }

    fn change(&self, change: impl FnOnce(&mut CameraFacts)) {
        change(&mut self.facts.borrow_mut());
        let facts = self.facts.borrow().clone();
        (self.learn)(&facts);
    }

    fn keep(&self, listener: EventListener) {
        self.listeners.borrow_mut().push(listener);
    }
}

/// The person's standing answer for this site, which can change while the page is open.
async fn watch_permission(watch: Weak<CameraWatch>) {
    let Some(permission) = permission().await else { return };
    let learn = move |watch: &CameraWatch, permission: &PermissionStatus| {
        watch.change(|facts| facts.is_denied = permission.state() == PermissionState::Denied);
    };
    let Some(watching) = watch.upgrade() else { return };
    learn(&watching, &permission);
    watching.keep(EventListener::new(&permission.clone(), "change", move |_| {
        if let Some(watch) = watch.upgrade() {
            learn(&watch, &permission);
        }
    }));
}

async fn permission() -> Option<PermissionStatus> {
    let question = Object::new();
    Reflect::set(&question, &"name".into(), &"camera".into()).ok()?;
    let asked: Promise = dom::window().navigator().permissions().ok()?.query(&question).ok()?;
    JsFuture::from(asked).await.ok()?.dyn_into().ok()
}

/// Cameras, which can be connected while the page is open.
async fn watch_devices(watch: Weak<CameraWatch>) {
    let Some(devices) = media_devices() else { return };
    learn_devices(&watch, &devices).await;
    let Some(watching) = watch.upgrade() else { return };
    watching.keep(EventListener::new(&devices.clone(), "devicechange", move |_| {
        let (watch, devices) = (watch.clone(), devices.clone());
        spawn_local(async move { learn_devices(&watch, &devices).await });
    }));
}

/// None on insecure pages, and in the browsers of some apps.
fn media_devices() -> Option<MediaDevices> {
    dom::window().navigator().media_devices().ok().filter(|devices| !devices.is_undefined())
}

async fn learn_devices(watch: &Weak<CameraWatch>, devices: &MediaDevices) {
    let Some(has_camera) = has_camera(devices).await else { return };
    if let Some(watch) = watch.upgrade() {
        watch.change(|facts| facts.is_missing = !has_camera);
    }
}

async fn has_camera(devices: &MediaDevices) -> Option<bool> {
    let found: Array = JsFuture::from(devices.enumerate_devices().ok()?).await.ok()?.dyn_into().ok()?;
    let is_camera = |device: JsValue| device.unchecked_into::<MediaDeviceInfo>().kind() == MediaDeviceKind::Videoinput;
    Some(found.iter().any(is_camera))
}

fn is_framed() -> bool {
    let window = dom::window();
    window.parent().is_ok_and(|parent| parent.is_some_and(|parent| parent != window))
}

/// The origins that the page's Permissions-Policy keeps the camera from; empty where the browser cannot tell.
///
/// The question needs a frame in the document, so each origin gets one that is lazy and hidden: it makes no request.
fn forbidden_origins(place: &Place, origins: &[String]) -> Vec<String> {
    origins.iter().filter(|origin| forbids_camera(place, origin)).cloned().collect()
}

fn forbids_camera(place: &Place, origin: &str) -> bool {
    let Ok(frame) = place.document.create_element("iframe") else { return false };
    for (name, value) in [("hidden", ""), ("loading", "lazy"), ("allow", "camera"), ("src", origin)] {
        _ = frame.set_attribute(name, value);
    }
    _ = place.view.append_child(&frame);
    let is_allowed = allows_camera(&frame);
    frame.remove();
    !is_allowed
}

/// Whether a document or frame may use the camera; true where the browser cannot tell.
fn allows_camera(target: &JsValue) -> bool {
    let probe: &Probe = target.unchecked_ref();
    probe.feature_policy().is_none_or(|policy| policy.allows_feature("camera"))
}
