use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use headshot_sandbox::{Config, Speed, host, provider::headshotpro::Scheme};
use url::Url;

/// Stand-in headshot providers on localhost, and a stand-in host application for the demo.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    providers: Providers,
}

impl Arguments {
    /// What to do; playing the providers if nothing was said.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Providers(self.providers))
    }
}

#[derive(Subcommand)]
#[expect(clippy::large_enum_variant, reason = "made once, at the start of the program")]
pub(crate) enum Command {
    /// Play HeadshotPro: its API, its hosted page and its webhooks (the default).
    Providers(Providers),
    /// Play a host application: static pages, and a backend that opens sessions at the headshot server.
    Host(Host),
}

#[derive(Args)]
pub(crate) struct Providers {
    /// Address and port to listen on; port 0 takes any free one.
    #[arg(long, env = "HEADSHOT_SANDBOX_LISTEN", default_value = "127.0.0.1:8788")]
    listen: SocketAddr,
    /// Base of API and photo links [default: http:// and the address].
    #[arg(long, env = "HEADSHOT_SANDBOX_PUBLIC_URL", value_parser = base_url)]
    public_url: Option<Url>,
    /// Origin that signed URLs finally redirect to [default: the public URL].
    #[arg(long, env = "HEADSHOT_SANDBOX_STUDIO_URL", value_parser = base_url)]
    studio_url: Option<Url>,
    /// Key that callers of the API must show.
    #[arg(long, env = "HEADSHOT_SANDBOX_API_KEY", default_value = "sandbox-api-key", hide_env_values = true)]
    api_key: String,
    /// Where to send webhooks, by plain HTTP; none are sent without it.
    #[arg(long, env = "HEADSHOT_SANDBOX_WEBHOOK_URL", value_parser = base_url)]
    webhook_url: Option<Url>,
    /// Secret to sign webhooks with [default: 0123456789abcdef four times].
    #[arg(long, env = "HEADSHOT_SANDBOX_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// What to sign: `timestamped` or `body`; the provider documents both.
    #[arg(long, env = "HEADSHOT_SANDBOX_SIGNATURE_SCHEME", default_value = "timestamped")]
    signature_scheme: Scheme,
    /// How many times faster than life all durations run, at least 0.1.
    #[arg(long, env = "HEADSHOT_SANDBOX_SPEED", default_value = "1")]
    speed: Speed,
    /// Credits of the organization; test mode needs none.
    #[arg(long, env = "HEADSHOT_SANDBOX_CREDITS", default_value_t = 100)]
    credits: u32,
    /// Requests that the API answers in a minute.
    #[arg(long, env = "HEADSHOT_SANDBOX_REQUESTS_PER_MINUTE", default_value_t = 300)]
    requests_per_minute: u32,
    /// Number that makes ids, tokens and portraits the same in every run.
    #[arg(long, env = "HEADSHOT_SANDBOX_SEED")]
    seed: Option<u64>,
}

impl From<Providers> for Config {
    fn from(providers: Providers) -> Self {
        let default = Self::default();
        Self {
            listen: providers.listen,
            public_url: providers.public_url,
            studio_url: providers.studio_url,
            api_key: providers.api_key,
            webhook_url: providers.webhook_url,
            webhook_secret: providers.webhook_secret.unwrap_or(default.webhook_secret),
            signature_scheme: providers.signature_scheme,
            speed: providers.speed,
            credits: providers.credits,
            requests_per_minute: providers.requests_per_minute,
            seed: providers.seed,
        }
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
    /// The headshot server, as backend and browser reach it.
    #[arg(long, env = "HEADSHOT_HOST_SERVER", value_parser = base_url)]
    server: Url,
    /// Secret key for the headshot server.
    #[arg(long, env = "HEADSHOT_API_KEY", hide_env_values = true)]
    api_key: String,
}

impl From<Host> for host::Config {
    fn from(host: Host) -> Self {
        Self { listen: host.listen, pages: host.pages, server: host.server, api_key: host.api_key }
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
    fn plays_the_providers_if_nothing_is_said() {
        let arguments = Arguments::try_parse_from(["headshot-sandbox", "--speed", "40"]).unwrap();
        assert!(
            matches!(arguments.command(), Command::Providers(providers) if providers.speed == Speed::new(40.0).unwrap())
        );
    }

    #[test]
    fn refuses_a_speed_and_a_url_that_cannot_work() {
        for flags in [["--speed", "0"], ["--webhook-url", "https://example.test/"], ["--public-url", "nowhere"]] {
            assert!(Arguments::try_parse_from(["headshot-sandbox", flags[0], flags[1]]).is_err(), "{flags:?}");
        }
    }
}
