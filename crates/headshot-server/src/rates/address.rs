//! Which address a request comes from. What a client can write about itself is never believed.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use crate::guard::Guard;

/// The proxies in front of the server.
#[derive(Clone, Debug)]
pub(crate) struct Proxies {
    /// How many name the client's address; `None` where the operator did not say.
    pub(super) trusted: Option<usize>,
    /// The header that each of them adds the address to that it was asked from.
    pub(super) header: HeaderName,
}

impl Proxies {
    /// What a client is counted by; `None` where that cannot be told, so that nobody is held up for another.
    pub(super) fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> Option<IpAddr> {
        match self.trusted {
            None => Guard::default().allows(peer.ip()).then(|| counted(peer.ip())),
            Some(0) => Some(counted(peer.ip())),
            Some(trusted) => self.named(trusted, headers).unwrap_or_else(|| Some(counted(peer.ip()))),
        }
    }

    /// What the farthest of the trusted proxies added: counted from the end, because a client can send a beginning of
    /// its own. `None` without the header, as from a client that goes by no proxy.
    #[expect(
        clippy::option_option,
        reason = "the outer one says whether there is an entry, the inner one whether it is an address"
    )]
    fn named(&self, trusted: usize, headers: &HeaderMap) -> Option<Option<IpAddr>> {
        let lines = headers.get_all(&self.header).iter().rev();
        let mut entries = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let mut entry = entries.next()?;
        for farther in entries.take(trusted - 1) {
            entry = farther;
        }
        let text = std::str::from_utf8(entry).unwrap_or_default().trim();
        let node = if self.header == header::FORWARDED { forwarded_for(text) } else { Some(text) };
        Some(node.and_then(address).map(counted))
    }
}

/// The node of `for=…` in one element of `Forwarded` (RFC 7239).
fn forwarded_for(element: &str) -> Option<&str> {
    let mut pairs = element.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    Some(node.trim().trim_matches('"'))
}

/// An address with or without a port, IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Whoever has one IPv6 address has all of its network of 64 bits.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const XFF: HeaderName = HeaderName::from_static("x-forwarded-for");

    fn client(trusted: Option<usize>, header: HeaderName, peer: &str, lines: &[&str]) -> Option<String> {
        let headers = lines.iter().map(|line| (header.clone(), line.parse().unwrap())).collect();
        let proxies = Proxies { trusted, header };
        proxies.client(SocketAddr::new(peer.parse().unwrap(), 4711), &headers).map(|address| address.to_string())
    }

    #[test]
    fn without_proxies_the_connection_tells_and_no_header_does() {
        let spoofed = ["198.51.100.9"];
        assert_eq!(client(Some(0), XFF, "93.184.215.14", &spoofed).as_deref(), Some("93.184.215.14"));
        assert_eq!(client(Some(0), XFF, "10.0.0.1", &spoofed).as_deref(), Some("10.0.0.1"));
        assert_eq!(client(None, XFF, "93.184.215.14", &spoofed).as_deref(), Some("93.184.215.14"));
    }

    #[test]
    fn behind_a_proxy_that_nobody_told_us_about_nobody_is_held_up_for_another() {
        for peer in ["127.0.0.1", "10.1.2.3", "172.17.0.1", "::1", "fd00::1", "::ffff:192.168.0.1"] {
            assert_eq!(client(None, XFF, peer, &[]), None, "{peer}");
        }
    }

    #[test]
    fn addresses_are_counted_from_the_end() {
        let spoofed = ["1.1.1.1, 2.2.2.2, 203.0.113.7", "198.51.100.2"];
        assert_eq!(client(Some(1), XFF, "10.0.0.1", &spoofed).as_deref(), Some("198.51.100.2"));
        assert_eq!(client(Some(2), XFF, "10.0.0.1", &spoofed).as_deref(), Some("203.0.113.7"));
        assert_eq!(client(Some(9), XFF, "10.0.0.1", &["203.0.113.7"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(client(Some(1), XFF, "10.0.0.1", &[]).as_deref(), Some("10.0.0.1"), "by no proxy");
    }

    #[test]
    fn the_standard_header_is_read_too_and_quotes_hide_nothing() {
        let forwarded = |line: &str| client(Some(1), header::FORWARDED, "10.0.0.1", &[line]);
        assert_eq!(forwarded("for=192.0.2.60;proto=http;by=203.0.113.43").as_deref(), Some("192.0.2.60"));
        assert_eq!(forwarded("for=\"evil, for=1.1.1.1").as_deref(), Some("1.1.1.1"));
        assert_eq!(
            forwarded("for=\"x, proto=https; For=\"[2001:db8:cafe::17]:4711\"").as_deref(),
            Some("2001:db8:cafe::")
        );
        assert_eq!(forwarded("for=unknown"), None);
        assert_eq!(forwarded("for=_hidden"), None);
        assert_eq!(forwarded("proto=https"), None);
    }

    #[test]
    fn addresses_are_read_in_every_spelling_and_ipv6_counts_by_its_network() {
        for (text, is) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("[2001:db8:1:2:9::1]", "2001:db8:1:2::"),
            ("[2001:db8:1:2::9]:80", "2001:db8:1:2::"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
        ] {
            assert_eq!(client(Some(1), XFF, "10.0.0.1", &[text]).as_deref(), Some(is), "{text}");
        }
    }
}
