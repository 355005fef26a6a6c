//! Where settings come from besides flags and variables: a file, and files of secrets. Each comes in as the default of its
//! flag, so that a variable wins over it and a flag over both.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};

use super::{ConfigError, ServeArgs, toml};

/// The file that is read where none is named and one of this name is in the working directory.
const USUAL_FILE: &str = "headshot.toml";

/// The arguments of a call, and what was given in files.
pub struct Layers {
    /// The arguments, with what files give as defaults.
    pub matches: ArgMatches,
    /// What files give.
    pub given: Given,
}

/// What files give.
#[derive(Debug, Default)]
pub struct Given {
    values: BTreeMap<String, (String, PathBuf)>,
    /// The file of settings, where there is one.
    pub file: Option<PathBuf>,
}

/// One setting, as the program knows it.
pub(super) struct Setting {
    pub(super) id: String,
    pub(super) variable: String,
    pub(super) is_secret: bool,
}

impl Setting {
    /// Whether it is to be kept from others with this value: an address of a database is where it carries a password.
    pub(super) fn hides(&self, value: &str) -> bool {
        self.is_secret && !value.starts_with("sqlite:")
    }
}

/// The flag for the file of settings.
#[must_use]
pub fn flag() -> Arg {
    Arg::new("config")
        .long("config")
        .env("HEADSHOT_CONFIG")
        .value_name("FILE")
        .value_parser(clap::value_parser!(OsString))
        .global(true)
        .help("File of settings [default: headshot.toml in the working directory, where there is one]")
}

/// Reads the arguments of this process; as clap does it, help and faults end it.
///
/// # Errors
/// A file cannot be read, or holds what is no setting.
pub fn read(command: Command) -> Result<Layers, ConfigError> {
    try_read(command).unwrap_or_else(|error| error.exit())
}

/// The same for a process that goes on.
///
/// # Errors
/// The outer one is a fault in the arguments, or a wish for help; the inner one that a file cannot be read, or holds what
/// is no setting.
pub fn try_read(command: Command) -> clap::error::Result<Result<Layers, ConfigError>> {
    let matches = command.clone().try_get_matches()?;
    let named = matches.get_one::<OsString>("config").filter(|name| !name.is_empty()).map(PathBuf::from);
    let given = match Given::read(named) {
        Ok(given) => given,
        Err(error) => return Ok(Err(error)),
    };
    let matches = if given.values.is_empty() { matches } else { with_defaults(command, &given).try_get_matches()? };
    Ok(Ok(Layers { matches, given }))
}

/// Every setting of the server, in the order of its help.
pub(super) fn settings() -> Vec<Setting> {
    let command = ServeArgs::augment_args(Command::new("serve"));
    let arguments = command.get_arguments().map(|argument| Setting {
        id: argument.get_id().to_string(),
        variable: argument.get_env().map(OsStr::to_string_lossy).unwrap_or_default().into_owned(),
        is_secret: argument.is_hide_env_values_set(),
    });
    arguments.collect()
}

fn with_defaults(command: Command, given: &Given) -> Command {
    let command = command.mut_args(|argument| match given.values.get(argument.get_id().as_str()) {
        Some((value, _)) => {
            let is_empty =
                argument.get_env().is_some_and(|variable| std::env::var_os(variable) == Some(OsString::new()));
            let argument = argument.default_value(value.clone()).hide_default_value(true);
            // A variable that is left empty is not set.
            if is_empty { argument.env(Resettable::Reset) } else { argument }
        }
        None => argument,
    });
    command.mut_subcommands(|command| with_defaults(command, given))
}

impl Given {
    fn read(named: Option<PathBuf>) -> Result<Self, ConfigError> {
        let usual = || Some(PathBuf::from(USUAL_FILE)).filter(|path| path.exists());
        let mut given = Self { file: named.or_else(usual), ..Self::default() };
        let (settings, mut wrong) = (settings(), Vec::new());
        if let Some(file) = given.file.clone() {
            given.take_file(&file, &settings, &mut wrong);
        }
        for setting in settings.iter().filter(|setting| setting.is_secret) {
            given.take_variable(setting, &mut wrong);
        }
        if wrong.is_empty() { Ok(given) } else { Err(ConfigError(wrong)) }
    }

    fn take_file(&mut self, file: &Path, settings: &[Setting], wrong: &mut Vec<String>) {
        let values = match fs::read_to_string(file) {
            Ok(text) => toml::read(&text, settings),
            Err(error) => Err(vec![error.to_string()]),
        };
        match values {
            Ok(values) => {
                for (id, value) in values {
                    match value {
                        toml::Value::Text(text) => drop(self.values.insert(id, (text, file.to_owned()))),
                        toml::Value::SecretFile(path) => self.take_secret(&id, &path, wrong),
                    }
                }
            }
            Err(reasons) => wrong.extend(reasons.into_iter().map(|reason| format!("{}: {reason}", file.display()))),
        }
    }

    /// `HEADSHOT_API_KEY_FILE` and the like.
    fn take_variable(&mut self, setting: &Setting, wrong: &mut Vec<String>) {
        let value = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty());
        let variable = format!("{}_FILE", setting.variable);
        match value(&variable) {
            Some(_) if value(&setting.variable).is_some() => {
                wrong.push(format!("{} and {variable} are both set; set one of them", setting.variable));
            }
            Some(path) => self.take_secret(&setting.id, Path::new(&path), wrong),
            None => {}
        }
    }

    fn take_secret(&mut self, id: &str, path: &Path, wrong: &mut Vec<String>) {
        match fs::read_to_string(path) {
            // Editors and shells end a file with a line end, which is not part of the secret.
            Ok(text) => drop(self.values.insert(id.to_owned(), (text.trim_end().to_owned(), path.to_owned()))),
            Err(error) => wrong.push(format!("{}: the secret cannot be read: {error}", path.display())),
        }
    }

    /// Whether the file of settings itself holds a secret.
    pub(crate) fn holds_secrets(&self) -> bool {
        let is_there = |setting: &Setting| {
            let value = self.values.get(&setting.id);
            value.is_some_and(|(value, from)| Some(from) == self.file.as_ref() && setting.hides(value))
        };
        settings().iter().any(is_there)
    }

    /// Where a setting comes from.
    pub(super) fn origin(&self, id: &str, source: Option<ValueSource>) -> String {
        match (source, self.values.get(id)) {
            (Some(ValueSource::CommandLine), _) => "flag".to_owned(),
            (Some(ValueSource::EnvVariable), _) => "environment".to_owned(),
            (Some(_), Some((_, file))) => file.display().to_string(),
            (Some(_), None) => "default".to_owned(),
            (None, _) => "not set".to_owned(),
        }
    }
}
