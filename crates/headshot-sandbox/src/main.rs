//! The binary `headshot-sandbox`: stand-in providers, and a stand-in host application for the demo.

mod arguments;

use std::process::ExitCode;

use clap::Parser;
use headshot_sandbox::{ListenError, Running, Sandbox, host};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use self::arguments::{Arguments, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("HEADSHOT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let (name, started) = match arguments.command() {
        Command::Providers(providers) => ("headshot-sandbox", Sandbox::start(providers.into()).await),
        Command::Host(application) => ("host application", host::start(application.into()).await),
    };
    run(name, started).await
}

async fn run(name: &str, started: Result<Running, ListenError>) -> ExitCode {
    match started {
        Ok(running) => {
            println!("{name} listening on http://{}", running.addr);
            stop_asked().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::from(2)
        }
    }
}

async fn stop_asked() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
