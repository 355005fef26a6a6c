//! Checks of settings. Each names its flag and variable and says what is wrong, never what the value was.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::{ConfigError, HostKey, log};
use crate::provider::http::is_safe;
use crate::secret::Secret;
use crate::store::{Database, PostgresAddress, Quota};

const SHORTEST_KEY: usize = 16;

const NO_ADDRESS: &str = "is not an address and a port, such as 127.0.0.1:8787";

const FEWEST_CONNECTIONS: usize = 16;

/// Two for deliveries, and one for everything else.
const FEWEST_DATABASE_CONNECTIONS: usize = 3;

/// Collects what is wrong, so that one start names all of it.
#[derive(Default)]
pub(crate) struct Checks {
    wrong: Vec<String>,
}

impl Checks {
    /// A setting that was given, and not left empty.
    pub(crate) fn given(text: Option<&str>) -> Option<&str> {
        text.map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether a provider is on: one of the settings that belong together was given.
    pub(crate) fn is_any_given<const N: usize>(settings: [&Option<String>; N]) -> bool {
        settings.into_iter().any(|text| Self::given(text.as_deref()).is_some())
    }

    /// Whether nothing was wrong so far.
    pub(crate) fn is_fine(&self) -> bool {
        self.wrong.is_empty()
    }

    pub(crate) fn into_error(self) -> ConfigError {
        ConfigError(self.wrong)
    }

    /// None of the settings that switch a provider on was given.
    pub(crate) fn no_provider(&mut self, keys: &[&str]) {
        let keys: Vec<_> = keys.iter().map(|name| format!("{name} ({})", flag(name))).collect();
        self.wrong.push(format!("no provider is switched on: set {}", keys.join(" or ")));
    }

    pub(super) fn listen(&mut self, text: &str) -> Option<SocketAddr> {
        self.accept("HEADSHOT_LISTEN", text.parse().ok(), NO_ADDRESS)
    }

    /// `Some(None)` where nothing was wished.
    #[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
    pub(super) fn metrics_listen(&mut self, text: Option<&str>) -> Option<Option<SocketAddr>> {
        let Some(text) = Self::given(text) else { return Some(None) };
        self.accept("HEADSHOT_METRICS_LISTEN", text.parse().ok(), NO_ADDRESS).map(Some)
    }

    /// `Some(None)` where nothing was wished.
    #[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
    pub(super) fn connections(&mut self, text: Option<&str>) -> Option<Option<usize>> {
        let Some(text) = Self::given(text) else { return Some(None) };
        let number = text.parse().ok().filter(|number| *number >= FEWEST_CONNECTIONS);
        self.accept("HEADSHOT_CONNECTIONS", number, "is not a number from 16 on").map(Some)
    }

    pub(super) fn keep_alive(&mut self, text: &str) -> Option<Duration> {
        self.seconds("HEADSHOT_KEEP_ALIVE", text)
    }

    pub(super) fn drain(&mut self, text: &str) -> Option<Duration> {
        let drain = text.parse().ok().map(|seconds: u16| Duration::from_secs(seconds.into()));
        self.accept("HEADSHOT_DRAIN", drain, "is not a number of seconds")
    }

    pub(super) fn log(&mut self, text: &str) -> Option<String> {
        let wrong = "is not `error`, `warn`, `info`, `debug`, `trace`, `off` or a list of `target=level`";
        self.accept("HEADSHOT_LOG", log::filter(text), wrong)
    }

    pub(super) fn database(&mut self, url: &str) -> Option<Database> {
        const NAME: &str = "HEADSHOT_DATABASE_URL";
        match database(url) {
            Ok(database) => Some(database),
            Err(wrong) => self.accept(NAME, None, wrong),
        }
    }

    pub(super) fn database_connections(&mut self, text: &str) -> Option<usize> {
        let number = text.parse().ok().filter(|number| *number >= FEWEST_DATABASE_CONNECTIONS);
        self.accept("HEADSHOT_DATABASE_CONNECTIONS", number, "is not a number from 3 on")
    }

    /// One key, or several with their names.
    pub(super) fn api_keys(&mut self, text: Option<&str>) -> Option<Vec<HostKey>> {
        const NAME: &str = "HEADSHOT_API_KEY";
        let words: Vec<_> = self.require(NAME, text)?.split_whitespace().collect();
        let keys: Option<Vec<_>> = words.iter().map(|word| host_key(word)).collect();
        let keys = self.accept(NAME, keys, "has fewer than 16 characters, or some that a header cannot carry")?;
        let names: BTreeSet<_> = keys.iter().map(|key| key.name.as_str()).collect();
        let values: BTreeSet<_> = keys.iter().map(|key| key.key.reveal()).collect();
        let are_apart = names.len() == keys.len() && values.len() == keys.len();
        let wrong =
            "has several keys: each needs a name of its own, as in `shop:KEY admin:KEY`, and differs from others";
        self.accept(NAME, are_apart.then_some(()), wrong)?;
        Some(keys)
    }

    pub(super) fn public_url(&mut self, text: Option<&str>) -> Option<String> {
        let url = self.require("HEADSHOT_PUBLIC_URL", text)?.parse().ok();
        let url = url.filter(|url: &Url| is_safe(url) && url.query().is_none() && url.fragment().is_none());
        let base = url.map(|url| url.as_str().trim_end_matches('/').to_owned());
        self.accept("HEADSHOT_PUBLIC_URL", base, "is not an https URL without a query (http only on loopback)")
    }

    pub(super) fn networks(&mut self, text: &str) -> Option<Vec<IpNet>> {
        let networks = text.split_whitespace().map(|one| one.parse().ok()).collect();
        self.accept("HEADSHOT_ALLOW_NETWORKS", networks, "is not a list of networks such as 10.0.0.0/8")
    }

    /// A key of our own.
    pub(crate) fn key(&mut self, name: &str, text: Option<&str>) -> Option<Secret> {
        let text = self.require(name, text)?;
        let key = is_key(text).then(|| Secret::new(text));
        self.accept(name, key, "has fewer than 16 characters, or some that a header cannot carry")
    }

    /// A key that is sent in a header.
    pub(crate) fn header_value(&mut self, name: &str, text: Option<&str>) -> Option<Secret> {
        let text = self.require(name, text)?;
        let key = is_header_value(text).then(|| Secret::new(text));
        self.accept(name, key, "has characters that a header cannot carry")
    }

    /// Signing secrets, separated by spaces.
    pub(crate) fn secrets(&mut self, name: &str, text: Option<&str>) -> Option<Vec<Secret>> {
        let text = self.require(name, text)?;
        Some(text.split_whitespace().map(Secret::new).collect())
    }

    pub(crate) fn seconds(&mut self, name: &str, text: &str) -> Option<Duration> {
        self.accept(name, seconds(text), "is not a number of seconds above 0")
    }

    /// A number that need not be given.
    pub(crate) fn optional_number(&mut self, name: &str, text: Option<&str>) -> Option<u64> {
        let text = Self::given(text)?;
        self.accept(name, text.parse().ok(), "is not a number")
    }

    pub(crate) fn switch(&mut self, name: &str, text: &str) -> Option<bool> {
        self.choice(name, text, [("on", true), ("off", false)])
    }

    /// One of two words, and what each of them means.
    pub(crate) fn choice<T>(&mut self, name: &str, text: &str, words: [(&str, T); 2]) -> Option<T> {
        let wrong = format!("is not `{}` or `{}`", words[0].0, words[1].0);
        let chosen = words.into_iter().find(|(word, _)| *word == text);
        self.accept(name, chosen.map(|(_, meaning)| meaning), &wrong)
    }

    pub(crate) fn quota(&mut self, name: &str, text: &str) -> Option<Quota> {
        let calls = text.parse().ok().filter(|calls| (60..=60_000).contains(calls));
        self.accept(name, calls.map(|calls_a_minute| Quota { calls_a_minute }), "is not a number from 60 to 60000")
    }

    /// Where an API is.
    pub(crate) fn base_url(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = text.parse().ok().filter(is_safe);
        self.accept(name, url, "is not an https URL (http only on loopback)")
    }

    /// Origins of pages, separated by spaces.
    pub(crate) fn origins(&mut self, name: &str, text: &str, example: &str) -> Option<Vec<String>> {
        let origins = text.split_whitespace().map(origin).collect::<Option<Vec<_>>>();
        let origins = origins.filter(|origins| !origins.is_empty());
        self.accept(name, origins, &format!("is not a list of https origins such as {example} (http only on loopback)"))
    }

    /// Hosts, with or without a port, separated by spaces; `*.` at the beginning stands for every host below.
    pub(crate) fn hosts(&mut self, name: &str, text: &str, example: &str) -> Option<Vec<String>> {
        let hosts = text.split_whitespace().map(host).collect::<Option<Vec<_>>>();
        let hosts = hosts.filter(|hosts| !hosts.is_empty());
        self.accept(name, hosts, &format!("is not a list of hosts such as {example}"))
    }

    pub(crate) fn require<'t>(&mut self, name: &str, text: Option<&'t str>) -> Option<&'t str> {
        self.accept(name, Self::given(text), "is missing")
    }

    /// Notes what is wrong where there is no value.
    pub(crate) fn accept<T>(&mut self, name: &str, value: Option<T>, wrong: &str) -> Option<T> {
        if value.is_none() {
            self.wrong.push(format!("{name} ({}) {wrong}", flag(name)));
        }
        value
    }
}

/// Every variable but those that begin with a provider's name drops its prefix in the flag.
fn flag(name: &str) -> String {
    let name = name.strip_prefix("HEADSHOT_").unwrap_or(name);
    format!("--{}", name.to_ascii_lowercase().replace('_', "-"))
}

/// `path` with `suffix` after its last part.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.parse::<u32>().ok().filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds.into()))
}

/// `name:key`, or a key alone.
fn host_key(word: &str) -> Option<HostKey> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    let (name, key) = word.split_once(':').unwrap_or(("default", word));
    (is_key(key) && is_name(name)).then(|| HostKey { name: name.to_owned(), key: Secret::new(key) })
}

fn is_key(text: &str) -> bool {
    text.chars().count() >= SHORTEST_KEY && is_header_value(text)
}

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
}

fn origin(text: &str) -> Option<String> {
    let url: Url = text.parse().ok()?;
    let is_origin = !text.contains('*')
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    (is_origin && is_safe(&url)).then(|| url.origin().ascii_serialization())
}

/// A host as URLs show it, with its port where one is given, or all hosts below one that is no whole top level.
fn host(text: &str) -> Option<String> {
    let (below, text) = text.strip_prefix("*.").map_or((false, text), |text| (true, text));
    if text.contains('*') || below && !text.contains('.') {
        return None;
    }
    let url: Url = format!("https://{text}/").parse().ok()?;
    let is_host = url.path() == "/" && url.query().is_none() && url.username().is_empty() && !text.contains('/');
    let host = url.host_str().filter(|_| is_host)?;
    // The parser drops the port that https has anyway.
    let port = url.port().or_else(|| text.ends_with(":443").then_some(443));
    let host = if below { format!("*.{host}") } else { host.to_owned() };
    Some(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// The database that a URL names; else what is wrong with it.
pub(super) fn database(url: &str) -> Result<Database, &'static str> {
    if ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
        return PostgresAddress::parse(url).map(|address| Database::Postgres(Box::new(address)));
    }
    let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
    let path = path.filter(|path| !path.is_empty()).map(|path| Database::Sqlite(path.into()));
    path.ok_or("is neither `sqlite:` and the path of a file nor a `postgres://` address")
}
