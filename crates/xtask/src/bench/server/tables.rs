//! The report: what is promised beside what was measured, then every row. Nothing here fails: it says `met` or `not met`.

use anyhow::Result;

use crate::bench::figures::{Figures, Spread};
use crate::bench::report::{bullet, section, shown};
use crate::bench::table::{Table, three_digits};
use crate::bench::targets::Targets;

const NGINX: &str = "nginx";
const SQLITE: &str = "SQLite";
const POSTGRES: &str = "PostgreSQL";
const TWO_SERVERS: &str = "PostgreSQL, two servers";
const DURABLE: &str = "Express, durable";
const PER_SECOND: &str = "per_second";

/// Everything as Markdown; `circumstances` is one line about machine and versions each.
pub(super) fn report(measured: &Figures, circumstances: &[String]) -> Result<String> {
    let mut text = String::from("# The server under load\n\n");
    for sentence in circumstances {
        text += &bullet(sentence);
    }
    section(&mut text, "Targets", &targets(measured)?)?;
    let deliveries = measured.of("deliveries");
    section(&mut text, "Deliveries: verified, of 1.5 kB", &under_load(&deliveries, DURABLE)?)?;
    if deliveries.has(TWO_SERVERS) {
        let times = deliveries.ratio(TWO_SERVERS, POSTGRES, PER_SECOND)?;
        text += &bullet(&format!("Two servers of one database take {} × what one takes.", shown(times)));
    }
    section(&mut text, "Reads of a session that has not changed", &under_load(&measured.of("reads"), NGINX)?)?;
    let others = [
        ("Waiting requests", waiting(&measured.of("waiting"))?),
        ("Filled up, while 200 clients read and wait", growth(&measured.of("growth"))?),
        ("Start", start(&measured.of("start"))?),
    ];
    for (title, table) in others {
        if let Some(table) = table {
            section(&mut text, title, &table)?;
        }
    }
    Ok(text)
}

/// The promises with their figures, as far as they were measured.
fn targets(measured: &Figures) -> Result<Table> {
    let mut targets = Targets::new();
    let (deliveries, reads) = (measured.of("deliveries"), measured.of("reads"));
    for (name, least, most_ms) in [(SQLITE, 0.40, 15.0), (POSTGRES, 0.20, 25.0)] {
        if deliveries.has(name) {
            let share = deliveries.ratio(name, NGINX, PER_SECOND)?;
            targets.add(
                format!("{name}: deliveries ≥ {} % of nginx", percent(least)),
                shown_share(share),
                share.median >= least,
            );
            let p99 = deliveries.spread(name, "p99_ms")?.median;
            targets.add(format!("{name}: p99 ≤ {most_ms} ms"), format!("{p99:.1} ms"), p99 <= most_ms);
        }
    }
    if deliveries.has(SQLITE) && deliveries.has(DURABLE) {
        let times = deliveries.ratio(SQLITE, DURABLE, PER_SECOND)?;
        targets.add("SQLite: deliveries ≥ 12 × Express made durable".to_owned(), shown(times), times.median >= 12.0);
    }
    if reads.has(SQLITE) {
        let share = reads.ratio(SQLITE, NGINX, PER_SECOND)?;
        targets.add("conditional reads ≥ 35 % of nginx".to_owned(), shown_share(share), share.median >= 0.35);
    }
    let waiting = measured.of("waiting");
    if waiting.has(SQLITE) {
        let (requests, memory) =
            (waiting.spread(SQLITE, "requests")?.median, waiting.spread(SQLITE, "resident_mib")?.median);
        let most = 120.0 * requests / 10_000.0;
        targets.add(
            format!("{requests:.0} waiting requests ≤ {most:.0} MiB"),
            format!("{memory:.0} MiB"),
            memory <= most,
        );
        let slowest = largest(waiting.column(SQLITE, "change_ms")?);
        targets.add("a change reaches all who wait ≤ 100 ms".to_owned(), format!("{slowest:.0} ms"), slowest <= 100.0);
    }
    let growth = measured.of("growth");
    if growth.has(SQLITE) {
        let stored = largest(growth.column(SQLITE, "stored")?);
        let (first, last) = ends(growth.column(SQLITE, "of_nginx")?);
        let promise = format!("at {stored:.0} deliveries ≥ 80 % of the speed at the start");
        targets.add(promise, format!("{} %", percent(last / first)), last / first >= 0.8);
        let log = largest(growth.column(SQLITE, "largest_wal_mib")?);
        targets.add("the log stays ≤ 64 MiB meanwhile".to_owned(), format!("{log:.1} MiB"), log <= 64.0);
    }
    let start = measured.of("start");
    if start.has(SQLITE) {
        let (memory, took) = (start.spread(SQLITE, "resident_mib")?.median, start.spread(SQLITE, "ready_ms")?.median);
        targets.add("idle ≤ 20 MiB".to_owned(), format!("{memory:.1} MiB"), memory <= 20.0);
        targets.add("from start to ready ≤ 150 ms".to_owned(), format!("{took:.0} ms"), took <= 150.0);
    }
    Ok(targets.0)
}

/// Each row beside nginx, and beside another one.
fn under_load(figures: &Figures, peer: &str) -> Result<Table> {
    let beside = if peer == NGINX || !figures.has(peer) { None } else { Some(peer) };
    let mut head = vec!["", "a second", "of nginx"];
    let of_peer = beside.map(|peer| format!("× {peer}"));
    head.extend(of_peer.as_deref());
    head.extend(["p50 ms", "p99 ms", "server µs", "database µs"]);
    let mut table = Table::new(&head);
    for row in figures.rows() {
        let median = |column: &str| Ok::<_, anyhow::Error>(figures.spread(&row.name, column)?.median);
        let mut cells = vec![row.name.clone(), format!("{:.0}", median(PER_SECOND)?)];
        cells.push(if row.name == NGINX {
            String::new()
        } else {
            shown_share(figures.ratio(&row.name, NGINX, PER_SECOND)?)
        });
        if let Some(peer) = beside {
            let is_peer = row.name == peer || row.name == NGINX;
            cells.push(if is_peer { String::new() } else { shown(figures.ratio(&row.name, peer, PER_SECOND)?) });
        }
        for column in ["p50_ms", "p99_ms", "cpu_us"] {
            cells.push(three_digits(median(column)?));
        }
        cells.extend(median("database_us").ok().map(three_digits));
        table.add(cells);
    }
    Ok(table)
}

fn waiting(figures: &Figures) -> Result<Option<Table>> {
    if !figures.has(SQLITE) {
        return Ok(None);
    }
    let median = |column| figures.spread(SQLITE, column).map(|spread| spread.median);
    let (requests, memory, alone) = (median("requests")?, median("resident_mib")?, median("alone_mib")?);
    let mut table = Table::new(&["requests", "MiB", "KiB each", "a change reaches 100 of them: ms", "slowest ms"]);
    table.add([
        format!("{requests:.0}"),
        format!("{memory:.0}"),
        three_digits((memory - alone) * 1024.0 / requests),
        three_digits(median("change_ms")?),
        three_digits(largest(figures.column(SQLITE, "change_ms")?)),
    ]);
    Ok(Some(table))
}

/// Every fourth part, and the last one.
fn growth(figures: &Figures) -> Result<Option<Table>> {
    if !figures.has(SQLITE) {
        return Ok(None);
    }
    let mut table = Table::new(&["stored", "a second", "of nginx", "server µs", "MiB", "largest log MiB"]);
    let column = |name| figures.column(SQLITE, name);
    let parts = column("stored")?.len();
    for part in (0..parts).filter(|part| part % 4 == 0 || part + 1 == parts) {
        let figure = |name| Ok::<_, anyhow::Error>(column(name)?[part]);
        table.add([
            format!("{:.0}", figure("stored")?),
            format!("{:.0}", figure(PER_SECOND)?),
            format!("{} %", percent(figure("of_nginx")?)),
            three_digits(figure("cpu_us")?),
            three_digits(figure("resident_mib")?),
            three_digits(figure("largest_wal_mib")?),
        ]);
    }
    Ok(Some(table))
}

fn start(figures: &Figures) -> Result<Option<Table>> {
    if !figures.has(SQLITE) {
        return Ok(None);
    }
    let mut table = Table::new(&["ready ms", "slowest ms", "idle MiB"]);
    let ready = figures.spread(SQLITE, "ready_ms")?.median;
    let slowest = largest(figures.column(SQLITE, "ready_ms")?);
    table.add([ready, slowest, figures.spread(SQLITE, "resident_mib")?.median].map(three_digits));
    Ok(Some(table))
}

/// The middle of the first and of the last fifth.
fn ends(figures: &[f64]) -> (f64, f64) {
    let fifth = figures.len().div_ceil(5);
    let middle = |part: &[f64]| Spread::of(part.iter().copied()).map_or(f64::NAN, |spread| spread.median);
    (middle(&figures[..fifth]), middle(&figures[figures.len() - fifth..]))
}

fn largest(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(0.0, f64::max)
}

fn percent(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}

fn shown_share(share: Spread) -> String {
    format!("{:.1} % ±{:.1}", 100.0 * share.median, 100.0 * share.around)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn measured(sqlite: &Value) -> Figures {
        let rows = json!({"rows": [
            {"name": "nginx", "section": "deliveries", "figures": {"per_second": [100.0, 50.0, 100.0]}},
            {"name": "SQLite", "section": "deliveries", "figures": sqlite},
            {"name": "SQLite", "section": "growth", "figures": {
                "stored": [1000.0, 2000.0], "of_nginx": [0.5, 0.3], "largest_wal_mib": [4.0, 11.0],
            }},
        ]});
        Figures::from_json(&rows).unwrap()
    }

    #[test]
    fn says_what_is_met_of_what_was_measured() {
        let table =
            targets(&measured(&json!({"per_second": [40.0, 20.0, 44.0], "p99_ms": [15.0, 16.0, 90.0]}))).unwrap();
        let verdicts: Vec<String> = table.to_string().lines().skip(2).map(str::to_owned).collect();
        let met: Vec<bool> = verdicts.iter().map(|line| !line.contains("not met")).collect();
        assert_eq!(met, [true, false, false, true], "{table}");
        assert!(verdicts[0].contains("40.0 % ±1.0"), "{table}");
        assert!(verdicts[2].contains("60 %"), "{table}");
    }

    #[test]
    fn what_was_not_measured_has_no_table() {
        let figures = measured(&json!({"per_second": [40.0, 20.0, 40.0]}));
        assert!(start(&figures.of("start")).unwrap().is_none());
        assert!(waiting(&figures.of("waiting")).unwrap().is_none());
    }
}
