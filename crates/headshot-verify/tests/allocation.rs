//! Nothing is allocated between the headers and the verdict, whatever the size of the body.

use headshot_verify::{Delivery, Secrets, UnixSeconds, Verifier, provider::headshotpro::HeadshotPro};

#[test]
fn a_verdict_allocates_nothing() {
    let verifier = Verifier::new(HeadshotPro::default(), Secrets::new(["old", "other", "new"]).unwrap());
    let body = vec![b'x'; 64 * 1024];
    let signature = format!("sha256={}", "0".repeat(64));
    let headers = [("X-HeadshotPro-Signature", signature.as_str()), ("X-HeadshotPro-Timestamp", "1767323045")];
    let mut code = "";
    let allocations = allocation_counter::measure(|| {
        let delivery = Delivery::new(&headers, &body);
        code = verifier.verify(&delivery, UnixSeconds::new(1_767_323_045)).unwrap_err().code();
    });
    assert_eq!(code, "signature_mismatch");
    assert_eq!(allocations.count_total, 0);
}
