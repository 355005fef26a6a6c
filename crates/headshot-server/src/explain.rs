//! `headshot explain`: why was this delivery refused?

mod headers;
mod input;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use headshot_explain::{Explanation, Mistake};
use headshot_verify::provider::{
    headshotpro::HeadshotPro, scale::Scale, skylab::Skylab, standardwebhooks::StandardWebhooks,
};
use headshot_verify::{Delivery, Provider, UnixSeconds};

use self::input::Input;

/// What `headshot explain` is told.
#[derive(Args, Clone)]
pub struct ExplainArgs {
    /// Provider whose delivery it is: `headshotpro`, `scale`, `skylab` or `standardwebhooks`
    #[arg(long, value_name = "NAME")]
    pub provider: String,

    /// File with a signing secret; a line end at its end is not part of it. Repeat it for several secrets
    #[arg(long, value_name = "FILE", required = true)]
    pub secret_file: Vec<PathBuf>,

    /// File with the headers: `Name: value` on each line, as curl prints them, or JSON
    #[arg(long, value_name = "FILE")]
    pub headers: PathBuf,

    /// When the delivery was received, in Unix seconds or as RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,

    /// Greatest distance in seconds between the delivery's timestamp and the time of receipt [default: the provider's, mostly 300]
    #[arg(long, value_name = "SECONDS")]
    pub tolerance: Option<u64>,

    /// The setting for the provider's signature scheme, `timestamped`, `auto` or `body` for HeadshotPro
    #[arg(long, value_name = "SCHEME")]
    pub scheme: Option<String>,

    /// Print JSON: `verdict`, and `findings` with `code`, `message` and `remedy`
    #[arg(long)]
    pub json: bool,

    /// File with the raw bytes of the body; `-` for standard input
    #[arg(value_name = "BODY")]
    pub body: PathBuf,
}

/// Why there is no explanation; it names the flag or file, and repeats no content.
#[derive(Debug, thiserror::Error)]
pub enum Misuse {
    /// A file could not be read.
    #[error("cannot read {path}: {cause}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file of headers holds something else.
    #[error("{path}: {reason}", path = path.display())]
    Headers {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The time of receipt is no time.
    #[error("--now is neither Unix seconds nor a time as in 2026-01-02T03:04:05Z")]
    Now,
    /// There is no such provider.
    #[error("--provider is none that is known; known are: headshotpro, scale, skylab, standardwebhooks")]
    Provider,
    /// The provider has no such scheme.
    #[error("--scheme is none of the provider's; known are, for headshotpro alone: timestamped, auto, body")]
    Scheme,
}

/// Explains the delivery that the arguments name.
///
/// # Errors
///
/// [`Misuse`] where the arguments name none.
pub fn explain(args: &ExplainArgs) -> Result<Explanation, Misuse> {
    let Input { secrets, headers, body, now } = Input::read(args)?;
    let told = Told { args, secrets: &secrets, headers: &headers, body: &body, now: UnixSeconds::new(now) };
    match (args.provider.as_str(), args.scheme.as_deref()) {
        ("headshotpro", scheme) => {
            let scheme = scheme.map(str::parse).transpose().map_err(|_| Misuse::Scheme)?.unwrap_or_default();
            Ok(told.as_from(&HeadshotPro { scheme }))
        }
        ("scale" | "skylab" | "standardwebhooks", Some(_)) => Err(Misuse::Scheme),
        ("scale", None) => Ok(told.as_from(&Scale::default())),
        ("skylab", None) => Ok(told.as_from(&Skylab::default())),
        ("standardwebhooks", None) => Ok(told.as_from(&StandardWebhooks::default())),
        _ => Err(Misuse::Provider),
    }
}

/// What was received, to be looked at as one or the other provider's.
struct Told<'t> {
    args: &'t ExplainArgs,
    secrets: &'t [Vec<u8>],
    headers: &'t [(String, String)],
    body: &'t [u8],
    now: UnixSeconds,
}

impl Told<'_> {
    fn as_from(&self, provider: &impl Provider) -> Explanation {
        let own = || provider.scheme(&self.headers).tolerance();
        let tolerance = self.args.tolerance.map_or_else(own, Duration::from_secs);
        headshot_explain::explain(provider, self.secrets, &Delivery::new(self.headers, self.body), self.now, tolerance)
    }
}

/// The explanation for a person at a terminal, who has not said more than these arguments.
#[must_use]
pub fn told(explanation: &Explanation, args: &ExplainArgs) -> String {
    let Some(refusal) = explanation.refusal() else { return "genuine\n".to_owned() };
    let mut text = format!("refused: {}\n  {refusal}\n", refusal.code());
    for finding in explanation.findings() {
        // Writing to a text cannot fail.
        let (mistake, remedy) = (finding.mistake(), finding.remedy());
        let _ = write!(text, "\n{}\n  what:   {finding}\n  remedy: {remedy}\n", mistake.code());
        if mistake == Mistake::ClockAhead && args.now.is_none() {
            text += "  or:     this is a recording; say with --now when it was received\n";
        }
    }
    text
}
