//! What a page does to the widget inside it: its headers, its frameworks, its browser's age.

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera, Engine, Widget},
    in_both_browsers,
    stand_in::{Answers, StandIn},
    wait::until,
};
use serde_json::{Value, json};

/// Notes the widget's events and what policies stop, from before anything else happens.
pub(super) const RECORD: &str = "<script>
    window.heard = []; window.stopped = []; window.warned = [];
    for (const name of ['status', 'photos', 'favorite', 'error', 'recovered'])
        addEventListener('headshot-' + name, ({ type, detail }) => heard.push({ type, ...detail }));
    document.addEventListener('securitypolicyviolation', (event) => stopped.push(event.effectiveDirective));
    const warn = console.warn; console.warn = (line) => { warned.push(line); warn(line); };
</script>";
pub(super) const SCRIPT: &str = r#"<script type="module" src="/embed/headshot-embed.js"></script>"#;

in_both_browsers! {
    a_policy_that_only_reports_changes_nothing
    a_policy_that_stops_the_wasm_is_named_and_the_studio_works
    a_policy_that_stops_requests_is_named
    a_policy_that_stops_photos_is_named
    a_frame_that_may_be_dead_has_a_way_out_in_sight_at_once
    a_server_that_is_back_is_seen_without_waiting_and_the_focus_stays
    a_token_that_has_expired_is_replaced_and_the_frame_stays
    a_failure_inside_the_wasm_is_said_and_the_studio_stays
}

async fn a_policy_that_only_reports_changes_nothing(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/redirect").await?;
    let policy = "frame-src 'self'; connect-src 'self'; img-src 'self'; script-src 'self' 'unsafe-inline'";
    let headers =
        [("content-security-policy-report-only", policy), ("cross-origin-embedder-policy-report-only", "require-corp")];
    let browser = open_in(engine, &stand_in, &headers, &stand_in.element()).await?;
    browser.until("the reports", "return stopped.includes('frame-src')").await?;
    camera_is(&browser, "granted").await?;
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    browser.close().await
}

async fn a_policy_that_stops_the_wasm_is_named_and_the_studio_works(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/redirect").await?;
    let headers = [("content-security-policy", "script-src 'self' 'unsafe-inline'")];
    let browser = open_in(engine, &stand_in, &headers, &stand_in.element()).await?;
    error_says(&browser, "widget_forbidden", "script-src 'self' 'wasm-unsafe-eval'").await?;
    camera_is(&browser, "granted").await?;
    opens_a_tab(&browser, &stand_in).await?;
    browser.close().await
}

async fn a_policy_that_stops_requests_is_named(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let headers = [("content-security-policy", "connect-src 'self'")];
    let browser = open_in(engine, &stand_in, &headers, &stand_in.element()).await?;
    error_says(&browser, "server_forbidden", &format!("connect-src {}", stand_in.server)).await?;
    let sentence = browser.widget().await?.find("[part~=error]").await?.text().await?;
    ensure!(sentence.contains("not your connection"), "{sentence}");
    ensure!(stand_in.asked().is_empty(), "{:?}", stand_in.asked());
    browser.close().await
}

async fn a_policy_that_stops_photos_is_named(engine: Engine) -> Result<()> {
    let stand_in = with_photos(2).await?;
    let headers = [("content-security-policy", "img-src 'self'")];
    let browser = open_in(engine, &stand_in, &headers, &stand_in.element()).await?;
    error_says(&browser, "photos_forbidden", &format!("img-src {}", stand_in.server)).await?;
    browser.close().await
}

// Firefox tells nobody of it: nothing comes into the frame, which is said after a while.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_shuts_itself_off_from_others_is_named() -> Result<()> {
    for policy in ["require-corp", "credentialless"] {
        let stand_in = ready_to_take_photos("/studio").await?;
        let headers = [("cross-origin-embedder-policy", policy), ("cross-origin-opener-policy", "same-origin")];
        let browser = open(&stand_in, &headers, &stand_in.element()).await?;
        error_says(&browser, "frame_forbidden", "Cross-Origin-Embedder-Policy").await?;
        let widget = browser.widget().await?;
        ensure!(widget.count("iframe").await? == 0, "a frame that shows nothing is left");
        opens_a_tab(&browser, &stand_in).await?;
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_keeps_the_camera_from_the_studio_is_told_the_header() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let headers = [("permissions-policy", "camera=(self)")];
    let browser = open(&stand_in, &headers, &stand_in.element()).await?;
    let line =
        format!("Permissions-Policy: camera=(self \"{}\" \"{}\")", stand_in.studio, stand_in.studio_after_redirect);
    error_says(&browser, "camera_blocked", &line).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outer_frame_without_a_camera_is_named() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    stand_in.put_page("inner", &[], &format!("{RECORD}{SCRIPT}{}", stand_in.element()));
    // Another origin than the inner page's.
    let outer = format!("<iframe src='{}/inner' width=900 height=900></iframe>", stand_in.host);
    stand_in.put_page("outer", &[], &outer);
    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&format!("{}/outer", stand_in.host.replace("localhost", "127.0.0.1"))).await?;
    browser.find("iframe").await?.enter_frame().await?;
    error_says(&browser, "camera_blocked", "allow=\"camera\"").await?;
    browser.close().await
}

async fn a_frame_that_may_be_dead_has_a_way_out_in_sight_at_once(engine: Engine) -> Result<()> {
    // Browsers say of all of these that they have loaded, or nothing at all.
    let browser = Browser::start_in(engine, Camera::Granted).await?;
    for path in ["/denied", "/forbidden", "/broken", "/loop", "/empty", "/silent"] {
        let stand_in = ready_to_take_photos(path).await?;
        show(&browser, &stand_in, &[], &format!("{SCRIPT}{}", stand_in.element())).await?;
        let widget = browser.widget().await?;
        let way = widget.find("[part~=open-tab]").await?.rectangle().await?;
        let frame = widget.find("[part~=frame]").await?.rectangle().await?;
        ensure!(way.1 + way.3 <= frame.1, "{path}: the way out is not above the frame: {way:?}, {frame:?}");
        if ["/empty", "/silent"].contains(&path) {
            error_says(&browser, "frame_unanswered", "nothing came").await?;
        } else {
            opens_a_tab(&browser, &stand_in).await?;
        }
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_before_all_three_are_there() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let script = format!(
        "<script type=module>
            const element = window.element = document.createElement('headshot-embed');
            Object.assign(element, {{ session: null, token: undefined, server: '{}' }});
            document.body.append(element);
            await import('/embed/headshot-embed.js');
            Object.assign(element, {{ session: null, token: undefined }});
        </script>",
        stand_in.server
    );
    let browser = open_without_script(Engine::Chromium, &stand_in, &[], &script).await?;
    browser.until("the warning", "return warned.some((line) => line.includes('session, token'))").await?;
    let skeleton = "return element.shadowRoot.querySelector('.skeleton').offsetHeight > 100";
    browser.until("the place", skeleton).await?;
    ensure!(stand_in.asked().is_empty(), "{:?}", stand_in.asked());
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));

    browser.until("the ids", "element.session = 'ses_1'; element.token = 'hct_1'; return true").await?;
    let widget = browser.widget().await?;
    widget.find("[part~=frame]").await?;
    browser.until("the token to go", "element.token = null; return !element.hasAttribute('token')").await?;
    browser.until("a while", "return new Promise((resolve) => setTimeout(resolve, 500, true))").await?;
    ensure!(widget.count("[part~=frame]").await? == 1, "the frame went with the token: an upload may be lost");
    browser.until("the session to go", "element.session = null; return !element.hasAttribute('session')").await?;
    browser.until("the frame to go", "return !element.shadowRoot.querySelector('iframe')").await?;
    let strange = stand_in
        .asked()
        .into_iter()
        .find(|asked| asked.path != "/v1/sessions/ses_1" || asked.authorization != "Bearer hct_1");
    ensure!(strange.is_none(), "{strange:?}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_loaded_before_the_person_wants_it() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let element = stand_in.element().replace("<headshot-embed", "<headshot-embed loading=intent");
    let browser = open(&stand_in, &[], &element).await?;
    let start = "return document.querySelector('headshot-embed').shadowRoot?.querySelector('[part~=start]')?.innerText";
    browser.until("the button", start).await?;
    browser.until("two frames", TWO_FRAMES).await?;
    let loaded = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('.wasm')).length";
    assert_eq!(browser.client.execute(loaded, vec![]).await?, json!(0));
    ensure!(stand_in.asked().is_empty(), "{:?}", stand_in.asked());
    let code = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('headshot_widget-')).length";
    assert_eq!(browser.client.execute(code, vec![]).await?, json!(0));
    let press =
        "document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=start]').click(); return true";
    browser.until("a click", press).await?;
    let widget = browser.widget().await?;
    widget.until("[part~=status]", "to ask for photos", "data-state", |state| state == "awaiting_user").await?;
    widget.find("[part~=frame]").await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_stand_nowhere_on_the_page() -> Result<()> {
    let stand_in = ready_to_take_photos("/redirect?token=signed-url-secret").await?;
    let script = format!(
        "<headshot-embed server='{}' session='ses_1'></headshot-embed>
        <script type=module>document.querySelector('headshot-embed').token = 'hct_1';</script>",
        stand_in.server
    );
    let browser = open(&stand_in, &[], &script).await?;
    camera_is(&browser, "granted").await?;
    let page = "const element = document.querySelector('headshot-embed');
        return element.outerHTML + element.shadowRoot.innerHTML";
    let page = browser.until("the page", page).await?.to_string();
    for secret in ["signed-url-secret", "hct_1"] {
        ensure!(!page.contains(secret), "{secret} stands on the page: {page}");
    }
    opens_a_tab(&browser, &stand_in).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn works_in_browsers_without_constructed_style_sheets() -> Result<()> {
    let old = [
        "window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); }",
        "delete CSSStyleSheet.prototype.replaceSync",
        "delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets",
    ];
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = Browser::start(Camera::Granted).await?;
    for age in old {
        let page = format!("<script>{age}</script>{RECORD}{SCRIPT}{}", stand_in.element());
        stand_in.put_page("old", &[], &page);
        browser.client.goto(&format!("{}/old", stand_in.host)).await?;
        browser.widget().await?.find("[part~=frame]").await?;
        let looks = "const root = document.querySelector('headshot-embed').shadowRoot;
            return getComputedStyle(root.querySelector('[part~=stage]')).borderRadius === '14px'
                && getComputedStyle(root.querySelector('.steps')).display === 'grid'";
        browser.until(&format!("its looks after {age}"), looks).await?;
        assert_eq!(heard(&browser, "headshot-error").await?, json!([]), "{age}");
    }
    browser.close().await
}

// Firefox puts another empty document into a new window a little later, and with it away what was put there.
#[tokio::test(flavor = "multi_thread")]
async fn works_in_a_window_that_the_page_has_opened() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let button = format!(
        r#"<button onclick="window.other = open('about:blank', '', 'width=900,height=900');
            other.document.body.innerHTML = `{}`; other.document.body.append(document.createElement('p'));
            const element = document.createElement('headshot-embed');
            Object.assign(element, {{ server: '{}', session: 'ses_1', token: 'hct_1' }});
            other.document.body.append(element); window.element = element;">open</button>"#,
        "<h1>Another window</h1>", stand_in.server
    );
    let browser = open(&stand_in, &[], &button).await?;
    browser.until("the element's class", "return Boolean(customElements.get('headshot-embed'))").await?;
    browser.click("button").await?;
    let shown = "const root = window.element?.shadowRoot;
        return Boolean(root?.querySelector('iframe'))
            && getComputedStyle(root.querySelector('.steps')).display === 'grid'";
    browser.until("the widget in the other window", shown).await?;
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    let back = "document.body.append(element); return element.isConnected";
    browser.until("the element to come back", back).await?;
    browser.widget().await?.find("[part~=frame]").await?;
    browser.until("its looks", shown).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_on_the_page_is_kept_from_the_first_paint() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let page = format!(
        "<meta name=viewport content='width=device-width'>
        <link rel=stylesheet href=/embed/headshot-embed.css>
        <script>
            window.shifts = 0;
            new PerformanceObserver((list) => list.getEntries().forEach(({{ value }}) => {{ shifts += value; }}))
                .observe({{ type: 'layout-shift', buffered: true }});
        </script>
        <p>Above</p>{}<p id=below>Below</p>",
        stand_in.element()
    );
    let browser = Browser::start(Camera::Granted).await?;
    for width in [1200, 700, 500] {
        browser.client.set_window_size(width, 1800).await?;
        stand_in.put_page("without", &[], &page);
        browser.client.goto(&format!("{}/without", stand_in.host)).await?;
        let place = "const { top } = below.getBoundingClientRect(); return top > 500 && top";
        let before = browser.until("the place before the script", place).await?;
        stand_in.put_page("with", &[], &format!("{page}{RECORD}{SCRIPT}"));
        browser.client.goto(&format!("{}/with", stand_in.host)).await?;
        browser
            .widget()
            .await?
            .until("[part~=status]", "to ask for photos", "data-state", |state| state == "awaiting_user")
            .await?;
        browser.until("two frames", TWO_FRAMES).await?;
        assert_eq!(browser.until("the place after it", place).await?, before, "{width}");
        let shifts = browser.client.execute("return shifts", vec![]).await?;
        ensure!(shifts.as_f64() == Some(0.0), "{width}: shifts by {shifts}");
    }
    browser.close().await
}

const TWO_FRAMES: &str = "return new Promise((resolve) =>
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))))";

#[tokio::test(flavor = "multi_thread")]
async fn live_regions_are_there_before_there_is_something_to_say() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    browser.widget().await?.find("[part~=frame]").await?;
    let hidden = "const root = document.querySelector('headshot-embed').shadowRoot;
        const regions = [...root.querySelectorAll('[aria-live], [role=status]')];
        return regions.length >= 2 && regions.every((region) => getComputedStyle(region).display !== 'none')";
    browser.until("the live regions", hidden).await?;
    let named = "const root = document.querySelector('headshot-embed').shadowRoot;
        return [...root.querySelectorAll('a, button')].every((control) =>
            (control.ariaLabel ?? control.textContent).includes(control.textContent.trim()))";
    browser.until("names that hold what is written", named).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_so_before_is_told_as_such_at_each_mount() -> Result<()> {
    let stand_in = with_photos(2).await?;
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    browser.until("the events", "return heard.length === 3").await?;
    let again = "const element = document.querySelector('headshot-embed'); element.remove();
        setTimeout(() => document.body.append(element), 100); return true";
    browser.until("the element to go and come back", again).await?;
    browser.until("the events again", "return heard.length === 6").await?;
    assert_eq!(browser.until("all of them", "return heard.every(({ restored }) => restored === true)").await?, true);
    let mut changed = stand_in.session("ready", "/studio");
    changed["photos"] = photos(&stand_in, 2);
    changed["favoritePhotoId"] = "pho_2".into();
    stand_in.answer(Answers::Session(changed));
    let news = "const news = heard.at(-1); return news.type === 'headshot-favorite' && news.photo.id === 'pho_2'
        && news.restored === false";
    browser.until("the changed mind", news).await?;
    browser.close().await
}

async fn a_server_that_is_back_is_seen_without_waiting_and_the_focus_stays(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open_in(engine, &stand_in, &[], &stand_in.element()).await?;
    let widget = browser.widget().await?;
    widget.find("[part~=frame]").await?;
    until("the waiting request", async || Ok(stand_in.asked().iter().any(|asked| asked.waits).then_some(()))).await?;
    stand_in.answer(Answers::Nothing);
    browser.until("the error", "return heard.some(({ code }) => code === 'server_unreachable')").await?;
    let focus = "const root = document.querySelector('headshot-embed').shadowRoot;
        root.querySelector('[part~=retry]').focus(); return root.activeElement?.matches('[part~=retry]')";
    browser.until("the focus on the button", focus).await?;
    let asked = stand_in.asked().len();
    stand_in.answer(Answers::Session(stand_in.session("awaiting_user", "/studio")));
    // Whoever waited for a change would not come back: nothing has changed.
    browser.until("the recovery", "return heard.at(-1).type === 'headshot-recovered'").await?;
    ensure!(!stand_in.asked()[asked].waits, "the first request after the outage was willing to wait");
    let status = "return document.querySelector('headshot-embed').shadowRoot.activeElement?.matches('[part~=status]')";
    browser.until("the focus on the status", status).await?;
    ensure!(widget.count("[part~=frame]").await? == 1, "the frame did not survive");
    browser.close().await
}

async fn a_token_that_has_expired_is_replaced_and_the_frame_stays(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let script = format!(
        "<headshot-embed server='{}' session='ses_1'></headshot-embed>
        <script type=module>
            let made = 0;
            document.querySelector('headshot-embed').token = async () => `hct_${{++made}}`;
        </script>",
        stand_in.server
    );
    let browser = open_in(engine, &stand_in, &[], &script).await?;
    let widget = browser.widget().await?;
    widget.find("[part~=frame]").await?;
    stand_in.answer(Answers::SessionForToken("hct_2".into(), stand_in.session("processing", "/studio")));
    widget.until("[part~=status]", "to go on", "data-state", |state| state == "processing").await?;
    browser.until("the recovery", "return heard.some(({ type }) => type === 'headshot-recovered')").await?;
    ensure!(widget.count("[part~=frame]").await? == 1, "the frame did not survive");
    browser.close().await
}

async fn a_failure_inside_the_wasm_is_said_and_the_studio_stays(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let page = format!(
        "<script>
            window.poison = () => Object.defineProperty(Node.prototype, 'nodeValue', {{
                set() {{ throw new Error('poisoned'); }}
            }});
        </script>{}",
        stand_in.element()
    );
    let browser = open_in(engine, &stand_in, &[], &page).await?;
    let widget = browser.widget().await?;
    widget.find("[data-state=awaiting_user]").await?;
    browser.until("a page that breaks what it did not make", "poison(); return true").await?;
    stand_in.answer(Answers::Session(stand_in.session("processing", "/studio")));
    browser.until("the event", "return heard.some(({ code }) => code === 'widget_failed')").await?;
    ensure!(widget.count("[part~=frame]").await? == 1, "the frame did not survive");
    browser
        .until(
            "how far it is",
            "return document.querySelector('headshot-embed').shadowRoot
        .querySelector('[part=status][data-state=processing]') !== null",
        )
        .await?;
    stand_in.answer(Answers::Session(stand_in.session("ready", "/studio")));
    browser.until("what came later", "return heard.at(-1).state === 'ready'").await?;
    let told = browser.client.execute("return heard.filter(({ state }) => state === 'ready').length", vec![]).await?;
    assert_eq!(told, json!(1), "two follow the session");
    ensure!(widget.count("[part~=frame]").await? == 1, "the frame did not survive");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_wasm_the_element_follows_the_session_and_renews_its_token() -> Result<()> {
    for (headers, failure, code) in [
        (vec![("content-security-policy", "script-src 'self' 'unsafe-inline'")], "", "widget_forbidden"),
        (
            vec![],
            "WebAssembly.instantiate = WebAssembly.instantiateStreaming = async () => { throw new Error('no'); };",
            "widget_unavailable",
        ),
    ] {
        let stand_in = ready_to_take_photos("/studio").await?;
        let page = format!(
            "<script>{failure}</script><headshot-embed server='{}' session='ses_1'></headshot-embed>
            <script>let made = 0; document.querySelector('headshot-embed').token = async () => `hct_${{++made}}`;</script>",
            stand_in.server
        );
        let browser = open(&stand_in, &headers, &page).await?;
        browser.until("the error", &format!("return heard.some(({{ code }}) => code === '{code}')")).await?;
        opens_a_tab(&browser, &stand_in).await?;
        for (state, said) in [("in_review", "being checked"), ("processing", "making your headshots")] {
            stand_in.answer(Answers::Session(stand_in.session(state, "/studio")));
            let shows = format!("return heard.at(-1).state === '{state}' && heard.at(-1).restored === false
                && document.querySelector('headshot-embed').shadowRoot.querySelector('[part=status]').innerText.includes('{said}')");
            browser.until(state, &shows).await?;
        }
        let mut finished = stand_in.session("ready", "/studio");
        finished["photos"] = photos(&stand_in, 2);
        finished["favoritePhotoId"] = "pho_2".into();
        stand_in.answer(Answers::SessionForToken("hct_2".into(), finished));
        browser.until("the favourite", "return heard.at(-1).photo?.id === 'pho_2'").await?;
        let widget = shadow(&browser).await?;
        ensure!(widget.count("[part=photos] img").await? == 2, "the photos are not shown");
        ensure!(widget.count("[part~=frame]").await? == 1, "the frame did not survive");
        browser.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_that_the_element_opened_stays_when_the_wasm_takes_over() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let watch = "<script>
        window.frames_made = 0;
        const append = Element.prototype.append;
        Element.prototype.append = function (...nodes) {
            frames_made += nodes.filter(({ tagName }) => tagName === 'IFRAME').length;
            return append.apply(this, nodes);
        };
    </script>";
    let browser = open(&stand_in, &[], &format!("{watch}{}", stand_in.element())).await?;
    let widget = browser.widget().await?;
    widget.until("[part~=status]", "to ask for photos", "data-state", |state| state == "awaiting_user").await?;
    camera_is(&browser, "granted").await?;
    assert_eq!(browser.client.execute("return frames_made", vec![]).await?, json!(1));
    assert_eq!(stand_in.visits(), 1, "the provider's page was asked for again");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn widgets_of_one_session_ask_the_server_once() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let waiting = || stand_in.asked().iter().filter(|asked| asked.waits).count();
    let browser = open(&stand_in, &[], &stand_in.element().repeat(3)).await?;
    let all_at = |state: &str| {
        format!(
            "return [...document.querySelectorAll('headshot-embed')].every((element) =>
            element.shadowRoot.querySelector('[data-state={state}]'))"
        )
    };
    browser.until("all three", &all_at("awaiting_user")).await?;
    until("the waiting request", async || Ok((waiting() > 0).then_some(()))).await?;
    browser.until("a while", "return new Promise((resolve) => setTimeout(resolve, 1500, true))").await?;
    assert_eq!(waiting(), 1);

    browser.until("the first to go", "document.querySelector('headshot-embed').remove(); return true").await?;
    stand_in.answer(Answers::Session(stand_in.session("processing", "/studio")));
    browser.until("the others", &all_at("processing")).await?;
    until("the waiting request", async || Ok((waiting() > 1).then_some(()))).await?;
    assert_eq!(waiting(), 2);
    let gone = "document.querySelectorAll('headshot-embed').forEach((element) => element.remove()); return true";
    browser.until("all to go", gone).await?;
    stand_in.answer(Answers::Session(stand_in.session("ready", "/studio")));
    browser.until("a while", "return new Promise((resolve) => setTimeout(resolve, 1500, true))").await?;
    assert_eq!(waiting(), 2, "somebody asks for nobody");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_link_leaves_the_frame_alone_and_is_what_a_tab_opens() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    let widget = browser.widget().await?;
    widget.find("[data-state=awaiting_user]").await?;
    camera_is(&browser, "granted").await?;
    stand_in.answer(Answers::Session(stand_in.session("in_review", "/studio?second")));
    widget.until("[part~=status]", "to go on", "data-state", |state| state == "in_review").await?;
    assert_eq!(stand_in.visits(), 1, "the frame was loaded anew: an upload may be lost");
    browser.until("what opens tabs", "window.open = (link) => { window.opened = link; }; return true").await?;
    let press =
        "document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=open-tab]').click(); return opened";
    let opened = browser.until("the tab", press).await?;
    assert_eq!(opened, json!(format!("{}/studio?second", stand_in.studio)));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_runs_out_and_is_renewed_leaves_it_to_the_person_to_open_the_studio_anew() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let expiring = |path: &str| {
        let mut session = stand_in.session("awaiting_user", path);
        session["surface"]["expiresAt"] = "2999-01-02T03:04:05Z".into();
        Answers::Session(session)
    };
    stand_in.answer(expiring("/studio"));
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    let widget = browser.widget().await?;
    camera_is(&browser, "granted").await?;
    stand_in.answer(expiring("/studio?second"));
    widget.find("[part~=renewed]").await?;
    assert_eq!(stand_in.visits(), 1, "the frame was loaded anew by itself");
    let press =
        "document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=reopen]').click(); return true";
    browser.until("the way", press).await?;
    let is_gone = "return !document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=renewed]')";
    browser.until("the sentence is gone", is_gone).await?;
    camera_is(&browser, "granted").await?;
    assert_eq!(stand_in.visits(), 2);
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_lost_request_is_nothing_to_speak_of() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    stand_in.answer(Answers::SessionAfterFailure(stand_in.session("awaiting_user", "/studio")));
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    browser.widget().await?.find("[part~=frame]").await?;
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    browser.close().await
}

pub(super) async fn ready_to_take_photos(studio_path: &str) -> Result<StandIn> {
    let stand_in = StandIn::start().await?;
    stand_in.answer(Answers::Session(stand_in.session("awaiting_user", studio_path)));
    Ok(stand_in)
}

pub(super) async fn with_photos(count: usize) -> Result<StandIn> {
    let stand_in = StandIn::start().await?;
    let mut session = stand_in.session("ready", "/studio");
    session["photos"] = photos(&stand_in, count);
    session["favoritePhotoId"] = "pho_1".into();
    stand_in.answer(Answers::Session(session));
    Ok(stand_in)
}

pub(super) fn photos(stand_in: &StandIn, count: usize) -> Value {
    let photo = |number: usize| {
        let id = format!("pho_{number}");
        json!({ "id": id, "url": format!("{}/photos/{id}", stand_in.server), "expiresAt": "2027-01-02T03:04:05Z" })
    };
    (1..=count).map(photo).collect()
}

pub(super) async fn open(stand_in: &StandIn, headers: &[(&str, &str)], body: &str) -> Result<Browser> {
    open_in(Engine::Chromium, stand_in, headers, body).await
}

pub(super) async fn open_in(
    engine: Engine,
    stand_in: &StandIn,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Browser> {
    open_without_script(engine, stand_in, headers, &format!("{SCRIPT}{body}")).await
}

async fn open_without_script(
    engine: Engine,
    stand_in: &StandIn,
    headers: &[(&str, &str)],
    body: &str,
) -> Result<Browser> {
    let browser = Browser::start_in(engine, Camera::Granted).await?;
    show(&browser, stand_in, headers, body).await?;
    Ok(browser)
}

pub(super) async fn show(browser: &Browser, stand_in: &StandIn, headers: &[(&str, &str)], body: &str) -> Result<()> {
    stand_in.put_page("page", headers, &format!("<title>Page</title>{RECORD}{body}"));
    Ok(browser.client.goto(&format!("{}/page", stand_in.host)).await?)
}

pub(super) async fn heard(browser: &Browser, name: &str) -> Result<Value> {
    let script = format!("return heard.filter(({{ type }}) => type === '{name}')");
    Ok(browser.client.execute(&script, vec![]).await?)
}

/// Waits for the error event with this code; its message, for developers, has to contain `line`.
pub(super) async fn error_says(browser: &Browser, code: &str, line: &str) -> Result<()> {
    let found = format!("return heard.find((event) => event.type === 'headshot-error' && event.code === '{code}')");
    let event = browser.until(&format!("the error {code}"), &found).await?;
    ensure!(event["message"].as_str().is_some_and(|message| message.contains(line)), "{event} lacks {line}");
    let shown = format!(
        "return Boolean(document.querySelector('headshot-embed').shadowRoot.querySelector('[data-code={code}]'))"
    );
    browser.until(&format!("the sentence for {code}"), &shown).await?;
    Ok(())
}

/// Waits until the provider's page says what came of its question for the camera.
pub(super) async fn camera_is(browser: &Browser, outcome: &str) -> Result<()> {
    let frame = "return document.querySelector('headshot-embed')?.shadowRoot.querySelector('iframe') ?? null";
    browser.until("the frame", frame).await?;
    shadow(browser).await?.find("iframe").await?.enter_frame().await?;
    let said = format!("return document.querySelector('#camera')?.textContent === '{outcome}'");
    browser.until(&format!("the camera to be {outcome}"), &said).await?;
    Ok(browser.client.enter_parent_frame().await?)
}

/// The widget's inside, also where the wasm did not come.
pub(super) async fn shadow(browser: &Browser) -> Result<Widget> {
    browser.widget_of("headshot-embed").await
}

/// The way into a tab of its own is there and leads to the provider's page, which cannot reach back.
pub(super) async fn opens_a_tab(browser: &Browser, stand_in: &StandIn) -> Result<()> {
    let page = browser.client.window().await?;
    let click = "const root = document.querySelector('headshot-embed').shadowRoot;
        const button = [...root.querySelectorAll('button')].find((button) => button.textContent.includes('new tab'));
        button?.click(); return Boolean(button)";
    browser.until("the way into a new tab", click).await?;
    let tab =
        until("the new tab", async || Ok(browser.client.windows().await?.into_iter().find(|window| *window != page)))
            .await?;
    browser.client.switch_to_window(tab).await?;
    ensure!(browser.client.execute("return opener", vec![]).await?.is_null(), "the new tab can reach the page");
    if browser.client.current_url().await?.as_str() != "about:blank" {
        let at = browser.client.current_url().await?.to_string();
        let is_there = [&stand_in.studio, &stand_in.studio_after_redirect].iter().any(|studio| at.starts_with(*studio));
        ensure!(is_there, "the new tab is at {at}");
    }
    browser.client.close_window().await?;
    Ok(browser.client.switch_to_window(page).await?)
}
