use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::{
    JsCast as _, JsValue,
    prelude::{Closure, wasm_bindgen},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints, MediaStreamTrack};

use super::{dom, preview};
use crate::capture::camera::{CameraFault, Page};

/// What is asked for; the browser gives what comes nearest.
const WIDTH: u32 = 1_920;
const HEIGHT: u32 = 1_440;
const JPEG_QUALITY: f64 = 0.92;

#[wasm_bindgen]
extern "C" {
    /// A document whose Permissions-Policy can be asked, in Chromium; other browsers have no `featurePolicy`.
    type PolicyDocument;

    #[wasm_bindgen(method, getter, js_name = featurePolicy)]
    fn feature_policy(this: &PolicyDocument) -> Option<FeaturePolicy>;

    type FeaturePolicy;

    #[wasm_bindgen(method, js_name = allowsFeature)]
    fn allows_feature(this: &FeaturePolicy, feature: &str) -> bool;
}

/// A camera that is on; dropping it turns it off.
pub(super) struct Stream {
    inner: MediaStream,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.tracks().for_each(|track| track.stop());
    }
}

impl Stream {
    /// Asks the person, unless they have answered before.
    ///
    /// # Errors
    /// There is no camera to be had.
    pub(super) async fn open() -> Result<Self, CameraFault> {
        let stream = JsFuture::from(ask().map_err(|_| CameraFault::Insecure)?).await;
        stream.map(|stream| Self { inner: stream.unchecked_into() }).map_err(|error| why(&error))
    }

    pub(super) fn show_in(&self, video: &HtmlVideoElement) {
        video.set_src_object(Some(&self.inner));
        // Also where the browser does not start it by itself.
        if let Ok(playing) = video.play() {
            wasm_bindgen_futures::spawn_local(async move {
                _ = JsFuture::from(playing).await;
            });
        }
    }

    /// The track of which the person sees the picture; it ends when the camera is unplugged.
    pub(super) fn track(&self) -> Option<MediaStreamTrack> {
        self.tracks().next()
    }

    fn tracks(&self) -> impl Iterator<Item = MediaStreamTrack> {
        self.inner.get_video_tracks().into_iter().map(wasm_bindgen::JsCast::unchecked_into)
    }
}

pub(super) fn page() -> Page {
    let window = dom::window();
    let document: PolicyDocument = dom::document().unchecked_into();
    let allows_camera = document.feature_policy().is_none_or(|policy| policy.allows_feature("camera"));
    Page { is_secure: window.is_secure_context(), allows_camera }
}

/// What the video shows now, as large as it is.
pub(super) fn shoot(video: &HtmlVideoElement, canvas: &HtmlCanvasElement) {
    canvas.set_width(video.video_width());
    canvas.set_height(video.video_height());
    if let Some(context) = preview::context(canvas) {
        _ = context.draw_image_with_html_video_element(video, 0.0, 0.0);
    }
}

/// Hands over what `canvas` shows as a JPEG.
pub(super) fn encode(canvas: &HtmlCanvasElement, hand_over: impl FnOnce(Blob) + 'static) {
    let mut hand_over = Some(hand_over);
    let ready = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some((hand_over, blob)) = hand_over.take().zip(blob) {
            hand_over(blob);
        }
    });
    _ = canvas.to_blob_with_type_and_encoder_options(ready.unchecked_ref(), "image/jpeg", &JPEG_QUALITY.into());
}

fn ask() -> Result<Promise, JsValue> {
    let video = Object::new();
    Reflect::set(&video, &"facingMode".into(), &"user".into())?;
    for (key, value) in [("width", WIDTH), ("height", HEIGHT)] {
        let ideal = Object::new();
        Reflect::set(&ideal, &"ideal".into(), &value.into())?;
        Reflect::set(&video, &key.into(), &ideal)?;
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&video);
    dom::window().navigator().media_devices()?.get_user_media_with_constraints(&constraints)
}

fn why(error: &JsValue) -> CameraFault {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    CameraFault::of_page(page()).unwrap_or_else(|| CameraFault::of_error(&name))
}
