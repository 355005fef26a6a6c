//! The binary `headshot-sandbox`: stand-in providers, and a stand-in host application for the demo.

mod arguments;

use std::process::ExitCode;

use clap::Parser;
use headshot_sandbox::{ListenError, Sandbox, host};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use self::arguments::{Arguments, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("HEADSHOT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match arguments.command() {
        Command::Providers(providers) => play_providers((*providers).into()).await,
        Command::Host(application) => play_host(application.into()).await,
    }
}

async fn play_providers(config: headshot_sandbox::Config) -> ExitCode {
    const NAME: &str = "headshot-sandbox";
    let sandbox = match Sandbox::start(config).await {
        Ok(sandbox) => sandbox,
        Err(error) => return failed(NAME, &error),
    };
    for (provider, running) in sandbox.playing() {
        println!("{} http://{}", provider.as_str(), running.addr);
    }
    // Last, for it says that everything is there.
    if let Some((_, first)) = sandbox.playing().next() {
        println!("{NAME} listening on http://{}", first.addr);
    }
    stop_asked().await;
    ExitCode::SUCCESS
}

async fn play_host(config: host::Config) -> ExitCode {
    const NAME: &str = "host application";
    let running = match host::start(config).await {
        Ok(running) => running,
        Err(error) => return failed(NAME, &error),
    };
    println!("{NAME} listening on http://{}", running.addr);
    stop_asked().await;
    ExitCode::SUCCESS
}

fn failed(name: &str, error: &ListenError) -> ExitCode {
    eprintln!("{name}: {error}");
    ExitCode::from(2)
}

async fn stop_asked() {
    let mut terminate = signal(SignalKind::terminate()).expect("signals can be listened for");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
