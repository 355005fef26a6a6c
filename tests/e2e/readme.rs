//! The README's snippets do what they say, as a reader would paste them, and its tables are complete.

use std::{collections::BTreeSet, env, fs, path::Path, path::PathBuf};

use anyhow::{Context, Result, ensure};
use headshot_tests::{
    browser::{Browser, Camera},
    program::{self, Program, prepared, serve_embed_files},
    session::{open_session, show_finished_photos},
    stage::{API_KEY, Stage, WEBHOOK_SECRET, free_port},
};
use tempfile::TempDir;
use tokio::process::Command;

/// The values that the README leaves out.
const LEFT_OUT: char = '…';

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_the_chosen_photo() -> Result<()> {
    let pages = TempDir::new()?;
    serve_embed_files(pages.path())?;
    let stage = Stage::start(pages.path(), 100).await?;
    let opened = open_session(&stage).await?;
    let page = snippet("html", "<headshot-embed")?
        .replace("https://headshots.example.com", &stage.server)
        .replace("ses_…", &opened.session.id)
        .replace("hct_…", &opened.client_token.token);
    ensure!(!page.contains(LEFT_OUT), "the snippet leaves out more than this test fills in: {page}");
    fs::write(pages.path().join("index.html"), format!("<!doctype html><title>Pasted</title>{page}"))?;

    let browser = Browser::start(Camera::Granted).await?;
    browser.client.goto(&stage.host).await?;
    browser.widget().await?.find("iframe[part~=frame]").await?;
    show_finished_photos(&stage).await?;
    let shown = "const picture = document.querySelector('#picture'); return picture.naturalWidth > 0 && picture.src";
    let source = browser.until("the picture", shown).await?;
    ensure!(source.as_str().is_some_and(|source| source.starts_with(&stage.server)), "the picture is {source}");
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backend_opens_a_session() -> Result<()> {
    let pages = TempDir::new()?;
    let stage = Stage::start(pages.path(), 1).await?;
    let script =
        snippet("js", "openHeadshotSession")? + "\nconsole.log(await openHeadshotSession('ada@example.test'));";
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", &script])
        .env("HEADSHOT_URL", &stage.server)
        .env("HEADSHOT_API_KEY", API_KEY)
        .output()
        .await?;
    let printed = String::from_utf8_lossy(&output.stdout);
    ensure!(
        printed.contains("ses_") && printed.contains("hct_"),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verifier_tells_a_genuine_delivery_from_a_forged_one() -> Result<()> {
    let project = TempDir::new()?;
    let packed = packed("headshot-verify-")?;
    run(Command::new("npm").args(["install", "--silent", "--offline"]).arg(packed), project.path()).await?;
    let checks = format!(
        "{}
        import {{ createHmac }} from 'node:crypto';
        const answer = async (body, sent = body) => {{
            const timestamp = String(Math.floor(Date.now() / 1000));
            const tag = createHmac('sha256', process.env.HEADSHOTPRO_WEBHOOK_SECRET).update(timestamp + '.' + body).digest('hex');
            const headers = {{ 'x-headshotpro-timestamp': timestamp, 'x-headshotpro-signature': 'sha256=' + tag }};
            const response = await POST(new Request('http://localhost/', {{ method: 'POST', body: sent, headers }}));
            console.log(response.status + ' ' + await response.text());
        }};
        const body = '{{\"event\":\"model.created\",\"object\":{{\"_id\":\"1\"}}}}';
        await answer(body);
        await answer('{{\"object\":{{\"_id\":\"2\"}}}}');
        await answer(body, body + ' ');",
        snippet("js", "headshot-verify")?
    );
    fs::write(project.path().join("checks.mjs"), checks)?;
    let node = &mut Command::new("node");
    let printed = run(node.arg("checks.mjs").env("HEADSHOTPRO_WEBHOOK_SECRET", WEBHOOK_SECRET), project.path()).await?;
    assert_eq!(printed, "session_created 1\n200 \nother 2\n200 \n401 \n");
    Ok(())
}

#[tokio::test]
async fn the_server_starts_with_the_settings_shown() -> Result<()> {
    let folder = TempDir::new()?;
    let script = snippet("sh", "headshot serve")?
        .replace(LEFT_OUT, "0123456789abcdef")
        .replace("headshot serve", "exec headshot serve");
    let programs = program::path("headshot").parent().context("a program lies in a folder")?.to_owned();
    let path = format!("{}:{}", programs.display(), env::var("PATH")?);
    let mut shell = Command::new("bash");
    shell.args(["-euc", &script]).current_dir(folder.path()).env("PATH", path);
    shell.env("HEADSHOT_LISTEN", format!("127.0.0.1:{}", free_port()?));
    Program::start(&mut shell, "headshot listening on").await?.kill().await
}

#[test]
fn the_table_of_codes_is_complete() -> Result<()> {
    let explained = codes(&readme("README.md")?, "## Error codes");
    let mut given = codes(&readme("crates/headshot-server/README.md")?, "## Errors");
    given.extend(codes(&readme("crates/headshot-verify/README.md")?, "## Codes"));
    given.extend(codes(&readme("crates/headshot-widget/README.md")?, "## Events"));
    given.extend(codes(&readme("crates/headshot-capture/README.md")?, "## Events"));
    assert_eq!(explained, given);
    Ok(())
}

#[test]
fn the_types_name_every_code_that_a_page_can_hear_and_no_other() -> Result<()> {
    let of_capture = codes(&readme("crates/headshot-capture/README.md")?, "## Events");
    let all = &codes(&readme("crates/headshot-widget/README.md")?, "## Events") | &of_capture;
    let types = readme("crates/headshot-widget/npm/headshot-embed.d.ts")?;
    assert_eq!(words_of_type(&types, "HeadshotErrorCode"), all);
    let types = readme("crates/headshot-capture/npm/headshot-capture.d.ts")?;
    assert_eq!(words_of_type(&types, "HeadshotCaptureErrorCode"), of_capture);
    Ok(())
}

/// The words of a union type.
fn words_of_type(types: &str, name: &str) -> BTreeSet<String> {
    let after = types.split_once(&format!("export type {name} =\n")).map_or("", |(_, after)| after);
    let union = after.split("\";").next().unwrap_or_default();
    let words = union.lines().filter_map(|line| line.trim().strip_prefix("| \""));
    words.map(|word| word.trim_end_matches('"').to_owned()).collect()
}

/// The codes in the first column of the tables below `heading`, up to the next heading of the same rank.
fn codes(markdown: &str, heading: &str) -> BTreeSet<String> {
    let section = markdown.split_once(heading).map_or("", |(_, rest)| rest);
    let section = section.split("\n## ").next().unwrap_or_default();
    let first_cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let is_code = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    first_cells.map(|(word, _)| word).filter(is_code).map(str::to_owned).collect()
}

/// The README's code block in `language` that contains `mark`.
fn snippet(language: &str, mark: &str) -> Result<String> {
    let readme = readme("README.md")?;
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    let found = blocks.into_iter().find(|block| block.contains(mark));
    Ok(found.with_context(|| format!("the README has no {language} snippet with {mark}"))?.to_owned())
}

fn readme(path: &str) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("this crate lies in the repository")?;
    fs::read_to_string(root.join(path)).with_context(|| format!("{path} cannot be read"))
}

fn packed(prefix: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(prepared("HEADSHOT_DIST"))?.filter_map(|entry| Some(entry.ok()?.path()));
    let named = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
    entries.into_iter().find(named).with_context(|| format!("no packed {prefix} in the dist folder"))
}

async fn run(command: &mut Command, folder: &Path) -> Result<String> {
    let output = command.current_dir(folder).output().await?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
