//! The widget in a Leptos application whose page is rendered on its own server.

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera, Engine},
    http::get,
    in_both_browsers,
    program::{self, Program, prepared},
    session::show_finished_photos,
    stage::{API_KEY, Stage},
};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

in_both_browsers! {
    the_page_goes_on_in_the_browser_and_hears_of_the_session
}

async fn the_page_goes_on_in_the_browser_and_hears_of_the_session(engine: Engine) -> Result<()> {
    let application = Application::start().await?;
    let sent = get(&application.address).await?.text().await?;
    ensure!(sent.contains("<p>Opening your photo studio…</p>"), "{sent}");
    let browser = Browser::start_in(engine, Camera::Granted).await?;
    browser.client.goto(&application.address).await?;
    browser.widget().await?.find("iframe[part~=frame]").await?.enter_frame().await?;
    browser.find("#start-camera").await?;
    browser.client.enter_parent_frame().await?;
    browser.until("the first state", "return document.querySelector('#state').textContent === 'awaiting_user'").await?;
    show_finished_photos(&application.stage).await?;
    browser.until("the last state", "return document.querySelector('#state').textContent === 'ready'").await?;
    browser.until("the picture", "return document.querySelector('#picture')?.naturalWidth > 0").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_jumps_or_complains_when_the_browser_takes_over() -> Result<()> {
    let application = Application::start().await?;
    let browser = Browser::start(Camera::Granted).await?;
    for width in [1200, 700, 500] {
        browser.client.set_window_size(width, 1800).await?;
        browser.client.goto(&application.address).await?;
        browser.widget().await?.find("iframe[part~=frame]").await?;
        let shifts = browser.client.execute_async(SHIFTS, vec![]).await?;
        assert_eq!(shifts, json!(0), "{width}");
        let heights = browser.client.execute_async(HEIGHTS, vec![]).await?;
        ensure!(heights[0] == heights[1] && heights[0].as_f64() > Some(500.0), "{width}: {heights}");
    }
    assert_eq!(browser.console_errors().await?, Vec::<String>::new());
    browser.close().await
}

/// By how much the page has shifted since it began.
const SHIFTS: &str = "const [done] = arguments;
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => done(observer.takeRecords().reduce((sum, { value }) => sum + value, 0)), 300)";

/// The place's height as the server has sent it, and as it is now.
const HEIGHTS: &str = "const [done] = arguments;
    fetch('/').then((answer) => answer.text()).then((html) => {
        const sent = new DOMParser().parseFromString(html, 'text/html').querySelector('.headshot-embed');
        const now = document.querySelector('.headshot-embed').offsetHeight;
        document.querySelector('main').append(document.adoptNode(sent));
        const before = sent.offsetHeight;
        sent.remove();
        done([before, now]);
    })";

/// The application's server, with everything behind it.
struct Application {
    address: String,
    stage: Stage,
    _program: Program,
    _pages: TempDir,
}

impl Application {
    async fn start() -> Result<Self> {
        let pages = TempDir::new()?;
        let stage = Stage::start(pages.path(), 40).await?;
        let mut command = Command::new(program::path("headshot-ssr"));
        command
            .env("HEADSHOT_URL", &stage.server)
            .env("HEADSHOT_API_KEY", API_KEY)
            .env("LEPTOS_OUTPUT_NAME", "headshot-ssr")
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("LEPTOS_SITE_ROOT", prepared("HEADSHOT_SSR"));
        let program = Program::start(&mut command, "listening on").await?;
        let address = program.ready_line.rsplit(' ').next().unwrap_or_default().to_owned();
        Ok(Self { address, stage, _program: program, _pages: pages })
    }
}
