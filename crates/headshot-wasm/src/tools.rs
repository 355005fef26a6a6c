//! What developers and tests need, and no server: why a delivery was refused, and signatures.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use headshot_verify::{Delivery, Provider as _, UnixSeconds, Unsigned, binding, sign};

use crate::{provider::Provider, refusal::Refusal};

/// Explains a delivery, whose headers are lines with a `:` after the name, as JSON.
pub(crate) fn explained(
    provider: &Provider,
    secrets: &[&[u8]],
    headers: &[u8],
    body: &[u8],
    now: UnixSeconds,
    tolerance: Option<Duration>,
) -> String {
    let mut pairs = Vec::new();
    for line in headers.split(|byte| *byte == b'\n') {
        pairs.extend(header(line));
    }
    let delivery = Delivery::new(&pairs[..], body);
    let tolerance = tolerance.unwrap_or_else(|| provider.scheme(true).tolerance());
    headshot_explain::explain_with(provider, provider.rules(), secrets, &delivery, now, tolerance).to_json()
}

fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let border = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(border)?;
    Some((core::str::from_utf8(name).ok()?, value.get(1..)?))
}

/// The headers of a delivery as the provider would send it, in lines with a `:` after the name; an empty `id` is none.
pub(crate) fn signed(
    provider: &Provider,
    secrets: &[&[u8]],
    body: &[u8],
    at: UnixSeconds,
    id: &str,
) -> Result<String, Refusal> {
    let secrets = binding::secrets(provider.secret_form(), secrets.iter().copied())?;
    let unsigned = Unsigned { body, at, id: Some(id).filter(|id| !id.is_empty()) };
    // A provider with a choice takes the scheme that signs a timestamp.
    let headers = sign(provider.scheme(true), &secrets, &unsigned)?;
    let mut lines = String::new();
    for (name, value) in &headers {
        lines.push_str(&[name, ":", value, "\n"].concat());
    }
    Ok(lines)
}
