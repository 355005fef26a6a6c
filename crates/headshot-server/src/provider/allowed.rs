use url::Url;

use super::http;

/// What the operator allows, and the setting that says so.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The name of the setting, to be named when something is refused.
    pub setting: &'static str,
    /// What is allowed.
    pub entries: Vec<String>,
}

impl Allowed {
    /// Whether the link is one to a host that is listed, and as safe as every link must be.
    pub(crate) fn has_host_of(&self, url: &Url) -> bool {
        let host = url.host_str().filter(|_| http::is_safe(url));
        host.is_some_and(|host| self.entries.iter().any(|entry| is_of(entry, host, url)))
    }
}

/// An entry without a port means the scheme's own.
fn is_of(entry: &str, host: &str, url: &Url) -> bool {
    let with_port = entry.rsplit_once(':').and_then(|(name, port)| Some((name, port.parse().ok()?)));
    let (name, port) = with_port.map_or((entry, None), |(name, port): (_, u16)| (name, Some(port)));
    let is_name = match name.strip_prefix("*.") {
        Some(below) => host.strip_suffix(below).is_some_and(|part| part.len() > 1 && part.ends_with('.')),
        None => name == host,
    };
    is_name && if port.is_some() { url.port_or_known_default() == port } else { url.port().is_none() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(entries: &[&str], url: &str) -> bool {
        let entries = entries.iter().copied().map(str::to_owned).collect();
        Allowed { setting: "HOSTS", entries }.has_host_of(&url.parse().unwrap())
    }

    #[test]
    fn only_listed_hosts_are_asked() {
        let hosts = ["cdn.headshotpro.com", "127.0.0.1:8789", "[::1]"];
        for url in ["https://cdn.headshotpro.com/x.jpg", "http://127.0.0.1:8789/x.jpg", "http://[::1]/x.jpg"] {
            assert!(allows(&hosts, url), "{url}");
        }
        for url in [
            "http://cdn.headshotpro.com/x.jpg",
            "https://cdn.headshotpro.com:8443/x.jpg",
            "https://cdn.headshotpro.com.evil.test/x.jpg",
            "https://evil.test/cdn.headshotpro.com",
            "http://127.0.0.1/x.jpg",
            "http://127.0.0.1:8790/x.jpg",
        ] {
            assert!(!allows(&hosts, url), "{url}");
        }
    }

    #[test]
    fn an_asterisk_stands_for_every_host_below() {
        let hosts = ["*.amazonaws.com", "*.storage.test:8443"];
        for url in [
            "https://bucket.s3.eu-west-1.amazonaws.com/k?X-Amz-Signature=s",
            "https://s3.amazonaws.com/bucket/k",
            "https://a.storage.test:8443/k",
        ] {
            assert!(allows(&hosts, url), "{url}");
        }
        for url in [
            "https://amazonaws.com/k",
            "https://.amazonaws.com/k",
            "https://evilamazonaws.com/k",
            "https://s3.amazonaws.com.evil.test/k",
            "https://s3.amazonaws.com:8443/k",
            "http://s3.amazonaws.com/k",
            "https://a.storage.test/k",
        ] {
            assert!(!allows(&hosts, url), "{url}");
        }
    }
}
