/// Looks up the headers of a delivery.
///
/// A closure from a name to its values is one, so every web framework's header map fits without this crate knowing it;
/// so is an array or slice of pairs.
///
/// ```
/// use headshot_verify::Delivery;
/// use http::{HeaderMap, HeaderValue};
///
/// let headers = HeaderMap::new();
/// let body = b"{}";
/// let delivery = Delivery::new(|name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes), body);
/// let delivery = Delivery::new(&[("X-HeadshotPro-Signature", "sha256=00")], body);
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
}
