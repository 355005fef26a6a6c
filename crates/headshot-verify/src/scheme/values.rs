use crate::{
    Headers, Scheme,
    flaw::{Flaw, Role},
};

/// The longest value of a header that is looked at; a token with many claims has about 1 KiB.
pub(crate) const MAX_VALUE_BYTES: usize = 8 * 1024;

/// What was sent for one header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug)]
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
    pub(crate) fn of(scheme: &Scheme, headers: &impl Headers<'h>) -> Self {
        let sent = |name: Option<&str>| {
            let Some(name) = name else { return Sent::Nothing };
            let mut values = headers.values(name);
            match (values.next(), values.next()) {
                (None, _) => Sent::Nothing,
                (Some(value), None) => Sent::Once(value),
                (Some(_), Some(_)) => Sent::Repeatedly,
            }
        };
        Self {
            signature: sent(Some(scheme.signature_header())),
            timestamp: sent(scheme.timestamp_header()),
            id: sent(scheme.id_header()),
        }
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
