use leptos::{
    ev,
    html::{div, img, li, p, span, ul},
    prelude::*,
};

use super::Acting;
use crate::session::{
    model::{Image, Tile},
    words,
};

/// What the page reserves for an image before its bytes are there, in CSS pixels.
const WIDTH: &str = "320";
const HEIGHT: &str = "400";

/// The finished photos.
pub(super) fn photos(tiles: &[Tile], acting: Acting) -> impl IntoView + use<> {
    let grid: Vec<_> =
        tiles.iter().enumerate().map(|(index, tile)| item(tile, index + 1, tiles.len(), acting)).collect();
    (!grid.is_empty()).then(|| {
        div().class("results").child((
            p().class("heading").child(words::PHOTOS_TITLE),
            ul().part("photos").class("photos").aria_label(words::PHOTOS_TITLE).child(grid),
        ))
    })
}

fn item(tile: &Tile, number: usize, count: usize, acting: Acting) -> impl IntoView + use<> {
    let is_lost = tile.image == Image::Lost;
    let badge = tile.is_favorite.then(|| span().class("badge").aria_hidden("true").child(words::FAVORITE));
    li().class(if tile.is_favorite { "tile favorite" } else { "tile" }).child((
        (!is_lost).then(|| image(tile, words::photo_alt(number, count, tile.is_favorite), acting)),
        is_lost.then(|| p().class("lost").child(words::PHOTO_LOST)),
        badge,
    ))
}

fn image(tile: &Tile, alt: String, acting: Acting) -> impl IntoView + use<> {
    let id = tile.id.clone();
    let lose = move |_| acting.with_value(|widget| _ = widget.upgrade().inspect(|widget| widget.lose_image(&id)));
    // Lazy before the address, or the browser has begun to load already.
    img()
        .part(if tile.is_favorite { "photo favorite" } else { "photo" })
        .class("photo")
        .attr("loading", "lazy")
        .attr("decoding", "async")
        .attr("referrerpolicy", "no-referrer")
        .width(WIDTH)
        .height(HEIGHT)
        .alt(alt)
        .attr("data-photo-id", tile.id.clone())
        .attr("src", tile.url.clone())
        .on(ev::error, lose)
}
