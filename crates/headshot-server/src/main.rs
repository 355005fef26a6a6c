//! The command `headshot`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use headshot_server::explain::ExplainArgs;
use headshot_server::{App, Clock, Config, ServeArgs};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// The thin backend of headshot-kit.
#[derive(Parser)]
#[command(name = "headshot", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Answers host applications, browsers and providers until it is told to stop.
    ///
    /// Log lines go to standard error; `HEADSHOT_LOG` chooses which (error, warn, info, debug), info unless told.
    Serve(Box<ServeArgs>),
    /// Says why a delivery was refused: tries the known mistakes and names the one that fits, with its remedy.
    ///
    /// Neither the secret nor the body is printed. The exit code is 0 if the delivery is genuine, 1 if it is refused,
    /// 2 if there is something wrong with the arguments or files.
    Explain(Box<ExplainArgs>),
}

/// The exit code where the fault is in how the program was called.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    match Cli::parse().command {
        Some(Command::Serve(args)) => serve(*args),
        Some(Command::Explain(args)) => explain(&args),
        None => {
            let _ = Cli::command().print_help();
            ExitCode::SUCCESS
        }
    }
}

fn explain(args: &ExplainArgs) -> ExitCode {
    let explanation = match headshot_server::explain::explain(args) {
        Ok(explanation) => explanation,
        Err(misuse) => return refuse(&misuse.to_string(), "explain"),
    };
    let text =
        if args.json { explanation.to_json() + "\n" } else { headshot_server::explain::told(&explanation, args) };
    // A closed pipe is not our problem; the exit code says it too.
    let _ = std::io::stdout().write_all(text.as_bytes());
    if explanation.is_genuine() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn serve(args: ServeArgs) -> ExitCode {
    let config = match Config::try_from(args) {
        Ok(config) => config,
        Err(error) => return refuse(&error.to_string(), "serve"),
    };
    log();
    match run(&config) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(reasons: &str, command: &str) -> ExitCode {
    reasons.lines().for_each(|reason| eprintln!("headshot: {reason}"));
    eprintln!("headshot: see `headshot {command} --help`");
    ExitCode::from(MISUSED)
}

fn log() {
    let filter = EnvFilter::try_from_env("HEADSHOT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let ansi = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(ansi).init();
}

#[tokio::main]
async fn run(config: &Config) -> anyhow::Result<ExitCode> {
    // The port first: where another process has it, nothing of this one's files is touched.
    let listener = match TcpListener::bind(config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            let reason = format!("cannot listen on {}: {error}; choose another with --listen", config.listen);
            return Ok(refuse(&reason, "serve"));
        }
    };
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let app = App::open(config, Clock::machine()).await.context("cannot start")?;
    writeln!(std::io::stdout(), "headshot listening on http://{}", listener.local_addr()?)?;
    let stop = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    headshot_server::serve(listener, app, stop).await;
    Ok(ExitCode::SUCCESS)
}
