//! The sandbox's own pages: the capture studio that stands in for Scale's, and the control page.

use anyhow::{Context, Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera},
    program::{self, Program},
};
use serde_json::json;
use tokio::process::Command;

/// A sandbox that plays Scale, forty times faster than life, and where it is.
async fn scale() -> Result<(Program, String)> {
    let mut command = Command::new(program::path("headshot-sandbox"));
    command.env("HEADSHOT_LOG", "warn").args(["--scale-listen", "127.0.0.1:0", "--speed", "40"]);
    // Nobody takes its webhooks: the control page shows how that went.
    command.args(["--scale-webhook-url", "http://127.0.0.1:1/"]);
    let sandbox = Program::start(&mut command, "scale http://").await?;
    let origin = sandbox.ready_line.strip_prefix("scale ").context("the origin")?.to_owned();
    Ok((sandbox, origin))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_of_the_capture_studio_gets_a_headshot() -> Result<()> {
    let (_sandbox, origin) = scale().await?;
    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&format!("{origin}/studio/stu_sandbox")).await?;
    for (name, value) in [("first_name", "Ada"), ("last_name", "L"), ("email", "ada@example.test")] {
        browser.find(&format!("[name={name}]")).await?.send_keys(value).await?;
    }
    browser.click("#begin").await?;

    browser.until("the capture page", "return document.querySelector('#start-camera') && location.href").await?;
    browser.click("#start-camera").await?;
    browser.until("live video", "return document.querySelector('#camera')?.videoWidth > 0").await?;
    for label in ["Take it again", "Take photo", "Take it again"] {
        browser.click("#take-photo").await?;
        let shown = format!("return document.querySelector('#take-photo').textContent === '{label}'");
        browser.until("the button to change", &shown).await?;
    }
    browser.click("#submit").await?;
    let status = "return document.querySelector('#status').dataset.status === 'complete'";
    browser.until("the headshot", status).await?;
    browser.until("its pixels", "return document.querySelector('#result').naturalWidth === 1024").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_page_shows_what_happened_and_makes_things_happen() -> Result<()> {
    let (_sandbox, origin) = scale().await?;
    let visit = json!({ "email": "ada@example.test" }).to_string();
    let client = headshot_tests::http::client();
    client.post(format!("{origin}/sandbox/sessions")).body(visit).send().await?.error_for_status()?;

    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&format!("{origin}/sandbox")).await?;
    let sessions = "return document.querySelector('#sessions')?.textContent";
    let row = browser.until("the session", "return document.querySelector('#sessions tr')?.textContent").await?;
    ensure!(row.as_str().is_some_and(|text| text.contains("ada@example.test") && text.contains("open")), "{row}");

    press(&browser, "Complete").await?;
    browser.until("the finished photo", &format!("{sessions}.includes('1 in, 1 out')")).await?;
    browser.click("#deliveries summary").await?;
    let attempt = "return [...document.querySelectorAll('#deliveries pre')].some((text) =>
        text.textContent.includes('x-authenticity-token: ey'))";
    browser.until("the headers of an attempt", attempt).await?;

    press(&browser, "Delete").await?;
    browser.until("the deletion", &format!("{sessions}.includes('deleted')")).await?;
    browser.find("#plan").await?.send_keys("seed=42 dorp=0.5").await?;
    browser.click("#faults .primary").await?;
    let message = "return document.querySelector('#message').textContent.includes('`dorp` is no fault')";
    browser.until("the reason why the plan is refused", message).await?;
    browser.close().await
}

/// Presses the button with this text.
async fn press(browser: &Browser, text: &str) -> Result<()> {
    let script = format!(
        "const button = [...document.querySelectorAll('button')].find((button) => button.textContent === '{text}');
        button?.click(); return Boolean(button)"
    );
    browser.until(text, &script).await?;
    Ok(())
}
