//! Ways to spoil a delivery.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

use crate::vector::Vector;

/// Names of headers that some scheme reads, and one that none does.
pub(crate) const NAMES: [&str; 9] = [
    "x-headshotpro-signature",
    "x-headshotpro-timestamp",
    "x-skylab-signature",
    "X-Skylab-Timestamp",
    "X-Authenticity-Token",
    "webhook-id",
    "Webhook-Timestamp",
    "webhook-signature",
    "x-unknown",
];

#[derive(Clone, Debug)]
pub(crate) enum Mutation {
    Header(Index, Change),
    HeaderTwice(Index),
    HeaderGone(Index),
    HeaderRenamed(Index, String),
    HeaderAdded(String, Vec<u8>),
    Body(Change),
    Secret(Index, String),
    SecretGone(Index),
    Scheme(Option<String>),
    Now(u64),
    Tolerance(Option<u64>),
}

/// A change of some bytes.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Flip(Index, u8),
    Cut(Index),
    Insert(Index, Vec<u8>),
    Replace(Vec<u8>),
    Upper,
    Lower,
    UrlSafe,
    Twice(&'static str),
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    let any_name = || select(NAMES.to_vec()).prop_map(str::to_owned);
    prop_oneof![
        8 => (any::<Index>(), change()).prop_map(|(place, change)| Mutation::Header(place, change)),
        1 => any::<Index>().prop_map(Mutation::HeaderTwice),
        1 => any::<Index>().prop_map(Mutation::HeaderGone),
        1 => (any::<Index>(), any_name()).prop_map(|(place, name)| Mutation::HeaderRenamed(place, name)),
        1 => (any_name(), noise()).prop_map(|(name, value)| Mutation::HeaderAdded(name, value)),
        3 => change().prop_map(Mutation::Body),
        1 => (any::<Index>(), ".{0,20}").prop_map(|(place, secret)| Mutation::Secret(place, secret)),
        1 => any::<Index>().prop_map(Mutation::SecretGone),
        1 => select(vec![None, Some("auto"), Some("body"), Some("HS512"), Some("v1"), Some("declared"), Some("best")])
            .prop_map(|scheme| Mutation::Scheme(scheme.map(str::to_owned))),
        1 => (0_u64..4_000_000_000_000).prop_map(Mutation::Now),
        1 => proptest::option::of(prop_oneof![0_u64..600, any::<u32>().prop_map(u64::from)]).prop_map(Mutation::Tolerance),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (any::<Index>(), 0_u8..8).prop_map(|(place, bit)| Change::Flip(place, bit)),
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), noise()).prop_map(|(place, bytes)| Change::Insert(place, bytes)),
        noise().prop_map(Change::Replace),
        Just(Change::Upper),
        Just(Change::Lower),
        Just(Change::UrlSafe),
        select(vec![",", ", ", " ", ""]).prop_map(Change::Twice),
    ]
}

/// Bytes, and what looks nearly like the value of a header.
pub(crate) fn noise() -> impl Strategy<Value = Vec<u8>> {
    let near = select(vec![
        "sha256=",
        "v0=",
        "v1,",
        "v2,",
        "1767323045",
        "000",
        "-",
        "+",
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "Friday, 02-Jan-26 03:04:05 GMT",
        "Fri Jan  2 03:04:05 2026",
        "eyJhbGciOiJIUzI1NiJ9",
        "e30",
        ".",
        "=",
        " ",
        ",",
        ", ",
        "|",
        ":",
        "{",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "msg_1",
    ]);
    prop_oneof![
        2 => vec(any::<u8>(), 0..8),
        4 => vec(near, 0..5).prop_map(|words| words.concat().into_bytes()),
        1 => (any::<u8>(), 8000_usize..8400).prop_map(|(byte, times)| vec![byte; times]),
    ]
}

impl Mutation {
    pub(crate) fn apply(self, vector: &mut Vector) {
        let Vector { headers, secrets, .. } = vector;
        match self {
            Self::Header(place, change) if !headers.is_empty() => change.apply(&mut place.get_mut(headers).1),
            Self::HeaderTwice(place) if !headers.is_empty() => headers.push(place.get(headers).clone()),
            Self::HeaderGone(place) if !headers.is_empty() => drop(headers.remove(place.index(headers.len()))),
            Self::HeaderRenamed(place, name) if !headers.is_empty() => place.get_mut(headers).0 = name,
            Self::HeaderAdded(name, value) => headers.push((name, value)),
            Self::Body(change) => change.apply(&mut vector.body),
            Self::Secret(place, secret) if !secrets.is_empty() => *place.get_mut(secrets) = secret.into_bytes(),
            Self::SecretGone(place) if !secrets.is_empty() => drop(secrets.remove(place.index(secrets.len()))),
            Self::Scheme(scheme) => vector.scheme = scheme,
            Self::Now(now) => vector.now = now,
            Self::Tolerance(tolerance) => vector.tolerance = tolerance,
            _ => {}
        }
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip(place, bit) if !bytes.is_empty() => *place.get_mut(bytes) ^= 1 << bit,
            Self::Flip(..) => {}
            Self::Cut(place) => bytes.truncate(place.index(bytes.len() + 1)),
            Self::Insert(place, more) => {
                let place = place.index(bytes.len() + 1);
                bytes.splice(place..place, more);
            }
            Self::Replace(others) => *bytes = others,
            Self::Upper => bytes.make_ascii_uppercase(),
            Self::Lower => bytes.make_ascii_lowercase(),
            Self::UrlSafe => bytes.iter_mut().for_each(|byte| match byte {
                b'+' => *byte = b'-',
                b'/' => *byte = b'_',
                _ => {}
            }),
            Self::Twice(between) => *bytes = [bytes.as_slice(), bytes.as_slice()].join(between.as_bytes()),
        }
    }
}
