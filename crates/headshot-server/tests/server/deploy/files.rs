//! Every setting that a file names is one of the server's, and together they are a whole configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::{Command, Stdio};

use clap::Args;
use headshot_server::ServeArgs;

use super::{folder, text};
use crate::process::{bare, said};

const FILES: [&str; 8] = [
    ".env.example",
    "README.md",
    "compose.yaml",
    "fly.toml",
    "headshot.service",
    "headshot.toml",
    "kubernetes.yaml",
    "nginx.conf",
];

/// Variables of `compose.yaml` and of the program that are no settings.
const OTHERS: [&str; 2] = ["HEADSHOT_CONFIG", "HEADSHOT_IMAGE"];

type Environment = BTreeMap<String, String>;

#[test]
fn every_setting_that_a_file_names_is_one_of_the_server() {
    let known = known();
    for name in FILES {
        let text = text(name);
        let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        for word in words.filter(|word| word.starts_with("HEADSHOT") && word.contains('_')) {
            let setting = word.strip_suffix("_FILE").unwrap_or(word);
            assert!(known.contains(setting) || OTHERS.contains(&word), "{name}: {word}");
        }
    }
}

#[test]
fn the_image_is_the_one_of_this_version() {
    const IMAGE: &str = "ghcr.io/headshot-kit/headshot:";
    for name in ["compose.yaml", "fly.toml", "kubernetes.yaml"] {
        let text = text(name);
        let (_, version) = text.split_once(IMAGE).unwrap_or_else(|| panic!("{name}"));
        assert!(version.starts_with(env!("CARGO_PKG_VERSION")), "{name}: {}", &version[..10]);
    }
}

#[test]
fn the_files_for_compose_and_kubernetes_keep_to_their_schemas_and_configure_the_server() {
    let environments: BTreeMap<String, Environment> = serde_json::from_str(&judged()).unwrap();
    assert_eq!(environments.keys().collect::<Vec<_>>(), ["headshot", "headshot-1", "headshot-2"]);
    for (name, environment) in environments {
        configures(&name, &environment);
    }
}

#[test]
fn the_file_for_fly_configures_the_server() {
    let fly: toml::Table = text("fly.toml").parse().unwrap();
    let mut environment: Environment = fly["env"].clone().try_into().unwrap();
    let secret = |name: &str| match name {
        "HEADSHOT_DATABASE_URL" => "postgres://user:password@db.example.test/headshot",
        "HEADSHOT_PHOTOS" => "s3://headshots?endpoint=https://s3.example.test&region=auto",
        _ => "given-by-the-operator",
    };
    let comment: String = text("fly.toml").lines().take_while(|line| line.starts_with('#')).collect();
    let named = comment.split(|c: char| !(c.is_ascii_uppercase() || c == '_')).filter(|word| word.contains('_'));
    environment.extend(named.map(|name| (name.to_owned(), secret(name).to_owned())));
    configures("fly.toml", &environment);
    assert_eq!(fly["http_service"]["internal_port"].as_integer(), Some(8787));
}

#[test]
fn the_settings_beside_the_unit_configure_the_server() {
    let unit = text("headshot.service");
    let set = unit.lines().filter_map(|line| line.strip_prefix("Environment="));
    let dir = tempfile::tempdir().unwrap();
    for secret in unit.lines().filter_map(|line| line.strip_prefix("LoadCredential=")) {
        let (name, path) = secret.split_once(':').unwrap();
        assert_eq!(path, format!("/etc/headshot/{name}"));
        std::fs::write(dir.path().join(name), "given-by-the-operator\n").unwrap();
    }
    let here = dir.path().display().to_string();
    let toml = folder().join("headshot.toml").display().to_string();
    let value =
        |value: &str| value.replace("%d", &here).replace("%S", &here).replace("/etc/headshot/headshot.toml", &toml);
    let environment = set.map(|set| set.split_once('=').unwrap()).map(|(name, text)| (name.to_owned(), value(text)));
    configures("headshot.service", &environment.collect());
}

/// The variables of everything that `serve` is told.
fn known() -> BTreeSet<String> {
    let command = ServeArgs::augment_args(clap::Command::new("serve"));
    command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned())).collect()
}

/// Has it judged by what others wrote; answers with the environment of every server in these files.
fn judged() -> String {
    let hint = "HEADSHOT_PYTHON is not set: run `cargo xtask test`, which prepares what this test needs";
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/server/deploy/judge.py");
    let mut python = Command::new(env::var_os("HEADSHOT_PYTHON").unwrap_or_else(|| panic!("{hint}")));
    let (code, judged, faults) = said(&python.args(["-I", script]).arg(folder()).output().unwrap());
    assert_eq!(code, Some(0), "{faults}");
    judged
}

/// A server could start with it.
fn configures(name: &str, environment: &Environment) {
    let mut check = bare(&["config", "check"]);
    let (code, told, faults) = said(&check.envs(environment).stdin(Stdio::null()).output().unwrap());
    assert_eq!((code, told.as_str()), (Some(0), "the configuration is complete\n"), "{name}: {faults}");
}
