//! Where the provider's page opens: on the page, over it, in a tab, in its place, on the person's phone.

use anyhow::{Context, Result, ensure};
use headshot_tests::{
    browser::{Browser, Engine},
    in_both_browsers,
    stand_in::{Answers, StandIn},
};
use serde_json::json;

use crate::widget_page::{camera_is, error_says, heard, open_in, opens_a_tab, ready_to_take_photos};

in_both_browsers! {
    a_studio_over_the_page_opens_when_asked_and_closing_it_loses_nothing
    a_studio_in_a_tab_opens_inside_the_click
    a_studio_in_the_place_of_the_page_leads_back_to_how_it_goes_on
    the_code_for_the_phone_is_drawn_here_and_holds_the_providers_link
    a_link_that_has_run_out_is_no_code
    without_a_camera_here_the_phone_comes_forward_and_the_frame_stays
    the_browser_of_an_app_is_known_by_what_it_cannot_do
}

async fn a_studio_over_the_page_opens_when_asked_and_closing_it_loses_nothing(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/redirect").await?;
    let browser = open_in(engine, &stand_in, &[], &element(&stand_in, "modal")).await?;
    let widget = browser.widget().await?;
    widget.find("[part~=door]").await?;
    ensure!(widget.count("iframe").await? == 0, "the frame is there before the person wants it");
    click(&browser, "[part~=door]").await?;
    let is_over = "return Boolean(root.querySelector('dialog.over:modal iframe'))";
    in_widget(&browser, "the studio over the page", is_over).await?;
    let keep = "window.frame = root.querySelector('iframe'); window.loads = 0;
        frame.addEventListener('load', () => window.loads += 1); return true";
    in_widget(&browser, "the frame", keep).await?;
    camera_is(&browser, "granted").await?;
    let loads = browser.until("the frame to be quiet", "return loads + 1").await?;

    let escape = "return root.activeElement?.matches('[part~=close]')";
    in_widget(&browser, "the focus on the way out", escape).await?;
    widget.find("[part~=close]").await?.send_keys("\u{e00c}").await?;
    let is_closed = "return !root.querySelector('dialog.room').open && root.activeElement?.matches('[part~=door]')";
    in_widget(&browser, "the page again, and the focus where it was", is_closed).await?;
    for surface in ["modal", "inline"] {
        let change = format!("document.querySelector('headshot-embed').surface = '{surface}'; return true");
        browser.until("another surface", &change).await?;
        if surface == "modal" {
            click(&browser, "[part~=door]").await?;
            in_widget(&browser, "the studio over the page again", is_over).await?;
        }
        let is_same =
            "return root.querySelector('iframe') === frame && frame.isConnected && root.querySelector('dialog').open";
        in_widget(&browser, "the same frame", is_same).await?;
    }
    in_widget(&browser, "the frame on the page", "return !root.querySelector('dialog:modal')").await?;
    assert_eq!(browser.until("the loads", "return loads + 1").await?, loads, "the frame was loaded anew");
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    browser.close().await
}

async fn a_studio_in_a_tab_opens_inside_the_click(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open_in(engine, &stand_in, &[], &element(&stand_in, "tab")).await?;
    browser.widget().await?.find("[part~=door]").await?;
    opens_a_tab(&browser, &stand_in).await?;
    let frames = browser.widget().await?.count("iframe").await?;
    ensure!(frames == 0, "{frames} frames besides the tab");
    browser.close().await
}

async fn a_studio_in_the_place_of_the_page_leads_back_to_how_it_goes_on(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open_in(engine, &stand_in, &[], &element(&stand_in, "redirect")).await?;
    browser.widget().await?.find("[part~=door]").await?;
    click(&browser, "[part~=door]").await?;
    browser.find("#camera").await?;
    ensure!(browser.client.current_url().await?.as_str().starts_with(&stand_in.studio));
    stand_in.answer(Answers::Session(stand_in.session("processing", "/studio")));
    browser.client.back().await?;
    let state = "return document.querySelector('headshot-embed')?.shadowRoot?.querySelector('[data-state=processing]') !== null";
    browser.until("the page again", state).await?;
    browser.close().await
}

async fn the_code_for_the_phone_is_drawn_here_and_holds_the_providers_link(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio?token=signed-url-secret").await?;
    let headers = [("content-security-policy", "connect-src SERVER; img-src 'none'".to_owned())];
    let policy = headers[0].1.replace("SERVER", &format!("'self' {}", stand_in.server));
    let browser = open_in(engine, &stand_in, &[(headers[0].0, &policy)], &element(&stand_in, "phone")).await?;
    in_widget(&browser, "the code", "return !(root.querySelector('[part~=code]')?.hidden ?? true)").await?;
    let pixels = "const canvas = root.querySelector('[part~=code]');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return [canvas.width, [...data].filter((_, place) => place % 4 === 0).map((value) => value > 127 ? '1' : '0').join('')]";
    let drawn = in_widget(&browser, "its pixels", pixels).await?;
    let side: usize = drawn[0].as_u64().context("a width")?.try_into()?;
    let bright = drawn[1].as_str().context("pixels")?.as_bytes();
    let mut picture =
        rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| 255 * (bright[y * side + x] - b'0'));
    let (_, link) = picture.detect_grids().first().context("a code")?.decode()?;
    assert_eq!(link, format!("{}/studio?token=signed-url-secret", stand_in.studio));

    click(&browser, "[part~=copy-link]").await?;
    // Where the browser does not copy, it can be done by hand.
    let copied = "return root.querySelector('[part~=copy-link]').textContent === 'The link is copied'
        || root.querySelector('[part~=link]')?.value.includes('signed-url-secret')";
    in_widget(&browser, "the link", copied).await?;
    let written = in_widget(&browser, "what is on the page", "return root.innerHTML").await?;
    ensure!(!written.to_string().contains("signed-url-secret"), "the link stands on the page: {written}");
    browser.close().await
}

async fn a_link_that_has_run_out_is_no_code(engine: Engine) -> Result<()> {
    let stand_in = StandIn::start().await?;
    let mut session = stand_in.session("awaiting_user", "/studio");
    session["surface"]["expiresAt"] = "2026-01-02T03:04:05Z".into();
    stand_in.answer(Answers::Session(session));
    let browser = open_in(engine, &stand_in, &[], &element(&stand_in, "inline")).await?;
    let widget = browser.widget().await?;
    widget.find("[part~=frame]").await?;
    ensure!(widget.count("[part~=open-phone], [part~=phone]").await? == 0, "an expired link is offered to a phone");
    browser.close().await
}

async fn without_a_camera_here_the_phone_comes_forward_and_the_frame_stays(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let none = "<script>navigator.mediaDevices.enumerateDevices = async () => [];</script>";
    let browser = open_in(engine, &stand_in, &[], &format!("{none}{}", stand_in.element())).await?;
    error_says(&browser, "camera_missing", "no camera").await?;
    in_widget(&browser, "the code", "return !(root.querySelector('[part~=code]')?.hidden ?? true)").await?;
    ensure!(browser.widget().await?.count("[part~=frame]").await? == 1, "pictures cannot be uploaded");
    browser.close().await
}

async fn the_browser_of_an_app_is_known_by_what_it_cannot_do(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let app = "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 Instagram 300.0";
    let named = format!("Object.defineProperty(navigator, 'userAgent', {{ get: () => '{app}' }});");
    let blind = "Object.defineProperty(navigator, 'mediaDevices', { get: () => undefined });";
    let page = format!("<script>{named}{blind}</script>{}", stand_in.element());
    let browser = open_in(engine, &stand_in, &[], &page).await?;
    error_says(&browser, "in_app_browser", "no camera").await?;
    browser.widget().await?.find("[part~=copy-link]").await?;
    browser.close().await?;

    // One that has a camera is as good as any.
    let page = format!("<script>{named}</script>{}", stand_in.element());
    let browser = open_in(engine, &stand_in, &[], &page).await?;
    camera_is(&browser, "granted").await?;
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    browser.close().await
}

fn element(stand_in: &StandIn, surface: &str) -> String {
    stand_in.element().replace("<headshot-embed", &format!("<headshot-embed surface={surface}"))
}

/// Runs `script`, in which `root` is the widget's shadow root, until it returns something.
async fn in_widget(browser: &Browser, what: &str, script: &str) -> Result<serde_json::Value> {
    let script = format!("const root = document.querySelector('headshot-embed').shadowRoot; {script}");
    browser.until(what, &script).await
}

async fn click(browser: &Browser, css: &str) -> Result<()> {
    Ok(browser.widget().await?.find(css).await?.click().await?)
}
