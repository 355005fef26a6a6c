//! The command `headshot`.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use headshot_server::backup::{self, BackupArgs, RestoreArgs};
use headshot_server::config::layers::{self, Layers};
use headshot_server::config::print::{self, ConfigAction};
use headshot_server::config::renew::{self, Values};
use headshot_server::doctor::DoctorArgs;
use headshot_server::explain::ExplainArgs;
use headshot_server::health::HealthArgs;
use headshot_server::operate::{self, Action, DeliveryAction, MoveArgs, OperateError, PruneArgs, Told};
use headshot_server::store::Kind;
use headshot_server::{App, Clock, Config, ConfigError, Listener, ServeArgs};
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
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
    /// Log lines go to standard error.
    Serve(Box<ServeArgs>),
    /// Says why a delivery was refused: tries the known mistakes and names the one that fits, with its remedy.
    ///
    /// Neither the secret nor the body is printed. The exit code is 0 if the delivery is genuine, 1 if it is refused,
    /// 2 if there is something wrong with the arguments or files.
    Explain(Box<ExplainArgs>),
    /// Sessions: where each stands, and when it is asked about next.
    #[command(subcommand)]
    Sessions(Box<Action>),
    /// Deliveries: what came, what was refused, and why.
    #[command(subcommand)]
    Deliveries(Box<DeliveryAction>),
    /// Events: what the host application is told.
    #[command(subcommand)]
    Events(Box<Action>),
    /// Outbox: which address was told what, is still to be told, and what was given up.
    #[command(subcommand)]
    Outbox(Box<Action>),
    /// Removes what is too old now; a running server does so once an hour.
    Prune(Box<PruneArgs>),
    /// Looks at everything that a server needs: configuration, files, machine, photos, provider, deliveries. Changes nothing.
    ///
    /// Each line is ok, warn or fail, with a remedy. The exit code is 1 if one is fail.
    Doctor(Box<DoctorArgs>),
    /// Asks the running server whether it is ready, as probes of containers do. The exit code is 1 if it is not.
    Health(HealthArgs),
    /// Settings: what they are, where each comes from, and whether a server could start with them.
    #[command(subcommand)]
    Config(Box<ConfigAction>),
    /// Backs up database and photos into a new folder, beside a running server.
    Backup(BackupArgs),
    /// Restores a backup to where there is nothing yet.
    Restore(RestoreArgs),
    /// Moves the state from a SQLite file into a PostgreSQL database that holds nothing yet, and compares both.
    ///
    /// No server may have the file. What breaks off goes on where it was when it is called again.
    Move(MoveArgs),
}

/// The exit code where the fault is in how the program was called.
const MISUSED: u8 = 2;

/// So many log lines wait for whoever takes them; more are dropped.
const LINES_WAITING: usize = 10_000;

fn main() -> ExitCode {
    let Layers { matches, given } = match layers::read(command()) {
        Ok(layers) => layers,
        Err(error) => return refuse(&error.to_string(), "config"),
    };
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match cli.command {
        Some(Command::Serve(args)) => serve(*args, values(&matches)),
        Some(Command::Explain(args)) => explain(&args),
        Some(Command::Sessions(action)) => operate("sessions", operate::records(Kind::Sessions, *action)),
        Some(Command::Deliveries(action)) => operate("deliveries", operate::deliveries(*action)),
        Some(Command::Events(action)) => operate("events", operate::records(Kind::Events, *action)),
        Some(Command::Outbox(action)) => operate("outbox", operate::records(Kind::Outbox, *action)),
        Some(Command::Prune(args)) => operate("prune", operate::prune(*args)),
        Some(Command::Doctor(args)) => {
            operate("doctor", async { Ok(headshot_server::doctor::doctor(*args, &given).await) })
        }
        Some(Command::Health(args)) => operate("health", headshot_server::health::health(args)),
        Some(Command::Backup(args)) => operate("backup", async { backup::backup(args) }),
        Some(Command::Restore(args)) => operate("restore", async { backup::restore(args) }),
        Some(Command::Move(args)) => operate("move", operate::move_state(args)),
        Some(Command::Config(action)) => match *action {
            ConfigAction::Check(args) => operate("config", async { Ok(print::check(args)?) }),
            ConfigAction::Print(args) => operate("config", async {
                let words = matches.subcommand().and_then(|(_, words)| words.subcommand()).map(|(_, words)| words);
                Ok(print::print(words.unwrap_or(&matches), &given, args.output.json))
            }),
        },
        None => {
            let _ = Cli::command().print_help();
            ExitCode::SUCCESS
        }
    }
}

fn command() -> clap::Command {
    Cli::command().arg(layers::flag())
}

/// The settings in the arguments of a command.
fn values(matches: &ArgMatches) -> Values {
    matches.subcommand().map(|(_, words)| Values::of(words)).unwrap_or_default()
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

#[tokio::main(flavor = "current_thread")]
async fn operate(command: &str, told: impl Future<Output = Result<Told, OperateError>>) -> ExitCode {
    match told.await {
        Ok(told) => {
            // A closed pipe is not our problem; the exit code says it too.
            let _ = std::io::stdout().write_all(told.text.as_bytes());
            if told.is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(OperateError::Misuse(reasons)) => refuse(&reasons, command),
        Err(error) => {
            eprintln!("headshot: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(args: ServeArgs, values: Values) -> ExitCode {
    let config = match Config::try_from(args) {
        Ok(config) => config,
        Err(error) => return refuse(&error.to_string(), "serve"),
    };
    let _flushed_at_the_end = log(&config.log);
    raise_descriptors();
    match run(&config, values) {
        Ok(code) => code,
        Err(error) => {
            // Not as a log line, which a filter could hide.
            tell(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn refuse(reasons: &str, command: &str) -> ExitCode {
    reasons.lines().for_each(tell);
    tell(&format!("see `headshot {command} --help`"));
    ExitCode::from(MISUSED)
}

/// Where nobody listens any more, the exit code says it too.
fn tell(reason: &str) {
    let _ = writeln!(std::io::stderr(), "headshot: {reason}");
}

/// Log lines are written by a thread of their own: whoever takes them may be stuck or gone, and no request waits for it.
fn log(filter: &str) -> WorkerGuard {
    let ansi = std::io::stderr().is_terminal();
    let lines = NonBlockingBuilder::default().buffered_lines_limit(LINES_WAITING);
    let (lines, guard) = lines.finish(std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(lines).with_ansi(ansi);
    log.log_internal_errors(false).init();
    guard
}

/// Every client needs a descriptor; what the system gives unasked is often 1,024.
fn raise_descriptors() {
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of file descriptors could not be raised");
    }
}

#[tokio::main]
async fn run(config: &Config, values: Values) -> anyhow::Result<ExitCode> {
    // The port first: where another process has it, nothing of this one's files is touched.
    let (listener, for_monitoring) = match bind(config).await {
        Ok(listeners) => listeners,
        Err(reason) => return Ok(refuse(&reason, "serve")),
    };
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let hangup = signal(SignalKind::hangup())?;
    let app = App::open(config, Clock::machine()).await.context("cannot start")?;
    let mut renewing = tokio::spawn(renew(hangup, Arc::clone(&app), values));
    writeln!(std::io::stdout(), "headshot listening on http://{}", listener.local_addr()?)?;
    tell_manager(NotifyState::Ready);
    if let Some(listener) = for_monitoring {
        tracing::info!("metrics at http://{}/metrics", listener.local_addr()?);
        tokio::spawn(headshot_server::serve_metrics(listener, Arc::clone(&app)));
    }
    let stop = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            Ok(()) = &mut renewing => {}
        }
        tell_manager(NotifyState::Stopping);
    };
    headshot_server::serve(listener, app, stop).await;
    Ok(ExitCode::SUCCESS)
}

/// Reads the settings again whenever an operator asks for it, and ends where it was the terminal that was closed.
async fn renew(mut hangup: Signal, app: Arc<App>, mut running: Values) {
    let is_in_terminal = || std::io::stderr().is_terminal();
    let began_in_terminal = is_in_terminal();
    while hangup.recv().await.is_some() {
        if began_in_terminal && !is_in_terminal() {
            return;
        }
        let read = layers::try_read(command()).unwrap_or_else(|error| Err(ConfigError(vec![error.kind().to_string()])));
        renew::renew(&app, &mut running, read.map(|layers| values(&layers.matches)));
    }
}

/// The listener for everybody, and the one for monitoring where there is one.
async fn bind(config: &Config) -> Result<(Listener, Option<Listener>), String> {
    let inherited =
        Listener::inherited().map_err(|error| format!("cannot take the service manager's socket: {error}"))?;
    let listener = match inherited {
        Some(listener) => listener,
        None => bind_to(config.listen, "--listen").await?,
    };
    let for_monitoring = match config.metrics_listen {
        Some(address) => Some(bind_to(address, "--metrics-listen").await?),
        None => None,
    };
    Ok((listener, for_monitoring))
}

async fn bind_to(address: SocketAddr, flag: &str) -> Result<Listener, String> {
    let bound = Listener::bind(address).await;
    bound.map_err(|error| format!("cannot listen on {address}: {error}; choose another with {flag}"))
}

/// systemd is told where its unit is of the type `notify`; others give no socket for it.
fn tell_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
