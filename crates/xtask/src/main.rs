//! Set-up, demo, tests, benchmark and distribution of headshot-kit: `cargo xtask help`.

mod args;
mod bench;
mod build;
mod cache;
mod console;
mod demo;
mod dist;
mod doctor;
mod fuzz;
mod image;
mod process;
mod release;
mod setup;
mod shots;
mod stamp;
mod test;
mod version;
mod workspace;

use std::env;
use std::process::ExitCode;

use anyhow::Result;

use args::Command;
use build::Builder;
use setup::{Scope, Setup};

/// The command line was not understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let command = match args::parse(env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            console::failure(&error);
            console::advice("`cargo xtask help` names the commands and their options");
            return ExitCode::from(USAGE);
        }
    };
    let outcome = run(&command);
    process::park_if_interrupted();
    match outcome {
        Ok(code) => code,
        Err(error) => {
            console::failure(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<ExitCode> {
    if *command == Command::Help {
        console::text(args::HELP);
        return Ok(ExitCode::SUCCESS);
    }
    process::stop_all_on_signal()?;
    let setup = Setup::from_environment()?;
    match command {
        Command::Setup => drop(setup.prepare(Scope::Everything)?),
        Command::Demo(options) => demo::run(&setup, options)?,
        Command::Test { is_fast } => test::run(&setup, *is_fast)?,
        Command::Dist { has_binaries } => {
            let tools = setup.prepare(Scope::Demo)?;
            dist::run(&Builder { setup: &setup, tools: &tools }, *has_binaries)?;
        }
        Command::Release { tag } => {
            let tools = setup.prepare(Scope::Release)?;
            release::run(&Builder { setup: &setup, tools: &tools }, tag.as_deref())?;
        }
        Command::Bench(plan) => {
            let tools = setup.prepare(Scope::Demo)?;
            bench::run(&Builder { setup: &setup, tools: &tools }, *plan)?;
        }
        Command::BenchServer(options) => {
            let tools = setup.prepare(Scope::ServerBench)?;
            bench::server::run(&Builder { setup: &setup, tools: &tools }, options)?;
        }
        Command::BenchWidget { rounds } => {
            let tools = setup.prepare(Scope::Everything)?;
            bench::widget::run(&Builder { setup: &setup, tools: &tools }, *rounds)?;
        }
        Command::Image => {
            let tools = setup.prepare(Scope::Image)?;
            image::run(&Builder { setup: &setup, tools: &tools })?;
        }
        Command::Shots => {
            let tools = setup.prepare(Scope::Everything)?;
            shots::run(&Builder { setup: &setup, tools: &tools })?;
        }
        Command::Doctor if !doctor::run(&setup)? => return Ok(ExitCode::FAILURE),
        Command::Doctor | Command::Help => {}
    }
    Ok(ExitCode::SUCCESS)
}
