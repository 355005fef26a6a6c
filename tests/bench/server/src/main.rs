//! The server under load, beside others: headshot-bench-server <plan> <file for the figures>
//!
//! The plan names the programs and how long to measure; `cargo xtask bench server` writes it and makes the table of the
//! figures, which are every round's.

mod deliveries;
mod figures;
mod growth;
mod http;
mod load;
mod peers;
mod provider;
mod rounds;
mod sessions;
mod start;
mod usage;
mod waiting;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde::Deserialize;

use figures::Figures;

/// The programs, and how long to measure them.
#[derive(Deserialize)]
pub struct Plan {
    /// The server, and other builds of it to set beside it, each after its name.
    headshot: Vec<(String, PathBuf)>,
    nginx: PathBuf,
    node: PathBuf,
    express: PathBuf,
    /// The folder of PostgreSQL's programs.
    postgres: PathBuf,
    /// For everybody's data: on a disk, which is a part of what is measured.
    folder: PathBuf,
    /// How often each row is measured.
    rounds: usize,
    /// How long one row runs in one round.
    slot_ms: u64,
    /// How many deliveries a server is filled with.
    stored: usize,
    /// How many requests wait at once.
    waiting: usize,
    /// How often a server is started.
    starts: usize,
    /// What is measured beside nginx; all where it is empty.
    only: Vec<String>,
}

impl Plan {
    fn slot(&self) -> Duration {
        Duration::from_millis(self.slot_ms)
    }

    fn measures(&self, what: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == what)
    }

    /// The server itself.
    fn server(&self) -> &PathBuf {
        &self.headshot[0].1
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [plan, output] = &words[..] else {
        return Err("usage: headshot-bench-server <plan> <file for the figures>".into());
    };
    let plan: Plan = serde_json::from_slice(&fs::read(plan)?)?;
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard)?;
    let provider = provider::start()?;
    let mut figures = Figures::default();
    rounds::run(&plan, provider, &mut figures)?;
    if plan.measures("waiting") {
        waiting::run(&plan, provider, &mut figures)?;
    }
    if plan.measures("growth") {
        growth::run(&plan, provider, &mut figures)?;
    }
    if plan.measures("start") {
        start::run(&plan, provider, &mut figures)?;
    }
    fs::write(output, figures.to_json())?;
    Ok(())
}
