//! A real browser, driven over WebDriver.

use std::{fs, path::Path, process::Stdio};

use anyhow::{Context, Result};
use axum::http::Method;
use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::{Element, ShadowRoot},
    wd::WebDriverCompatibleCommand,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::{
    process::Command,
    sync::{Semaphore, SemaphorePermit},
};

use url::{ParseError, Url};

use crate::{
    program::{self, Program},
    wait::until,
};

/// Whether the browser lets pages use its (fake) camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Camera {
    /// Every request is granted without asking.
    Granted,
    /// The person has blocked it.
    Blocked,
}

/// Whose browser it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Debian's Chromium.
    Chromium,
    /// Firefox.
    Firefox,
}

/// Makes each of these functions, which take an [`Engine`], a test in either browser. Firefox takes several times as long
/// to start, so it is for what browsers do differently: frames, tabs, dialogs, keys, policies, the camera.
#[macro_export]
macro_rules! in_both_browsers {
    ($($test:ident)*) => {
        mod chromium {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() -> anyhow::Result<()> {
                super::$test($crate::browser::Engine::Chromium).await
            })*
        }

        mod firefox {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $test() -> anyhow::Result<()> {
                super::$test($crate::browser::Engine::Firefox).await
            })*
        }
    };
}

/// One browser with a profile of its own, and the driver that steers it.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    _driver: Program,
    _profile: Profile,
    _turn: SemaphorePermit<'static>,
}

/// The browser's own folder. A killed driver leaves its browser behind, which the folder's name finds.
struct Profile(TempDir);

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::process::Command::new("pkill").args(["-KILL", "-f"]).arg(self.0.path()).status();
    }
}

/// How many browsers run at once: enough to keep two cores busy, few enough that none starves.
static TURNS: Semaphore = Semaphore::const_new(3);

impl Browser {
    /// Starts headless Chromium with a fake camera.
    ///
    /// # Errors
    ///
    /// When the driver or the browser does not start.
    pub async fn start(camera: Camera) -> Result<Self> {
        Self::start_in(Engine::Chromium, camera).await
    }

    /// Starts either browser, headless and with a fake camera.
    ///
    /// # Errors
    ///
    /// When the driver or the browser does not start.
    pub async fn start_in(engine: Engine, camera: Camera) -> Result<Self> {
        let turn = TURNS.acquire().await?;
        let profile = Profile(TempDir::new()?);
        let (driver, capabilities) = match engine {
            Engine::Chromium => (chromedriver().await?, chromium(camera, profile.0.path())),
            Engine::Firefox => (geckodriver(profile.0.path()).await?, firefox(camera)),
        };
        let port = driver.ready_line.trim_end_matches('.').rsplit([' ', ':']).next();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", port.context("the driver names its port")?))
            .await
            .context("could not open a browser session")?;
        client.set_window_size(1200, 1500).await?;
        Ok(Self { client, _driver: driver, _profile: profile, _turn: turn })
    }

    /// Ends the browser in good order; without this call it is killed.
    ///
    /// # Errors
    ///
    /// When the driver does not answer.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// Waits for the element that `css` selects in the page or frame that is current.
    ///
    /// # Errors
    ///
    /// When it does not appear in time.
    pub async fn find(&self, css: &str) -> Result<Element> {
        until(css, async || Ok(Some(self.client.find(Locator::Css(css)).await?))).await
    }

    /// Waits for the widget's shadow root.
    ///
    /// # Errors
    ///
    /// When there is none in time.
    pub async fn widget(&self) -> Result<Widget> {
        let host = until("the widget", async || {
            let found = self.client.execute(FIND_WIDGET, vec![]).await?;
            Ok((!found.is_null()).then_some(found))
        })
        .await?;
        Ok(Widget { root: element(&self.client, &host)?.shadow_root().await? })
    }

    /// The shadow root of the element that `css` selects, whatever is in it.
    ///
    /// # Errors
    ///
    /// When there is none in time.
    pub async fn widget_of(&self, css: &str) -> Result<Widget> {
        Ok(Widget { root: self.find(css).await?.shadow_root().await? })
    }

    /// Clicks the element that `css` selects, as soon as it can be clicked.
    ///
    /// # Errors
    ///
    /// When it cannot be clicked in time.
    pub async fn click(&self, css: &str) -> Result<()> {
        until(&format!("a click on {css}"), async || {
            let element = self.client.find(Locator::Css(css)).await?;
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Runs `script` in the current page until it returns something other than null and false.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub async fn until(&self, what: &str, script: &str) -> Result<Value> {
        until(what, async || {
            let value = self.client.execute(script, vec![]).await?;
            Ok((!value.is_null() && value != Value::Bool(false)).then_some(value))
        })
        .await
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Errors
    ///
    /// When the driver does not answer.
    pub async fn press(&self, key: char) -> Result<()> {
        let keys = KeyActions::new("keys".to_owned());
        let stroke = keys.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        Ok(self.client.perform_actions(stroke).await?)
    }

    /// Has pages believe that the person prefers something, such as `prefers-color-scheme: dark`.
    ///
    /// # Errors
    ///
    /// When the driver refuses.
    pub async fn emulate(&self, media: &[(&str, &str)]) -> Result<()> {
        let features: Vec<_> = media.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let parameters = json!({ "cmd": "Emulation.setEmulatedMedia", "params": { "features": features } });
        self.client.issue_cmd(OwnCommand("goog/cdp/execute", parameters)).await?;
        Ok(())
    }

    /// What Chromium's console has said as errors since it was asked before.
    ///
    /// # Errors
    ///
    /// When the driver refuses.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let said = self.client.issue_cmd(OwnCommand("se/log", json!({ "type": "browser" }))).await?;
        let errors = said.as_array().into_iter().flatten().filter(|entry| entry["level"] == "SEVERE");
        Ok(errors.map(|entry| entry["message"].to_string()).collect())
    }

    /// The rules of accessibility that what `css` selects breaks, shadow roots included, frames of others not.
    ///
    /// # Errors
    ///
    /// When the rules are not there or cannot be run.
    pub async fn broken_rules(&self, css: &str) -> Result<Value> {
        let axe = program::prepared("HEADSHOT_CONSUMERS").join("frameworks/node_modules/axe-core/axe.min.js");
        let check = "const [css, done] = arguments;
            axe.run(css, { iframes: false }).then(({ violations }) => done(violations.map(({ id, nodes }) =>
                `${id}: ${nodes.map(({ html }) => html).join(', ')}`)), (error) => done(String(error)))";
        self.client.execute(&format!("{}; window.axe ??= axe;", fs::read_to_string(axe)?), vec![]).await?;
        Ok(self.client.execute_async(check, vec![css.into()]).await?)
    }

    /// Saves what the browser shows as a PNG file.
    ///
    /// # Errors
    ///
    /// When the driver or the disk refuses.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(file, self.client.screenshot().await?)?)
    }
}

/// A command of Chromium's driver alone: its path, and what it takes.
#[derive(Debug)]
struct OwnCommand(&'static str, Value);

impl WebDriverCompatibleCommand for OwnCommand {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}

/// The widget's inside: what hangs in its shadow root.
pub struct Widget {
    root: ShadowRoot,
}

impl Widget {
    /// Waits for the element that `css` selects.
    ///
    /// # Errors
    ///
    /// When it does not appear in time.
    pub async fn find(&self, css: &str) -> Result<Element> {
        until(&format!("the widget's {css}"), async || Ok(Some(self.root.find(Locator::Css(css)).await?))).await
    }

    /// Waits for the shadow root of an element in there.
    ///
    /// # Errors
    ///
    /// When there is none in time.
    pub async fn inside(&self, css: &str) -> Result<Self> {
        Ok(Self { root: self.find(css).await?.shadow_root().await? })
    }

    /// Waits until `check` holds for the element that `css` selects.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub async fn until(&self, css: &str, what: &str, attribute: &str, check: impl Fn(&str) -> bool) -> Result<String> {
        until(&format!("the widget's {css} {what}"), async || {
            let element = self.root.find(Locator::Css(css)).await?;
            let value = element.attr(attribute).await?.unwrap_or_default();
            Ok(check(&value).then_some(value))
        })
        .await
    }

    /// How many elements `css` selects at this moment.
    ///
    /// # Errors
    ///
    /// When the driver does not answer.
    pub async fn count(&self, css: &str) -> Result<usize> {
        Ok(self.root.find_all(Locator::Css(css)).await?.len())
    }
}

const FIND_WIDGET: &str = "return [...document.querySelectorAll('*')]
    .find((element) => element.shadowRoot?.querySelector('[part~=status]')) ?? null";

/// Starts Chromium's driver on a port of its own choice.
///
/// It chooses one for IPv4 and then wants the same for IPv6, where another program may have it: it gives up, we do not.
async fn chromedriver() -> Result<Program> {
    let path = program::prepared("HEADSHOT_CHROMEDRIVER");
    until("a browser driver", async || {
        Ok(Some(Program::start(Command::new(&path).arg("--port=0"), "successfully").await?))
    })
    .await
}

/// Starts Firefox's driver, which puts the profiles into this folder.
async fn geckodriver(profiles: &Path) -> Result<Program> {
    let mut driver = Command::new(program::prepared("HEADSHOT_GECKODRIVER"));
    driver.args(["--port", "0", "--websocket-port", "0", "--profile-root"]).arg(profiles);
    // Firefox says a lot about itself there, and nothing about the page.
    driver.stderr(Stdio::null());
    Program::start(&mut driver, "Listening on").await
}

/// What `execute` returned, as an element: WebDriver wraps its id into an object with one key.
fn element(client: &Client, value: &Value) -> Result<Element> {
    let id = value.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
    let id = id.with_context(|| format!("not an element: {value}"))?;
    Ok(Element::from_element_id(client.clone(), id.to_owned().into()))
}

fn chromium(camera: Camera, profile: &Path) -> Map<String, Value> {
    let mut arguments = vec![
        "--headless".to_owned(),
        "--no-sandbox".into(),
        "--disable-gpu".into(),
        "--disable-quic".into(),
        "--no-first-run".into(),
        "--disable-background-networking".into(),
        "--disable-component-update".into(),
        "--disable-sync".into(),
        "--use-fake-device-for-media-stream".into(),
        format!("--user-data-dir={}", profile.display()),
    ];
    if camera == Camera::Granted {
        arguments.push("--use-fake-ui-for-media-stream".into());
    }
    let blocked = json!({ "profile.default_content_setting_values.media_stream_camera": 2 });
    let preferences = if camera == Camera::Blocked { blocked } else { json!({}) };
    let options = json!({
        "binary": program::prepared("HEADSHOT_CHROME"),
        "args": arguments,
        "prefs": preferences,
    });
    Map::from_iter([
        ("goog:chromeOptions".to_owned(), options),
        // A page with a frame that never answers never ends loading.
        ("pageLoadStrategy".to_owned(), "eager".into()),
        ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
    ])
}

fn firefox(camera: Camera) -> Map<String, Value> {
    let permission = match camera {
        Camera::Granted => json!({ "media.navigator.permission.disabled": true }),
        Camera::Blocked => json!({ "permissions.default.camera": 2 }),
    };
    let mut preferences = Map::from_iter([("media.navigator.streams.fake".to_owned(), true.into())]);
    preferences.extend(permission.as_object().cloned().unwrap_or_default());
    let options = json!({
        "binary": program::prepared("HEADSHOT_FIREFOX"),
        "args": ["-headless"],
        "prefs": preferences,
    });
    Map::from_iter([("moz:firefoxOptions".to_owned(), options), ("pageLoadStrategy".to_owned(), "eager".into())])
}
