//! No panic; a verdict like the verifier's; findings if and only if it is refused; no secret in what is told.
#![no_main]

use headshot_fuzz::{Case, with_provider};
use headshot_explain::{Mistake, explain};
use headshot_verify::{Provider, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Some(case) = Case::read(text) {
        with_provider!(check, &case);
    }
});

fn check<P: Provider>(case: &Case<'_>, provider: impl Fn() -> P) {
    let (asked, delivery) = (provider(), case.delivery());
    let tolerance = asked.scheme(&&case.headers[..]).tolerance();
    let explanation = explain(&asked, &[case.secret], &delivery, case.now, tolerance);

    let secrets = case.secrets(&asked);
    let verdict =
        secrets.and_then(|secrets| Verifier::new(provider(), secrets).verify(&delivery, case.now).map(|_| ()));
    assert_eq!(explanation.refusal(), verdict.err().as_ref());
    assert_eq!(explanation.is_genuine(), explanation.findings().is_empty());
    assert!(explanation.findings().iter().all(|finding| Mistake::ALL.contains(&finding.mistake())));

    let told = explanation.to_json();
    assert!(serde_json::from_str::<serde_json::Value>(&told).is_ok());
    if let Some(secret) = unmistakable(case.secret) {
        assert!(!told.contains(secret));
    }
}

/// The secret, if no sentence of ours could contain it.
fn unmistakable(secret: &[u8]) -> Option<&str> {
    let is_own = |letter: &u8| letter.is_ascii_graphic() && *letter != b'"' && *letter != b'\\';
    let is_unmistakable = secret.len() >= 24 && secret.iter().all(is_own) && secret.iter().any(u8::is_ascii_digit);
    core::str::from_utf8(secret).ok().filter(|_| is_unmistakable)
}
