use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::dom;

/// The longest side of a preview, in pixels.
const LONGEST_SIDE: f64 = 480.0;

/// Draws a small picture of a photo. A canvas needs nothing of the page's policies, where an image would need `blob:`.
///
/// `None` where the browser cannot draw it: that says nothing about whether it may be sent.
pub(super) async fn draw(file: &Blob) -> Option<HtmlCanvasElement> {
    let bitmap = dom::window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.ok()?.unchecked_into();
    let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (LONGEST_SIDE / width.max(height)).min(1.0);
    let canvas = canvas(width * scale, height * scale);
    let (width, height) = (canvas.width().into(), canvas.height().into());
    let drawn = context(&canvas)?.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height);
    bitmap.close();
    drawn.ok().map(|()| canvas)
}

pub(super) fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    Some(canvas.get_context("2d").ok()??.unchecked_into())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn canvas(width: f64, height: f64) -> HtmlCanvasElement {
    let canvas: HtmlCanvasElement = dom::make("canvas", "preview");
    canvas.set_width(width.max(1.0) as u32);
    canvas.set_height(height.max(1.0) as u32);
    canvas
}
