//! No panic on any headers, and one verdict whichever form they come in: pairs, a closure over them, or the header map of
//! `http`, which is axum's.
#![no_main]

use headshot_fuzz::{Case, with_provider};
use headshot_verify::{Delivery, Headers, Provider, Verifier};
use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Some(case) = Case::read(text) {
        with_provider!(check, &case);
    }
});

fn check<P: Provider>(case: &Case<'_>, provider: impl Fn() -> P) {
    let Ok(secrets) = case.secrets(&provider()) else { return };
    let verifier = Verifier::new(provider(), secrets);
    let Some(map) = header_map(case) else { return };
    let pairs = verdict(&verifier, &case.headers[..], case);
    let closure = verdict(&verifier, |name: &str| values(case, name), case);
    let mapped = verdict(&verifier, |name: &str| map.get_all(name).iter().map(HeaderValue::as_bytes), case);
    assert_eq!(pairs, closure);
    assert_eq!(pairs, mapped);
}

fn verdict<'h, P: Provider>(
    verifier: &Verifier<P>,
    headers: impl Headers<'h>,
    case: &Case<'_>,
) -> Result<usize, &'static str> {
    let verdict = verifier.verify(&Delivery::new(headers, case.body), case.now);
    verdict.map(|genuine| genuine.secret_index()).map_err(|refusal| refusal.code())
}

fn values<'c>(case: &Case<'c>, name: &str) -> std::vec::IntoIter<&'c [u8]> {
    let named = case.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    named.map(|(_, value)| *value).collect::<Vec<_>>().into_iter()
}

/// The same headers, if they could come over the wire.
fn header_map(case: &Case<'_>) -> Option<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in &case.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        map.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(map)
}
