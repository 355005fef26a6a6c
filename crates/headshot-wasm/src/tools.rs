//! What developers and tests need, and no server: why a delivery was refused, and signatures.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use headshot_verify::{
    Delivery, Provider as _, UnixSeconds, Unsigned,
    binding::{self, TokenRules},
    sign,
};
use zeroize::Zeroize;

use crate::{
    module::{Module, duration, moment, rules, split, text},
    provider::Provider,
    refusal::Refusal,
    secrets,
};

impl Module {
    /// Puts out, as JSON, why the delivery in the input is refused; before it lie settings, a scheme's name and packed
    /// secrets. Answers 0 if there is a [`refusal`](Self::refusal) of the settings instead.
    #[expect(clippy::too_many_arguments, reason = "each is the length of one part of the input")]
    pub(crate) fn explain(
        &mut self,
        settings: usize,
        scheme: usize,
        secrets: usize,
        headers: usize,
        body: usize,
        tolerance_seconds: f64,
        max_age_seconds: f64,
        flags: usize,
        now: f64,
    ) -> usize {
        let [settings, scheme, secrets, headers, body] = split(&self.input, [settings, scheme, secrets, headers, body]);
        let secrets: Vec<&[u8]> = secrets::unpacked(secrets).collect();
        let tolerance = duration(tolerance_seconds);
        let text = Provider::new(text(settings), text(scheme), rules(max_age_seconds, flags))
            .map(|provider| explained(&provider, &secrets, headers, body, moment(now), tolerance));
        self.put_out_and_wipe(text)
    }

    /// Puts out the headers of a delivery with the body in the input and this id; before it lie settings, a scheme's
    /// name and packed secrets. Answers 0 if there is a [`refusal`](Self::refusal) instead.
    pub(crate) fn sign(
        &mut self,
        settings: usize,
        scheme: usize,
        secrets: usize,
        body: usize,
        id: usize,
        at: f64,
    ) -> usize {
        let [settings, scheme, secrets, body, id] = split(&self.input, [settings, scheme, secrets, body, id]);
        let secrets: Vec<&[u8]> = secrets::unpacked(secrets).collect();
        let text = Provider::new(text(settings), text(scheme), TokenRules::STRICT)
            .and_then(|provider| signed(&provider, &secrets, body, moment(at), text(id)));
        self.put_out_and_wipe(text)
    }

    fn put_out_and_wipe(&mut self, made: Result<String, Refusal>) -> usize {
        self.input.as_mut_slice().zeroize();
        match made {
            Ok(text) => self.output = text,
            Err(refusal) => {
                self.output.clear();
                self.refusal = refusal;
            }
        }
        self.output.len()
    }
}

/// Explains a delivery, whose headers are lines with a `:` after the name, as JSON.
fn explained(
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
    headshot_explain::explain_with(provider, Some(provider.rules()), secrets, &delivery, now, tolerance).to_json()
}

fn header(line: &[u8]) -> Option<(&str, &[u8])> {
    let border = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(border)?;
    Some((core::str::from_utf8(name).ok()?, value.get(1..)?))
}

/// The headers of a delivery as the provider would send it, in lines with a `:` after the name; an empty `id` is none.
fn signed(provider: &Provider, secrets: &[&[u8]], body: &[u8], at: UnixSeconds, id: &str) -> Result<String, Refusal> {
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
