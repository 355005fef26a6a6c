mod headshotpro;
mod scale;
mod skylab;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use headshot_sandbox::{Config, Plan, Speed, host};
use url::Url;

/// Stand-in headshot providers on this machine: their APIs, their pages with the camera, their signed webhooks.
///
/// Plays HeadshotPro, Scale Headshots and Skylab Studio, each on an origin of its own, and prints where. Everything is
/// kept in memory. Open /sandbox at any of the origins to see what happened, and to make things happen.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_long_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    providers: Providers,
}

const EXAMPLES: &str = "\
Examples:
  All three, forty times faster than life, with webhooks to your receivers:
    headshot-sandbox --speed 40 \\
      --webhook-url http://127.0.0.1:3000/webhooks/headshotpro \\
      --scale-webhook-url http://127.0.0.1:3000/webhooks/scale \\
      --skylab-webhook-url http://127.0.0.1:3000/webhooks/skylab

  Only Skylab, on a port of your choice:
    headshot-sandbox --skylab-listen 127.0.0.1:9000

  A bad day, the same one every time:
    headshot-sandbox --faults \"seed=42 drop=0.05 duplicate=0.05 error500=0.1\"";

impl Arguments {
    /// What to do; playing the providers if nothing was said.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Providers(Box::new(self.providers)))
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Play the providers: their APIs, their pages and their webhooks (the default).
    Providers(Box<Providers>),
    /// Play a host application: static pages, and a backend that opens sessions at the headshot server.
    Host(Host),
}

#[derive(Args)]
pub(crate) struct Providers {
    /// How many times faster than life all durations run, at least 0.1.
    #[arg(long, env = "HEADSHOT_SANDBOX_SPEED", default_value = "1", value_name = "FACTOR")]
    speed: Speed,
    /// Number that makes ids, tokens and portraits the same in every run.
    #[arg(long, env = "HEADSHOT_SANDBOX_SEED", value_name = "NUMBER")]
    seed: Option<u64>,
    /// What goes wrong, how often, and by which seed, such as "seed=42 drop=0.05 slow=0.1".
    ///
    /// Of webhooks: drop, duplicate, delay, reorder, badsig, stale. Of the API: error500, slow, ratelimit, expire (links
    /// end at once). Each with a chance between 0 and 1. The same seed gives the same faults; /sandbox/faults tells
    /// which were dealt, and changes or ends the plan.
    #[arg(long, env = "HEADSHOT_SANDBOX_FAULTS", default_value = "", hide_default_value = true, value_name = "PLAN")]
    faults: Plan,
    #[command(flatten)]
    headshotpro: headshotpro::Flags,
    #[command(flatten)]
    scale: scale::Flags,
    #[command(flatten)]
    skylab: skylab::Flags,
}

impl From<Providers> for Config {
    fn from(flags: Providers) -> Self {
        let listen = Listen::of(&flags);
        Self {
            speed: flags.speed,
            seed: flags.seed,
            faults: flags.faults,
            headshotpro: listen.headshotpro.map(|listen| flags.headshotpro.config(listen)),
            scale: listen.scale.map(|listen| flags.scale.config(listen)),
            skylab: listen.skylab.map(|listen| flags.skylab.config(listen)),
        }
    }
}

/// Where each provider listens that is played: all three, or those whose address was given.
struct Listen {
    headshotpro: Option<SocketAddr>,
    scale: Option<SocketAddr>,
    skylab: Option<SocketAddr>,
}

impl Listen {
    fn of(flags: &Providers) -> Self {
        let given = [flags.headshotpro.listen, flags.scale.scale_listen, flags.skylab.skylab_listen];
        let all = [8788, 8789, 8790].map(|port| Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
        let [headshotpro, scale, skylab] = if given.iter().any(Option::is_some) { given } else { all };
        Self { headshotpro, scale, skylab }
    }
}

#[derive(Args)]
pub(crate) struct Host {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, env = "HEADSHOT_HOST_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder with the static pages, such as www/dist.
    #[arg(long, env = "HEADSHOT_HOST_PAGES")]
    pages: PathBuf,

    /// Providers that the page offers, the usual one first.
    #[arg(
        long,
        env = "HEADSHOT_SANDBOX_PROVIDERS",
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "headshotpro"
    )]
    providers: Vec<String>,
    /// The headshot server, as backend and browser reach it.
    #[arg(long, env = "HEADSHOT_HOST_SERVER", value_parser = base_url)]
    server: Url,
    /// Secret key for the headshot server.
    #[arg(long, env = "HEADSHOT_API_KEY", hide_env_values = true)]
    api_key: String,
}

impl From<Host> for host::Config {
    fn from(host: Host) -> Self {
        Self {
            listen: host.listen,
            pages: host.pages,
            server: host.server,
            api_key: host.api_key,
            providers: host.providers,
        }
    }
}

fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if url.scheme() == "http" { Ok(url) } else { Err("the sandbox speaks plain HTTP: http://…".into()) }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command_for_test().debug_assert();
    }

    impl Arguments {
        fn command_for_test() -> clap::Command {
            <Self as CommandFactory>::command()
        }
    }

    #[test]
    fn every_flag_has_a_variable_of_its_name() {
        let command = Arguments::command_for_test();
        let flags: Vec<_> = command.get_arguments().filter(|argument| argument.get_env().is_some()).collect();
        assert!(flags.len() > 40, "{}", flags.len());
        for flag in flags {
            let name = flag.get_long().unwrap().replace('-', "_").to_uppercase();
            assert_eq!(flag.get_env().unwrap().to_str(), Some(format!("HEADSHOT_SANDBOX_{name}").as_str()));
        }
    }

    fn config(flags: &[&str]) -> Config {
        let arguments = Arguments::try_parse_from([&["headshot-sandbox"], flags].concat()).unwrap();
        match arguments.command() {
            Command::Providers(providers) => (*providers).into(),
            Command::Host(_) => panic!("nothing was said about a host"),
        }
    }

    #[test]
    fn plays_all_providers_if_nothing_is_said() {
        let config = config(&["--speed", "40"]);
        assert_eq!(config.speed, Speed::new(40.0).unwrap());
        let ports = [config.headshotpro.unwrap().listen, config.scale.unwrap().listen, config.skylab.unwrap().listen];
        assert_eq!(ports.map(|addr| addr.port()), [8788, 8789, 8790]);
    }

    #[test]
    fn plays_only_those_whose_address_is_given() {
        let config = config(&["--scale-listen", "127.0.0.1:0", "--skylab-listen", "127.0.0.1:9"]);
        assert!(config.headshotpro.is_none() && config.scale.is_some());
        assert_eq!(config.skylab.unwrap().listen.port(), 9);
    }

    #[test]
    fn refuses_values_that_cannot_work() {
        let refused = [
            ["--speed", "0"],
            ["--webhook-url", "https://example.test/"],
            ["--public-url", "nowhere"],
            ["--skylab-webhook-format", "yaml"],
            ["--faults", "seed=1 dorp=0.5"],
        ];
        for flags in refused {
            assert!(Arguments::try_parse_from(["headshot-sandbox", flags[0], flags[1]]).is_err(), "{flags:?}");
        }
    }
}
