//! The conformance page that the site gives out: what it finds in the browsers that we test in.

use std::fs;

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera, Engine},
    in_both_browsers,
    program::prepared,
    stand_in::StandIn,
};

in_both_browsers! {
    everything_that_the_page_checks_holds
}

async fn everything_that_the_page_checks_holds(engine: Engine) -> Result<()> {
    let (stand_in, browser) = open(engine).await?;
    browser.client.goto(&format!("{}/conformance.html", stand_in.host)).await?;
    browser.click("#run").await?;
    let results = "return [...document.querySelectorAll('tr[data-result]')].map(({ dataset }) => dataset.result)";
    let count = browser.client.execute(results, vec![]).await?.as_array().map_or(0, Vec::len);
    ensure!(count > 30, "{count} checks");
    for check in 0..count {
        let is_over =
            format!("{results}.every((result, check) => check > {check} || !['waits', 'runs'].includes(result))");
        browser.until(&format!("check {check}"), &is_over).await?;
    }
    let others =
        "return [...document.querySelectorAll('tr[data-result]:not([data-result=holds])')].map((row) => row.innerText)";
    let others = browser.client.execute(others, vec![]).await?;
    ensure!(others == serde_json::json!([]), "{others}");
    let picture = format!("conformance-{engine:?}.png").to_lowercase();
    browser.screenshot(&prepared("HEADSHOT_DIST").with_file_name("e2e").join(picture)).await?;

    // What reached the clipboard cannot be read without asking, so the page gets none.
    let none = "navigator.clipboard.writeText = async () => { throw new Error('no'); }; return true";
    browser.until("a browser that does not copy", none).await?;
    browser.click("#copy").await?;
    let table = browser.until("the table", "return document.querySelector('#stage textarea')?.value").await?;
    ensure!(table.as_str().is_some_and(|table| table.contains("| holds |")), "{table}");
    ensure!(browser.broken_rules("body").await? == serde_json::json!([]));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_is_said() -> Result<()> {
    let (stand_in, browser) = open(Engine::Chromium).await?;
    // A page that the browser takes for an insecure one, and that has no second origin.
    let script = fs::read_to_string(prepared("HEADSHOT_WWW").join("conformance.js"))?;
    let poorer = "Object.defineProperty(globalThis, 'isSecureContext', { value: false });\n";
    let alone = script
        .replace("127.0.0.1\": \"localhost", "127.0.0.1\": \"")
        .replace("localhost: \"127.0.0.1\"", "localhost: \"\"");
    ensure!(alone != script, "the page has other twins");
    stand_in.put_file("conformance.js", &format!("{poorer}{alone}"));
    browser.client.goto(&format!("{}/conformance.html", stand_in.host)).await?;
    browser.click("#run").await?;
    browser.until("the checks", "return document.documentElement.dataset.conformance === 'fails'").await?;
    let results =
        "return ['fails', 'skipped'].map((result) => document.querySelectorAll(`[data-result=${result}]`).length)";
    let results = browser.client.execute(results, vec![]).await?;
    ensure!(results[0].as_u64() >= Some(1) && results[1].as_u64() >= Some(8), "{results}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_the_widgets_files_says_so() -> Result<()> {
    let (stand_in, browser) = open(Engine::Chromium).await?;
    let script = fs::read_to_string(prepared("HEADSHOT_WWW").join("conformance.js"))?;
    stand_in.put_file("conformance.js", &script.replace("embed/headshot-embed", "elsewhere/headshot-embed"));
    browser.client.goto(&format!("{}/conformance.html", stand_in.host)).await?;
    browser.click("#run").await?;
    browser.until("what is wrong", "return document.querySelector('#sum').textContent.includes('embed/')").await?;
    browser.close().await
}

/// A browser, and a host that has the page and the widget's files.
async fn open(engine: Engine) -> Result<(StandIn, Browser)> {
    let stand_in = StandIn::start().await?;
    for file in ["conformance.html", "conformance.js"] {
        stand_in.put_file(file, &fs::read_to_string(prepared("HEADSHOT_WWW").join(file))?);
    }
    Ok((stand_in, Browser::start_in(engine, Camera::Granted).await?))
}
