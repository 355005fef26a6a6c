use std::cell::RefCell;

use gloo_events::EventListener;
use litemap::LiteMap;
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

use super::{OnAct, tells};
use crate::{
    browser::dom,
    capture::{
        message::Message,
        model::{Model, Phase},
        photo::{Photo, PhotoId, Stage},
        words::Phrase,
    },
};

/// The photos, in the order in which they were added.
pub(super) struct Tiles {
    pub(super) root: HtmlElement,
    shown: RefCell<LiteMap<PhotoId, Tile>>,
    on_act: OnAct,
}

struct Tile {
    root: HtmlElement,
    picture: HtmlElement,
    name: HtmlElement,
    progress: HtmlElement,
    stage: HtmlElement,
    remove: HtmlElement,
    _removing: EventListener,
}

impl Tiles {
    pub(super) fn new(on_act: OnAct) -> Self {
        let root: HtmlElement = dom::make("ul", "photos");
        // Where a list shows no bullets, some browsers take away that it is one.
        dom::set(&root, "role", "list");
        Self { root, shown: RefCell::default(), on_act }
    }

    pub(super) fn show(&self, model: &Model) {
        dom::show(&self.root, !model.photos.is_empty() && !matches!(model.phase, Phase::Opening | Phase::Done));
        dom::set(&self.root, "aria-label", &model.language.plain(Phrase::PhotosLabel));
        let mut tiles = self.shown.borrow_mut();
        tiles.retain(|id, tile| {
            let is_there = model.photo(*id).is_some();
            if !is_there {
                tile.root.remove();
            }
            is_there
        });
        for photo in &model.photos {
            let tile = tiles.entry(photo.id).or_insert_with(|| {
                let tile = Tile::new(photo.id, &self.on_act);
                dom::append(&self.root, &[&tile.root]);
                tile
            });
            tile.show(photo, model);
        }
    }

    pub(super) fn set_preview(&self, id: PhotoId, preview: &HtmlCanvasElement) {
        if let Some(tile) = self.shown.borrow().get(&id) {
            dom::set(preview, "aria-hidden", "true");
            tile.picture.replace_children_with_node_1(preview);
        }
    }

    pub(super) fn adopt(&self, from: PhotoId, to: PhotoId) {
        let tiles = self.shown.borrow();
        if let Some((from, to)) = tiles.get(&from).zip(tiles.get(&to))
            && let Some(preview) = from.picture.first_element_child()
        {
            to.picture.replace_children_with_node_1(&preview);
        }
    }

    /// Which tile the element is the button of.
    pub(super) fn place_of(&self, element: &Element) -> Option<usize> {
        self.shown.borrow().values().position(|tile| **tile.remove == **element)
    }

    /// The button of the tile that is there now, or of the nearest one that has a button.
    pub(super) fn remover_near(&self, place: usize) -> Option<HtmlElement> {
        let tiles = self.shown.borrow();
        let (after, before) = (tiles.values().skip(place), tiles.values().take(place).rev());
        after.chain(before).map(|tile| &tile.remove).find(|remove| dom::is_shown(remove)).cloned()
    }
}

impl Tile {
    fn new(id: PhotoId, on_act: &OnAct) -> Self {
        let root: HtmlElement = dom::make("li", "photo");
        let remove = dom::button("remove", "");
        let tile = Self {
            root,
            picture: dom::make("div", "thumb"),
            name: dom::make("p", "name"),
            progress: dom::make("progress", "progress"),
            stage: dom::make("p", "stage"),
            _removing: tells(&remove, on_act, move || Message::Remove(id)),
            remove,
        };
        dom::set(&tile.progress, "max", "100");
        let text: HtmlElement = dom::make("div", "words");
        dom::append(&text, &[&tile.name, &tile.progress, &tile.stage]);
        dom::append(&tile.root, &[&tile.picture, &text, &tile.remove]);
        tile
    }

    fn show(&self, photo: &Photo, model: &Model) {
        dom::set(&self.root, "data-stage", stage_word(&photo.stage));
        dom::set_text(&self.name, &photo.name);
        if let Some(limits) = &model.limits {
            dom::set_text(&self.stage, &model.language.stage(photo, limits));
        }
        let percent = if let Stage::Sending { percent } = photo.stage { Some(percent) } else { None };
        dom::show(&self.progress, percent.is_some());
        dom::set(&self.progress, "value", &percent.unwrap_or(0).to_string());
        dom::set(&self.progress, "aria-label", &photo.name);
        dom::set(&self.remove, "aria-label", &model.language.filled(Phrase::Remove, &[("name", &photo.name)]));
        dom::show(&self.remove, model.phase == Phase::Collecting && !photo.stage.is_leaving());
    }
}

fn stage_word(stage: &Stage) -> &'static str {
    match stage {
        Stage::Checking => "checking",
        Stage::Unfit(_) => "unfit",
        Stage::Waiting => "waiting",
        Stage::Sending { .. } => "sending",
        Stage::Arrived(_) => "arrived",
        Stage::Refused { .. } => "refused",
        Stage::Unwanted | Stage::Leaving { .. } => "leaving",
    }
}
