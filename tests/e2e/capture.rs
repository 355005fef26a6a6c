//! The capture of photos in a page of plain HTML, with a camera, with files, and with what goes wrong.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use fantoccini::elements::Element;
use headshot_tests::{
    browser::{Browser, Camera, Widget},
    program::prepared,
    upload_server::{Answers, UploadServer},
    wait::until,
};
use serde_json::{Value, json, to_value};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn photos_from_camera_and_files_arrive_and_are_handed_in() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.shots("idle").await?;
    page.click(".use-camera").await?;
    page.wait_for("[data-camera=live]").await?;
    page.browser.until("live video", &inside("video", "videoWidth > 0")).await?;
    page.shots("camera").await?;
    page.take_photo().await?;
    page.shots("review").await?;
    page.click(".retake").await?;
    page.take_photo().await?;
    page.click(".keep").await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.take_photo().await?;
    page.click(".keep").await?;
    page.wait_for_count("[data-stage=arrived]", 2).await?;

    page.choose(&[page.picture("me.png", 600, 800)?]).await?;
    page.wait_for_count("[data-stage=arrived]", 3).await?;
    page.choose(&[page.huge_picture()?]).await?;
    let refused = page.text("[data-stage=unfit]").await?;
    ensure!(refused.contains("9,000 × 6,000 pixels"), "the refusal reads {refused:?}");
    page.shots("collected").await?;
    assert_eq!(page.text(".submit").await?, "Hand in 3 photos");
    page.click(".submit").await?;
    page.wait_for("[data-phase=done]").await?;
    page.shots("done").await?;

    let names: Vec<String> = page.server.uploads().into_iter().map(|upload| upload.name).collect();
    assert_eq!(names, ["camera-1.jpg", "camera-2.jpg", "me.png"]);
    ensure!(page.server.uploads()[0].bytes.starts_with(&[0xff, 0xd8, 0xff]), "the camera's photo is no JPEG");
    ensure!(page.server.is_submitted(), "nothing was handed in");
    page.camera_is_off().await?;
    let last = page.events("headshot-submitted").await?;
    assert_eq!(last, [json!({ "session": "ses_1", "restored": false })]);
    let counts = page.events("headshot-uploads").await?;
    assert_eq!(counts.last(), Some(&json!({ "session": "ses_1", "arrived": 3, "pending": 0, "refused": 1 })));
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_network_is_waited_out() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.server.answer(Answers::Nothing);
    page.choose(&[
        page.picture("a.png", 300, 400)?,
        page.picture("b.png", 300, 410)?,
        page.picture("c.png", 300, 420)?,
    ])
    .await?;
    page.wait_for("[part~=error][data-code=server_unreachable]").await?;
    page.shots("error").await?;
    page.server.answer(Answers::Well);
    page.wait_for_count("[data-stage=arrived]", 3).await?;
    page.wait_for_count("[part~=error][data-code]", 0).await?;
    assert_eq!(page.events("headshot-recovered").await?, [json!({ "session": "ses_1", "code": "server_unreachable" })]);
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_reload_only_what_is_missing_is_sent() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    let (first, second) = (page.picture("a.png", 300, 400)?, page.picture("b.png", 300, 410)?);
    page.choose(std::slice::from_ref(&first)).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.server.answer(Answers::Nothing);
    page.choose(std::slice::from_ref(&second)).await?;
    page.wait_for("[part~=error][data-code=server_unreachable]").await?;

    page.server.answer(Answers::Well);
    page.browser.client.goto(&page.server.host).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.choose(&[first, second]).await?;
    page.wait_for_count("[data-stage=arrived]", 2).await?;
    // The file that the page has again shows what the server has had all the time.
    page.wait_for_count("[data-stage=arrived] canvas", 2).await?;
    page.wait_for_count("[part~=photo]", 2).await?;
    let sent = page.server.requests().into_iter().filter(|request| request.starts_with("POST")).collect::<Vec<_>>();
    assert_eq!(sent, ["POST /v1/sessions/ses_1/uploads?name=a.png", "POST /v1/sessions/ses_1/uploads?name=b.png"]);
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn photos_travel_two_at_a_time_and_can_be_removed_on_their_way() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.server.answer(Answers::Late);
    page.choose(&[
        page.picture("a.png", 300, 400)?,
        page.picture("b.png", 300, 410)?,
        page.picture("c.png", 300, 420)?,
    ])
    .await?;
    page.wait_for_count("[data-stage=sending]", 2).await?;
    page.wait_for_count("[data-stage=waiting]", 1).await?;
    page.shots("uploading").await?;
    ensure!(page.attribute(".submit", "aria-disabled").await? == "true", "it could be handed in");
    page.asks_before_leaving(true).await?;
    // All of the first has been sent, so the server keeps it, and has to be told.
    page.wait_for("progress[value='100']").await?;
    page.click(".remove").await?;
    page.server.answer(Answers::Well);
    page.wait_for_count("[data-stage=arrived]", 2).await?;
    page.wait_for_count("[part~=photo]", 2).await?;
    let names: Vec<String> = page.server.uploads().into_iter().map(|upload| upload.name).collect();
    assert_eq!(names, ["b.png", "c.png"]);
    page.asks_before_leaving(false).await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_of_the_server_has_a_sentence() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    let refusals = [
        (415, "image_unsupported", "cannot read this picture"),
        (422, "image_too_large", "too many pixels"),
        (413, "body_too_large", "too large"),
        (409, "uploads_full", "no more photos"),
        (418, "a_code_of_tomorrow", "did not take this photo"),
    ];
    for ((status, code, sentence), number) in refusals.into_iter().zip(1_u32..) {
        page.server.answer(Answers::Refusal(status, code));
        page.choose(&[page.picture(&format!("{code}.png"), 300, 400 + number)?]).await?;
        page.wait_for_count("[data-stage=refused]", number).await?;
        let refused = page.text("[data-stage=refused]:last-child").await?;
        ensure!(refused.contains(sentence), "{code} reads {refused:?}");
    }
    page.shots("refused").await?;
    for (status, code, shown) in [
        (404, "session_unknown", "session_unknown"),
        (410, "session_deleted", "session_deleted"),
        (409, "surface_mismatch", "surface_mismatch"),
    ] {
        page.server.answer(Answers::Refusal(status, code));
        page.browser.client.goto(&page.server.host).await?;
        page.wait_for("[data-phase=collecting]").await?;
        page.choose(&[page.picture("a.png", 300, 400)?]).await?;
        page.wait_for(&format!("[part~=error][data-code={shown}]")).await?;
        let events = page.events("headshot-error").await?;
        ensure!(events[0]["fatal"] == true && events[0]["code"] == shown, "{events:?}");
    }
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_token_goes_on_where_the_old_one_ended() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.server.demand_token("hct_2");
    page.choose(&[page.picture("a.png", 300, 400)?]).await?;
    page.wait_for("[part~=error][data-code=token_refused]").await?;
    page.browser.client.execute("document.querySelector('headshot-capture').token = 'hct_2'", vec![]).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_the_provider_refuses_can_be_replaced() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.choose(&[page.picture("a.png", 300, 400)?, page.picture("b.png", 300, 410)?]).await?;
    page.wait_for_count("[data-stage=arrived]", 2).await?;
    page.server.refuse_upload("a.png");
    page.click(".submit").await?;
    page.wait_for("[data-stage=refused]").await?;
    ensure!(page.text(".why").await?.contains("Remove the photo"), "no word why it is not handed in");
    page.click("[data-stage=refused] .remove").await?;
    page.wait_for_count("[part~=photo]", 1).await?;
    page.click(".submit").await?;
    page.wait_for("[data-phase=done]").await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_camera_is_explained_and_files_work() -> Result<()> {
    let page = Page::open(Camera::Blocked).await?;
    page.click(".use-camera").await?;
    page.wait_for("[part~=camera-error][data-code=camera_blocked]").await?;
    page.shots("camera-blocked").await?;
    page.choose(&[page.picture("a.png", 300, 400)?]).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_forbids_the_camera_is_told_the_header() -> Result<()> {
    let page = Page::open_with(Camera::Granted, &[("permissions-policy", "camera=()")]).await?;
    page.wait_for("[part~=camera-error][data-code=camera_blocked]").await?;
    ensure!(page.text("[part~=camera-error]").await?.contains("does not allow the camera"), "no word of the page");
    let events = page.events("headshot-error").await?;
    ensure!(events[0]["message"].to_string().contains("Permissions-Policy: camera=(self)"), "{events:?}");
    page.choose(&[page.picture("a.png", 300, 400)?]).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_page_without_https_files_work_and_the_server_recognises_them() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.server.put_file("watch.js", &[WATCH, WITHOUT_HTTPS].concat());
    let file = page.picture("a.png", 300, 400)?;
    page.choose(std::slice::from_ref(&file)).await?;
    page.wait_for_count("[data-stage=arrived]", 1).await?;
    page.browser.client.goto(&page.server.host).await?;
    page.wait_for("[part~=camera-error][data-code=insecure_context]").await?;
    page.wait_for(".use-camera[hidden]").await?;
    page.choose(&[file]).await?;
    page.wait_for_count("[data-stage=arrived] canvas", 1).await?;
    page.wait_for_count("[part~=photo]", 1).await?;
    page.browser.close().await
}

/// Everything is within reach: nothing sticks out where it would be cut off.
const LIES_WITHIN: &str = "
const stage = document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=stage]');
const capture = stage.querySelector('headshot-capture');
const inside = capture.shadowRoot.firstElementChild.getBoundingClientRect();
const fits = inside.bottom <= stage.getBoundingClientRect().bottom || getComputedStyle(capture).overflowY === 'auto';
return fits && capture.getBoundingClientRect().bottom <= stage.getBoundingClientRect().bottom";

/// What browsers keep from such a page, taken away by hand: they trust every page of this machine.
const WITHOUT_HTTPS: &str = "
Object.defineProperty(window, 'isSecureContext', { value: false });
Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
Object.defineProperty(crypto, 'subtle', { value: undefined });";

#[tokio::test(flavor = "multi_thread")]
async fn works_under_a_strict_content_security_policy() -> Result<()> {
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' http://localhost:*; \
        style-src 'self'; require-trusted-types-for 'script'";
    let page = Page::open_with(Camera::Granted, &[("content-security-policy", policy)]).await?;
    page.click(".use-camera").await?;
    page.wait_for("[data-camera=live]").await?;
    page.take_photo().await?;
    page.click(".keep").await?;
    page.wait_for("[data-stage=arrived] canvas").await?;
    let color = "return getComputedStyle(document.querySelector('headshot-capture').shadowRoot.querySelector('.submit')).backgroundColor";
    let color = page.browser.until("the looks", color).await?;
    ensure!(color == "rgb(63, 79, 216)", "the button is {color}");
    page.browser.client.execute("document.querySelector('headshot-capture').remove()", vec![]).await?;
    let violations = page.browser.client.execute("return window.violations", vec![]).await?;
    assert_eq!(violations, json!([]));
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_the_element_turns_the_camera_off_and_ends_its_requests() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.server.answer(Answers::Late);
    page.choose(&[page.picture("a.png", 300, 400)?]).await?;
    page.wait_for("[data-stage=sending]").await?;
    page.click(".use-camera").await?;
    page.wait_for("[data-camera=live]").await?;
    page.browser
        .client
        .execute("window.gone = document.querySelector('headshot-capture'); gone.remove()", vec![])
        .await?;
    page.camera_is_off().await?;
    page.browser
        .until(
            "an empty element",
            "return gone.shadowRoot.childNodes.length === 0 && gone.shadowRoot.adoptedStyleSheets.length === 0",
        )
        .await?;
    page.asks_before_leaving(false).await?;
    page.server.answer(Answers::Well);
    // The way back: everything begins anew.
    page.browser.client.execute("document.body.append(gone)", vec![]).await?;
    page.wait_for("[data-phase=collecting]").await?;
    page.browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_shows_the_capture_until_the_photos_are_handed_in() -> Result<()> {
    let (server, browser) = in_the_widget().await?;
    let widget = browser.widget_of("headshot-embed").await?;
    let capture = widget.inside("headshot-capture").await?;
    let folder = TempDir::new()?;
    let file = picture(folder.path(), "me.png", 300, 400)?;
    capture.find("[data-phase=collecting]").await?;
    browser.screenshot(&shot_file("in-the-widget")).await?;
    capture.find("input[type=file]").await?.send_keys(&file.display().to_string()).await?;
    capture.find("[data-stage=arrived]").await?;
    capture.find(".use-camera").await?.click().await?;
    capture.find("[data-camera=live]").await?;
    browser.client.set_window_size(500, 900).await?;
    browser.until("a capture that lies within its stage", LIES_WITHIN).await?;
    browser.screenshot(&shot_file("in-the-widget-narrow")).await?;
    let submit = capture.find(".submit").await?;
    browser.client.execute("arguments[0].scrollIntoView()", vec![to_value(&submit)?]).await?;
    submit.click().await?;
    until("the capture to go", async || Ok((widget.count("headshot-capture").await? == 0).then_some(()))).await?;
    widget.until("[part~=status]", "to say processing", "data-state", |state| state == "processing").await?;
    assert_eq!(server.uploads()[0].name, "me.png");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_widget_leaves_the_capture_alone_whatever_the_server_answers() -> Result<()> {
    let (server, browser) = in_the_widget().await?;
    let widget = browser.widget_of("headshot-embed").await?;
    let capture = widget.inside("headshot-capture").await?;
    let folder = TempDir::new()?;
    let file = picture(folder.path(), "me.png", 300, 400)?;
    capture.find("input[type=file]").await?.send_keys(&file.display().to_string()).await?;
    capture.find("[data-stage=arrived]").await?;
    capture.find(".use-camera").await?.click().await?;
    capture.find("[data-camera=live]").await?;
    // The first that waits comes behind that of the element; the third shows that two were answered.
    until("several answers", async || {
        server.tell_again();
        let asked = server.requests().into_iter().filter(|request| request == "GET /v1/sessions/ses_1");
        Ok((asked.count() >= 4).then_some(()))
    })
    .await?;
    capture.find("[data-camera=live]").await?;
    capture.find("[data-stage=arrived]").await?;
    assert_eq!(widget.count("headshot-capture").await?, 1);
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_focus_stays_where_the_person_is() -> Result<()> {
    let page = Page::open(Camera::Granted).await?;
    page.choose(&[page.picture("a.png", 300, 400)?, page.picture("b.png", 300, 410)?]).await?;
    page.wait_for_count("[data-stage=arrived]", 2).await?;
    page.press(".remove", "Enter").await?;
    page.wait_for_count("[part~=photo]", 1).await?;
    page.focus_is_on(".remove").await?;
    page.press(".remove", "Enter").await?;
    page.wait_for_count("[part~=photo]", 0).await?;
    page.focus_is_on(".use-camera").await?;
    page.press(".use-camera", "Enter").await?;
    page.wait_for("[data-camera=live]").await?;
    page.focus_is_on(".take").await?;
    page.press(".take", "Escape").await?;
    page.wait_for("[data-camera=off]").await?;
    page.focus_is_on(".use-camera").await?;
    page.browser.close().await
}

/// A page whose widget shows the capture.
async fn in_the_widget() -> Result<(UploadServer, Browser)> {
    let server = UploadServer::start().await?;
    let page = format!(
        r#"<!doctype html><meta charset="utf-8"><title>Plain page</title>
<script type="module" src="/embed/headshot-embed.js"></script>
<headshot-embed server="{}" session="ses_1" token="hct_1"></headshot-embed>"#,
        server.server
    );
    server.put_page(&[], &page);
    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&server.host).await?;
    Ok((server, browser))
}

/// A page with a capture in it, whose events are noted.
struct Page {
    browser: Browser,
    server: UploadServer,
    folder: TempDir,
}

impl Page {
    async fn open(camera: Camera) -> Result<Self> {
        Self::open_with(camera, &[]).await
    }

    async fn open_with(camera: Camera, headers: &[(&str, &str)]) -> Result<Self> {
        let server = UploadServer::start().await?;
        server.put_page(headers, &html(&server.server));
        server.put_file("watch.js", WATCH);
        server.put_file("page.css", PAGE_STYLE);
        let browser = Browser::start(camera).await?;
        browser.client.goto(&server.host).await?;
        let page = Self { browser, server, folder: TempDir::new()? };
        page.wait_for("[data-phase=collecting]").await?;
        Ok(page)
    }

    async fn capture(&self) -> Result<Widget> {
        self.browser.widget_of("headshot-capture").await
    }

    async fn find(&self, css: &str) -> Result<Element> {
        self.capture().await?.find(css).await
    }

    async fn click(&self, css: &str) -> Result<()> {
        until(&format!("a click on {css}"), async || Ok(Some(self.find(css).await?.click().await?))).await
    }

    /// Presses a key while the control has the focus.
    async fn press(&self, css: &str, key: &str) -> Result<()> {
        let key = if key == "Enter" { "\u{e007}" } else { "\u{e00c}" };
        Ok(self.find(css).await?.send_keys(key).await?)
    }

    async fn text(&self, css: &str) -> Result<String> {
        Ok(self.find(css).await?.text().await?)
    }

    async fn attribute(&self, css: &str, name: &str) -> Result<String> {
        Ok(self.find(css).await?.attr(name).await?.unwrap_or_default())
    }

    async fn wait_for(&self, css: &str) -> Result<()> {
        let script = format!("{ROOT} return Boolean(root?.querySelector(`{css}`))");
        self.browser.until(css, &script).await.map(drop)
    }

    async fn wait_for_count(&self, css: &str, count: u32) -> Result<()> {
        let script = format!("{ROOT} return root?.querySelectorAll(`{css}`).length === {count}");
        self.browser.until(&format!("{count} × {css}"), &script).await.map(drop)
    }

    async fn take_photo(&self) -> Result<()> {
        self.click(".take").await?;
        self.wait_for("[data-camera=taken]").await
    }

    async fn choose(&self, files: &[PathBuf]) -> Result<()> {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        Ok(self.find("input[type=file]").await?.send_keys(&paths.join("\n")).await?)
    }

    fn picture(&self, name: &str, width: u32, height: u32) -> Result<PathBuf> {
        picture(self.folder.path(), name, width, height)
    }

    /// A picture that says that it has 54 million pixels.
    fn huge_picture(&self) -> Result<PathBuf> {
        let file = self.folder.path().join("huge.png");
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(9_000_u32.to_be_bytes());
        bytes.extend(6_000_u32.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        fs::write(&file, bytes)?;
        Ok(file)
    }

    async fn events(&self, name: &str) -> Result<Vec<Value>> {
        let script = "return window.events.filter(([name]) => name === arguments[0]).map(([, detail]) => detail)";
        let found = self.browser.client.execute(script, vec![name.into()]).await?;
        Ok(found.as_array().cloned().unwrap_or_default())
    }

    async fn camera_is_off(&self) -> Result<()> {
        let script = "return window.tracks.length > 0 && window.tracks.every((track) => track.readyState === 'ended')";
        self.browser.until("the camera to be off", script).await.map(drop)
    }

    async fn focus_is_on(&self, css: &str) -> Result<()> {
        self.browser
            .until(&format!("the focus on {css}"), &format!("{ROOT} return root.activeElement?.matches('{css}')"))
            .await
            .map(drop)
    }

    async fn asks_before_leaving(&self, wanted: bool) -> Result<()> {
        let asks = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";
        self.browser.until("what leaving does", &format!("return ({asks}) === {wanted}")).await.map(drop)
    }

    /// Pictures of the state in every look, for people to judge; no rule of accessibility is broken in any.
    async fn shots(&self, state: &str) -> Result<()> {
        let client = &self.browser.client;
        for (look, script, width) in LOOKS {
            client.execute(script, vec![]).await?;
            client.set_window_size(width, 1_250).await?;
            self.browser.screenshot(&shot_file(&format!("{state}-{look}"))).await?;
            assert_eq!(self.browser.broken_rules("headshot-capture").await?, json!([]), "{state}, {look}");
        }
        client.execute(LOOKS[0].1, vec![]).await?;
        Ok(client.set_window_size(1_000, 1_250).await?)
    }
}

fn shot_file(name: &str) -> PathBuf {
    prepared("HEADSHOT_DIST").with_file_name("e2e").join(format!("capture-{name}.png"))
}

const ROOT: &str = "const root = document.querySelector('headshot-capture')?.shadowRoot;";

const LOOKS: [(&str, &str, u32); 4] = [
    ("light", "document.documentElement.dir = 'ltr'; document.documentElement.className = 'light'", 1_000),
    ("dark", "document.documentElement.className = 'dark'", 1_000),
    ("rtl", "document.documentElement.className = 'light'; document.documentElement.dir = 'rtl'", 1_000),
    ("narrow", "document.documentElement.dir = 'ltr'; document.documentElement.className = 'slim light'", 500),
];

/// Notes what the capture says, which cameras it turns on, and what the page's policies forbid.
const WATCH: &str = "
window.events = []; window.tracks = []; window.violations = [];
for (const name of ['headshot-uploads', 'headshot-submitted', 'headshot-error', 'headshot-recovered']) {
  document.addEventListener(name, (event) => events.push([name, event.detail]));
}
document.addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  tracks.push(...stream.getTracks());
  return stream;
};";

const PAGE_STYLE: &str = "
body { margin: 24px; font-family: system-ui, sans-serif; }
.light { color-scheme: light; background: #fff; }
.dark { color-scheme: dark; background: #12151d; }
.slim headshot-capture { inline-size: 280px; }
headshot-capture { display: block; max-inline-size: 760px; margin-inline: auto; }";

/// A picture of this name; no two sizes have the same bytes.
pub(crate) fn picture(folder: &Path, name: &str, width: u32, height: u32) -> Result<PathBuf> {
    let file = folder.join(name);
    let mut encoder = png::Encoder::new(fs::File::create(&file)?, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let shade = |place: u32, most: u32| u8::try_from(place * 255 / most).unwrap_or(255);
    let pixels: Vec<u8> =
        (0..width * height).flat_map(|at| [shade(at % width, width), 120, shade(at / width, height)]).collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}

/// Whether the property of the element inside of the capture holds.
fn inside(css: &str, test: &str) -> String {
    format!("{ROOT} return root.querySelector('{css}')?.{test}")
}

fn html(server: &str) -> String {
    format!(
        r#"<!doctype html><html class="light"><meta charset="utf-8"><title>Plain page</title>
<script src="/watch.js"></script>
<link rel="stylesheet" href="/page.css">
<script type="module" src="/embed/headshot-capture.js"></script>
<headshot-capture server="{server}" session="ses_1" token="hct_1"></headshot-capture>"#
    )
}
