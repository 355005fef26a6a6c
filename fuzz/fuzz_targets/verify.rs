//! No panic on any delivery; what is accepted is refused with any other body, secret or clock.
#![no_main]

use headshot_fuzz::{Case, with_provider};
use headshot_verify::{Delivery, Provider, Secret, Secrets, UnixSeconds, Verifier};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Some(case) = Case::read(text) {
        with_provider!(check, &case);
    }
});

fn check<P: Provider>(case: &Case<'_>, provider: impl Fn() -> P) {
    let Ok(secrets) = case.secrets(&provider()) else { return };
    let verifier = Verifier::new(provider(), secrets);
    let verdict = |verifier: &Verifier<P>, body: &[u8], now| {
        let delivery = Delivery::new(&case.headers[..], body);
        verifier.verify(&delivery, now).map(|verified| (verified.signed_at(), verified.covers_body()))
    };
    let first = verdict(&verifier, case.body, case.now);
    assert_eq!(verdict(&verifier, case.body, case.now), first);
    let Ok((signed_at, covers_body)) = first else { return };

    if covers_body {
        for other in others(case.body) {
            assert!(verdict(&verifier, &other, case.now).is_err());
        }
        if signed_at.is_some() {
            assert!(verdict(&verifier, case.body, UnixSeconds::new(u64::MAX)).is_err());
        }
    }
    let other = Secret::new([case.secret, b"x"].concat()).expect("a secret that is not empty");
    let other = Verifier::new(provider(), Secrets::from(other));
    assert!(verdict(&other, case.body, case.now).is_err());
}

/// The body with one byte more, and with one bit changed here and there.
fn others(body: &[u8]) -> Vec<Vec<u8>> {
    let flipped = [0, body.len() / 2, body.len().saturating_sub(1)].into_iter().filter_map(|place| {
        let mut other = body.to_vec();
        *other.get_mut(place)? ^= 1;
        Some(other)
    });
    flipped.chain([[body, b" "].concat()]).collect()
}
