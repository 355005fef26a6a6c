//! The server's console, as an operator goes through it in a browser.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::{Result, ensure};
use axum::{Router, http::StatusCode};
use fantoccini::{Locator, key::Key};
use headshot_tests::{
    browser::{Browser, Camera},
    http::client,
    session::{open_session, show_finished_photos},
    stage::{CONSOLE_KEY, Stage},
    wait::until,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::journey::screenshot;

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_a_deliverys_whole_life_and_has_the_session_read_again() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let session = open_session(&stage).await?.session.id;
    show_finished_photos(&stage).await?;
    let browser = signed_in(&stage).await?;
    let row = format!(
        "return document.querySelector('.records a[href=\"#/sessions/{session}\"]')?.closest('tr').textContent"
    );
    until("the session to be ready", async || {
        let text = browser.client.execute(&row, vec![]).await?;
        Ok(text.as_str().is_some_and(|text| text.contains("ready")).then_some(()))
    })
    .await?;
    browser.click(&format!(".records a[href='#/sessions/{session}']")).await?;

    // Received, verified, session changed, event, told: of some delivery all of it.
    let steps = browser
        .until(
            "a delivery with all that came of it",
            "return [...document.querySelectorAll('.entry')].map((entry) => [...entry.querySelectorAll('.chain > li')]
                .map((step) => step.className + ': ' + step.innerText.replace(/\\s+/g, ' ')))
                .find((steps) => steps.length === 5 && steps[3].includes('session.status_changed')) ?? null",
        )
        .await?;
    for (step, words) in [
        "done: Received HeadshotPro",
        "done: Verified genuine",
        "done: Session changed",
        "done: Event",
        "skipped: Told",
    ]
    .iter()
    .enumerate()
    {
        ensure!(steps[step].as_str().is_some_and(|text| text.starts_with(words)), "step {step} is {}", steps[step]);
    }
    screenshot(&browser, "console-session").await?;

    browser.click(".shown button").await?;
    said(&browser, "read again at its provider").await?;
    browser.click(".entry h3 a").await?;
    browser.until("the delivery", "return document.querySelector('h1')?.textContent.includes('genuine')").await?;
    let entries = browser.until("its own chain", "return document.querySelectorAll('.entry').length").await?;
    ensure!(entries == 1, "the delivery has {entries} entries");
    accessible(&browser).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_nobody_took_is_sent_again_at_the_press_of_a_button() -> Result<()> {
    let (address, takes) = address().await?;
    let pages = TempDir::new()?;
    let settings = vec![
        ("HEADSHOT_EVENTS_URL", format!("{address}?key=of-the-address")),
        ("HEADSHOT_EVENTS_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()),
        ("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8".to_owned()),
    ];
    let stage = Stage::start_with(pages.path(), 1, settings).await?;
    open_session(&stage).await?;
    let browser = signed_in(&stage).await?;
    browser.client.goto(&format!("{}/console#/outbox", stage.server)).await?;
    let row = "document.querySelector('.records.outbox tbody tr')?.innerText ?? ''";
    let failed = format!("const row = {row}; return row.includes('on its way') && row.includes('status 500')");
    browser.until("the attempt that failed", &failed).await?;
    let shown = browser.client.execute(&format!("return {row}"), vec![]).await?;
    ensure!(shown.as_str().is_some_and(|text| text.contains(&address) && !text.contains("key=")), "{shown}");

    takes.store(true, Ordering::SeqCst);
    browser.find(".records.outbox button").await?;
    browser.client.execute("document.querySelector('.records.outbox button').focus()", vec![]).await?;
    press(&browser, &Key::Enter.to_string()).await?;
    said(&browser, "The event is sent again").await?;
    browser
        .until("it is told", &format!("const row = {row}; return row.includes('told') && row.includes('204')"))
        .await?;
    ensure!(focused(&browser).await?.starts_with("BUTTON Send again"), "the focus is lost");
    browser.click(".records.outbox th a").await?;
    let told = "return document.querySelector('.chain li:last-child')?.innerText.includes('1 attempt') &&
        document.querySelector('.chain li:last-child').className === 'done'";
    browser.until("the event, and how often it was sent", told).await?;
    browser.client.execute("document.querySelector('.chain button').focus()", vec![]).await?;
    press(&browser, &Key::Enter.to_string()).await?;
    said(&browser, "The timeline has changed").await?;
    ensure!(focused(&browser).await?.starts_with("BUTTON Send again"), "the focus is lost");
    accessible(&browser).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_delivery_appears_by_itself_with_the_reason_and_the_remedy() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let browser = signed_in(&stage).await?;
    browser.client.goto(&format!("{}/console#/deliveries", stage.server)).await?;
    browser
        .until("the empty list", "return document.querySelector('.nothing')?.textContent.includes('No deliveries')")
        .await?;
    accessible(&browser).await?;
    let forged = client().post(format!("{}/v1/webhooks/headshotpro", stage.server)).body("{}");
    ensure!(forged.send().await?.status() == 401, "a delivery without a signature was taken");
    let row = "return document.querySelector('.records tbody tr')?.textContent.includes('signature missing')";
    browser.until("the refused delivery", row).await?;
    accessible(&browser).await?;
    browser.click(".records tbody a").await?;
    let why = "return document.querySelector('.why')?.textContent.includes('signature_missing') &&
        document.querySelector('.chain .failed')?.innerText.includes('refused')";
    browser.until("why it was refused", why).await?;
    accessible(&browser).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_done_by_keyboard_alone() -> Result<()> {
    let (stage, _pages) = stage().await?;
    open_session(&stage).await?;
    let browser = Browser::start(Camera::Blocked).await?;
    browser.client.goto(&format!("{}/console", stage.server)).await?;
    browser.until("the field to have the focus", "return document.activeElement?.id === 'key'").await?;
    accessible(&browser).await?;
    press(&browser, "not the key\u{e007}").await?;
    let refused = "return document.querySelector('#refused')?.textContent.includes('not the console')";
    browser.until("the refusal", refused).await?;
    ensure!(focused(&browser).await? == "INPUT ", "the focus is lost");
    press(&browser, &format!("{CONSOLE_KEY}\u{e007}")).await?;
    browser.find(".records tbody tr").await?;

    tab_to(&browser, "A Skip to the content").await?;
    tab_to(&browser, "A Outbox").await?;
    press(&browser, "\u{e007}").await?;
    let there = "return document.title.startsWith('Outbox') && document.activeElement?.id === 'main'";
    browser.until("the outbox, with the focus on it", there).await?;
    tab_to(&browser, "SELECT ").await?;
    press(&browser, "g").await?;
    browser.until("the filter in the address", "return location.hash === '#/outbox?status=dead'").await?;
    browser
        .until("none of these", "return document.querySelector('.nothing')?.textContent.includes('None of these')")
        .await?;
    ensure!(focused(&browser).await?.starts_with("SELECT"), "the focus left the filter");
    browser.client.back().await?;
    browser.client.back().await?;
    browser.find(".records.sessions tbody tr").await?;
    tab_to(&browser, "BUTTON Sign out").await?;
    press(&browser, "\u{e007}").await?;
    browser.until("the way in", "return document.activeElement?.id === 'key'").await?;
    said(&browser, "You are signed out").await?;
    let status = "return fetch('console/api/server').then((answer) => answer.status)";
    ensure!(browser.client.execute(status, vec![]).await? == 401, "the cookie still works");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_when_the_server_does_not_answer_and_when_it_does_again() -> Result<()> {
    let (mut stage, _pages) = stage().await?;
    open_session(&stage).await?;
    let browser = signed_in(&stage).await?;
    browser.find(".records tbody tr").await?;
    stage.kill_server().await?;
    let banner = "return document.querySelector('.banner')?.textContent.includes('does not answer')";
    browser.until("the banner", banner).await?;
    ensure!(!browser.client.find_all(Locator::Css(".records tbody tr")).await?.is_empty(), "what was known is gone");
    accessible(&browser).await?;
    stage.start_server().await?;
    // A restart ends every sign-in.
    browser.until("the way in", "return document.querySelector('#key')").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_a_narrow_screen_and_a_dark_one() -> Result<()> {
    let (stage, _pages) = stage().await?;
    open_session(&stage).await?;
    show_finished_photos(&stage).await?;
    let browser = signed_in(&stage).await?;
    browser.client.set_window_size(360, 900).await?;
    for place in ["sessions", "deliveries", "events"] {
        browser.client.goto(&format!("{}/console#/{place}", stage.server)).await?;
        browser.find(&format!(".records.{place} tbody tr")).await?;
        let width = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth";
        browser.until(&format!("{place} to fit"), width).await?;
        accessible(&browser).await?;
    }
    browser.click(".records tbody a").await?;
    browser.find(".chain").await?;
    accessible(&browser).await?;
    screenshot(&browser, "console-narrow").await?;
    browser.close().await
}

/// An address of a host application, and whether it takes events.
async fn address() -> Result<(String, Arc<AtomicBool>)> {
    let takes = Arc::new(AtomicBool::new(false));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/headshots", listener.local_addr()?);
    let state = Arc::clone(&takes);
    let answer = async move || {
        if state.load(Ordering::SeqCst) { StatusCode::NO_CONTENT } else { StatusCode::INTERNAL_SERVER_ERROR }
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((address, takes))
}

async fn stage() -> Result<(Stage, TempDir)> {
    let pages = TempDir::new()?;
    Ok((Stage::start(pages.path(), 100).await?, pages))
}

/// A browser whose operator is signed in, at the list of sessions.
async fn signed_in(stage: &Stage) -> Result<Browser> {
    let browser = Browser::start(Camera::Blocked).await?;
    browser.client.goto(&format!("{}/console", stage.server)).await?;
    browser.find("#key").await?.send_keys(CONSOLE_KEY).await?;
    browser.click("form button").await?;
    browser.find("nav").await?;
    Ok(browser)
}

/// Waits until the page has said so, for screen readers too.
async fn said(browser: &Browser, words: &str) -> Result<()> {
    let said = format!("return document.querySelector('.said[role=status]')?.textContent.includes('{words}')");
    browser.until(words, &said).await.map(drop)
}

/// Types into whatever has the focus.
async fn press(browser: &Browser, keys: &str) -> Result<()> {
    Ok(browser.client.active_element().await?.send_keys(keys).await?)
}

/// Goes on with the tabulator until something has the focus, and shows that it has.
async fn tab_to(browser: &Browser, wanted: &str) -> Result<()> {
    let mut seen = Vec::new();
    for _ in 0..40 {
        press(browser, &Key::Tab.to_string()).await?;
        let now = focused(browser).await?;
        if now.starts_with(wanted) {
            let outline = "return getComputedStyle(document.activeElement).outlineStyle";
            ensure!(browser.client.execute(outline, vec![]).await? == "solid", "{now} does not show its focus");
            return Ok(());
        }
        seen.push(now);
    }
    anyhow::bail!("no way by keyboard to {wanted}, only to {seen:?}")
}

/// The element that has the focus, and its words.
async fn focused(browser: &Browser) -> Result<String> {
    let script = "const at = document.activeElement;
        return at.tagName + ' ' + (at.tagName === 'SELECT' ? '' : at.innerText ?? '')";
    Ok(browser.client.execute(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
}

/// No rule of axe is broken by what is shown, in light and in dark.
async fn accessible(browser: &Browser) -> Result<()> {
    for scheme in ["light", "dark"] {
        let dark = format!("document.documentElement.style.colorScheme = '{scheme}'");
        browser.client.execute(&dark, vec![]).await?;
        let broken = browser.broken_rules("html").await?;
        ensure!(broken == json!([]), "in {scheme}: {broken}");
    }
    Ok(())
}
