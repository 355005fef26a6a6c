//! `headshot config check` and `headshot config print`.

use clap::{ArgMatches, Args, Subcommand};
use serde_json::{Value, json};
use url::Url;

use super::layers::{Given, Setting, settings};
use super::{Config, ConfigError, ServeArgs};
use crate::operate::{OutputArgs, Told};

/// What is done with the configuration.
#[derive(Subcommand, Clone)]
pub enum ConfigAction {
    /// Says whether a server could start with it; names everything that is missing or malformed.
    Check(CheckArgs),
    /// Prints every setting, in the form of headshot.toml, and where it comes from. Secrets are not shown.
    Print(PrintArgs),
}

/// What `config check` is told: the settings of the server.
#[derive(Args, Clone)]
pub struct CheckArgs {
    /// The server's settings.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What `config print` is told: the settings of the server.
#[derive(Args, Clone)]
pub struct PrintArgs {
    /// How to answer.
    #[command(flatten)]
    pub output: OutputArgs,

    /// The server's settings.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// Checks the configuration.
///
/// # Errors
/// [`ConfigError`] names everything that is wrong.
pub fn check(args: CheckArgs) -> Result<Told, ConfigError> {
    Config::try_from(args.serve)?;
    Ok(Told { text: "the configuration is complete\n".to_owned(), is_fine: true })
}

/// Prints the configuration as these arguments and files give it.
#[must_use]
pub fn print(matches: &ArgMatches, given: &Given, json: bool) -> Told {
    let lines = settings().into_iter().map(|setting| {
        let value =
            matches.get_raw(&setting.id).and_then(|mut values| values.next()).map(|value| value.to_string_lossy());
        let shown = value.map(|value| show(&setting, &value));
        let origin = given.origin(&setting.id, matches.value_source(&setting.id));
        if json {
            json!({ "setting": setting.id, "value": shown, "origin": origin }).to_string() + "\n"
        } else {
            line(&setting.id, shown.as_deref(), &origin)
        }
    });
    Told { text: lines.collect(), is_fine: true }
}

fn line(id: &str, value: Option<&str>, origin: &str) -> String {
    // A text in JSON is one in TOML.
    let line = value.map_or_else(|| format!("# {id} ="), |value| format!("{id} = {}", Value::from(value)));
    format!("{line:60} # {origin}\n")
}

fn show(setting: &Setting, value: &str) -> String {
    match (setting.hides(value), value.is_empty()) {
        (true, false) => "(secret)".to_owned(),
        _ => value.split(' ').map(without_password).collect::<Vec<_>>().join(" "),
    }
}

/// An address may carry a password, or a secret in its query.
fn without_password(word: &str) -> String {
    match word.parse::<Url>() {
        // What is in the query of such an address was checked to be no secret.
        Ok(url) if url.scheme() == "s3" && url.password().is_none() => word.to_owned(),
        Ok(mut url) if url.has_host() && (url.password().is_some() || url.query().is_some()) => {
            let _ = url.set_password(url.password().map(|_| "secret"));
            url.set_query(url.query().map(|_| "secret"));
            url.into()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_of_an_address_is_shown() {
        let cases = [
            ("https://a.test/hook", "https://a.test/hook"),
            ("https://u:p4ss@a.test/?token=t0ken#x", "https://u:secret@a.test/?secret#x"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("s3://a/b?region=c", "s3://a/b?region=c"),
            ("s3://u:p4ss@a?region=c", "s3://u:secret@a?secret"),
            ("sqlite:headshot.db", "sqlite:headshot.db"),
        ];
        for (word, shown) in cases {
            assert_eq!(without_password(word), shown);
        }
    }
}
