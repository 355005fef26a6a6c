//! The server without its sockets: everything the routes and the worker share.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::api_keys::ApiKeys;
use crate::bursts::Bursts;
use crate::clock::Clock;
use crate::config::Config;
use crate::forward::{self, Address};
use crate::guard::Guard;
use crate::metrics::Metrics;
use crate::photos::fetch::Fetcher;
use crate::photos::{Files, PhotoLinks};
use crate::provider::{Provider, http};
use crate::readiness::Readiness;
use crate::refused::Refused;
use crate::retention::Retention;
use crate::serve::{Limits, Places};
use crate::store::Store;
use crate::work::Resting;

/// Everything the routes and the worker share.
pub struct App {
    pub(crate) addresses: Vec<Address>,
    pub(crate) api_keys: ApiKeys,
    pub(crate) bursts: Bursts,
    pub(crate) clock: Clock,
    pub(crate) control: PathBuf,
    pub(crate) fetcher: Fetcher,
    pub(crate) files: Files,
    pub(crate) guard: Guard,
    /// The client for the host application's addresses.
    pub(crate) guarded: reqwest::Client,
    pub(crate) links: PhotoLinks,
    pub(crate) metrics: Metrics,
    pub(crate) places: Arc<Places>,
    pub(crate) providers: Vec<Arc<dyn Provider>>,
    pub(crate) readiness: Readiness,
    pub(crate) refused: Refused,
    pub(crate) resting: Resting,
    pub(crate) retention: Retention,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) upload_files: Files,
    public_url: String,
    stopping: watch::Sender<bool>,
}

impl App {
    /// Opens the store and the folders that the configuration names.
    ///
    /// # Errors
    /// One of them cannot be opened, a folder belongs to another store, or the system's certificates cannot be read.
    pub async fn open(config: &Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let store = config.files.database.open(config.database_connections).await?;
        Self::with_store(config, clock, store).await
    }

    /// The same with a store that is open already.
    ///
    /// # Errors
    /// A folder cannot be opened or belongs to another store, or the system's certificates cannot be read.
    pub async fn with_store(config: &Config, clock: Clock, store: Arc<dyn Store>) -> anyhow::Result<Arc<Self>> {
        let link_key = store.link_key().await?;
        let name = store.name().await?;
        let files = Files::open(&config.files.photo_dir, "HEADSHOT_PHOTO_DIR", &name)?;
        let upload_files = Files::open(&config.files.upload_dir, "HEADSHOT_UPLOAD_DIR", &name)?;
        let guard = Guard::new(config.allow_networks.clone());
        let providers = config.providers.start(&store, &clock, &guard)?;
        store.set_endpoints(forward::endpoints(&config.addresses)).await?;
        let places = Places::new(Limits::new(config.connections, config.keep_alive));
        Ok(Arc::new(Self {
            addresses: config.addresses.clone(),
            api_keys: ApiKeys::new(&config.api_keys),
            bursts: Bursts::default(),
            clock,
            control: config.files.control().into(),
            fetcher: Fetcher::new(&guard)?,
            files,
            guarded: http::guarded(guard.clone(), forward::LONGEST_ATTEMPT)?,
            guard,
            links: PhotoLinks::new(&config.public_url, link_key),
            metrics: Metrics::new(&places, store.as_ref()),
            places,
            providers,
            readiness: Readiness::default(),
            refused: Refused::new(config.keep_refused),
            resting: Resting::default(),
            retention: config.retention,
            store,
            upload_files,
            public_url: config.public_url.clone(),
            stopping: watch::Sender::new(false),
        }))
    }

    /// Ends every wait, so that open requests are answered and the worker stops.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits until [`App::stop`] is called.
    pub async fn stopped(&self) {
        // The sender lives in `self`, so the wait can only end with the value.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// The store, to look at from outside.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn provider(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.name() == name).cloned()
    }

    /// Where the provider's deliveries go.
    pub(crate) fn webhook_url(&self, provider: &str) -> String {
        format!("{}/v1/webhooks/{provider}", self.public_url)
    }
}
