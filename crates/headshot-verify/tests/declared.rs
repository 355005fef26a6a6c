//! Schemes that are declared: what makes one, what makes none, and that a scheme keeps its promises.

use std::time::Duration;

use headshot_verify::{
    Declaration, Delivery, Encoding, SecretForm, TimestampFormat, UnixSeconds, Unsigned, Verifier,
    provider::declared::Declared,
};

const NOW: UnixSeconds = UnixSeconds::new(1_767_323_045);
const SECONDS: TimestampFormat = TimestampFormat::UnixSeconds;

fn acme(signed: &str) -> Declaration<'_> {
    Declaration::new("acme", "X-Signature", signed)
}

fn refusal(declaration: &Declaration<'_>) -> &'static str {
    declaration.scheme().map_or_else(|error| error.code(), |_| "a scheme")
}

#[test]
fn svix_is_declared_as_it_signs() {
    let declaration = Declaration::new("svix", "svix-signature", "{id}.{timestamp}.{body}")
        .prefix("v1,")
        .several_signatures()
        .encoding(Encoding::Base64)
        .timestamp("svix-timestamp", SECONDS)
        .id("svix-id");
    let provider = Declared::new(&declaration).unwrap().with_secret_form(SecretForm::Whsec);
    let verifier = Verifier::with_shown_secrets(provider, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]).unwrap();
    // The vector of its libraries, which Standard Webhooks took over.
    let headers = [
        ("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("svix-timestamp", "1614265330"),
        ("svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    let body = r#"{"test": 2432232314}"#;
    let genuine = verifier.verify(&Delivery::new(&headers, body), UnixSeconds::new(1_614_265_331)).unwrap();
    assert_eq!((genuine.provider(), genuine.scheme().code()), ("svix", "declared"));
    assert!(genuine.covers_body());
}

#[test]
fn a_declaration_that_keeps_no_promise_is_refused_with_its_code() {
    let cases = [
        (Declaration::new("", "X-Signature", "{body}"), "declared_provider_empty"),
        (Declaration::new("acme", "", "{body}"), "declared_header_invalid"),
        (Declaration::new("acme", "X Signature", "{body}"), "declared_header_invalid"),
        (Declaration::new("acme", "X-Signatüre", "{body}"), "declared_header_invalid"),
        (acme("{timestamp}.{body}").timestamp("x-signature", SECONDS), "declared_header_repeated"),
        (acme("{body}").timestamp("X-Timestamp", SECONDS), "declared_header_unsigned"),
        (acme("{body}").id("X-Id"), "declared_header_unsigned"),
        (acme("{timestamp}.{body}"), "declared_header_missing"),
        (acme("{id}.{body}"), "declared_header_missing"),
        (acme("{body}").prefix("v1 "), "declared_prefix_invalid"),
        (acme("{body}").prefix("v1,"), "declared_prefix_invalid"),
        (acme("{body").prefix(""), "declared_template_malformed"),
        (acme("body}"), "declared_template_malformed"),
        (acme("{Body}"), "declared_template_malformed"),
        (acme("{url}{body}"), "declared_template_malformed"),
        (acme("{body}{body}"), "declared_template_repeats"),
        (acme("{timestamp}.{timestamp}.{body}").timestamp("T", SECONDS), "declared_template_repeats"),
        (acme(""), "declared_body_unsigned"),
        (acme("{timestamp}.").timestamp("T", SECONDS), "declared_body_unsigned"),
    ];
    for (declaration, code) in cases {
        assert_eq!(refusal(&declaration), code, "{declaration:?}");
    }
    assert_eq!("base32".parse::<Encoding>().unwrap_err().code(), "declared_encoding_unknown");
    assert_eq!("iso".parse::<TimestampFormat>().unwrap_err().code(), "declared_timestamp_unknown");
    assert_eq!("hex".parse::<SecretForm>().unwrap_err().code(), "declared_secret_unknown");
}

#[test]
fn two_deliveries_never_have_the_same_signed_bytes() {
    let ambiguous = [
        acme("{timestamp}{body}").timestamp("T", SECONDS),
        acme("{timestamp}0{body}").timestamp("T", SECONDS),
        acme("{body}{timestamp}").timestamp("T", SECONDS),
        acme("{id}{body}").id("I"),
        acme("{body}{id}").id("I"),
        acme("{id}{timestamp}.{body}").id("I").timestamp("T", SECONDS),
        acme("{body}{timestamp}").timestamp("T", TimestampFormat::HttpDate),
    ];
    for declaration in ambiguous {
        assert_eq!(refusal(&declaration), "declared_template_ambiguous", "{declaration:?}");
    }
    let clear = [
        acme("{timestamp}{body}").timestamp("T", SECONDS).json_object_only(),
        acme("{timestamp}{body}").timestamp("T", TimestampFormat::HttpDate),
        acme("v0:{timestamp}:{body}").timestamp("T", SECONDS),
        acme("{body}.{timestamp}").timestamp("T", SECONDS),
        acme("{id}.{timestamp}.{body}").id("I").timestamp("T", SECONDS),
        acme("{timestamp}.{body}.{id}").id("I").timestamp("T", SECONDS),
    ];
    for declaration in clear {
        assert_eq!(refusal(&declaration), "a scheme", "{declaration:?}");
    }
}

#[test]
fn an_id_that_holds_its_border_is_refused() {
    let provider = || Declared::new(&acme("{id}|{timestamp}|{body}").id("I").timestamp("T", SECONDS)).unwrap();
    let verifier = Verifier::with_shown_secrets(provider(), ["secret"]).unwrap();
    for id in ["a|b", "", "a b", "é", &"a".repeat(257)] {
        let unsigned = Unsigned { body: b"", at: NOW, id: Some(id) };
        assert_eq!(verifier.sign(&unsigned).unwrap_err().code(), "sign_id_malformed", "{id}");
    }
    let unsigned = Unsigned { body: b"", at: NOW, id: None };
    assert_eq!(verifier.sign(&unsigned).unwrap_err().code(), "sign_id_missing");
}

#[test]
fn its_tolerance_holds_unless_the_verifier_is_told_another() {
    let declaration = acme("{timestamp}.{body}").timestamp("T", SECONDS).tolerance(Duration::from_secs(10));
    let verifier = Verifier::with_shown_secrets(Declared::new(&declaration).unwrap(), ["secret"]).unwrap();
    let headers = verifier.sign(&Unsigned { body: b"{}", at: NOW, id: None }).unwrap();
    let delivery = Delivery::new(&headers[..], b"{}");
    let code = |verifier: &Verifier<Declared>, seconds| {
        let verdict = verifier.verify(&delivery, UnixSeconds::new(NOW.get() + seconds));
        verdict.map_or_else(|refusal| refusal.code(), |_| "genuine")
    };
    assert_eq!((code(&verifier, 10), code(&verifier, 11)), ("genuine", "timestamp_too_old"));
    let patient = verifier.clone().with_tolerance(Duration::from_mins(1));
    assert_eq!((code(&patient, 60), code(&patient, 61)), ("genuine", "timestamp_too_old"));
}

#[test]
fn timestamps_are_read_strictly_in_every_form() {
    let code = |format, text: &str| {
        let declaration = acme("{timestamp}.{body}").timestamp("T", format);
        let verifier = Verifier::with_shown_secrets(Declared::new(&declaration).unwrap(), ["secret"]).unwrap();
        let headers = [("X-Signature", "0".repeat(64)), ("T", text.to_owned())];
        verifier.verify(&Delivery::new(&headers, b""), NOW).unwrap_err().code()
    };
    for text in ["1767323045", "0"] {
        assert_eq!(code(SECONDS, text), "signature_mismatch", "{text}");
        assert_eq!(code(TimestampFormat::UnixMillis, text), "signature_mismatch", "{text}");
    }
    assert_eq!(code(SECONDS, "1767323045000"), "timestamp_malformed");
    assert_eq!(code(TimestampFormat::UnixMillis, "1767323045000"), "signature_mismatch");
    for text in ["", "-1", "+1", "1.0", "1e9", "0x1", " 1", "1 ", "１", "999999999999999", &"9".repeat(9000)] {
        assert_eq!(code(SECONDS, text), "timestamp_malformed", "{text}");
        assert_eq!(code(TimestampFormat::UnixMillis, text), "timestamp_malformed", "{text}");
        assert_eq!(code(TimestampFormat::HttpDate, text), "timestamp_malformed", "{text}");
    }
}
