use crate::config::Checks;

/// What is kept of deliveries that are refused, unchecked.
#[derive(clap::Args, Clone)]
#[group(id = "refused")]
pub struct Args {
    /// Whether bodies of refused deliveries are kept in memory for an hour too, up to 64 KiB each: `on` or `off`
    #[arg(
        long,
        env = "HEADSHOT_KEEP_REFUSED",
        value_name = "WAY",
        default_value = "off",
        num_args = 0..=1,
        default_missing_value = "on"
    )]
    pub keep_refused: String,
}

impl Default for Args {
    fn default() -> Self {
        Self { keep_refused: "off".into() }
    }
}

/// The checked setting; what is wrong is noted in `checks`.
pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<bool> {
    let keeps = match args.keep_refused.trim() {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    };
    checks.accept("HEADSHOT_KEEP_REFUSED", keeps, "is not `on` or `off`")
}
