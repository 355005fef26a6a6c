//! The shared vectors, and the endpoint that each of them describes.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_verify::{
    Declaration, DeclarationError, Delivery, Payload, Provider, SecretForm, SignError, UnixSeconds, Unsigned, Verified,
    Verifier, VerifyError,
    provider::{
        declared::Declared, headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks,
    },
};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) const FILES: [(&str, &str); 7] = [
    ("published", include_str!("../../vectors/published.json")),
    ("python", include_str!("../../vectors/python.json")),
    ("node", include_str!("../../vectors/node.json")),
    ("tools-python", include_str!("../../vectors/tools-python.json")),
    ("tools-node", include_str!("../../vectors/tools-node.json")),
    ("declared", include_str!("../../vectors/declared.json")),
    ("bad-input", include_str!("../../vectors/bad-input.json")),
];

#[derive(Clone, Debug)]
pub(crate) struct Vector {
    pub(crate) name: String,
    /// The provider's name, or the declaration of one.
    pub(crate) provider: Value,
    pub(crate) secrets: Vec<Vec<u8>>,
    pub(crate) scheme: Option<String>,
    pub(crate) tolerance: Option<u64>,
    pub(crate) now: u64,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    /// What has to come of it: the fields of a vector that are not named above.
    pub(crate) verdict: Value,
}

/// Why there is no verdict, or none that says yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What a check found, whichever the provider.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) proof: Value,
    /// The event as JSON.
    pub(crate) event: Result<String, Refused>,
    /// Its neutral view as JSON.
    pub(crate) neutral: String,
}

/// A receiver with the secrets, the settings and the clock of a vector; and the sender that would send to it.
pub(crate) struct Endpoint {
    verify: Box<Verify>,
    sign: Box<Sign>,
}

type Verify = dyn Fn(&[(String, Vec<u8>)], &[u8]) -> Result<Seen, VerifyError>;
type Sign = dyn Fn(&Unsigned<'_>) -> Result<Vec<(String, String)>, SignError>;

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
        let secrets: Vec<String> = serde_json::from_value(vector["secrets"].clone()).unwrap();
        Self {
            name: format!("{file}: {}", vector["name"]),
            provider: vector.get("provider").cloned().unwrap_or_else(|| "headshotpro".into()),
            secrets: secrets.into_iter().map(String::into_bytes).collect(),
            scheme: text("scheme"),
            tolerance: vector["tolerance"].as_u64(),
            now: vector["now"].as_u64().unwrap(),
            headers: headers.into_iter().map(|(name, value)| (name, latin1(&value))).collect(),
            body: text("body").map_or_else(|| BASE64_STANDARD.decode(text("bodyBase64").unwrap()).unwrap(), Into::into),
            verdict: vector.clone(),
        }
    }

    /// A word of the verdict that it should get.
    pub(crate) fn expected(&self, field: &str) -> Option<&str> {
        self.verdict[field].as_str()
    }

    /// Whether a signature may stand among others in one header.
    pub(crate) fn has_list(&self) -> bool {
        self.provider == "standardwebhooks" || self.provider["severalSignatures"] == true
    }
}

/// The bytes of a header; in text, each is a letter.
fn latin1(value: &str) -> Vec<u8> {
    value.chars().map(|letter| u8::try_from(letter).unwrap()).collect()
}

impl Endpoint {
    pub(crate) fn of(vector: &Vector) -> Result<Self, Refused> {
        let Some(name) = vector.provider.as_str() else {
            let provider = declared(&vector.provider)?;
            return Self::with_one_scheme(provider, "declared", vector);
        };
        let setting = vector.scheme.as_deref();
        match name {
            "headshotpro" => {
                let scheme = setting.map(str::parse).transpose()?.unwrap_or_default();
                Self::new(HeadshotPro { scheme }, vector)
            }
            "scale" => {
                let provider = Scale::new().with_algorithms([setting.unwrap_or("HS256").parse()?]);
                Self::new(with_rules(provider, &vector.verdict["tokens"]), vector)
            }
            "skylab" => Self::with_one_scheme(Skylab::default(), "dated", vector),
            "standardwebhooks" => Self::with_one_scheme(StandardWebhooks::default(), "v1", vector),
            other => panic!("there is no provider {other}"),
        }
    }

    fn with_one_scheme<P: Provider<Event: Serialize> + Clone + 'static>(
        provider: P,
        name: &str,
        vector: &Vector,
    ) -> Result<Self, Refused> {
        if vector.scheme.as_ref().is_some_and(|scheme| scheme != name) {
            return Err(VerifyError::SchemeUnknown.into());
        }
        Self::new(provider, vector)
    }

    fn new<P: Provider<Event: Serialize> + Clone + 'static>(provider: P, vector: &Vector) -> Result<Self, Refused> {
        let mut verifier = Verifier::with_shown_secrets(provider, &vector.secrets)?;
        if let Some(seconds) = vector.tolerance {
            verifier = verifier.with_tolerance(Duration::from_secs(seconds));
        }
        let now = UnixSeconds::new(vector.now);
        let sender = verifier.clone();
        Ok(Self {
            verify: Box::new(move |headers, body| {
                let genuine = verifier.verify(&Delivery::new(headers, body), now)?;
                assert_eq!(genuine.body(), body);
                Ok(Seen::of(&genuine))
            }),
            sign: Box::new(move |unsigned| sender.sign(unsigned)),
        })
    }

    pub(crate) fn verify(&self, headers: &[(String, Vec<u8>)], body: &[u8]) -> Result<Seen, Refused> {
        Ok((self.verify)(headers, body)?)
    }

    pub(crate) fn sign(&self, unsigned: &Unsigned<'_>) -> Result<Vec<(String, String)>, Refused> {
        Ok((self.sign)(unsigned)?)
    }
}

/// The provider with rules for its tokens that are written as JavaScript takes them.
fn with_rules(mut provider: Scale, rules: &Value) -> Scale {
    if let Some(seconds) = rules["maxAgeSeconds"].as_u64() {
        provider = provider.with_max_age(Duration::from_secs(seconds));
    }
    if rules["acceptTimelessTokens"] == true {
        provider = provider.with_timeless_tokens();
    }
    if rules["compareClaims"] == false {
        provider = provider.without_claim_comparison();
    }
    provider
}

/// The provider of a declaration that is written as JavaScript takes it.
pub(crate) fn declared(settings: &Value) -> Result<Declared, DeclarationError> {
    let setting = |name: &str| settings[name].as_str();
    let text = |name: &str| setting(name).unwrap_or_default();
    let mut declaration =
        Declaration::new(text("provider"), text("signatureHeader"), text("signed")).prefix(text("prefix"));
    if let Some(encoding) = setting("encoding") {
        declaration = declaration.encoding(encoding.parse()?);
    }
    if let Some(header) = setting("timestampHeader") {
        declaration = declaration.timestamp(header, setting("timestampFormat").unwrap_or("unix-seconds").parse()?);
    }
    if let Some(header) = setting("idHeader") {
        declaration = declaration.id(header);
    }
    if settings["severalSignatures"] == true {
        declaration = declaration.several_signatures();
    }
    if settings["jsonObjectOnly"] == true {
        declaration = declaration.json_object_only();
    }
    let form: SecretForm = setting("secretForm").map(str::parse).transpose()?.unwrap_or_default();
    Ok(Declared::new(&declaration)?.with_secret_form(form))
}

impl Seen {
    fn of<E: Payload + Serialize>(genuine: &Verified<'_, E>) -> Self {
        let proof = json!({
            "provider": genuine.provider(),
            "scheme": genuine.scheme().code(),
            "signedAt": genuine.signed_at().map(UnixSeconds::get),
            "secretIndex": genuine.secret_index(),
            "coversBody": genuine.covers_body(),
        });
        let event = genuine.event().map(|event| event.to_json());
        let event = event.map_err(|error| Refused { code: error.code(), message: error.to_string() });
        Self { proof, event, neutral: genuine.neutral().to_json() }
    }
}

impl From<VerifyError> for Refused {
    fn from(error: VerifyError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl From<SignError> for Refused {
    fn from(error: SignError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl From<DeclarationError> for Refused {
    fn from(error: DeclarationError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}
