//! Sandbox, server and host application on free loopback ports, wired together as the demo does it.

use std::{
    iter,
    net::TcpListener,
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU16, Ordering},
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::process::Command;

use crate::program::{self, Program};

/// The host application's secret key for the server.
pub const API_KEY: &str = "host-secret-key-for-tests";
/// The key that operators sign in to the server's console with.
pub const CONSOLE_KEY: &str = "console-key-for-tests";
/// The key for the provider's API.
pub const PROVIDER_API_KEY: &str = "sandbox-api-key";
/// The secret that the provider signs webhooks with.
pub const WEBHOOK_SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What the programs say beside the tests' own output.
const LOG: &str = "warn";

/// The three programs of a journey, and where they listen.
pub struct Stage {
    /// The host application's pages, `http://localhost:…`.
    pub host: String,
    /// The headshot server, `http://localhost:…`.
    pub server: String,
    /// HeadshotPro's API and signed links, `http://127.0.0.1:…`.
    pub provider: String,
    /// Scale Headshots' API and links, `http://127.0.0.1:…`.
    pub scale: String,
    /// Skylab Studio's API, `http://127.0.0.1:…`.
    pub skylab: String,
    pages: PathBuf,
    settings: Vec<(&'static str, String)>,
    ports: Ports,
    folder: TempDir,
    programs: Vec<Program>,
    headshot: Option<Program>,
}

struct Ports {
    host: u16,
    server: u16,
    provider: u16,
    scale: u16,
    skylab: u16,
}

impl Stage {
    /// Starts sandbox, server and a host application that serves `pages`; the provider runs `speed` times faster.
    ///
    /// # Errors
    ///
    /// When one of them does not start.
    pub async fn start(pages: &Path, speed: u32) -> Result<Self> {
        Self::start_with(pages, speed, Vec::new()).await
    }

    /// The same with more settings of the headshot server.
    ///
    /// # Errors
    ///
    /// When one of them does not start.
    pub async fn start_with(pages: &Path, speed: u32, settings: Vec<(&'static str, String)>) -> Result<Self> {
        let ports = Ports {
            host: free_port()?,
            server: free_port()?,
            provider: free_port()?,
            scale: free_port()?,
            skylab: free_port()?,
        };
        let mut stage = Self {
            host: format!("http://localhost:{}", ports.host),
            server: format!("http://localhost:{}", ports.server),
            provider: format!("http://127.0.0.1:{}", ports.provider),
            scale: format!("http://127.0.0.1:{}", ports.scale),
            skylab: format!("http://127.0.0.1:{}", ports.skylab),
            pages: pages.to_owned(),
            settings,
            ports,
            folder: TempDir::new()?,
            programs: Vec::new(),
            headshot: None,
        };
        stage.programs.push(Program::start(&mut stage.sandbox(speed), "listening on").await?);
        stage.start_server().await?;
        stage.programs.push(Program::start(&mut stage.host_application(), "listening on").await?);
        Ok(stage)
    }

    /// The folder that the host application serves.
    #[must_use]
    pub fn pages(&self) -> &Path {
        &self.pages
    }

    /// Starts the headshot server, on the database of the run before if there was one.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn start_server(&mut self) -> Result<()> {
        self.headshot = Some(Program::start(&mut self.headshot_server(), "listening on").await?);
        Ok(())
    }

    /// Kills the headshot server without a word of warning.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub async fn kill_server(&mut self) -> Result<()> {
        match self.headshot.take() {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    fn sandbox(&self, speed: u32) -> Command {
        let mut command = Command::new(program::path("headshot-sandbox"));
        command
            .arg("providers")
            .env("HEADSHOT_LOG", LOG)
            .args(["--listen", &format!("127.0.0.1:{}", self.ports.provider)])
            .args(["--studio-url", &format!("http://localhost:{}", self.ports.provider)])
            .args(["--webhook-url", &format!("{}/v1/webhooks/headshotpro", self.server)])
            .args(["--api-key", PROVIDER_API_KEY])
            .args(["--webhook-secret", WEBHOOK_SECRET])
            .args(["--scale-listen", &format!("127.0.0.1:{}", self.ports.scale)])
            .args(["--scale-webhook-url", &format!("{}/v1/webhooks/scale", self.server)])
            .args(["--scale-api-key", PROVIDER_API_KEY])
            .args(["--scale-webhook-secret", WEBHOOK_SECRET])
            .args(["--skylab-listen", &format!("127.0.0.1:{}", self.ports.skylab)])
            .args(["--skylab-api-key", PROVIDER_API_KEY])
            .args(["--skylab-webhook-secret", WEBHOOK_SECRET])
            .args(["--speed", &speed.to_string()]);
        command
    }

    fn headshot_server(&self) -> Command {
        let mut command = Command::new(program::path("headshot"));
        let database = self.folder.path().join("headshot.db");
        command
            .arg("serve")
            .env("HEADSHOT_LOG", LOG)
            .env("HEADSHOT_LISTEN", format!("127.0.0.1:{}", self.ports.server))
            .env("HEADSHOT_DATABASE_URL", format!("sqlite:{}", database.display()))
            .env("HEADSHOT_API_KEY", API_KEY)
            .env("HEADSHOT_PUBLIC_URL", &self.server)
            .env("HEADSHOT_CONSOLE", "on")
            .env("HEADSHOT_CONSOLE_KEY", CONSOLE_KEY)
            .env("HEADSHOTPRO_API_KEY", PROVIDER_API_KEY)
            .env("HEADSHOTPRO_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("HEADSHOTPRO_BASE_URL", format!("{}/api/v2", self.provider))
            .env("HEADSHOTPRO_FRAME_ORIGINS", format!("{} http://localhost:{}", self.provider, self.ports.provider))
            .env("HEADSHOTPRO_PHOTO_HOSTS", format!("127.0.0.1:{}", self.ports.provider))
            .env("SCALE_API_KEY", PROVIDER_API_KEY)
            .env("SCALE_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("SCALE_STUDIO_ID", "stu_sandbox")
            .env("SCALE_BASE_URL", format!("{}/api/v2", self.scale))
            .env("SCALE_LINK_ORIGINS", &self.scale)
            .env("SCALE_PHOTO_HOSTS", format!("127.0.0.1:{}", self.ports.scale))
            .env("SKYLAB_API_KEY", PROVIDER_API_KEY)
            .env("SKYLAB_WEBHOOK_SECRET", WEBHOOK_SECRET)
            .env("SKYLAB_PROFILE_ID", "1")
            .env("SKYLAB_BASE_URL", format!("{}/api/public/v1", self.skylab))
            .env("SKYLAB_PHOTO_HOSTS", format!("127.0.0.1:{}", self.ports.skylab))
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    fn host_application(&self) -> Command {
        let mut command = Command::new(program::path("headshot-sandbox"));
        command
            .arg("host")
            .env("HEADSHOT_LOG", LOG)
            .args(["--listen", &format!("127.0.0.1:{}", self.ports.host)])
            .arg("--pages")
            .arg(&self.pages)
            .args(["--server", &self.server])
            .args(["--api-key", API_KEY])
            .args(["--providers", "headshotpro,scale,skylab"]);
        command
    }
}

/// The ports of these tests: below those that the system gives to connections, which come and go.
const PORTS: Range<u16> = 10_000..20_000;

/// A loopback port that is free, and that no other test of this process gets.
///
/// # Errors
///
/// When there is none.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(PORTS.start);
    let ports = iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed)).take_while(|port| PORTS.contains(port));
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.into_iter().find(free).context("no port is free")
}
