//! The file of settings: what each key means, and what is wrong with it. No value is repeated.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::{Table, Value as Toml};

use super::layers::Setting;

/// What a key gives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The setting itself.
    Text(String),
    /// The file that a secret is in.
    SecretFile(PathBuf),
}

/// So much alike are a key and the setting that may have been meant.
const ALIKE: f64 = 0.75;

/// Reads the file: settings by their ids, or everything that is wrong.
pub(super) fn read(text: &str, settings: &[Setting]) -> Result<BTreeMap<String, Value>, Vec<String>> {
    let table: Table = text.parse().map_err(|error| vec![syntax(text, &error)])?;
    let mut flat = Vec::new();
    flatten("", table, &mut flat);
    let (mut values, mut wrong) = (BTreeMap::new(), Vec::new());
    for (key, value) in flat {
        match setting(&key, &value, settings) {
            Ok((id, value)) => {
                if values.insert(id, value).is_some() {
                    wrong.push(format!("`{key}` is given twice"));
                }
            }
            Err(reason) => wrong.push(reason),
        }
    }
    if wrong.is_empty() { Ok(values) } else { Err(wrong) }
}

/// `[retention] bodies` is `retention_bodies`.
fn flatten(prefix: &str, table: Table, flat: &mut Vec<(String, Toml)>) {
    for (key, value) in table {
        let key = format!("{prefix}{}", key.replace('-', "_"));
        match value {
            Toml::Table(table) => flatten(&(key + "_"), table, flat),
            value => flat.push((key, value)),
        }
    }
}

fn setting(key: &str, value: &Toml, settings: &[Setting]) -> Result<(String, Value), String> {
    let Some(text) = words(value) else {
        return Err(format!("`{key}` is neither text, a number, true, false nor a list of texts"));
    };
    if settings.iter().any(|setting| setting.id == key) {
        return Ok((key.to_owned(), Value::Text(text)));
    }
    let secret = key.strip_suffix("_file").filter(|id| settings.iter().any(|known| known.is_secret && known.id == *id));
    match secret {
        Some(id) => Ok((id.to_owned(), Value::SecretFile(text.into()))),
        None => Err(unknown(key, settings)),
    }
}

fn unknown(key: &str, settings: &[Setting]) -> String {
    let likeness = |setting: &Setting| strsim::jaro_winkler(key, &setting.id);
    let alike = settings.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match alike.filter(|setting| likeness(setting) >= ALIKE) {
        Some(meant) => format!("`{key}` is no setting; did you mean `{}`?", meant.id),
        None => format!("`{key}` is no setting; `headshot config print` shows all"),
    }
}

/// A setting as a flag would have it: lists are separated by spaces, switches are `on` or `off`.
fn words(value: &Toml) -> Option<String> {
    match value {
        Toml::String(text) => Some(text.clone()),
        Toml::Integer(number) => Some(number.to_string()),
        Toml::Boolean(is_on) => Some(if *is_on { "on" } else { "off" }.to_owned()),
        Toml::Array(list) => list.iter().map(Toml::as_str).collect::<Option<Vec<_>>>().map(|list| list.join(" ")),
        Toml::Float(_) | Toml::Datetime(_) | Toml::Table(_) => None,
    }
}

/// What is wrong and where; not the line itself, which may hold a secret.
fn syntax(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message().lines().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::layers::settings;

    fn read(text: &str) -> Result<Vec<(String, String)>, Vec<String>> {
        let values = super::read(text, &settings())?;
        Ok(values
            .into_iter()
            .map(|(id, value)| match value {
                Value::Text(text) => (id, text),
                Value::SecretFile(path) => (id, format!("<{}>", path.display())),
            })
            .collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn sections_lists_numbers_and_switches_are_settings() {
        let text = r#"
            listen = "0.0.0.0:80"
            connections = 500
            keep-refused = true
            allow_networks = ["10.0.0.0/8", "192.168.0.0/16"]
            api_key_file = "/run/secrets/api"
            [retention]
            bodies = "7d"
        "#;
        let read = read(text).unwrap();
        let is = [
            ("allow_networks", "10.0.0.0/8 192.168.0.0/16"),
            ("api_key", "</run/secrets/api>"),
            ("connections", "500"),
            ("keep_refused", "on"),
            ("listen", "0.0.0.0:80"),
            ("retention_bodies", "7d"),
        ];
        assert_eq!(read, pairs(&is));
    }

    #[test]
    fn what_is_wrong_is_named_all_at_once_and_no_value_is_repeated() {
        let wrong = read("lisen = 'a-secret'\nlisten_file = 'a-secret'\nzzz = 1\nconnections = 1.5").unwrap_err();
        assert_eq!(
            wrong,
            [
                "`connections` is neither text, a number, true, false nor a list of texts",
                "`lisen` is no setting; did you mean `listen`?",
                "`listen_file` is no setting; did you mean `listen`?",
                "`zzz` is no setting; `headshot config print` shows all",
            ]
            .map(str::to_owned)
            .into_iter()
            .collect::<Vec<_>>()
        );
        assert_eq!(read("retention_bodies = '1d'\n[retention]\nbodies = '2d'").unwrap_err().len(), 1);
        let syntax = read("listen = '1'\napi_key = 'a-secret").unwrap_err();
        assert!(syntax[0].starts_with("line 2: ") && !syntax[0].contains("a-secret"), "{syntax:?}");
    }
}
