//! Which addresses we connect to: public ones, and those of networks that the operator names. It is asked when a
//! connection is made, so that a name which leads elsewhere the second time does not get past it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::LazyLock;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// What is not the public internet: IANA's registries of special-purpose addresses, and multicast.
static SPECIAL: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let networks = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/128",
        "::1/128",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ];
    networks.iter().map(|network| network.parse().expect("a network")).collect()
});

/// Lets through public addresses, and those of the networks that it was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guard {
    allowed: Vec<IpNet>,
}

/// An address that we do not connect to.
#[derive(Debug, thiserror::Error)]
#[error("the address is not a public one, and in no network of HEADSHOT_ALLOW_NETWORKS")]
pub(crate) struct NotPublic;

impl Guard {
    pub(crate) fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// A URL that names an address itself asks no resolver.
    pub(crate) fn check(&self, url: &Url) -> Result<(), NotPublic> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        if self.allows(address) { Ok(()) } else { Err(NotPublic) }
    }

    /// Whether the address is a public one, or in a network that the operator names.
    pub(crate) fn allows(&self, address: IpAddr) -> bool {
        let address = meant(address);
        let is_in = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        is_in(&self.allowed) || !is_in(&SPECIAL)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| guard.allows(address.ip())).collect();
            if allowed.is_empty() { Err(NotPublic.into()) } else { Ok(Box::new(allowed.into_iter()) as Addrs) }
        })
    }
}

/// The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64, 6to4.
fn meant(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let embedded = match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] | [0x64, 0xff9b, 1, ..] => Some(last(v6)),
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => Some(last(v6)),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    };
    embedded.map_or(address, IpAddr::V4)
}

fn last(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(guard: &Guard, address: &str) -> bool {
        guard.allows(address.parse().unwrap())
    }

    #[test]
    fn only_public_addresses_are_connected_to() {
        for address in
            ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
        {
            assert!(allows(&Guard::default(), address), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "2002:7f00:1::1",
            "2001:db8::1",
        ] {
            assert!(!allows(&Guard::default(), address), "{address}");
        }
    }

    #[test]
    fn networks_that_the_operator_names_are_connected_to() {
        let guard = Guard::new(vec!["127.0.0.0/8".parse().unwrap(), "10.1.0.0/16".parse().unwrap()]);
        assert!(allows(&guard, "127.0.0.1") && allows(&guard, "10.1.9.9") && allows(&guard, "::ffff:10.1.9.9"));
        assert!(!allows(&guard, "10.2.0.1"));
    }

    #[test]
    fn an_address_in_a_url_is_looked_at_in_every_spelling() {
        for url in
            ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]:80/", "http://017700000001/"]
        {
            assert!(Guard::default().check(&url.parse().unwrap()).is_err(), "{url}");
        }
        assert!(Guard::default().check(&"https://host.example.test/".parse().unwrap()).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_resolved() {
        let resolve = |guard: Guard| async move { guard.resolve("localhost".parse().unwrap()).await.is_ok() };
        assert!(!resolve(Guard::default()).await);
        assert!(resolve(Guard::new(vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()])).await);
    }
}
