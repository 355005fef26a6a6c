//! One check per setting. Each names its flag and variable and says what is wrong, never what the value was.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use headshot_verify::provider::headshotpro::SchemeChoice;
use url::Url;

use super::{EmailRetry, log};
use crate::provider::http::is_safe;
use crate::secret::Secret;

const SHORTEST_API_KEY: usize = 16;

const NO_ADDRESS: &str = "is not an address and a port, such as 127.0.0.1:8787";

const FEWEST_CONNECTIONS: usize = 16;

/// Collects what is wrong, so that one start names all of it.
#[derive(Default)]
pub(super) struct Checks {
    pub(super) wrong: Vec<String>,
}

impl Checks {
    pub(super) fn listen(&mut self, text: &str) -> Option<SocketAddr> {
        self.accept("HEADSHOT_LISTEN", text.parse().ok(), NO_ADDRESS)
    }

    /// `Some(None)` where nothing was wished.
    #[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
    pub(super) fn metrics_listen(&mut self, text: Option<&str>) -> Option<Option<SocketAddr>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Some(None) };
        self.accept("HEADSHOT_METRICS_LISTEN", text.parse().ok(), NO_ADDRESS).map(Some)
    }

    /// `Some(None)` where nothing was wished.
    #[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
    pub(super) fn connections(&mut self, text: Option<&str>) -> Option<Option<usize>> {
        let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Some(None) };
        let number = text.parse().ok().filter(|number| *number >= FEWEST_CONNECTIONS);
        self.accept("HEADSHOT_CONNECTIONS", number, "is not a number from 16 on").map(Some)
    }

    pub(super) fn keep_alive(&mut self, text: &str) -> Option<Duration> {
        self.accept("HEADSHOT_KEEP_ALIVE", seconds(text), "is not a number of seconds above 0")
    }

    pub(super) fn log(&mut self, text: &str) -> Option<String> {
        let wrong = "is not `error`, `warn`, `info`, `debug`, `trace`, `off` or a list of `target=level`";
        self.accept("HEADSHOT_LOG", log::filter(text), wrong)
    }

    pub(super) fn database(&mut self, text: &str) -> Option<PathBuf> {
        let path = text.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        let path = path.filter(|path| !path.is_empty()).map(PathBuf::from);
        self.accept("HEADSHOT_DATABASE_URL", path, "is not `sqlite:` and the path of a file")
    }

    pub(super) fn api_key(&mut self, text: Option<&str>) -> Option<Secret> {
        let text = self.require("HEADSHOT_API_KEY", text)?;
        let is_long_enough = text.chars().count() >= SHORTEST_API_KEY;
        let key = (is_long_enough && is_header_value(text)).then(|| Secret::new(text));
        self.accept("HEADSHOT_API_KEY", key, "has fewer than 16 characters, or some that a header cannot carry")
    }

    pub(super) fn public_url(&mut self, text: Option<&str>) -> Option<String> {
        let url = self.require("HEADSHOT_PUBLIC_URL", text)?.parse().ok();
        let url = url.filter(|url: &Url| is_safe(url) && url.query().is_none() && url.fragment().is_none());
        let base = url.map(|url| url.as_str().trim_end_matches('/').to_owned());
        self.accept("HEADSHOT_PUBLIC_URL", base, "is not an https URL without a query (http only on loopback)")
    }

    pub(super) fn provider_key(&mut self, text: Option<&str>) -> Option<Secret> {
        let text = self.require("HEADSHOTPRO_API_KEY", text)?;
        let key = is_header_value(text).then(|| Secret::new(text));
        self.accept("HEADSHOTPRO_API_KEY", key, "has characters that a header cannot carry")
    }

    pub(super) fn signing_secrets(&mut self, text: Option<&str>) -> Option<Vec<Secret>> {
        let text = self.require("HEADSHOTPRO_WEBHOOK_SECRET", text)?;
        Some(text.split_whitespace().map(Secret::new).collect())
    }

    pub(super) fn signature_scheme(&mut self, text: &str) -> Option<SchemeChoice> {
        self.accept("HEADSHOTPRO_SIGNATURE_SCHEME", text.parse().ok(), "is not `timestamped`, `auto` or `body`")
    }

    pub(super) fn signature_tolerance(&mut self, text: &str) -> Option<Duration> {
        self.accept("HEADSHOTPRO_SIGNATURE_TOLERANCE", seconds(text), "is not a number of seconds above 0")
    }

    pub(super) fn base_url(&mut self, text: &str) -> Option<Url> {
        let url = text.parse().ok().filter(is_safe);
        self.accept("HEADSHOTPRO_BASE_URL", url, "is not an https URL (http only on loopback)")
    }

    pub(super) fn frame_origins(&mut self, text: &str) -> Option<Vec<String>> {
        let origins = text.split_whitespace().map(origin).collect::<Option<Vec<_>>>();
        let origins = origins.filter(|origins| !origins.is_empty());
        let wrong = "is not a list of https origins such as https://yourproheadshots.com (http only on loopback)";
        self.accept("HEADSHOTPRO_FRAME_ORIGINS", origins, wrong)
    }

    pub(super) fn photo_hosts(&mut self, text: &str) -> Option<Vec<String>> {
        let hosts = text.split_whitespace().map(host).collect::<Option<Vec<_>>>();
        let hosts = hosts.filter(|hosts| !hosts.is_empty());
        self.accept("HEADSHOTPRO_PHOTO_HOSTS", hosts, "is not a list of hosts such as cdn.headshotpro.com")
    }

    pub(super) fn email_retry(&mut self, text: &str) -> Option<EmailRetry> {
        let retry = match text {
            "plus-suffix" => Some(EmailRetry::PlusSuffix),
            "off" => Some(EmailRetry::Off),
            _ => None,
        };
        self.accept("HEADSHOTPRO_EMAIL_RETRY", retry, "is not `plus-suffix` or `off`")
    }

    fn require<'t>(&mut self, name: &str, text: Option<&'t str>) -> Option<&'t str> {
        self.accept(name, text.map(str::trim).filter(|text| !text.is_empty()), "is missing")
    }

    fn accept<T>(&mut self, name: &str, value: Option<T>, wrong: &str) -> Option<T> {
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
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds = text.parse::<u32>().ok().filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds.into()))
}

fn is_header_value(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'!'..=b'~'))
}

fn origin(text: &str) -> Option<String> {
    let url: Url = text.parse().ok()?;
    let is_origin = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (is_origin && is_safe(&url)).then(|| url.origin().ascii_serialization())
}

/// A host as URLs show it, with its port where one is given.
fn host(text: &str) -> Option<String> {
    let url: Url = format!("https://{text}/").parse().ok()?;
    let is_host = url.path() == "/" && url.query().is_none() && url.username().is_empty() && !text.contains('/');
    let host = url.host_str().filter(|_| is_host)?;
    // The parser drops the port that https has anyway.
    let port = url.port().or_else(|| text.ends_with(":443").then_some(443));
    Some(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
