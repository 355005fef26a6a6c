//! `Prefer: wait=N` (RFC 7240) and `If-None-Match` (RFC 9110).

use std::time::Duration;

use axum::http::{HeaderMap, header};

use crate::pace::LONGEST_WAIT;

/// How long the client lets us wait for a change, in whole seconds and at most as long as we are willing to.
pub(super) fn asked(headers: &HeaderMap) -> Option<Duration> {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let wait = preferences.flat_map(|value| value.split(',')).find_map(seconds)?;
    Some(Duration::from_secs(wait).min(LONGEST_WAIT))
}

/// Whether the client already holds what `etag` names.
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    Held::of(headers).is_some_and(|held| held.is(etag))
}

/// The tags of what the client holds; a copy, because a header keeps the whole head in memory.
pub(super) struct Held(String);

impl Held {
    /// `None` where the client does not say what it holds.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let values: Vec<_> = values.collect();
        (!values.is_empty()).then(|| Self(values.join(",")))
    }

    /// Whether that is what `etag` names.
    pub(super) fn is(&self, etag: &str) -> bool {
        // Our own tags hold no comma, so a foreign one that is cut in two does no harm.
        self.0.split(',').map(str::trim).any(|tag| tag == "*" || is_same(tag, etag))
    }
}

/// What a proxy that compresses adds to a tag, in or behind its quotes, after a sign or two.
const CODINGS: &[&str] = &["gzip", "br", "zstd", "deflate"];

/// A proxy that compresses makes a tag weak or marks it with the coding: it still names what we sent.
fn is_same(held: &str, etag: &str) -> bool {
    let held = held.strip_prefix("W/").or_else(|| held.strip_prefix("w/")).unwrap_or(held);
    let Some(rest) = held.strip_prefix(etag.trim_end_matches('"')) else { return false };
    let added = rest.trim_matches('"');
    let coding = added.trim_start_matches(['-', ';', ':', '.', '+']);
    rest == "\"" || (coding.len() < added.len() && CODINGS.iter().any(|known| coding.eq_ignore_ascii_case(known)))
}

fn seconds(preference: &str) -> Option<u64> {
    let (preference, _parameters) = preference.split_once(';').unwrap_or((preference, ""));
    let (name, value) = preference.split_once('=')?;
    let value = value.trim().trim_matches('"');
    name.trim().eq_ignore_ascii_case("wait").then(|| value.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_wait_is_found_among_other_preferences() {
        let cases: [(&[&str], Option<u64>); 7] = [
            (&["wait=10"], Some(10)),
            (&["respond-async, Wait = \"7\"; foo"], Some(7)),
            (&["return=minimal", "wait=3"], Some(3)),
            (&["wait=9999"], Some(25)),
            (&["wait=-1"], None),
            (&["wait"], None),
            (&[], None),
        ];
        for (values, wait) in cases {
            assert_eq!(asked(&headers("prefer", values)), wait.map(Duration::from_secs), "{values:?}");
        }
    }

    #[test]
    fn a_tag_is_known_in_a_list_and_when_weak() {
        for held in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(is_known(&headers("if-none-match", &[held]), "\"a\""), "{held}");
        }
        assert!(!is_known(&headers("if-none-match", &["\"b\""]), "\"a\""));
        assert!(!is_known(&HeaderMap::new(), "\"a\""));
    }

    #[test]
    fn a_tag_is_known_in_the_forms_that_compressing_proxies_give_it() {
        let held = [
            "\"a-gzip\"",
            "\"a-br\"",
            "\"a-zstd\"",
            "\"a-deflate\"",
            "\"a--gzip\"",
            "\"a;gzip\"",
            "\"a:br\"",
            "\"a\"-gzip",
            "\"a\";br",
            "W/\"a-gzip\"",
            "w/\"a\"",
            "\"a-GZIP\"",
            "W/\"b\", W/\"a-br\"",
            "\"x,y\", \"a-gzip\"",
        ];
        for held in held {
            assert!(is_known(&headers("if-none-match", &[held]), "\"a\""), "{held}");
        }
        assert!(is_known(&headers("if-none-match", &["\"b\"", "\"c\", \"a-gzip\""]), "\"a\""));
    }

    #[test]
    fn a_longer_tag_is_another_tag() {
        for held in
            ["\"ab\"", "\"a-b\"", "\"agzip\"", "\"a-gzip-old\"", "\"b-gzip\"", "\"-gzip\"", "", "\"\"", "a", "\"a"]
        {
            assert!(!is_known(&headers("if-none-match", &[held]), "\"a\""), "{held}");
        }
    }
}
