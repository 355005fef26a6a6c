//! Times headshot-verify and other crates on the same deliveries: headshot-bench <folder of bodies> <rounds> <milliseconds> <file for the figures>
//!
//! The file gets every round's figure; `cargo xtask bench verify` makes the table of them.

mod delivery;
mod peers;
mod rounds;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};

use serde_json::{Value, json};

use rounds::Plan;

/// The sizes of the bodies in KiB, which are their files' names too.
const SIZES: [&str; 3] = ["1", "8", "64"];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [folder, rounds, milliseconds, output] = &words[..] else {
        return Err("usage: headshot-bench <folder of bodies> <rounds> <milliseconds> <file for the figures>".into());
    };
    let plan = Plan { rounds: rounds.parse()?, slot: Duration::from_millis(milliseconds.parse()?) };
    let mut rows: BTreeMap<&str, BTreeMap<&str, Vec<f64>>> = BTreeMap::new();
    for size in SIZES {
        let body = fs::read(Path::new(folder).join(format!("{size}.json")))?;
        for (name, microseconds) in plan.run(peers::all()?, &body)? {
            rows.entry(name).or_default().insert(size, microseconds);
        }
    }
    let row = |name| json!({"name": name, "section": "native", "base": peers::BASE, "figures": rows[name]});
    let rows: Vec<Value> = peers::NAMES.into_iter().map(row).collect();
    fs::write(output, json!({"processor": processor(), "rows": rows}).to_string())?;
    Ok(())
}

/// The features of this processor that decide how fast SHA-256 is.
fn processor() -> Vec<&'static str> {
    let mut found = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        let known = [("sha_ni", is_x86_feature_detected!("sha")), ("avx2", is_x86_feature_detected!("avx2"))];
        found.extend(known.into_iter().filter_map(|(name, is_there)| is_there.then_some(name)));
    }
    #[cfg(target_arch = "aarch64")]
    if std::arch::is_aarch64_feature_detected!("sha2") {
        found.push("sha2");
    }
    found
}
