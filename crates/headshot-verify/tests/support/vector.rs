//! The shared vectors, and the endpoint that each of them describes.

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{
    Delivery, EventError, Payload, Provider, UnixSeconds, Verifier, VerifyError,
    provider::{headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks},
};
use serde_json::{Value, json};

pub(crate) const FILES: [(&str, &str); 5] = [
    ("published", include_str!("../../vectors/published.json")),
    ("python", include_str!("../../vectors/python.json")),
    ("node", include_str!("../../vectors/node.json")),
    ("tools-python", include_str!("../../vectors/tools-python.json")),
    ("tools-node", include_str!("../../vectors/tools-node.json")),
];

#[derive(Clone)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) secrets: Vec<String>,
    pub(crate) scheme: Option<String>,
    pub(crate) now: UnixSeconds,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) refused: Option<String>,
    pub(crate) accepted: Value,
    pub(crate) event: Option<Value>,
    pub(crate) event_refused: Option<String>,
}

/// What a check found, whichever the provider.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) proof: Value,
    pub(crate) event: Result<Value, EventError>,
    pub(crate) neutral: Option<Value>,
}

/// A receiver with the secrets, the settings and the clock of a vector.
pub(crate) enum Endpoint {
    HeadshotPro(Verifier<HeadshotPro>, UnixSeconds),
    Scale(Verifier<Scale>, UnixSeconds),
    Skylab(Verifier<Skylab>, UnixSeconds),
    StandardWebhooks(Verifier<StandardWebhooks>, UnixSeconds),
}

pub(crate) fn all() -> impl Iterator<Item = Vector> {
    FILES.into_iter().flat_map(|(file, text)| {
        let vectors: Vec<Value> = serde_json::from_str(text).unwrap();
        assert!(!vectors.is_empty());
        vectors.into_iter().map(move |vector| Vector::read(file, &vector))
    })
}

impl Vector {
    fn read(file: &str, vector: &Value) -> Self {
        let text = |name: &str| vector[name].as_str().map(str::to_owned);
        let headers: Vec<(String, String)> = serde_json::from_value(vector["headers"].clone()).unwrap();
        Self {
            name: format!("{file}: {}", vector["name"]),
            provider: text("provider").unwrap_or_else(|| "headshotpro".into()),
            secrets: serde_json::from_value(vector["secrets"].clone()).unwrap(),
            scheme: text("scheme"),
            now: UnixSeconds::new(vector["now"].as_u64().unwrap()),
            headers: headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
            body: text("body").map_or_else(|| BASE64_STANDARD.decode(text("bodyBase64").unwrap()).unwrap(), Into::into),
            refused: text("refused"),
            accepted: vector["accepted"].clone(),
            event: vector.get("event").cloned(),
            event_refused: text("eventRefused"),
        }
    }
}

impl Endpoint {
    pub(crate) fn of(vector: &Vector) -> Result<Self, VerifyError> {
        let secrets = || vector.secrets.iter().map(String::as_str);
        let now = vector.now;
        Ok(match vector.provider.as_str() {
            "headshotpro" => {
                let scheme = vector.scheme.as_deref().map(str::parse).transpose()?.unwrap_or_default();
                Self::HeadshotPro(Verifier::with_shown_secrets(HeadshotPro { scheme }, secrets())?, now)
            }
            "scale" => {
                let algorithm = vector.scheme.as_deref().unwrap_or("HS256").parse()?;
                Self::Scale(Verifier::with_shown_secrets(Scale::new().with_algorithms([algorithm]), secrets())?, now)
            }
            "skylab" => Self::Skylab(Verifier::with_shown_secrets(Skylab::default(), secrets())?, now),
            "standardwebhooks" => {
                Self::StandardWebhooks(Verifier::with_shown_secrets(StandardWebhooks::default(), secrets())?, now)
            }
            other => panic!("there is no provider {other}"),
        })
    }

    pub(crate) fn verify(&self, headers: &[(String, Vec<u8>)], body: &[u8]) -> Result<Seen, VerifyError> {
        match self {
            Self::HeadshotPro(verifier, now) => verify(verifier, *now, headers, body),
            Self::Scale(verifier, now) => verify(verifier, *now, headers, body),
            Self::Skylab(verifier, now) => verify(verifier, *now, headers, body),
            Self::StandardWebhooks(verifier, now) => verify(verifier, *now, headers, body),
        }
    }
}

fn verify<P: Provider>(
    verifier: &Verifier<P>,
    now: UnixSeconds,
    headers: &[(String, Vec<u8>)],
    body: &[u8],
) -> Result<Seen, VerifyError> {
    let verified = verifier.verify(&Delivery::new(headers, body), now)?;
    assert_eq!(verified.body(), body);
    let proof = json!({
        "provider": verified.provider(),
        "scheme": verified.scheme(),
        "signedAt": verified.signed_at().map(UnixSeconds::get),
        "secretIndex": verified.secret_index(),
        "coversBody": verified.covers_body(),
    });
    let event = verified.event();
    let neutral = event.as_ref().ok().map(|event| serde_json::from_str(&event.neutral().to_json()).unwrap());
    let event = event.map(|event| serde_json::from_str(&event.to_json()).unwrap());
    Ok(Seen { proof, event, neutral })
}
