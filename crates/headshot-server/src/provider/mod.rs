//! What the server asks of a provider, in words that all providers share. One provider is one file beside this one, and
//! an entry in the list of [`Settings`].

mod allowed;
mod checks;
mod client;
mod gate;
pub mod headshotpro;
pub(crate) mod http;
pub mod scale;
pub mod skylab;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use clap::Args;
use headshot_api::{OpenSession, Progress};
use headshot_explain::Explanation;
use headshot_verify::{Delivery, EventError, Payload, Provider as Scheme, Receipt, UnixSeconds, Verifier, VerifyError};
use jiff::Timestamp;
use url::Url;

pub use self::allowed::Allowed;
use self::gate::{Gate, Urgency};
use self::headshotpro::HeadshotPro;
use self::scale::Scale;
use self::skylab::Skylab;
pub use self::uploads::{OutgoingPhoto, TakesUploads};
use crate::clock::Clock;
use crate::config::Checks;
use crate::guard::Guard;
use crate::ids::SessionId;
use crate::metrics::Calls;
use crate::references::References;
use crate::secret::Secret;
use crate::store::{EventSummary, NewDelivery, Offer, Quota, Reading, Standing, Store, StoreError, Trust};

/// A company that runs sessions.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// Its name in requests, in the store and in the path of its deliveries.
    fn name(&self) -> &'static str;

    /// Every origin that its pages may be on; a link to another one is refused.
    fn page_origins(&self) -> &Allowed;

    /// Every host, with a port where it is not the scheme's own, that its photos may be fetched from.
    fn photo_hosts(&self) -> &Allowed;

    /// What it is doing while a session stands at this word of its own.
    fn progress(&self, _provider_status: &str) -> Progress {
        Progress::Making
    }

    /// How many minutes it usually takes to make headshots, where it says so.
    fn usual_minutes(&self, _test_mode: bool) -> Option<u32> {
        None
    }

    /// What of a request it cannot open a session with: each field, as a JSON Pointer, and what is wrong with it.
    fn check(&self, request: &OpenSession) -> Vec<(&'static str, &'static str)>;

    /// Opens a session that has this id here. Never sent a second time after a lost answer: the first may have arrived.
    async fn open(&self, id: &SessionId, request: &OpenSession) -> Result<Opened, ProviderError>;

    /// Asks where a session that was opened at `opened_at` stands and, when it is ready, for its photos and the chosen
    /// one.
    async fn read(&self, references: &References, opened_at: Timestamp) -> Result<Reading, ProviderError>;

    /// Asks whose a delivery is that names what no session of ours is known by: more ids of the same, or none.
    async fn resolve(&self, _references: &References) -> Result<References, ProviderError> {
        Ok(References::none())
    }

    /// Deletes a session; one that is gone already is fine.
    async fn delete(&self, references: &References) -> Result<(), ProviderError>;

    /// Verifies a delivery and reads its event. What is genuine but cannot be read is a delivery too.
    ///
    /// # Errors
    /// The delivery is not accepted as genuine, or not by this way.
    fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal>;

    /// How it takes a person's photos, where it has no page that collects them.
    fn uploads(&self) -> Option<&dyn TakesUploads> {
        None
    }

    /// Tries the known mistakes on a delivery that it refused.
    fn explain(&self, inbound: &Inbound<'_>) -> Explanation;
}

/// A request that claims to be a delivery.
pub struct Inbound<'a> {
    /// How it was sent.
    pub method: &'a Method,
    /// What follows the provider's name in the path, without the slash between them.
    pub tail: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, byte by byte as received.
    pub body: &'a Bytes,
    /// When it was received.
    pub now: Timestamp,
}

impl Inbound<'_> {
    /// Refuses what comes by another method, or to a path below the provider's.
    fn expect(&self, method: &Method) -> Result<(), Refusal> {
        match (self.method == method, self.tail) {
            (true, "") => Ok(()),
            (false, "") => Err(Refusal::NoMethod),
            _ => Err(Refusal::NoRoute),
        }
    }

    /// Holds the request to the provider's scheme.
    fn receive<P: Scheme>(&self, verifier: &Verifier<P>) -> Result<Receipt<'_, P::Event>, VerifyError> {
        verifier.receive_http(self.headers, self.body, self.seconds())
    }

    /// Tries the known mistakes on the request.
    fn explain(&self, provider: &impl Scheme, secrets: &[Secret], tolerance: Option<Duration>) -> Explanation {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let secrets: Vec<_> = secrets.iter().map(|secret| secret.reveal().as_bytes()).collect();
        let delivery = Delivery::new(&headers[..], &self.body[..]);
        let own = || provider.scheme(&self.headers).tolerance();
        headshot_explain::explain(provider, &secrets, &delivery, self.seconds(), tolerance.unwrap_or_else(own))
    }

    fn seconds(&self) -> UnixSeconds {
        UnixSeconds::new(self.now.as_second().try_into().unwrap_or_default())
    }

    /// What the store keeps of a genuine request. Only an event that the receipt vouches for is summarised.
    fn delivery<E: Payload>(
        &self,
        provider: &str,
        references: References,
        receipt: Receipt<'_, E>,
        summarise: impl FnOnce(E) -> EventSummary,
    ) -> NewDelivery {
        let trust = Trust::from(receipt.trust());
        let proof = receipt.scheme().code().to_owned();
        let event = match receipt.verified() {
            Ok(verified) => verified.event().map(|event| (trust == Trust::Body).then(|| summarise(event))),
            Err(_) => Ok(None),
        };
        NewDelivery {
            provider: provider.to_owned(),
            proof,
            trust,
            body: self.body.clone(),
            references,
            unread: event.as_ref().err().map(EventError::code),
            event: event.unwrap_or_default(),
            is_resolvable: false,
            received_at: self.now,
        }
    }
}

impl From<headshot_verify::Trust> for Trust {
    fn from(trust: headshot_verify::Trust) -> Self {
        match trust {
            headshot_verify::Trust::Covered => Self::Body,
            headshot_verify::Trust::Stale => Self::Stale,
            headshot_verify::Trust::Doorbell => Self::Doorbell,
        }
    }
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self::NotGenuine { code: error.code(), detail: error.to_string() }
    }
}

/// A request that changes nothing at a provider.
pub(crate) struct Probe {
    pub(crate) provider: &'static str,
    /// The setting that is tried.
    pub(crate) setting: &'static str,
    pub(crate) url: Url,
    /// The header that carries the key.
    pub(crate) credential: (HeaderName, HeaderValue),
}

impl Probe {
    /// A question below the base of the provider's API; the names are those of provider and setting.
    fn new(
        (provider, setting): (&'static str, &'static str),
        base_url: &Url,
        path: &str,
        (header, value): (HeaderName, &str),
    ) -> Option<Self> {
        let mut value = HeaderValue::from_str(value).ok()?;
        value.set_sensitive(true);
        let url = format!("{}/{path}", base_url.as_str().trim_end_matches('/')).parse().ok()?;
        Some(Self { provider, setting, url, credential: (header, value) })
    }
}

/// A session that a provider has opened.
pub struct Opened {
    /// The provider's ids; the first one is no other session's.
    pub references: References,
    /// Where it stands.
    pub standing: Standing,
    /// What it offers the person, where the answer said so.
    pub offer: Option<Offer>,
}

/// A request that is not taken as a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not accepted as genuine.
    NotGenuine {
        /// The verifier's stable code.
        code: &'static str,
        /// What is wrong, without anything secret.
        detail: String,
    },
    /// The provider's deliveries do not go to this path.
    NoRoute,
    /// The provider's deliveries do not come by this method.
    NoMethod,
}

/// Why a provider did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It said no.
    #[error("the provider refused: status {status}, code {}", code.as_deref().unwrap_or("none"))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its own code, where it gave one.
        code: Option<String>,
    },
    /// It knows the e-mail address already.
    #[error("the provider already knows this e-mail address")]
    EmailExists,
    /// It does not know something that the host application named.
    #[error("the provider does not know what {pointer} names")]
    FieldUnknown {
        /// The field of the request, as a JSON Pointer.
        pointer: &'static str,
    },
    /// It has no such session.
    #[error("the provider has no such session")]
    NotFound,
    /// It limits the rate of requests, so that it was not asked or did not answer.
    #[error("the provider limits the rate of requests, until {until}")]
    Busy {
        /// When it takes requests again.
        until: Timestamp,
    },
    /// It was not asked, because the store could not say whether it takes requests.
    #[error("the provider was not asked: {0}")]
    Store(#[from] StoreError),
    /// The request did not reach it.
    #[error("the provider could not be reached: {0}")]
    NotReached(String),
    /// The request may have reached it, but no usable answer came.
    #[error("the provider gave no usable answer: {0}")]
    AnswerLost(String),
}

/// Flags and variables of all providers.
#[derive(Args, Clone, Default)]
pub struct ProviderArgs {
    /// `HeadshotPro`'s.
    #[command(flatten)]
    pub headshotpro: headshotpro::Args,

    /// Scale Headshots'.
    #[command(flatten)]
    pub scale: scale::Args,

    /// Skylab's.
    #[command(flatten)]
    pub skylab: skylab::Args,
}

/// Checked settings of all providers; one is on when its key is set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `HeadshotPro`'s.
    pub headshotpro: Option<headshotpro::Settings>,
    /// Scale Headshots'.
    pub scale: Option<scale::Settings>,
    /// Skylab's.
    pub skylab: Option<skylab::Settings>,
}

impl Settings {
    pub(crate) fn check(args: &ProviderArgs, checks: &mut Checks) -> Self {
        let settings = Self {
            headshotpro: headshotpro::Settings::check(&args.headshotpro, checks),
            scale: scale::Settings::check(&args.scale, checks),
            skylab: skylab::Settings::check(&args.skylab, checks),
        };
        let is_none_on = settings.headshotpro.is_none() && settings.scale.is_none() && settings.skylab.is_none();
        if is_none_on && checks.is_fine() {
            checks.no_provider(&["HEADSHOTPRO_API_KEY", "SCALE_API_KEY", "SKYLAB_API_KEY"]);
        }
        settings
    }

    /// The names of those that are on.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.quotas().into_iter().map(|(name, _)| name).collect()
    }

    /// How often those that are on may be called.
    pub(crate) fn quotas(&self) -> Vec<(&'static str, Quota)> {
        let headshotpro = self.headshotpro.iter().map(|settings| (headshotpro::NAME, settings.quota));
        let scale = self.scale.iter().map(|settings| (scale::NAME, settings.quota));
        let skylab = self.skylab.iter().map(|settings| (skylab::NAME, settings.quota));
        headshotpro.chain(scale).chain(skylab).collect()
    }

    /// What shows whether each of them accepts its key.
    pub(crate) fn probes(&self) -> Vec<Probe> {
        let headshotpro = self.headshotpro.iter().filter_map(headshotpro::Settings::probe);
        let scale = self.scale.iter().filter_map(scale::Settings::probe);
        let skylab = self.skylab.iter().filter_map(skylab::Settings::probe);
        headshotpro.chain(scale).chain(skylab).collect()
    }

    /// The providers that are on.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or a signing secret is empty.
    pub(crate) fn start(
        &self,
        store: &Arc<dyn Store>,
        clock: &Clock,
        guard: &Guard,
        calls: &Calls,
    ) -> anyhow::Result<Vec<Arc<dyn Provider>>> {
        let gate = |provider, quota: Quota| Gate::new(Arc::clone(store), clock.clone(), provider, quota, calls.clone());
        let mut providers: Vec<Arc<dyn Provider>> = Vec::new();
        if let Some(settings) = &self.headshotpro {
            let gate = gate(headshotpro::NAME, settings.quota);
            providers.push(Arc::new(HeadshotPro::new(settings, gate)?));
        }
        if let Some(settings) = &self.scale {
            let gate = gate(scale::NAME, settings.quota);
            providers.push(Arc::new(Scale::new(settings, gate)?));
        }
        if let Some(settings) = &self.skylab {
            let gate = gate(skylab::NAME, settings.quota);
            providers.push(Arc::new(Skylab::new(settings, gate, guard)?));
        }
        Ok(providers)
    }
}
