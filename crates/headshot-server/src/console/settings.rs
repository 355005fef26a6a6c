//! What the console is told.

use crate::config::{Checks, HostKey};
use crate::secret::Secret;

const KEY: &str = "HEADSHOT_CONSOLE_KEY";

/// What the console is told, unchecked.
#[derive(clap::Args, Clone)]
#[group(id = "console_settings")]
pub struct Args {
    /// Whether operators may look into the server with a browser, at `/console`: `on` or `off`
    #[arg(
        long,
        env = "HEADSHOT_CONSOLE",
        value_name = "WAY",
        default_value = "off",
        num_args = 0..=1,
        default_missing_value = "on"
    )]
    pub console: String,

    /// Key that an operator signs in with there, at least 16 characters, no host application's (required for it)
    #[arg(long, env = "HEADSHOT_CONSOLE_KEY", value_name = "KEY", hide_env_values = true)]
    pub console_key: Option<String>,
}

impl Default for Args {
    fn default() -> Self {
        Self { console: "off".into(), console_key: None }
    }
}

/// The key where the console is on; what is wrong is noted in `checks`.
#[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
pub(crate) fn check(args: &Args, host_keys: Option<&[HostKey]>, checks: &mut Checks) -> Option<Option<Secret>> {
    if !checks.switch("HEADSHOT_CONSOLE", &args.console)? {
        return Some(None);
    }
    let key = checks.key(KEY, args.console_key.as_deref())?;
    let is_its_own = host_keys.is_none_or(|held| held.iter().all(|held| held.key != key));
    checks.accept(KEY, is_its_own.then_some(Some(key)), "is a host application's key; the console needs its own")
}
