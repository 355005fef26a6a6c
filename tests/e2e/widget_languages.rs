//! What the person reads: in the language of the page, and in the host's own words.

use anyhow::{Result, ensure};
use headshot_tests::{
    browser::{Browser, Engine},
    in_both_browsers,
    stand_in::Answers,
};
use serde_json::{Value, json};

use crate::widget_page::{heard, open, open_in, ready_to_take_photos};

/// What the widget says and how, and how many frames it has had.
const SAID: &str = "const root = document.querySelector('headshot-embed').shadowRoot;
    const widget = root.querySelector('.widget');
    return { lang: widget.lang, dir: widget.dir, title: root.querySelector('.title').textContent,
        detail: root.querySelector('[part~=status] .detail')?.textContent,
        frame: root.querySelector('iframe')?.title, isSame: root.querySelector('iframe') === window.frame }";

in_both_browsers! {
    the_language_around_the_element_is_spoken_and_follows_the_page
}

async fn the_language_around_the_element_is_spoken_and_follows_the_page(engine: Engine) -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let page = format!("<div id=around lang=de-AT>{}</div>", stand_in.element());
    let browser = open_in(engine, &stand_in, &[], &page).await?;
    until_said(&browser, "lang", "de-AT").await?;
    browser.widget().await?.find("iframe").await?;
    let keep =
        "window.frame = document.querySelector('headshot-embed').shadowRoot.querySelector('iframe'); return true";
    browser.until("the frame", keep).await?;
    let german = said(&browser).await?;
    assert_eq!((&german["title"], &german["frame"]), (&json!("Machen Sie Ihre Fotos"), &json!("Fotostudio")));

    stand_in.answer(Answers::Session(stand_in.session("processing", "/studio")));
    browser.until("three minutes", &has("Testmodus", "3 Minuten")).await?;
    for (language, direction, minutes) in
        [("ar", "rtl", "3 دقائق|٣ دقائق"), ("ja", "ltr", "3 分"), ("fr", "ltr", "3 minutes")]
    {
        browser.until("another language", &format!("around.lang = '{language}'; return true")).await?;
        until_said(&browser, "lang", language).await?;
        let said = said(&browser).await?;
        let detail = said["detail"].as_str().unwrap_or_default().replace('\u{a0}', " ");
        ensure!(minutes.split('|').any(|minutes| detail.contains(minutes)), "{language}: {detail}");
        assert_eq!((&said["dir"], &said["isSame"]), (&json!(direction), &json!(true)), "{language}");
    }
    assert_eq!(heard(&browser, "headshot-error").await?, json!([]));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_without_a_file_is_english_and_english_loads_no_file() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let browser = open(&stand_in, &[], &format!("<div lang=pt>{}</div>", stand_in.element())).await?;
    until_said(&browser, "title", "Take your photos").await?;
    until_said(&browser, "lang", "en").await?;
    let loaded =
        "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('language-')).length === 0";
    browser.until("nothing more than English", loaded).await?;
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_can_say_it_in_its_own_words() -> Result<()> {
    let stand_in = ready_to_take_photos("/studio").await?;
    let page = format!("<script>document.documentElement.lang = 'es'</script>{}", stand_in.element());
    let browser = open(&stand_in, &[], &page).await?;
    until_said(&browser, "title", "Hágase sus fotos").await?;
    let own = "document.querySelector('headshot-embed').messages = { takePhotos: '¡Sonría!' }; return true";
    browser.until("other words", own).await?;
    until_said(&browser, "title", "¡Sonría!").await?;
    until_said(&browser, "frame", "Estudio de fotos").await?;
    let none = "document.querySelector('headshot-embed').messages = null; return true";
    browser.until("no other words", none).await?;
    until_said(&browser, "title", "Hágase sus fotos").await?;
    browser.close().await
}

async fn said(browser: &Browser) -> Result<Value> {
    Ok(browser.client.execute(SAID, vec![]).await?)
}

async fn until_said(browser: &Browser, what: &str, text: &str) -> Result<()> {
    let script = SAID.replace("return {", "const said = {") + &format!("; return said.{what} === '{text}'");
    browser.until(&format!("{what} to be {text}"), &script).await?;
    Ok(())
}

fn has(one: &str, other: &str) -> String {
    format!(
        "const text = document.querySelector('headshot-embed').shadowRoot.querySelector('[part~=status]').textContent
            .replaceAll('\\u00a0', ' ');
        return text.includes('{one}') && text.includes('{other}')"
    )
}
