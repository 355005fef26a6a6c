//! Photographs the widget in every state and every look, for people to look at: `cargo xtask shots`.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::{Context, Result};
use headshot_tests::{
    browser::{Browser, Camera},
    stand_in::{Answers, StandIn},
};
use serde_json::{Value, json};

/// A state: its name, attributes of the element, what the session differs in, what comes before the element, and what is
/// done then.
type State = (&'static str, &'static str, fn(&StandIn) -> Value, &'static str, &'static str);

const WITHOUT_CAMERA: &str = "<script>navigator.mediaDevices.enumerateDevices = async () => [];</script>";
const ENLARGE: &str = "root.querySelectorAll('[part~=enlarge]')[1]?.click();";

const STATES: [State; 9] = [
    ("studio", "", |_| json!({}), "", ""),
    ("modal", "surface=modal", |_| json!({}), "", ""),
    ("modal-open", "surface=modal", |_| json!({}), "", "root.querySelector('[part~=door]')?.click();"),
    ("phone", "surface=phone", |_| json!({}), "", ""),
    ("no-camera", "", |_| json!({}), WITHOUT_CAMERA, ""),
    ("making", "", |_| json!({ "state": "processing", "progress": "making", "usualMinutes": 60 }), "", ""),
    ("ready", "surface=tab", ready, "", ""),
    ("large", "surface=tab", ready, "", ENLARGE),
    ("refused", "", |_| json!({ "surface": { "kind": "frame", "url": "javascript:1", "origins": [] } }), "", ""),
];

/// A look: its name, the window's width, the language, what the person prefers, and the page's style.
type Look = (&'static str, u32, &'static str, &'static [(&'static str, &'static str)], &'static str);

const LOOKS: [Look; 7] = [
    ("light", 900, "en", &[], ""),
    ("dark", 900, "en", &[("prefers-color-scheme", "dark")], ""),
    ("rtl", 900, "ar", &[], ""),
    ("narrow", 500, "de", &[], "body { inline-size: 300px; }"),
    ("wide", 1600, "en", &[], ""),
    ("zoomed", 900, "es", &[], ":root { font-size: 200%; }"),
    ("forced", 900, "fr", &[("forced-colors", "active"), ("prefers-color-scheme", "dark")], ""),
];

#[tokio::main]
async fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args_os().nth(1).context("usage: shots <folder>")?);
    fs::create_dir_all(&folder)?;
    let stand_in = StandIn::start().await?;
    let browser = Browser::start(Camera::Granted).await?;
    let mut sheet = String::from(SHEET);
    for (look, width, language, media, style) in LOOKS {
        browser.client.set_window_size(width, 1200).await?;
        browser.emulate(media).await?;
        write!(sheet, "<h2>{look}</h2><div>")?;
        for state in STATES {
            let name = format!("{}-{look}.png", state.0);
            show(&stand_in, &browser, &state, language, style).await?;
            browser.screenshot(&folder.join(&name)).await?;
            write!(sheet, "<figure><img src={name} alt=''><figcaption>{}</figcaption></figure>", state.0)?;
        }
        sheet.push_str("</div>");
    }
    fs::write(folder.join("index.html"), sheet)?;
    browser.close().await
}

async fn show(stand_in: &StandIn, browser: &Browser, state: &State, language: &str, style: &str) -> Result<()> {
    let (_, attributes, differs, before, then) = state;
    let mut session = stand_in.session("awaiting_user", "/studio");
    if let (Some(session), Value::Object(differing)) = (session.as_object_mut(), differs(stand_in)) {
        session.extend(differing);
    }
    stand_in.answer(Answers::Session(session));
    let element = stand_in.element().replace("<headshot-embed", &format!("<headshot-embed {attributes}"));
    let page = format!(
        "<html lang={language}><meta name=color-scheme content='light dark'><title>Shot</title>
        <link rel=stylesheet href=/embed/headshot-embed.css>
        <style>body {{ margin: 32px; }} headshot-embed {{ --headshot-frame-height: 420px; }} {style}</style>
        {before}<script type=module src=/embed/headshot-embed.js></script>{element}"
    );
    stand_in.put_page("shot", &[], &page);
    browser.client.goto(&format!("{}/shot", stand_in.host)).await?;
    let settled = "const root = document.querySelector('headshot-embed')?.shadowRoot;
        return Boolean(root?.querySelector('[data-state]:not([data-state=opening])'))";
    browser.until("the widget", settled).await?;
    let acted = format!("const root = document.querySelector('headshot-embed').shadowRoot; {then} return true");
    browser.until("the state", &acted).await?;
    let quiet = "return new Promise((resolve) => setTimeout(resolve, 700, true))";
    browser.until("the pictures", quiet).await?;
    Ok(())
}

fn ready(stand_in: &StandIn) -> Value {
    let photo = |number: usize| {
        let id = format!("pho_{number}");
        json!({ "id": id, "url": format!("{}/photos/{id}", stand_in.server), "expiresAt": "2027-01-02T03:04:05Z" })
    };
    let photos: Vec<_> = (1..=8).map(photo).collect();
    json!({ "state": "ready", "photos": photos, "favoritePhotoId": "pho_3" })
}

const SHEET: &str = "<!doctype html><meta charset=utf-8><title>The widget in every state</title>
<style>
    body { font: 15px system-ui; margin: 2rem; background: #eef0f5; }
    div { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 1.5rem; }
    figure { margin: 0; }
    img { inline-size: 100%; border: 1px solid #ccd; border-radius: 8px; }
</style>
<h1>The widget in every state</h1>";
