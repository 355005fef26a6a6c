//! The server without its sockets: everything the routes and the worker share.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use crate::bursts::Bursts;
use crate::clock::Clock;
use crate::config::Config;
use crate::console::Console;
use crate::credentials::Credentials;
use crate::forward;
use crate::guard::Guard;
use crate::metrics::{Calls, Metrics};
use crate::photos::fetch::Fetcher;
use crate::photos::{PhotoLinks, Storage};
use crate::provider::{Provider, http};
use crate::rates::Rates;
use crate::readiness::Readiness;
use crate::refused::Refused;
use crate::retention::Retention;
use crate::serve::{Limits, Places};
use crate::store::Store;
use crate::work::Resting;

/// Everything the routes and the worker share.
pub struct App {
    pub(crate) bursts: Bursts,
    pub(crate) calls: Calls,
    pub(crate) clock: Clock,
    pub(crate) console: Option<Console>,
    pub(crate) control: PathBuf,
    pub(crate) drain: Duration,
    pub(crate) fetcher: Fetcher,
    pub(crate) files: Storage,
    pub(crate) guard: Guard,
    /// The client for the host application's addresses.
    pub(crate) guarded: reqwest::Client,
    pub(crate) links: PhotoLinks,
    pub(crate) metrics: Metrics,
    pub(crate) places: Arc<Places>,
    pub(crate) rates: Rates,
    pub(crate) readiness: Readiness,
    pub(crate) refused: Refused,
    pub(crate) resting: Resting,
    pub(crate) retention: Retention,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) upload_files: Storage,
    credentials: RwLock<Arc<Credentials>>,
    public_url: String,
    stopping: watch::Sender<bool>,
}

impl App {
    /// Opens the store and the places for photos that the configuration names.
    ///
    /// # Errors
    /// One of them cannot be opened, a place for photos refuses us or belongs to another store, or the system's
    /// certificates cannot be read.
    pub async fn open(config: &Config, clock: Clock) -> anyhow::Result<Arc<Self>> {
        let store = config.files.database.open(config.database_connections).await?;
        Self::with_store(config, clock, store).await
    }

    /// The same with a store that is open already.
    ///
    /// # Errors
    /// A place for photos cannot be opened, refuses us or belongs to another store, or the system's certificates cannot
    /// be read.
    pub async fn with_store(config: &Config, clock: Clock, store: Arc<dyn Store>) -> anyhow::Result<Arc<Self>> {
        let clock = clock.or(store.clock());
        let link_key = store.link_key().await?;
        let name = store.name().await?;
        let [files, upload_files] = Storage::open(&config.files.photos, &name).await?;
        let guard = Guard::new(config.allow_networks.clone());
        let calls = Calls::default();
        let credentials = Credentials::new(config, &store, &clock, &guard, &calls)?;
        store.set_endpoints(forward::endpoints(&config.addresses)).await?;
        let rates = Rates::new(&config.rates, &clock);
        let places = Places::new(Limits::new(config.connections, config.keep_alive));
        Ok(Arc::new(Self {
            bursts: Bursts::default(),
            clock,
            console: config.console_key.as_ref().map(|key| Console::new(key, &config.public_url)),
            control: config.files.control().into(),
            drain: config.drain,
            fetcher: Fetcher::new(&guard)?,
            files,
            guarded: http::guarded(guard.clone(), forward::LONGEST_ATTEMPT)?,
            guard,
            links: PhotoLinks::new(&config.public_url, link_key),
            metrics: Metrics::new(&places, store.as_ref(), &rates, &calls, config.providers.quotas()),
            calls,
            places,
            rates,
            readiness: Readiness::default(),
            refused: Refused::new(config.keep_refused),
            resting: Resting::default(),
            retention: config.retention,
            store,
            upload_files,
            credentials: RwLock::new(Arc::new(credentials)),
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

    /// Everything that is made from secrets, as they are now.
    pub(crate) fn credentials(&self) -> Arc<Credentials> {
        Arc::clone(&self.credentials.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes over the secrets of this configuration, and nothing else of it.
    ///
    /// # Errors
    /// The system's certificates cannot be read; then everything stays as it was.
    pub(crate) fn renew(&self, config: &Config) -> anyhow::Result<()> {
        let credentials = Credentials::new(config, &self.store, &self.clock, &self.guard, &self.calls)?;
        *self.credentials.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(credentials);
        for files in [&self.files, &self.upload_files] {
            files.renew(&config.files.photos);
        }
        if let (Some(console), Some(key)) = (&self.console, &config.console_key) {
            console.renew(key);
        }
        Ok(())
    }

    pub(crate) fn provider(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.credentials().providers.iter().find(|provider| provider.name() == name).cloned()
    }

    /// As browsers and providers reach this server.
    pub(crate) fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The origin of pages that this server shows.
    pub(crate) fn origin(&self) -> String {
        self.public_url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
    }

    /// Where the provider's deliveries go.
    pub(crate) fn webhook_url(&self, provider: &str) -> String {
        format!("{}/v1/webhooks/{provider}", self.public_url)
    }
}
