//! What axe-core finds in the widget where the provider's page opens elsewhere than on the page, and in what lies over it.
//! The states of a session are tried with the npm package, those of the capture where each is shown.

use anyhow::{Result, ensure};
use headshot_tests::browser::{Browser, Camera};
use serde_json::json;

use crate::widget_page::{SCRIPT, open, ready_to_take_photos, show, with_photos};

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_wherever_the_studio_opens() -> Result<()> {
    let browser = Browser::start(Camera::Granted).await?;
    for (surface, part) in [("modal", "door"), ("tab", "door"), ("redirect", "door"), ("phone", "copy-link")] {
        let stand_in = ready_to_take_photos("/studio").await?;
        let element = stand_in.element().replace("<headshot-embed", &format!("<headshot-embed surface={surface}"));
        show(&browser, &stand_in, &[], &format!("{SCRIPT}{element}")).await?;
        browser.widget().await?.find(&format!("[part~={part}]")).await?;
        no_rule_is_broken(&browser, surface).await?;
        if surface == "modal" {
            browser.widget().await?.find("[part~=door]").await?.click().await?;
            in_widget(&browser, "the studio over the page", "dialog.over:modal iframe").await?;
            no_rule_is_broken(&browser, "over the page").await?;
        }
        if surface == "phone" {
            in_widget(&browser, "the code", "[part~=code]:not([hidden])").await?;
            no_rule_is_broken(&browser, "with the code").await?;
            // Where the browser does not copy, the link can be marked.
            let none = "navigator.clipboard.writeText = async () => { throw new Error('no'); }; return true";
            browser.until("a browser that does not copy", none).await?;
            browser.widget().await?.find("[part~=copy-link]").await?.click().await?;
            in_widget(&browser, "the link", "[part~=link]").await?;
            no_rule_is_broken(&browser, "with the link").await?;
        }
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_where_a_photo_is_large() -> Result<()> {
    let stand_in = with_photos(3).await?;
    let browser = open(&stand_in, &[], &stand_in.element()).await?;
    for number in [1, 3] {
        let enlarge = format!("li:nth-of-type({number}) [part~=enlarge]");
        browser.widget().await?.find(&enlarge).await?.click().await?;
        in_widget(&browser, "the large photo", "[part~=viewer]:modal img").await?;
        no_rule_is_broken(&browser, &format!("photo {number}")).await?;
        browser.widget().await?.find("[part~=close-viewer]").await?.click().await?;
    }
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_is_broken_before_the_person_wants_it() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let element = stand_in.element().replace("<headshot-embed", "<headshot-embed loading=intent");
    let browser = open(&stand_in, &[], &element).await?;
    in_widget(&browser, "the button", "[part~=start]").await?;
    no_rule_is_broken(&browser, "before").await?;
    browser.close().await
}

async fn no_rule_is_broken(browser: &Browser, state: &str) -> Result<()> {
    let broken = browser.broken_rules("headshot-embed").await?;
    ensure!(broken == json!([]), "{state}: {broken}");
    Ok(())
}

async fn in_widget(browser: &Browser, what: &str, css: &str) -> Result<()> {
    let script = format!("return Boolean(document.querySelector('headshot-embed').shadowRoot?.querySelector('{css}'))");
    browser.until(what, &script).await?;
    Ok(())
}
