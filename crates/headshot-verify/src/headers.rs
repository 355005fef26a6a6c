//! What was received: the headers, looked up by name, and the body.

use crate::error::{Flaw, Role};

/// Looks up the headers of a delivery.
///
/// A closure from a name to its values is one, so every web framework's header map fits without this crate knowing it;
/// so is an array or slice of pairs and, with the feature `http`, a `&http::HeaderMap`.
///
/// ```
/// use std::collections::HashMap;
///
/// use headshot_verify::Delivery;
///
/// let body = b"{}";
/// let delivery = Delivery::new(&[("X-HeadshotPro-Signature", "sha256=00")], body);
///
/// // A map of another framework, whose names are in lower case.
/// let headers = HashMap::from([("x-headshotpro-signature", vec!["sha256=00"])]);
/// let values = |name: &str| headers.get(name).into_iter().flatten().map(|value| value.as_bytes());
/// let delivery = Delivery::new(values, body);
/// ```
pub trait Headers<'h> {
    /// Every value sent for the header `name`, one for each time that it occurs.
    ///
    /// `name` is in lower case; the look-up ignores the case of what was sent.
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]>;
}

impl<'h, F, I> Headers<'h> for F
where
    F: Fn(&str) -> I,
    I: Iterator<Item = &'h [u8]>,
{
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        self(name)
    }
}

impl<'h, N: AsRef<str>, V: AsRef<[u8]>> Headers<'h> for &'h [(N, V)] {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        values_in_pairs(self, name)
    }
}

impl<'h, N: AsRef<str>, V: AsRef<[u8]>, const LENGTH: usize> Headers<'h> for &'h [(N, V); LENGTH] {
    fn values(&self, name: &str) -> impl Iterator<Item = &'h [u8]> {
        values_in_pairs(*self, name)
    }
}

fn values_in_pairs<'h, N: AsRef<str>, V: AsRef<[u8]>>(
    pairs: &'h [(N, V)],
    name: &str,
) -> impl Iterator<Item = &'h [u8]> {
    let named = pairs.iter().filter(move |(other, _)| other.as_ref().eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.as_ref())
}

/// One received request that carries an event: its headers and the raw bytes of its body.
#[derive(Clone, Copy)]
pub struct Delivery<'a, H> {
    pub(crate) headers: H,
    pub(crate) body: &'a [u8],
}

impl<'a, H> Delivery<'a, H> {
    /// A delivery as it was received: `body` is what came over the wire, byte for byte, before any JSON reader.
    pub fn new<'h, B: AsRef<[u8]> + ?Sized>(headers: H, body: &'a B) -> Self
    where
        H: Headers<'h>,
    {
        Self { headers, body: body.as_ref() }
    }

    /// The headers.
    pub const fn headers(&self) -> &H {
        &self.headers
    }

    /// The raw bytes of the body.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}

/// The longest value of a header that is looked at; a token with many claims has about 1 KiB.
pub(crate) const MAX_VALUE_BYTES: usize = 8 * 1024;

/// What was sent for one header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sent<'h> {
    /// It is absent.
    Nothing,
    /// It is there with this value.
    Once(&'h [u8]),
    /// It occurs several times.
    Repeatedly,
}

/// What was sent for the headers that a scheme reads.
///
/// They are looked up once, so that what follows is compiled once, whatever the type of the headers.
#[derive(Clone, Copy)]
pub struct Received<'h> {
    /// The header of the signature, or of the token.
    pub signature: Sent<'h>,
    /// The header of the timestamp.
    pub timestamp: Sent<'h>,
    /// The header of the delivery's id.
    pub id: Sent<'h>,
}

/// How many values a proxy or a runtime may have joined with commas to this one.
pub(crate) fn joined_values(text: &[u8]) -> usize {
    text.split(|byte| *byte == b',').count()
}

impl<'h> Received<'h> {
    /// What the headers hold under these names for signature, timestamp and id.
    pub(crate) fn of(names: [Option<&str>; 3], headers: &impl Headers<'h>) -> Self {
        let sent = |name: Option<&str>| {
            let Some(name) = name else { return Sent::Nothing };
            let mut values = headers.values(name);
            match (values.next(), values.next()) {
                (None, _) => Sent::Nothing,
                (Some(value), None) => Sent::Once(value),
                (Some(_), Some(_)) => Sent::Repeatedly,
            }
        };
        let [signature, timestamp, id] = names.map(sent);
        Self { signature, timestamp, id }
    }
}

impl<'h> Sent<'h> {
    /// The one value of a header that has to be there once.
    pub(crate) const fn the_value(self, role: Role) -> Result<&'h [u8], Flaw> {
        match self {
            Self::Nothing => Err(role.missing()),
            Self::Repeatedly => Err(role.repeated()),
            Self::Once(value) if value.len() > MAX_VALUE_BYTES => Err(role.malformed()),
            Self::Once(value) => Ok(value),
        }
    }
}
