//! Settings that are read again while the server runs: secrets take effect at once, all else at the next start.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

use clap::{ArgMatches, Args, Command, FromArgMatches};

use super::layers::settings;
use super::{Config, ConfigError, ServeArgs};
use crate::app::App;

/// The text of every setting, wherever it comes from.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<String, OsString>);

impl Values {
    /// The settings in the arguments of `serve`.
    #[must_use]
    pub fn of(serve: &ArgMatches) -> Self {
        let value = |id: &str| serve.get_raw(id).and_then(|mut values| values.next()).map(OsString::from);
        Self(settings().into_iter().filter_map(|setting| Some((setting.id.clone(), value(&setting.id)?))).collect())
    }

    fn config(&self) -> Result<Config, ConfigError> {
        // Every value is here already, so that no variable is to be looked at.
        let command = ServeArgs::augment_args(Command::new("serve")).mut_args(|argument| argument.env(None::<&str>));
        let flags: Vec<OsString> = command
            .get_arguments()
            .filter_map(|argument| {
                let mut flag = OsString::from(format!("--{}=", argument.get_long()?));
                flag.push(self.0.get(argument.get_id().as_str())?);
                Some(flag)
            })
            .collect();
        let unread = |error: clap::Error| ConfigError(vec![error.kind().to_string()]);
        let matches = command.no_binary_name(true).try_get_matches_from(flags).map_err(unread)?;
        ServeArgs::from_arg_matches(&matches).map_err(unread)?.try_into()
    }

    fn has(&self, id: &str) -> bool {
        self.0.get(id).is_some_and(|value| !value.is_empty())
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What came of reading the settings again: the variables of those that differ from what they were.
#[derive(Debug, PartialEq, Eq)]
struct Renewed {
    /// What is in effect now.
    values: Values,
    /// Secrets that were replaced.
    replaced: Vec<String>,
    /// Settings that a running server does not change.
    at_next_start: Vec<String>,
}

/// Takes over the secrets that were read again. What is wrong with any setting leaves all as they were.
///
/// The log says which settings have changed, never what they are.
pub fn renew(app: &App, running: &mut Values, read: Result<Values, ConfigError>) {
    let renewed = read.and_then(|read| compare(running, &read)).and_then(|(renewed, config)| {
        app.renew(&config).map_err(|error| ConfigError(vec![error.to_string()]))?;
        Ok(renewed)
    });
    match renewed {
        Ok(Renewed { values, replaced, at_next_start }) => {
            *running = values;
            tracing::info!(replaced = replaced.join(" "), "the settings were read again");
            if !at_next_start.is_empty() {
                let settings = at_next_start.join(" ");
                tracing::warn!(
                    code = "restart_needed",
                    settings,
                    "settings have changed that take effect at the next start"
                );
            }
        }
        Err(error) => {
            let reasons = error.0.join("; ");
            tracing::error!(code = "config_invalid", reasons, "the settings were read again and all stay as they were");
        }
    }
}

/// A secret that is given for the first time, or no longer, switches something on or off, which takes a start.
fn compare(running: &Values, read: &Values) -> Result<(Renewed, Config), ConfigError> {
    read.config()?;
    let mut renewed = Renewed { values: running.clone(), replaced: Vec::new(), at_next_start: Vec::new() };
    for setting in settings().into_iter().filter(|setting| running.0.get(&setting.id) != read.0.get(&setting.id)) {
        if setting.is_secret && running.has(&setting.id) && read.has(&setting.id) {
            renewed.values.0.insert(setting.id.clone(), read.0[&setting.id].clone());
            renewed.replaced.push(setting.variable);
        } else {
            renewed.at_next_start.push(setting.variable);
        }
    }
    let config = renewed.values.config()?;
    Ok((renewed, config))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "a-key-that-is-long-enough";

    fn values(settings: &[(&str, &str)]) -> Values {
        let usual = [
            ("api_key", KEY),
            ("public_url", "https://headshots.example.test"),
            ("headshotpro_api_key", "key"),
            ("headshotpro_webhook_secret", "secret"),
        ];
        let flags = usual.iter().filter(|(id, _)| settings.iter().all(|(other, _)| other != id)).chain(settings);
        let flags = flags.map(|(id, value)| format!("--{}={value}", id.replace('_', "-")));
        let command = ServeArgs::augment_args(Command::new("serve")).no_binary_name(true);
        Values::of(&command.get_matches_from(flags))
    }

    fn changed(settings: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let (renewed, _) = compare(&values(&[]), &values(settings)).unwrap();
        (renewed.replaced, renewed.at_next_start)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn secrets_are_taken_over_and_all_else_stays_until_the_next_start() {
        assert_eq!(changed(&[]), (words(&[]), words(&[])));
        let read = values(&[("headshotpro_webhook_secret", "new secret"), ("listen", "127.0.0.1:80")]);
        let (renewed, config) = compare(&values(&[]), &read).unwrap();
        assert_eq!(renewed.replaced, ["HEADSHOTPRO_WEBHOOK_SECRET"]);
        assert_eq!(renewed.at_next_start, ["HEADSHOT_LISTEN"]);
        assert_eq!(config.listen.port(), 8787);
        assert_eq!(config.providers.headshotpro.unwrap().signing_secrets.len(), 2);
        let again = compare(&renewed.values, &read).unwrap().0;
        assert_eq!((again.replaced, again.at_next_start), (words(&[]), words(&["HEADSHOT_LISTEN"])));
    }

    #[test]
    fn what_would_switch_a_provider_on_or_off_waits_for_the_next_start() {
        let scale = [("scale_api_key", "key"), ("scale_webhook_secret", "secret"), ("scale_studio_id", "stu")];
        let waiting = ["SCALE_API_KEY", "SCALE_WEBHOOK_SECRET", "SCALE_STUDIO_ID"];
        assert_eq!(changed(&scale), (words(&[]), words(&waiting)));
    }

    #[test]
    fn one_wrong_setting_leaves_all_as_they_were_and_no_value_is_repeated() {
        let read = values(&[("headshotpro_webhook_secret", "new"), ("api_key", "too-short")]);
        let wrong = compare(&values(&[]), &read).unwrap_err().to_string();
        assert!(wrong.contains("HEADSHOT_API_KEY") && !wrong.contains("too-short"), "{wrong}");
    }

    #[test]
    fn every_setting_comes_through_as_it_was_given() {
        let given =
            values(&[("keep_refused", "on"), ("photo_dir", "/a folder/-x"), ("allow_networks", "10.0.0.0/8 ::1/128")]);
        let config = given.config().unwrap();
        assert!(config.keep_refused);
        assert_eq!(config.files.photos.folders()[0].1, std::path::Path::new("/a folder/-x"));
        assert_eq!(config.allow_networks.len(), 2);
    }
}
