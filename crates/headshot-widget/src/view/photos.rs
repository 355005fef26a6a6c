use super::{Act, Node, bare, paragraph};
use crate::{
    Language,
    language::Phrase,
    session::model::{Image, Model, Tile},
};

/// What the page reserves for an image before its bytes are there, in CSS pixels.
const WIDTH: &str = "320";
const HEIGHT: &str = "400";

/// The finished photos: one stop for the Tab key, and the arrow keys inside.
pub(super) fn photos(model: &Model, language: &Language) -> Option<Node> {
    let tiles = model.tiles();
    let title = language.text(Phrase::Photos);
    let grid = Node::new("ul")
        .part("photos")
        .class("photos")
        .attr("aria-label", title.clone())
        .on("keydown", Act::WalkGrid)
        .children((0..tiles.len()).map(|index| item(tiles, index, language)));
    let results = Node::new("div").class("results").child(paragraph("heading", title)).child(grid);
    (!tiles.is_empty()).then_some(results)
}

fn item(tiles: &[Tile], index: usize, language: &Language) -> Node {
    let tile = &tiles[index];
    let badge = || Node::new("span").class("badge").attr("aria-hidden", "true").text(language.text(Phrase::Favorite));
    let shown = match tile.image {
        Image::Lost => paragraph("lost", language.text(Phrase::PhotoLost)),
        _ => bare("enlarge", "enlarge", Act::Enlarge(tile.id.clone()))
            .attr("tabindex", if index == 0 { "0" } else { "-1" })
            .child(image(tiles, index, language)),
    };
    let class = if tile.is_favorite { "tile favorite" } else { "tile" };
    Node::new("li").class(class).child(shown).child(tile.is_favorite.then(badge))
}

pub(super) fn image(tiles: &[Tile], index: usize, language: &Language) -> Node {
    let tile = &tiles[index];
    // Lazy before the address, or the browser has begun to load already.
    Node::new("img")
        .part(if tile.is_favorite { "photo favorite" } else { "photo" })
        .class("photo")
        .attr("loading", "lazy")
        .attr("decoding", "async")
        .attr("referrerpolicy", "no-referrer")
        .attr("width", WIDTH)
        .attr("height", HEIGHT)
        .attr("alt", language.photo(index + 1, tiles.len(), tile.is_favorite))
        .attr("data-photo-id", tile.id.clone())
        .attr("src", tile.url.clone())
        .on("error", Act::LoseImage(tile.id.clone()))
}
