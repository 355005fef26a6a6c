use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, ShadowRoot};

/// Notes what in `view` has the focus. If that leaves the page with the change that comes now, the status takes over,
/// where browsers would go back to the beginning of the page.
pub(super) fn keep(view: &HtmlElement) {
    if let Some(focused) = focused(view) {
        let view = view.clone();
        // After Leptos has brought the change onto the page.
        Timeout::new(0, move || {
            if !focused.is_connected() {
                focus_status(&view);
            }
        })
        .forget();
    }
}

/// What has the focus inside the widget.
pub(super) fn focused(view: &Element) -> Option<Element> {
    view.get_root_node().unchecked_into::<ShadowRoot>().active_element()
}

pub(super) fn focus_status(view: &HtmlElement) {
    if let Ok(Some(status)) = view.query_selector("[part~=status]") {
        _ = status.unchecked_into::<HtmlElement>().focus();
    }
}

/// Moves the focus among the photos by arrow keys, Home and End; Enter and the space bar are the buttons' own.
pub(super) fn walk_grid(event: &KeyboardEvent) {
    let Some(grid) = event.current_target().map(JsCast::unchecked_into::<Element>) else { return };
    let Ok(found) = grid.query_selector_all("button") else { return };
    let photos: Vec<HtmlElement> =
        (0..found.length()).filter_map(|at| found.item(at)).map(JsCast::unchecked_into).collect();
    let Some(from) = focused(&grid).and_then(|focused| photos.iter().position(|photo| **photo == focused)) else {
        return;
    };
    let Some(step) = step(&event.key(), is_rtl(&grid), columns(&photos)) else { return };
    event.prevent_default();
    let to = match step {
        isize::MIN => Some(0),
        isize::MAX => photos.len().checked_sub(1),
        step => from.checked_add_signed(step),
    };
    if let Some(photo) = to.and_then(|to| photos.get(to)) {
        // The photo that was left last is the one to come back to.
        _ = photos[from].set_attribute("tabindex", "-1");
        _ = photo.set_attribute("tabindex", "0");
        _ = photo.focus();
    }
}

/// Turns to the photo before or after by arrow keys; Escape is the dialog's own.
pub(super) fn walk_viewer(event: &KeyboardEvent) {
    let Some(viewer) = event.current_target().map(JsCast::unchecked_into::<Element>) else { return };
    let turn = match step(&event.key(), is_rtl(&viewer), 0) {
        Some(1) => "[part~=next]",
        Some(-1) => "[part~=previous]",
        _ => return,
    };
    if let Ok(Some(turn)) = viewer.query_selector(turn) {
        turn.unchecked_into::<HtmlElement>().click();
    }
}

/// How many photos a key leads on; back where it is less than none.
fn step(key: &str, is_rtl: bool, columns: isize) -> Option<isize> {
    let onwards = if is_rtl { -1 } else { 1 };
    Some(match key {
        "ArrowRight" => onwards,
        "ArrowLeft" => -onwards,
        "ArrowDown" => columns,
        "ArrowUp" => -columns,
        "Home" => isize::MIN,
        "End" => isize::MAX,
        _ => return None,
    })
}

/// How many photos stand in the first row.
fn columns(photos: &[HtmlElement]) -> isize {
    let top = |photo: &HtmlElement| photo.get_bounding_client_rect().top();
    let Some(first) = photos.first().map(top) else { return 0 };
    photos.iter().take_while(|photo| (top(photo) - first).abs() < 1.0).count().cast_signed()
}

fn is_rtl(element: &Element) -> bool {
    element.closest("[dir]").ok().flatten().and_then(|element| element.get_attribute("dir")).as_deref() == Some("rtl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrow_keys_lead_where_they_point() {
        let keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Enter"];
        assert_eq!(keys.map(|key| step(key, false, 4)), [Some(1), Some(-1), Some(4), Some(-4), None]);
        assert_eq!(keys.map(|key| step(key, true, 4)), [Some(-1), Some(1), Some(4), Some(-4), None]);
    }
}
