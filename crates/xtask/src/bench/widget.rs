//! The widget beside a page written by hand and beside peers: how soon the frame is asked for, bytes, requests, leftovers.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::copy_files;
use super::figures::{Figures, Spread, read_json};
use super::machine;
use super::report::shown;
use super::table::{Table, three_digits};
use super::targets::Targets;
use crate::build::Builder;
use crate::cache::make_folder;
use crate::console;
use crate::dist;
use crate::process;
use crate::setup::install_locked;

const WRITTEN: &str = "tests/bench/widget";
const OURS: &str = "headshot-widget";
const BY_HAND: &str = "by hand";
/// How often each page is loaded.
pub(crate) const ROUNDS: u32 = 15;

const MOST_OF_BY_HAND: f64 = 1.10;
/// The columns of the figures, and what they are called.
const TIMES: [(&str, &str); 4] = [
    ("here frame", "frame, this machine"),
    ("slow frame", "frame, 1.6 Mbit/s and 150 ms"),
    ("here paint", "first paint, this machine"),
    ("slow paint", "first paint, 1.6 Mbit/s and 150 ms"),
];
const MOST_BYTES: [(&str, u64); 3] = [("loader", 4 * 1024), ("glue", 6 * 1024), ("wasm", 66 * 1024)];
const MOST_REQUESTS: [(&str, u64); 3] = [("awaiting_user", 200), ("processing", 200), ("ready", 30)];
/// What 200 elements may leave: some of each kind is the browser's own coming and going.
const MOST_LEFT: [(&str, f64); 4] =
    [("JSHeapUsedSize", 500_000.0), ("JSEventListeners", 10.0), ("Nodes", 10.0), ("Frames", 0.0)];

/// Measures what `dist` leaves, and prints the tables.
pub(crate) fn run(builder: &Builder<'_>, rounds: u32) -> Result<()> {
    dist::run(builder, false)?;
    console::heading("Benchmark");
    let workspace = &builder.setup.workspace;
    let project = workspace.target("bench-widget");
    make_folder(&project)?;
    copy_files(&workspace.path(WRITTEN), &project)?;
    let is_new = install_locked(&project, &workspace.log("bench-widget-peers"))?;
    console::done("peers", if is_new { "installed" } else { "present" });
    let figures = project.join("figures.json");
    let before = machine::load();
    let started = Instant::now();
    let mut measure = builder.tools.command("node")?;
    measure.arg(project.join("measure.mjs")).arg(rounds.to_string()).arg(workspace.dist().join("embed"));
    measure.arg(builder.tools.path("esbuild")?).arg(builder.tools.path("chrome")?).arg(&figures).current_dir(&project);
    process::logged(&mut measure, &workspace.log("bench-widget"))?;
    console::done("figures", &format!("measured in {}", console::seconds(started.elapsed())));
    let lock = read_json(&workspace.path(WRITTEN).join("package-lock.json"))?;
    let report = format!(
        "{}\n- medians of {rounds} cold loads of each page, in turns; ± is half of the distance between their quartiles\n\
         - load average {before} before, {} after\n- peers: {}\n",
        report(&figures)?,
        machine::load(),
        machine::npm_versions(&lock),
    );
    console::line("");
    console::text(&report);
    let kept = project.join("report.md");
    fs::write(&kept, report).with_context(|| format!("cannot write {}", kept.display()))?;
    console::note("report and figures", &project.display().to_string());
    Ok(())
}

fn report(path: &Path) -> Result<String> {
    let (figures, rest) = (Figures::read(path)?, read_json(path)?);
    Ok(format!("{}\n{}\n{}", targets(&figures, &rest)?, times(&figures)?, sizes(&rest)))
}

fn targets(figures: &Figures, rest: &Value) -> Result<Table> {
    let mut targets = Targets::new();
    for (column, what) in TIMES {
        let ratio = figures.ratio(OURS, BY_HAND, column)?;
        let promise = format!("{what}: ≤ {MOST_OF_BY_HAND:.2} × by hand");
        targets.add(promise, shown(ratio), ratio.median <= MOST_OF_BY_HAND);
    }
    for (name, most) in MOST_BYTES {
        let bytes = found(&rest["sizes"], "name", name)["gzip"].as_u64().context("no size")?;
        targets.add(format!("{name}: ≤ {most} B gzip"), format!("{bytes} B"), bytes <= most);
    }
    for (state, most) in MOST_REQUESTS {
        let requests = rest["hours"][state].as_u64().context("no requests")?;
        targets.add(format!("requests in an hour of `{state}`: ≤ {most}"), requests.to_string(), requests <= most);
    }
    for (kind, most) in MOST_LEFT {
        let row = found(&rest["left"], "kind", kind);
        let grown =
            row["after"].as_f64().context("nothing left")? - row["before"].as_f64().context("nothing before")?;
        targets.add(format!("`{kind}` after 200 elements: ≤ {most} more"), format!("{grown:+}"), grown <= most);
    }
    Ok(targets.0)
}

fn times(figures: &Figures) -> Result<Table> {
    let mut table = Table::new(&["", "frame, ms", "ratio", "slow, ms", "ratio"]);
    for row in figures.section("load") {
        let mut cells = vec![row.name.clone()];
        for column in ["here frame", "slow frame"] {
            let time = Spread::of(figures.column(&row.name, column)?.iter().copied())?;
            cells.extend([three_digits(time.median), shown(figures.ratio(&row.name, BY_HAND, column)?)]);
        }
        table.add(cells);
    }
    Ok(table)
}

fn sizes(rest: &Value) -> Table {
    let mut table = Table::new(&["bytes", "minified", "gzip"]);
    for row in rest["sizes"].as_array().into_iter().flatten() {
        let cell = |key: &str| row[key].as_u64().map_or("does not bundle".to_owned(), |bytes| bytes.to_string());
        table.add([row["name"].as_str().unwrap_or_default().to_owned(), cell("raw"), cell("gzip")]);
    }
    table
}

fn found<'a>(rows: &'a Value, key: &str, name: &str) -> &'a Value {
    rows.as_array().and_then(|rows| rows.iter().find(|row| row[key] == name)).unwrap_or(&Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn says_of_each_target_whether_it_is_met() {
        let columns: Value = TIMES.iter().map(|(column, _)| ((*column).to_owned(), json!([10.0]))).collect();
        let slower: Value = TIMES.iter().map(|(column, _)| ((*column).to_owned(), json!([12.0]))).collect();
        let measured = json!({
            "rows": [
                { "name": OURS, "section": "load", "base": BY_HAND, "figures": slower },
                { "name": BY_HAND, "section": "load", "base": BY_HAND, "figures": columns },
            ],
            "sizes": MOST_BYTES.map(|(name, most)| json!({ "name": name, "raw": 1, "gzip": most })),
            "hours": { "awaiting_user": 144, "processing": 144, "ready": 31 },
            "left": MOST_LEFT.map(|(kind, _)| json!({ "kind": kind, "before": 5, "after": 5 })),
        });
        let folder = std::env::temp_dir().join(format!("headshot-bench-widget-{}", std::process::id()));
        fs::write(&folder, measured.to_string()).unwrap();
        let text = report(&folder).unwrap();
        fs::remove_file(&folder).unwrap();
        assert_eq!(text.matches("| not met").count(), TIMES.len() + 1, "{text}");
        assert!(text.contains("1.20 ±0%") && text.contains("4096 B"), "{text}");
    }
}
