use std::sync::Arc;

use axum::Router;

use crate::{
    Plan, Speed,
    faults::Dealer,
    provider::{Provider, headshotpro, scale, skylab},
    running::{ListenError, Running},
    stand_in::World,
};

/// Which stand-ins there are and how they behave. It holds keys and secrets, so it cannot be printed.
#[derive(Clone)]
pub struct Config {
    /// How many times faster than life every duration runs.
    pub speed: Speed,
    /// Makes ids, tokens and portraits the same in every run with this seed.
    pub seed: Option<u64>,
    /// What goes wrong on purpose.
    pub faults: Plan,
    /// `HeadshotPro`, if it is played.
    pub headshotpro: Option<headshotpro::Config>,
    /// Scale Headshots, if it is played.
    pub scale: Option<scale::Config>,
    /// Skylab Studio, if it is played.
    pub skylab: Option<skylab::Config>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            speed: Speed::REAL,
            seed: None,
            faults: Plan::default(),
            headshotpro: Some(headshotpro::Config::default()),
            scale: Some(scale::Config::default()),
            skylab: Some(skylab::Config::default()),
        }
    }
}

/// The stand-in providers, which answer until this value is dropped.
pub struct Sandbox {
    /// `HeadshotPro`, if it is played.
    pub headshotpro: Option<Running>,
    /// Scale Headshots, if it is played.
    pub scale: Option<Running>,
    /// Skylab Studio, if it is played.
    pub skylab: Option<Running>,
}

impl Sandbox {
    /// Listens on an address of its own for each provider.
    ///
    /// # Errors
    ///
    /// When an address cannot be listened on.
    pub async fn start(config: Config) -> Result<Self, ListenError> {
        let world = world(&config);
        Ok(Self {
            headshotpro: match config.headshotpro {
                Some(config) => Some(headshotpro::start(config, &world).await?),
                None => None,
            },
            scale: match config.scale {
                Some(config) => Some(scale::start(config, &world).await?),
                None => None,
            },
            skylab: match config.skylab {
                Some(config) => Some(skylab::start(config, &world).await?),
                None => None,
            },
        })
    }

    /// All routes of one provider, for a server of one's own or for tests without a port. Must be called inside a
    /// Tokio runtime. A provider that is not configured is played with its defaults.
    pub fn router(provider: Provider, config: Config) -> Router {
        let world = world(&config);
        match provider {
            Provider::HeadshotPro => headshotpro::router(config.headshotpro.unwrap_or_default(), &world),
            Provider::Scale => scale::router(config.scale.unwrap_or_default(), &world),
            Provider::Skylab => skylab::router(config.skylab.unwrap_or_default(), &world),
        }
    }

    /// The stand-ins that are played, with what they are.
    pub fn playing(&self) -> impl Iterator<Item = (Provider, &Running)> {
        let all = [&self.headshotpro, &self.scale, &self.skylab];
        Provider::ALL.into_iter().zip(all).filter_map(|(provider, running)| Some((provider, running.as_ref()?)))
    }
}

fn world(config: &Config) -> World {
    World { speed: config.speed, seed: config.seed, dealer: Arc::new(Dealer::new(config.faults.clone())) }
}
