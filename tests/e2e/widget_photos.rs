//! The finished photos: found, looked at and kept by keyboard alone.

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Engine},
    in_both_browsers,
};

use crate::widget_page::{open_in, with_photos};

const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const END: char = '\u{e010}';
const HOME: char = '\u{e011}';
const RIGHT: char = '\u{e014}';
const LEFT: char = '\u{e012}';
const DOWN: char = '\u{e015}';

in_both_browsers! {
    the_grid_is_one_stop_for_tab_and_arrows_lead_inside
    a_photo_is_shown_large_and_left_again_by_keyboard
    a_photo_is_saved_under_its_number
}

async fn the_grid_is_one_stop_for_tab_and_arrows_lead_inside(engine: Engine) -> Result<()> {
    let stand_in = with_photos(7).await?;
    let browser = open_in(engine, &stand_in, &[], &stand_in.element()).await?;
    browser.widget().await?.find("[part~=enlarge]").await?;
    let stops = "return root.querySelectorAll('[part~=enlarge][tabindex=\"0\"]').length === 1";
    in_widget(&browser, "one stop", stops).await?;
    in_widget(&browser, "the focus", "root.querySelector('[part~=enlarge]').focus(); return true").await?;
    let columns = "return getComputedStyle(root.querySelector('.photos')).gridTemplateColumns.split(' ').length";
    let columns = in_widget(&browser, "columns", columns).await?.as_u64().unwrap_or(0);
    for (key, photo) in [(RIGHT, 2), (LEFT, 1), (LEFT, 1), (DOWN, 1 + columns.min(6)), (END, 7), (RIGHT, 7), (HOME, 1)]
    {
        browser.press(key).await?;
        // A row further down may not be there.
        let expected = if key == DOWN && columns >= 7 { 1 } else { photo };
        focus_is_on(&browser, expected).await?;
    }
    in_widget(&browser, "still one stop", stops).await?;
    browser.close().await
}

async fn a_photo_is_shown_large_and_left_again_by_keyboard(engine: Engine) -> Result<()> {
    let stand_in = with_photos(3).await?;
    let browser = open_in(engine, &stand_in, &[], &stand_in.element()).await?;
    browser.widget().await?.find("[part~=enlarge]").await?;
    in_widget(&browser, "the focus", "root.querySelector('[part~=enlarge]').focus(); return true").await?;
    browser.press(ENTER).await?;
    shows(&browser, "Headshot 1 of 3, your favourite").await?;
    browser.press(RIGHT).await?;
    shows(&browser, "Headshot 2 of 3").await?;
    browser.press(RIGHT).await?;
    browser.press(RIGHT).await?;
    shows(&browser, "Headshot 3 of 3").await?;
    let end = "return root.querySelector('[part~=next]').getAttribute('aria-disabled') === 'true'";
    in_widget(&browser, "the end", end).await?;
    browser.press(ESCAPE).await?;
    in_widget(&browser, "the page again", "return !root.querySelector('[part~=viewer]').open").await?;
    focus_is_on(&browser, 1).await?;
    browser.close().await
}

async fn a_photo_is_saved_under_its_number(engine: Engine) -> Result<()> {
    let stand_in = with_photos(2).await?;
    let page = format!(
        "<script>window.saved = [];
            HTMLAnchorElement.prototype.click = function () {{ saved.push([this.download, this.href]); }};
        </script>{}",
        stand_in.element()
    );
    let browser = open_in(engine, &stand_in, &[], &page).await?;
    let widget = browser.widget().await?;
    widget.find("[part~=enlarge]").await?.click().await?;
    widget.find("[part~=download]").await?.click().await?;
    let saved = browser.until("the file", "return saved[0]").await?;
    ensure!(saved[0].as_str().is_some_and(|name| name.starts_with("headshot-1.")), "{saved}");
    ensure!(saved[1].as_str().is_some_and(|address| address.starts_with("blob:")), "{saved}");
    browser.close().await
}

async fn focus_is_on(browser: &Browser, photo: u64) -> Result<()> {
    let script = format!("return root.activeElement === root.querySelectorAll('[part~=enlarge]')[{}]", photo - 1);
    in_widget(browser, &format!("the focus on photo {photo}"), &script).await?;
    Ok(())
}

async fn shows(browser: &Browser, caption: &str) -> Result<()> {
    let script = format!(
        "const viewer = root.querySelector('[part~=viewer]');
        return viewer.matches(':modal') && viewer.querySelector('img')?.alt === '{caption}'"
    );
    in_widget(browser, caption, &script).await?;
    Ok(())
}

async fn in_widget(browser: &Browser, what: &str, script: &str) -> Result<serde_json::Value> {
    let script = format!("const root = document.querySelector('headshot-embed').shadowRoot; {script}");
    browser.until(what, &script).await
}
