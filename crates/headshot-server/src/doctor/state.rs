//! What the store and the running server tell: whose the photo folder is, whether deliveries fit the secret, what was
//! given up.

use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::Finding;
use crate::config::{Config, Files, Photos};
use crate::control::{Client, Done, Order};
use crate::photos::s3::{self, S3Settings};
use crate::photos::{StorageError, owner};
use crate::refused::RefusedDelivery;
use crate::store::{Database, Filter, Kind, Observer, StoreError};

/// The running server, as far as it answers.
pub(super) struct Server {
    described: Option<(String, u32, u64)>,
    /// What those that run with the database are called, as far as it knows.
    all: Vec<String>,
    refused: Vec<RefusedDelivery>,
    /// How many were refused since the start, by provider and code.
    counts: Vec<(String, String, u64)>,
}

/// Asks the running server.
pub(super) async fn server(files: &Files) -> Server {
    let client = Client::find(files).await.ok().flatten();
    let all = match &files.database {
        Database::Sqlite(_) => Ok(Vec::new()),
        Database::Postgres(_) => running(&files.database).await,
    };
    let all = all.unwrap_or_default();
    let Some(client) = client else { return Server { described: None, all, refused: Vec::new(), counts: Vec::new() } };
    let described = match client.ask(&Order::Describe).await {
        Ok(Done::Described { version, process, descriptors }) => Some((version, process, descriptors)),
        _ => None,
    };
    let (refused, counts) = match client.ask(&Order::ListRefused).await {
        Ok(Done::Refused { deliveries, counts }) => (deliveries, counts),
        _ => (Vec::new(), Vec::new()),
    };
    Server { described, all, refused, counts }
}

async fn running(database: &Database) -> Result<Vec<String>, StoreError> {
    database.observe().await?.servers().await
}

impl Server {
    pub(super) fn finding(&self) -> Finding {
        const CHECK: &str = "server";
        let own = env!("CARGO_PKG_VERSION");
        match &self.described {
            None if !self.all.is_empty() => Finding::ok(CHECK, format!("runs elsewhere: {}", self.all.join("; "))),
            None => Finding::warn(CHECK, "none runs with this database", "start it with `headshot serve`"),
            Some((version, process, _)) if version == own => {
                let all = if self.all.len() > 1 { format!("; in all {}", self.all.join("; ")) } else { String::new() };
                Finding::ok(CHECK, format!("runs as process {process}, version {version}{all}"))
            }
            Some((version, process, _)) => {
                let found = format!("runs as process {process}, version {version}, and this program is {own}");
                Finding::warn(CHECK, found, "restart the server, so that it is the program that is installed")
            }
        }
    }

    /// How many deliveries of a provider were refused since the start.
    fn refused_of(&self, provider: &str) -> u64 {
        self.counts.iter().filter(|(of, _, _)| of == provider).map(|(_, _, count)| count).sum()
    }

    pub(super) fn descriptors(&self) -> Option<u64> {
        self.described.as_ref().map(|(_, _, descriptors)| *descriptors)
    }
}

pub(super) async fn examine(files: &Files, config: Option<&Config>, server: &Server) -> Vec<Finding> {
    const CHECK: &str = "database";
    if matches!(&files.database, Database::Sqlite(path) if !path.exists()) {
        return vec![Finding::warn(CHECK, "there is none yet", "the first `headshot serve` makes it")];
    }
    let mut observer = match files.database.observe().await {
        Ok(observer) => observer,
        Err(error) => return vec![Finding::fail(CHECK, error.to_string(), "name ours with HEADSHOT_DATABASE_URL")],
    };
    let mut findings = vec![Finding::ok(CHECK, "can be read, and is of this version")];
    match &files.photos {
        Photos::Folders { photos, uploads } => {
            findings.push(folder("photo folder", (photos, "HEADSHOT_PHOTO_DIR"), &mut observer).await);
            findings.push(folder("upload folder", (uploads, "HEADSHOT_UPLOAD_DIR"), &mut observer).await);
        }
        Photos::S3(settings) => findings.push(storage(settings, &mut observer).await),
    }
    let providers = config.map(|config| config.providers.names()).unwrap_or_default();
    for provider in &providers {
        findings.push(webhooks(provider, &mut observer, server).await);
    }
    findings.push(outbox(&mut observer).await);
    findings
}

async fn folder(check: &'static str, (folder, setting): (&Path, &str), observer: &mut Observer) -> Finding {
    let remedy = format!("name ours with {setting}, not {}", folder.display());
    match (owner(folder), observer.name().await) {
        (Ok(None), _) => Finding::warn(check, "there is none yet", "the next `headshot serve` makes it"),
        (Ok(Some(owner)), Ok(name)) if owner == name => match fs::metadata(folder) {
            Ok(metadata) if metadata.permissions().readonly() => Finding::fail(check, "cannot be written", remedy),
            _ => Finding::ok(check, "is this database's"),
        },
        (Ok(Some(_)), Ok(_)) => Finding::fail(check, "belongs to another database", remedy),
        (Err(error), _) => Finding::fail(check, error.to_string(), remedy),
        (_, Err(error)) => Finding::fail(check, error.to_string(), remedy),
    }
}

/// Whether objects can be written, read and removed, and nobody else's are there.
async fn storage(settings: &S3Settings, observer: &mut Observer) -> Finding {
    const CHECK: &str = "photo storage";
    let name = match observer.name().await {
        Ok(name) => name,
        Err(error) => return Finding::fail(CHECK, error.to_string(), "restore the database from a backup"),
    };
    let (address, remedy) =
        (settings.address.name(), "see HEADSHOT_PHOTOS and its keys, and what they are allowed to do");
    match s3::probe(settings, &name).await {
        Ok(()) => Finding::ok(CHECK, format!("{address} takes, gives and removes objects, and is this database's")),
        Err(error @ StorageError::Away(_)) => Finding::fail(
            CHECK,
            format!("{address}: {error}"),
            "let this machine connect to it; the server needs no hand",
        ),
        Err(error) => Finding::fail(CHECK, format!("{address}: {error}"), remedy),
    }
}

/// Whether what came last fits the secret.
async fn webhooks(provider: &str, observer: &mut Observer, server: &Server) -> Finding {
    const CHECK: &str = "webhooks";
    let filter = Filter { provider: Some(provider.to_owned()), limit: Some(1), ..Filter::default() };
    let genuine = match observer.list(Kind::Deliveries, &filter).await {
        Ok(genuine) => genuine.first().and_then(|record| record.text("receivedAt").parse::<Timestamp>().ok()),
        Err(error) => return Finding::fail(CHECK, error.to_string(), "restore the database from a backup"),
    };
    let refused = server.refused.iter().find(|refused| refused.provider == provider);
    match (genuine, refused) {
        (at, Some(refused)) if at.is_none_or(|at| at < refused.received_at) => {
            let (id, code) = (&refused.id, &refused.code);
            let found = format!("the last delivery of {provider}, at {}, was refused: {code}", refused.received_at);
            let remedy = format!("`headshot deliveries explain {id}` says why");
            // Anybody can send what carries no signature.
            if code == "signature_mismatch" {
                Finding::fail(CHECK, found, remedy)
            } else {
                Finding::warn(CHECK, found, remedy)
            }
        }
        (Some(at), _) => {
            let count = server.refused_of(provider);
            let refused = if count == 0 { String::new() } else { format!("; {count} were refused since the start") };
            Finding::ok(CHECK, format!("the last delivery of {provider}, at {at}, fits the secret{refused}"))
        }
        (None, _) => {
            let found = format!("nothing has come of {provider} yet");
            Finding::warn(CHECK, found, format!("enter /v1/webhooks/{provider} of the public URL at the provider"))
        }
    }
}

async fn outbox(observer: &mut Observer) -> Finding {
    const CHECK: &str = "outbox";
    let dead = Filter { status: Some("dead".to_owned()), ..Filter::default() };
    match observer.list(Kind::Outbox, &dead).await.map(|dead| dead.len()) {
        Ok(0) => Finding::ok(CHECK, "nothing was given up"),
        Ok(dead) => {
            let remedy = "`headshot outbox list --status dead` says why, `headshot outbox replay` sends them again";
            Finding::warn(CHECK, format!("{dead} events were given up"), remedy)
        }
        Err(error) => Finding::fail(CHECK, error.to_string(), "restore the database from a backup"),
    }
}
