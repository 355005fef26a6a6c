//! The shared vectors, and the endpoint that each of them describes.

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{
    Delivery, EventError, Payload, Provider, UnixSeconds, Verified, Verifier, VerifyError,
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
pub(crate) struct Endpoint(Box<Verify>);

type Verify = dyn Fn(&[(String, Vec<u8>)], &[u8]) -> Result<Seen, VerifyError>;

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
        let setting = vector.scheme.as_deref();
        match vector.provider.as_str() {
            "headshotpro" => {
                let scheme = setting.map(str::parse).transpose()?.unwrap_or_default();
                Self::new(HeadshotPro { scheme }, vector)
            }
            "scale" => Self::new(Scale::new().with_algorithms([setting.unwrap_or("HS256").parse()?]), vector),
            "skylab" => Self::new(Skylab::default(), vector),
            "standardwebhooks" => Self::new(StandardWebhooks::default(), vector),
            other => panic!("there is no provider {other}"),
        }
    }

    fn new<P: Provider + 'static>(provider: P, vector: &Vector) -> Result<Self, VerifyError> {
        let verifier = Verifier::with_shown_secrets(provider, vector.secrets.iter().map(String::as_str))?;
        let now = vector.now;
        Ok(Self(Box::new(move |headers, body| {
            let genuine = verifier.verify(&Delivery::new(headers, body), now)?;
            assert_eq!(genuine.body(), body);
            Ok(Seen::of(&genuine))
        })))
    }

    pub(crate) fn verify(&self, headers: &[(String, Vec<u8>)], body: &[u8]) -> Result<Seen, VerifyError> {
        self.0(headers, body)
    }
}

impl Seen {
    fn of<E: Payload>(genuine: &Verified<'_, E>) -> Self {
        let proof = json!({
            "provider": genuine.provider(),
            "scheme": genuine.scheme(),
            "signedAt": genuine.signed_at().map(UnixSeconds::get),
            "secretIndex": genuine.secret_index(),
            "coversBody": genuine.covers_body(),
        });
        let event = genuine.event();
        let neutral = event.as_ref().ok().map(|event| serde_json::from_str(&event.neutral().to_json()).unwrap());
        let event = event.map(|event| serde_json::from_str(&event.to_json()).unwrap());
        Self { proof, event, neutral }
    }
}
