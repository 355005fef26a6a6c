//! The whole thing on this machine: sandbox, server and a host application, until Ctrl-C.

use std::fs;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::args;
use crate::build::{Builder, development_program};
use crate::cache::{make_folder, remove_folder};
use crate::console;
use crate::process::{self, Running};
use crate::setup::{Scope, Setup};

const START_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

// The demo listens on loopback only, and its keys open nothing else.
const HOST_KEY: &str = "demo-host-application-key";
const CONSOLE_KEY: &str = "demo-console-key";
const PROVIDER_KEY: &str = "demo-provider-key";
/// What is there from the start at Scale Headshots and at Skylab.
const STUDIO: &str = "stu_sandbox";
const PROFILE: &str = "1";
const SIGNING_SECRET: &str = "64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f64656d6f";

/// Sets up, builds, starts and waits. Ends by Ctrl-C, or when one of the programs ends.
pub(crate) fn run(setup: &Setup, options: &args::Demo) -> Result<()> {
    let ports = Ports::from(options.port);
    ports.check()?;
    let tools = setup.prepare(Scope::Demo)?;
    console::heading("Build");
    let builder = Builder { setup, tools: &tools };
    let pages = builder.pages()?;
    builder.programs()?;

    process::interrupt_is_success();
    console::heading("Start");
    let stage =
        Stage { programs: setup, folder: setup.workspace.path("demo-data").join(options.port.to_string()), ports };
    let mut actors = stage.start(&pages, options)?;
    stage.invite();
    wait_for_an_end(&mut actors)
}

/// Five ports in a row.
#[derive(Clone, Copy)]
struct Ports {
    host: u16,
    server: u16,
    headshotpro: u16,
    scale: u16,
    skylab: u16,
}

impl Ports {
    fn from(first: u16) -> Self {
        Self { host: first, server: first + 1, headshotpro: first + 2, scale: first + 3, skylab: first + 4 }
    }

    fn check(self) -> Result<()> {
        let taken: Vec<u16> = (self.host..=self.skylab).filter(|port| is_taken(*port)).collect();
        match taken_message(&taken) {
            Some(message) => bail!(message),
            None => Ok(()),
        }
    }
}

/// `localhost` means either loopback address to a browser, so both must be free.
fn is_taken(port: u16) -> bool {
    let refusals =
        [TcpListener::bind((Ipv4Addr::LOCALHOST, port)).err(), TcpListener::bind((Ipv6Addr::LOCALHOST, port)).err()];
    refusals.iter().flatten().any(|error| error.kind() == ErrorKind::AddrInUse)
}

fn taken_message(taken: &[u16]) -> Option<String> {
    if taken.is_empty() {
        return None;
    }
    let numbers: Vec<String> = taken.iter().map(u16::to_string).collect();
    let ports = numbers.join(", ");
    Some(format!(
        "port {ports} in use by another program; the demo takes five ports in a row, \
         choose others with `cargo xtask demo --port N`"
    ))
}

/// The demo's wiring: who runs where and knows whom.
struct Stage<'a> {
    programs: &'a Setup,
    folder: PathBuf,
    ports: Ports,
}

impl Stage<'_> {
    /// Starts all three, each after the one that it needs.
    fn start(&self, pages: &Path, options: &args::Demo) -> Result<Vec<Actor>> {
        // The sandbox forgets its sessions when it stops, so the server begins anew as well.
        remove_folder(&self.folder)?;
        make_folder(&self.folder)?;
        Ok(vec![
            self.actor("sandbox", self.sandbox(options.speed))?,
            self.actor("server", self.server())?,
            self.actor("host", self.host(pages, options.provider))?,
        ])
    }

    fn sandbox(&self, speed: f64) -> Command {
        let Ports { server, headshotpro, scale, skylab, .. } = self.ports;
        let webhook = |provider: &str| format!("http://127.0.0.1:{server}/v1/webhooks/{provider}");
        let mut command = self.program("headshot-sandbox");
        command
            .arg("providers")
            .args(["--listen", &format!("127.0.0.1:{headshotpro}")])
            // Two names of one place are two origins: the camera must survive a redirect as in real life.
            .args(["--public-url", &format!("http://127.0.0.1:{headshotpro}")])
            .args(["--studio-url", &format!("http://localhost:{headshotpro}")])
            .args(["--webhook-url", &webhook("headshotpro")])
            .args(["--webhook-secret", SIGNING_SECRET])
            .args(["--api-key", PROVIDER_KEY])
            .args(["--scale-listen", &format!("127.0.0.1:{scale}")])
            .args(["--scale-webhook-url", &webhook("scale")])
            .args(["--scale-webhook-secret", SIGNING_SECRET])
            .args(["--scale-api-key", PROVIDER_KEY])
            .args(["--skylab-listen", &format!("127.0.0.1:{skylab}")])
            .args(["--skylab-webhook-secret", SIGNING_SECRET])
            .args(["--skylab-api-key", PROVIDER_KEY])
            .args(["--speed", &speed.to_string()]);
        command
    }

    fn server(&self) -> Command {
        let Ports { server, headshotpro, scale, skylab, .. } = self.ports;
        let database = self.folder.join("headshot.db");
        let mut command = self.program("headshot");
        command
            .arg("serve")
            .env("HEADSHOT_LISTEN", format!("127.0.0.1:{server}"))
            .env("HEADSHOT_DATABASE_URL", format!("sqlite:{}", database.display()))
            .env("HEADSHOT_API_KEY", HOST_KEY)
            .env("HEADSHOT_PUBLIC_URL", format!("http://localhost:{server}"))
            .env("HEADSHOT_CONSOLE", "on")
            .env("HEADSHOT_CONSOLE_KEY", CONSOLE_KEY)
            .env("HEADSHOTPRO_API_KEY", PROVIDER_KEY)
            .env("HEADSHOTPRO_WEBHOOK_SECRET", SIGNING_SECRET)
            .env("HEADSHOTPRO_BASE_URL", format!("http://127.0.0.1:{headshotpro}/api/v2"))
            .env("HEADSHOTPRO_FRAME_ORIGINS", format!("http://127.0.0.1:{headshotpro} http://localhost:{headshotpro}"))
            .env("HEADSHOTPRO_PHOTO_HOSTS", format!("127.0.0.1:{headshotpro}"))
            .env("SCALE_API_KEY", PROVIDER_KEY)
            .env("SCALE_WEBHOOK_SECRET", SIGNING_SECRET)
            .env("SCALE_STUDIO_ID", STUDIO)
            .env("SCALE_BASE_URL", format!("http://127.0.0.1:{scale}/api/v2"))
            .env("SCALE_LINK_ORIGINS", format!("http://127.0.0.1:{scale} http://localhost:{scale}"))
            .env("SCALE_PHOTO_HOSTS", format!("127.0.0.1:{scale}"))
            .env("SKYLAB_API_KEY", PROVIDER_KEY)
            .env("SKYLAB_WEBHOOK_SECRET", SIGNING_SECRET)
            .env("SKYLAB_PROFILE_ID", PROFILE)
            .env("SKYLAB_BASE_URL", format!("http://127.0.0.1:{skylab}/api/public/v1"))
            .env("SKYLAB_PHOTO_HOSTS", format!("127.0.0.1:{skylab}"));
        command
    }

    fn host(&self, pages: &Path, provider: &str) -> Command {
        let others = args::PROVIDERS.into_iter().filter(|other| *other != provider);
        let providers: Vec<&str> = std::iter::once(provider).chain(others).collect();
        let Ports { host, server, .. } = self.ports;
        let mut command = self.program("headshot-sandbox");
        command
            .arg("host")
            .args(["--listen", &format!("127.0.0.1:{host}")])
            .arg("--pages")
            .arg(pages)
            .args(["--server", &format!("http://localhost:{server}")])
            .args(["--api-key", HOST_KEY])
            .args(["--providers", &providers.join(",")]);
        command
    }

    fn program(&self, name: &str) -> Command {
        dies_with_us(development_program(self.programs, name))
    }

    /// Starts a program and waits until it says that it listens.
    fn actor(&self, name: &'static str, mut command: Command) -> Result<Actor> {
        let log = self.folder.join(format!("{name}.log"));
        process::log_to(&mut command, &log)?;
        let mut actor = Actor { name, running: Running::start(&mut command)?, log };
        let deadline = Instant::now() + START_LIMIT;
        while !actor.listens() {
            actor.check()?;
            if Instant::now() > deadline {
                bail!("the {name} did not start to listen; its log: {}", actor.log.display());
            }
            thread::sleep(POLL);
        }
        console::done(name, &actor.announcement());
        Ok(actor)
    }

    fn invite(&self) {
        let url = console::bold(&format!("http://localhost:{}", self.ports.host));
        console::line(&format!("\n  The demo is ready: {url}\n"));
        console::line("  Open it in a browser on this machine and choose \"Add a headshot\".");
        let console = format!("http://localhost:{}/console", self.ports.server);
        console::line(&format!("  The server's console shows what comes of it: {console} (key: {CONSOLE_KEY})"));
        console::line(&format!("  Ctrl-C stops everything. Logs: {}\n", self.folder.display()));
    }
}

/// One running program of the demo.
struct Actor {
    name: &'static str,
    running: Running,
    log: PathBuf,
}

impl Actor {
    /// An error with the last words of the program, if it has ended.
    fn check(&mut self) -> Result<()> {
        match self.running.ended()? {
            None => Ok(()),
            Some(status) => bail!(
                "the {} ended ({status}); its last lines:\n{}  whole log: {}",
                self.name,
                process::tail(&self.log),
                self.log.display()
            ),
        }
    }

    fn listens(&self) -> bool {
        !self.announcement().is_empty()
    }

    /// The part of the line `… listening on …` that says where.
    fn announcement(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines()
            .find_map(|line| line.split_once(" listening on "))
            .map(|(_, address)| address.to_owned())
            .unwrap_or_default()
    }
}

fn wait_for_an_end(actors: &mut [Actor]) -> Result<()> {
    loop {
        for actor in &mut *actors {
            actor.check().context("the demo is over")?;
        }
        thread::sleep(POLL);
    }
}

/// Even if this program is killed without a chance to clean up, the kernel tells the other one to stop.
fn dies_with_us(program: PathBuf) -> Command {
    let wrapper = ["/usr/bin/setpriv", "/bin/setpriv"].into_iter().find(|path| Path::new(path).exists());
    let Some(wrapper) = wrapper else {
        return Command::new(program);
    };
    let mut command = Command::new(wrapper);
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_out_that_a_port_is_taken() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(is_taken(port));
        assert!(!is_taken(0), "any free port will do");
    }

    #[test]
    fn names_every_taken_port_and_the_flag() {
        assert_eq!(taken_message(&[]), None);
        let message = taken_message(&[8080, 8082]).unwrap();
        assert!(message.starts_with("port 8080, 8082 in use"), "{message}");
        assert!(message.contains("--port"), "{message}");
    }
}
