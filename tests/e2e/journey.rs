//! The journey that the project exists for, as a person goes through it in a browser.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera, Engine},
    http::{client, get},
    in_both_browsers,
    program::prepared,
    stage::Stage,
    wait::until,
};
use serde_json::{Value, to_value};

/// Fast enough for a test, slow enough that every status is seen on its way.
const SPEED: u32 = 40;

in_both_browsers! {
    a_person_gets_a_new_profile_picture
}

async fn a_person_gets_a_new_profile_picture(engine: Engine) -> Result<()> {
    let stage = Stage::start(&prepared("HEADSHOT_WWW"), SPEED).await?;
    let browser = Browser::start_in(engine, Camera::Granted).await?;
    browser.client.goto(&stage.host).await?;
    profile_picture(&browser, "missing").await?;
    browser.until("the button", CLICK_ADD).await?;
    record_statuses(&browser).await?;

    take_photos_in_the_frame(&browser).await?;
    results_appear(&browser, &stage).await?;
    screenshot(&browser, "results").await?;
    let chosen = choose_a_favorite_in_the_frame(&browser, 2).await?;
    profile_picture(&browser, "present").await?;
    screenshot(&browser, "profile").await?;

    statuses_came_in_order(&browser).await?;
    the_picture_is_the_servers_copy(&browser, &stage, &chosen).await?;
    browser.client.refresh().await?;
    profile_picture(&browser, "present").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_gets_there_by_keyboard_alone() -> Result<()> {
    let stage = Stage::start(&prepared("HEADSHOT_WWW"), SPEED).await?;
    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&stage.host).await?;
    profile_picture(&browser, "missing").await?;
    tab_to(&browser, "the button", "at?.matches('button') && at.textContent.includes('Add a headshot')").await?;
    browser.press(ENTER).await?;
    browser.widget().await?.find("iframe[part~=frame]").await?;
    tab_to(&browser, "the studio", "at?.matches('iframe')").await?;
    browser.widget().await?.find("iframe[part~=frame]").await?.enter_frame().await?;
    browser
        .until(
            "the studio page",
            "return document.querySelector('#start-camera') && document.readyState === 'complete'",
        )
        .await?;
    tab_to(&browser, "the camera", "at?.id === 'start-camera'").await?;
    browser.press(ENTER).await?;
    browser.until("live video", LIVE_VIDEO).await?;
    for shot in 1..=3 {
        tab_to(&browser, "the shutter", "at?.id === 'take-photo'").await?;
        browser.press(ENTER).await?;
        let taken = format!("return document.querySelectorAll('#shots li').length === {shot}");
        browser.until("a shot", &taken).await?;
    }
    tab_to(&browser, "the end", "at?.id === 'submit'").await?;
    browser.press(ENTER).await?;
    browser.find("#results button.result").await?;
    tab_to(&browser, "a headshot", "at?.matches('#results button.result')").await?;
    browser.press(ENTER).await?;
    browser.find("#results button.result[aria-pressed=true]").await?;
    browser.client.enter_parent_frame().await?;
    profile_picture(&browser, "present").await?;
    let photos = browser.widget().await?;
    photos.find("[part~=enlarge]").await?;
    tab_to(&browser, "the photos", "at?.matches('[part~=enlarge]')").await?;
    browser.press(ENTER).await?;
    photos.find("[part~=viewer][open]").await?;
    browser.close().await
}

const LIVE_VIDEO: &str = "const trouble = document.querySelector('#camera-error').textContent;
    if (trouble) throw new Error(trouble);
    return document.querySelector('#camera').videoWidth > 0";

const ENTER: char = '\u{e007}';
const TAB: char = '\u{e004}';

/// Goes on with the tabulator until `holds` for what has the focus, `at`, also inside of shadow roots.
async fn tab_to(browser: &Browser, what: &str, holds: &str) -> Result<()> {
    let script = format!(
        "let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return Boolean({holds})"
    );
    until(what, async || {
        let is_there = browser.client.execute(&script, vec![]).await? == true;
        if !is_there {
            browser.press(TAB).await?;
        }
        Ok(is_there.then_some(()))
    })
    .await
}

pub(crate) const CLICK_ADD: &str = "const button = [...document.querySelectorAll('button')]
    .find((button) => button.textContent.includes('Add a headshot'));
    button?.click(); return Boolean(button)";

/// Waits until the profile picture is `missing` or `present`; present means that its pixels are there.
pub(crate) async fn profile_picture(browser: &Browser, wanted: &str) -> Result<()> {
    let script = "const picture = document.querySelector('#profile-picture img');
        return (picture && picture.complete && picture.naturalWidth > 0 ? 'present' : 'missing') === arguments[0]";
    until(&format!("the profile picture to be {wanted}"), async || {
        let holds = browser.client.execute(script, vec![wanted.into()]).await?;
        Ok((holds == true).then_some(()))
    })
    .await
}

/// Notes every status event that reaches the host page.
async fn record_statuses(browser: &Browser) -> Result<()> {
    let script = "window.seen = []; document.addEventListener('headshot-status',
        (event) => window.seen.push(event.detail.providerStatus)); return true";
    browser.until("the listener", script).await?;
    Ok(())
}

async fn statuses_came_in_order(browser: &Browser) -> Result<()> {
    let seen = browser.client.execute("return window.seen", vec![]).await?;
    let order = ["onboarding", "waiting", "pending", "generatingHeadshots", "active"];
    let places: Vec<_> = seen.as_array().into_iter().flatten().map(|status| place(&order, status)).collect();
    ensure!(places.is_sorted() && places.last() == Some(&Some(order.len() - 1)), "statuses were {seen}");
    ensure!(places.len() >= 4, "too few statuses reached the page: {seen}");
    Ok(())
}

fn place(order: &[&str], status: &Value) -> Option<usize> {
    order.iter().position(|word| *status == *word)
}

async fn take_photos_in_the_frame(browser: &Browser) -> Result<()> {
    browser.widget().await?.find("iframe[part~=frame]").await?.enter_frame().await?;
    let origin = browser
        .until(
            "the studio page",
            "return document.querySelector('#start-camera') && document.readyState === 'complete' && location.origin",
        )
        .await?;
    ensure!(origin.as_str().is_some_and(|origin| origin.starts_with("http://localhost:")), "no redirect: {origin}");
    browser.click("#start-camera").await?;
    browser.until("live video", LIVE_VIDEO).await?;
    for shot in 1..=3 {
        browser.click("#take-photo").await?;
        let taken = format!("return document.querySelectorAll('#shots li').length === {shot}");
        browser.until("a shot", &taken).await?;
    }
    browser.client.enter_parent_frame().await?;
    screenshot(browser, "camera").await?;
    browser.widget().await?.find("iframe[part~=frame]").await?.enter_frame().await?;
    browser.click("#submit").await?;
    Ok(browser.client.enter_parent_frame().await?)
}

async fn results_appear(browser: &Browser, stage: &Stage) -> Result<()> {
    let widget = browser.widget().await?;
    widget.until("[part~=status]", "to say ready", "data-state", |state| state == "ready").await?;
    until("the photos", async || Ok((widget.count("[part~=photos] img[part~=photo]").await? >= 4).then_some(())))
        .await?;
    let first = widget.find("[part~=photos] img[part~=photo]").await?;
    let source = first.prop("src").await?.unwrap_or_default();
    ensure!(source.starts_with(&format!("{}/v1/photos/", stage.server)), "a photo comes from {source}");
    until("the first photo's pixels", async || {
        let width = browser.client.execute("return arguments[0].naturalWidth", vec![to_value(&first)?]).await?;
        Ok((width.as_u64() > Some(100)).then_some(()))
    })
    .await
}

/// Picks result number `index` (from 0) in the provider's page and returns the provider's id of the photo.
async fn choose_a_favorite_in_the_frame(browser: &Browser, index: usize) -> Result<String> {
    browser.widget().await?.find("iframe[part~=frame]").await?.enter_frame().await?;
    let result =
        format!("return document.querySelectorAll('#results button.result')[{index}]?.dataset.photoId ?? null");
    let chosen = browser.until("the results in the frame", &result).await?;
    browser.click(&format!("#results button.result[data-photo-id='{}']", chosen.as_str().unwrap_or_default())).await?;
    browser.find("#results button.result[aria-pressed=true]").await?;
    browser.client.enter_parent_frame().await?;
    Ok(chosen.as_str().unwrap_or_default().to_owned())
}

/// The bytes that the host page shows are the bytes that the provider has for the chosen photo.
async fn the_picture_is_the_servers_copy(browser: &Browser, stage: &Stage, chosen: &str) -> Result<()> {
    let widget = browser.widget().await?;
    let favorite = widget.find("[part~=photos] [part~=favorite]").await?;
    ensure!(favorite.prop("src").await?.is_some_and(|source| source.starts_with(&stage.server)), "not our copy");
    let shown = get(&format!("{}/app/profile/photo", stage.host)).await?;
    ensure!(shown.url().as_str().starts_with(&stage.server), "the host shows {}", shown.url());
    let original = provider_photo(stage, chosen).await?;
    ensure!(shown.bytes().await? == original, "the copy differs from the provider's photo");
    Ok(())
}

async fn provider_photo(stage: &Stage, photo: &str) -> Result<Vec<u8>> {
    let client = client();
    let base = format!("{}/api/v2/organization/models", stage.provider);
    let read = async |url: String| -> Result<Value> {
        Ok(client.get(url).bearer_auth(headshot_tests::stage::PROVIDER_API_KEY).send().await?.json().await?)
    };
    let models = read(base.clone()).await?;
    let model = models["models"][0]["id"].as_str().unwrap_or_default().to_owned();
    let photos = read(format!("{base}/{model}/photos")).await?;
    let photos = photos["photos"].as_array().cloned().unwrap_or_default();
    let found = photos.iter().find(|entry| entry["id"] == photo);
    let link = found.and_then(|entry| entry["urls"]["main"].as_str()).unwrap_or_default();
    Ok(client.get(link).send().await?.error_for_status()?.bytes().await?.to_vec())
}

pub(crate) async fn screenshot(browser: &Browser, name: &str) -> Result<()> {
    browser.screenshot(&screenshots().join(format!("{name}.png"))).await
}

fn screenshots() -> PathBuf {
    prepared("HEADSHOT_DIST").with_file_name("e2e")
}
