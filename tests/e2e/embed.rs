//! The custom element in a page of plain HTML, from the files that users take.

use std::fs;

use anyhow::{Result, ensure};
use headshot_api::{OpenedSession, Session, Surface};
use headshot_tests::{
    browser::{Browser, Camera, Engine},
    in_both_browsers,
    program::{prepared, serve_embed_files},
    session::open_session,
    stage::Stage,
    wait::until,
};
use tempfile::TempDir;

in_both_browsers! {
    a_camera_that_the_person_blocked_is_named
    a_frame_that_the_pages_own_policy_refuses_is_named
    works_under_a_strict_content_security_policy
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_session_is_named() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let unknown = format!("ses_{}", "0".repeat(32));
    says(Engine::Chromium, &stage, &page(&stage.server, &unknown, "hct_wrong"), Camera::Granted, "session_unknown")
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_client_token_is_named() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let session = open_session(&stage).await?.session.id;
    says(Engine::Chromium, &stage, &page(&stage.server, &session, "hct_wrong"), Camera::Granted, "token_refused").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_server_is_named() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let nobody = format!("http://localhost:{}", headshot_tests::stage::free_port()?);
    says(Engine::Chromium, &stage, &page(&nobody, "ses_1", "hct_1"), Camera::Granted, "server_unreachable").await
}

async fn a_camera_that_the_person_blocked_is_named(engine: Engine) -> Result<()> {
    let (stage, _pages) = stage().await?;
    let opened = open_session(&stage).await?;
    let page = page_of(&stage, &opened);
    says(engine, &stage, &page, Camera::Blocked, "camera_blocked").await
}

async fn a_frame_that_the_pages_own_policy_refuses_is_named(engine: Engine) -> Result<()> {
    let (stage, _pages) = stage().await?;
    let opened = open_session(&stage).await?;
    let policy = r#"<meta http-equiv="Content-Security-Policy" content="frame-src 'none'">"#;
    let page = policy.to_owned() + &page_of(&stage, &opened);
    says(engine, &stage, &page, Camera::Granted, "frame_forbidden").await
}

async fn works_under_a_strict_content_security_policy(engine: Engine) -> Result<()> {
    let (stage, _pages) = stage().await?;
    let opened = open_session(&stage).await?;
    let policy = format!(
        r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval';
            connect-src 'self' {server}; img-src {server}; frame-src {frames}; style-src 'none'">"#,
        server = stage.server,
        frames = frame_origins(&opened.session).join(" "),
    );
    let page = policy + &page_of(&stage, &opened);
    let browser = open(engine, &stage, &page, Camera::Granted).await?;
    let widget = browser.widget().await?;
    widget.until("[part~=status]", "to ask for photos", "data-state", |state| state == "awaiting_user").await?;
    widget.find("iframe[part~=frame]").await?.enter_frame().await?;
    browser.find("#start-camera").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_element_ends_its_requests_and_its_frame() -> Result<()> {
    let (stage, _pages) = stage().await?;
    let opened = open_session(&stage).await?;
    let browser = open(Engine::Chromium, &stage, &page_of(&stage, &opened), Camera::Granted).await?;
    browser.widget().await?.find("iframe[part~=frame]").await?;
    let remove = "const element = document.querySelector('headshot-embed'); element.remove();
        window.removed = element; return true";
    browser.until("the element to go", remove).await?;
    let empty = "return !window.removed.shadowRoot?.querySelector('iframe')";
    browser.until("the frame to go", empty).await?;
    let again = "document.body.append(window.removed); return true";
    browser.until("the element to come back", again).await?;
    let widget = browser.widget().await?;
    widget.find("iframe[part~=frame]").await?;
    ensure!(widget.count("iframe").await? == 1, "more than one frame after coming back");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn recovers_by_itself_when_the_server_comes_back() -> Result<()> {
    let (mut stage, _pages) = stage().await?;
    let opened = open_session(&stage).await?;
    let browser = open(Engine::Chromium, &stage, &page_of(&stage, &opened), Camera::Granted).await?;
    let widget = browser.widget().await?;
    widget.find("iframe[part~=frame]").await?;
    stage.kill_server().await?;
    widget.until("[part~=error]", "to appear", "data-code", |code| code == "server_unreachable").await?;
    stage.start_server().await?;
    until("the error to go", async || Ok((widget.count("[part~=error][data-code]").await? == 0).then_some(()))).await?;
    ensure!(widget.count("iframe[part~=frame]").await? == 1, "the frame did not survive");
    browser.close().await
}

/// Opens `page` and waits until the widget shows and emits the error with `code`, with a sentence for people.
async fn says(engine: Engine, stage: &Stage, page: &str, camera: Camera, code: &str) -> Result<()> {
    let browser = open(engine, stage, page, camera).await?;
    let widget = browser.widget().await?;
    widget.until("[part~=error]", &format!("to be {code}"), "data-code", |shown| shown == code).await?;
    let sentence = widget.find("[part~=error]").await?.text().await?;
    ensure!(sentence.split_whitespace().count() >= 4, "no sentence for a person: {sentence:?}");
    let emitted = format!("return window.errors.includes('{code}')");
    browser.until("the error event", &emitted).await?;
    browser.screenshot(&prepared("HEADSHOT_DIST").with_file_name("e2e").join(format!("{code}.png"))).await?;
    browser.close().await
}

async fn open(engine: Engine, stage: &Stage, page: &str, camera: Camera) -> Result<Browser> {
    fs::write(stage.pages().join("page.html"), page)?;
    let browser = Browser::start_in(engine, camera).await?;
    browser.client.goto(&format!("{}/page.html", stage.host)).await?;
    Ok(browser)
}

/// A page with the element of a session that was opened.
fn page_of(stage: &Stage, opened: &OpenedSession) -> String {
    page(&stage.server, &opened.session.id, &opened.client_token.token)
}

/// A page of plain HTML with the widget in it.
fn page(server: &str, session: &str, token: &str) -> String {
    format!(
        r#"<!doctype html><meta charset="utf-8"><title>Plain page</title>
<script type="module" src="/errors.js"></script>
<script type="module" src="/embed/headshot-embed.js"></script>
<headshot-embed server="{server}" session="{session}" token="{token}"></headshot-embed>"#
    )
}

async fn stage() -> Result<(Stage, TempDir)> {
    let pages = TempDir::new()?;
    serve_embed_files(pages.path())?;
    let listener =
        "window.errors = []; document.addEventListener('headshot-error', (event) => errors.push(event.detail.code));";
    fs::write(pages.path().join("errors.js"), listener)?;
    Ok((Stage::start(pages.path(), 40).await?, pages))
}

fn frame_origins(session: &Session) -> Vec<String> {
    match &session.surface {
        Some(Surface::Frame { origins, .. }) => origins.clone(),
        other => panic!("no frame is offered but {other:?}"),
    }
}
