use super::{Act, Node, bare, control, paragraph, photos};
use crate::{Language, language::Phrase, session::model::Model};

/// One photo, large, over the page. Always there as soon as there are photos, so that it can be opened inside the click.
pub(super) fn viewer(model: &Model, language: &Language) -> Option<Node> {
    let tiles = model.tiles();
    let shown = model.enlarged();
    let name = shown.map(|index| language.photo(index + 1, tiles.len(), tiles[index].is_favorite));
    let to = |step: isize| {
        let place = shown.and_then(|shown| shown.checked_add_signed(step));
        place.and_then(|place| tiles.get(place)).map_or(Act::Nothing, |tile| Act::Enlarge(tile.id.clone()))
    };
    let save = shown.map(|index| {
        let save = Act::Save { url: tiles[index].url.clone(), number: index + 1 };
        control(language, Phrase::Download, "download", "quiet", save)
    });
    let below = Node::new("div")
        .class("bar-below")
        .child(turn("previous", "‹", language.text(Phrase::Previous), to(-1)))
        .child(paragraph("caption", name).attr("aria-live", "polite"))
        .child(turn("next", "›", language.text(Phrase::Next), to(1)))
        .child(save)
        .child(control(language, Phrase::Close, "close-viewer", "quiet", Act::CloseViewer));
    let viewer = Node::new("dialog")
        .part("viewer")
        .class("viewer")
        .attr("aria-label", language.text(Phrase::Photos))
        .on("close", Act::StopEnlarging)
        .on("keydown", Act::WalkViewer)
        .child(shown.map(|index| photos::image(tiles, index, language)))
        .child(below);
    (!tiles.is_empty()).then_some(viewer)
}

/// To the photo before or after; it stays in the order of focus where there is none.
fn turn(part: &'static str, sign: &'static str, label: String, to: Act) -> Node {
    let is_end = to == Act::Nothing;
    bare(part, "quiet turn", to)
        .attr("aria-label", label)
        .attr("aria-disabled", if is_end { "true" } else { "false" })
        .child(Node::new("span").attr("aria-hidden", "true").text(sign.to_owned()))
}
