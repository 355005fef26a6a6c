//! `headshot doctor`: looks at everything that a server needs, and says what to do about what it lacks.

mod finding;
mod local;
mod outside;
mod state;

use clap::Args;

use self::finding::{Finding, Level};
use crate::config::layers::Given;
use crate::config::{Config, Files, ServeArgs};
use crate::operate::{OutputArgs, Told};

/// What `headshot doctor` is told: the settings of the server.
#[derive(Args, Clone)]
pub struct DoctorArgs {
    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// The server's settings.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// Looks at configuration, files, machine, photos, provider and deliveries; changes nothing, but for an object
/// that is tried in a storage and removed.
///
/// The answer is a good one where no line says `fail`.
pub async fn doctor(args: DoctorArgs, given: &Given) -> Told {
    let mut findings: Vec<_> = local::settings_file(given).into_iter().collect();
    findings.extend(examine(args.serve).await);
    let text = findings.iter().map(|finding| if args.output.json { finding.line() } else { finding.told() }).collect();
    Told { text, is_fine: findings.iter().all(|finding| finding.level != Level::Fail) }
}

async fn examine(args: ServeArgs) -> Vec<Finding> {
    let files = Files::try_from(args.files.clone());
    let config = Config::try_from(args);
    let mut findings = configuration(&config);
    if let Ok(files) = &files {
        let server = state::server(files).await;
        findings.push(server.finding());
        findings.push(local::descriptors(server.descriptors()));
        findings.extend(local::disk(files));
        findings.extend(state::examine(files, config.as_ref().ok(), &server).await);
    }
    if let Ok(config) = &config {
        findings.extend(outside::providers(config).await);
        findings.push(outside::public_url(config).await);
    }
    findings
}

fn configuration(config: &Result<Config, crate::ConfigError>) -> Vec<Finding> {
    const CHECK: &str = "configuration";
    match config {
        Ok(_) => vec![Finding::ok(CHECK, "is complete")],
        Err(error) => {
            let remedy = "see `headshot serve --help`";
            error.0.iter().map(|wrong| Finding::fail(CHECK, wrong.clone(), remedy)).collect()
        }
    }
}
