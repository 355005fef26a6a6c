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
    let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = held.flat_map(|value| value.split(',')).map(str::trim);
    // A proxy that compresses makes a strong tag weak; for this comparison both are equal.
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
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
}
