use std::sync::Arc;

use crate::api_keys::ApiKeys;
use crate::clock::Clock;
use crate::config::Config;
use crate::forward::{Address, SigningKey};
use crate::guard::Guard;
use crate::metrics::Calls;
use crate::provider::Provider;
use crate::store::Store;

/// Everything that is made from secrets: replaced as a whole when they are read again. What is under way ends with what
/// it began with.
pub(crate) struct Credentials {
    pub(crate) api_keys: ApiKeys,
    pub(crate) providers: Vec<Arc<dyn Provider>>,
    pub(crate) addresses: Vec<Address>,
}

impl Credentials {
    /// Makes them from a checked configuration.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or a signing secret is empty.
    pub(crate) fn new(
        config: &Config,
        store: &Arc<dyn Store>,
        clock: &Clock,
        guard: &Guard,
        calls: &Calls,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            api_keys: ApiKeys::new(&config.api_keys),
            providers: config.providers.start(store, clock, guard, calls)?,
            addresses: config.addresses.clone(),
        })
    }

    /// What events to the address of this name are signed with.
    pub(crate) fn signing_keys(&self, address: &str) -> &[SigningKey] {
        let address = self.addresses.iter().find(|known| known.name() == address);
        address.map(|address| address.keys.as_slice()).unwrap_or_default()
    }
}
