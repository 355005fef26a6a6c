//! The journeys with the providers that have no page for a frame: a page in a tab of its own, and photos that we pass on.

use anyhow::{Context as _, Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera, Widget},
    program::prepared,
    stage::Stage,
    wait::until,
};
use tempfile::TempDir;

use crate::{
    capture::picture,
    journey::{CLICK_ADD, profile_picture, screenshot},
};

const SPEED: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_taken_in_a_tab_becomes_the_profile_picture() -> Result<()> {
    let stage = Stage::start(&prepared("HEADSHOT_WWW"), SPEED).await?;
    let browser = Browser::start(Camera::Granted).await?;
    let widget = chosen(&browser, &stage, "scale", "[part~=door]").await?;
    screenshot(&browser, "scale-door").await?;
    let page = browser.client.window().await?;
    widget.find("[part~=door]").await?.click().await?;
    let tab = until("a second tab", async || Ok(browser.client.windows().await?.into_iter().find(|tab| *tab != page)));
    browser.client.switch_to_window(tab.await?).await?;
    take_the_photo(&browser).await?;
    browser.client.switch_to_window(page).await?;

    widget.until("[part~=status]", "to say ready", "data-state", |state| state == "ready").await?;
    let source = widget.find("[part~=photos] img[part~=favorite]").await?.prop("src").await?.unwrap_or_default();
    ensure!(source.starts_with(&format!("{}/v1/photos/", stage.server)), "the photo comes from {source}");
    profile_picture(&browser, "present").await?;
    screenshot(&browser, "scale-profile").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_handed_in_with_the_widget_becomes_the_profile_picture() -> Result<()> {
    const PHOTOS: u32 = 3;
    let stage = Stage::start(&prepared("HEADSHOT_WWW"), SPEED).await?;
    let browser = Browser::start(Camera::Granted).await?;
    let widget = chosen(&browser, &stage, "skylab", "[part~=capture]").await?;
    let capture = widget.inside("[part~=capture]").await?;
    capture.find("[data-phase=collecting]").await?;
    let press = async |css: &str| until(css, async || Ok(Some(capture.find(css).await?.click().await?))).await;
    press(".use-camera").await?;
    capture.find("[data-camera=live]").await?;
    press(".take").await?;
    capture.find("[data-camera=taken]").await?;
    press(".keep").await?;
    let folder = TempDir::new()?;
    for number in 2..=PHOTOS {
        let file = picture(folder.path(), &format!("me-{number}.png"), 600, 700 + number)?;
        capture.find("input[type=file]").await?.send_keys(&file.display().to_string()).await?;
    }
    until("the photos at the server", async || {
        Ok((capture.count("[data-stage=arrived]").await? == PHOTOS as usize).then_some(()))
    })
    .await?;
    screenshot(&browser, "skylab-collected").await?;
    let submit = capture.find(".submit").await?;
    browser.client.execute("arguments[0].scrollIntoView()", vec![serde_json::to_value(&submit)?]).await?;
    submit.click().await?;

    widget.until("[part~=status]", "to say ready", "data-state", |state| state == "ready").await?;
    until("the headshots", async || {
        Ok((widget.count("[part~=photos] img[part~=photo]").await? == PHOTOS as usize).then_some(()))
    })
    .await?;
    ensure!(widget.count("[part~=capture]").await? == 0, "photos could still be added");
    browser.click(".choice button").await?;
    profile_picture(&browser, "present").await?;
    screenshot(&browser, "skylab-profile").await?;
    browser.close().await
}

/// The widget with a session of `provider`, as soon as there is what `css` selects.
async fn chosen(browser: &Browser, stage: &Stage, provider: &str, css: &str) -> Result<Widget> {
    browser.client.goto(&stage.host).await?;
    browser.until("the button", CLICK_ADD).await?;
    browser.find("label.provider select").await?.select_by_value(provider).await?;
    // The widget of the session before has to be gone.
    let is_there = format!(
        "return [...document.querySelectorAll('*')].some((element) => element.shadowRoot?.querySelector('{css}'))"
    );
    browser.until(css, &is_there).await?;
    browser.widget().await.with_context(|| format!("the widget of {provider}"))
}

async fn take_the_photo(browser: &Browser) -> Result<()> {
    browser.click("#start-camera").await?;
    browser.until("live video", "return document.querySelector('#camera')?.videoWidth > 0").await?;
    browser.click("#take-photo").await?;
    browser.click("#submit:enabled").await?;
    browser.find("#status[data-status=complete]").await.map(drop)
}
