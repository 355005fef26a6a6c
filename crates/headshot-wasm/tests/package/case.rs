//! One delivery, what the Rust crate says of it, and whether the package says the same.

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{Neutral, References};
use serde_json::{Value, json};

use crate::{
    node,
    vector::{Endpoint, Refused, Seen, Vector},
};

/// Which of the forms of body and headers JavaScript passes.
pub(crate) type Way = [usize; 2];

/// What the package says otherwise than the crate, together with the case; nothing if they agree.
pub(crate) fn disagreement(vector: &Vector, way: Way) -> Option<String> {
    disagreement_with(&native_verdict(vector), vector, way)
}

pub(crate) fn disagreement_with(native: &str, vector: &Vector, way: Way) -> Option<String> {
    let delivery = written(vector);
    let answer = node::answer(&format!(r#"{{"vector":{delivery},"way":{way:?},"verdict":{native}}}"#));
    (answer != "the same")
        .then(|| format!("the crate says {native}\nthe package says {answer}\nway {way:?} of\n{delivery}"))
}

/// The verdict in the form of `verdicts.mjs`; the event is as the crate writes it.
pub(crate) fn native_verdict(vector: &Vector) -> String {
    let checked = Endpoint::of(vector).and_then(|endpoint| endpoint.verify(&vector.headers, &vector.body));
    match checked {
        Err(refused) => format!(r#"{{"refused":{}}}"#, refusal(&refused)),
        Ok(seen) => {
            let Seen { proof, event, neutral } = without_xml(vector, seen);
            let event = match event {
                Ok(event) => format!(r#""event":{event}"#),
                Err(refused) => format!(r#""eventRefused":{}"#, refusal(&refused)),
            };
            format!(r#"{{"accepted":{proof},{event},"neutral":{neutral}}}"#)
        }
    }
}

/// The code of the refusal in a verdict; `genuine` if there is none, whatever the event.
pub(crate) fn code_in(verdict: &str) -> &str {
    let refused = verdict.strip_prefix(r#"{"refused":{"code":""#);
    refused.and_then(|code| code.split_once('"')).map_or("genuine", |(code, _)| code)
}

pub(crate) fn refusal(refused: &Refused) -> Value {
    json!({"code": refused.code, "message": refused.message})
}

/// The package reads no XML; the crate does when it is built together with its own tests.
fn without_xml(vector: &Vector, seen: Seen) -> Seen {
    let body = vector.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&vector.body);
    if vector.provider != "skylab" || !body.trim_ascii_start().starts_with(b"<") {
        return seen;
    }
    let event = Err(Refused { code: "event_not_json", message: "the body is not JSON in UTF-8".to_owned() });
    Seen { event, neutral: Neutral::of_unreadable(References::default()).to_json(), ..seen }
}

/// The delivery as it stands among the shared vectors, without name and verdict.
pub(crate) fn written(vector: &Vector) -> Value {
    // Each byte is a letter.
    let text = |value: &[u8]| value.iter().map(|byte| char::from(*byte)).collect::<String>();
    let headers: Vec<(&str, String)> =
        vector.headers.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    let mut json = json!({
        "provider": vector.provider, "now": vector.now, "headers": headers,
    });
    let secrets: Option<Vec<&str>> = vector.secrets.iter().map(|secret| std::str::from_utf8(secret).ok()).collect();
    if let Some(secrets) = secrets {
        json["secrets"] = secrets.into();
    } else {
        let encoded = vector.secrets.iter().map(|secret| BASE64_STANDARD.encode(secret));
        json["secretsBase64"] = encoded.collect::<Vec<_>>().into();
    }
    match std::str::from_utf8(&vector.body) {
        Ok(body) => json["body"] = body.into(),
        Err(_) => json["bodyBase64"] = BASE64_STANDARD.encode(&vector.body).into(),
    }
    if let Some(scheme) = &vector.scheme {
        json["scheme"] = scheme.as_str().into();
    }
    if let Some(rules) = vector.verdict.get("tokens") {
        json["tokens"] = rules.clone();
    }
    if let Some(tolerance) = vector.tolerance {
        json["tolerance"] = tolerance.into();
    }
    json
}
