//! Flags, variables, and the checked settings made from them.

use std::num::NonZeroU32;

use axum::http::{HeaderName, header};

use super::Proxies;
use crate::config::Checks;

/// How often somebody may ask, unchecked.
#[derive(clap::Args, Clone)]
#[group(id = "rates")]
pub struct Args {
    /// Requests about sessions and events that each host key may send in a minute; `off` for any number
    #[arg(long, env = "HEADSHOT_LIMIT_HOST", value_name = "NUMBER", default_value = "6000")]
    pub limit_host: String,

    /// Requests about sessions that one address, or an IPv6 network /64, may send in a minute without a host key; `off`
    /// for any number
    #[arg(long, env = "HEADSHOT_LIMIT_ADDRESS", value_name = "NUMBER", default_value = "6000")]
    pub limit_address: String,

    /// Deliveries of one address in a minute that are refused one by one; beyond them a forged one is answered with 429
    /// and leaves no trace, a genuine one is taken; `off` for any number
    #[arg(long, env = "HEADSHOT_LIMIT_REFUSED", value_name = "NUMBER", default_value = "60")]
    pub limit_refused: String,

    /// How many proxies in front of this server name the client's address; without it, addresses that are not public
    /// are taken for proxies and not held to any limit
    #[arg(long, env = "HEADSHOT_TRUSTED_PROXIES", value_name = "NUMBER")]
    pub trusted_proxies: Option<String>,

    /// Header that these proxies add the client's address to: `x-forwarded-for` or `forwarded`
    #[arg(long, env = "HEADSHOT_PROXY_HEADER", value_name = "NAME", default_value = "x-forwarded-for")]
    pub proxy_header: String,
}

impl Default for Args {
    fn default() -> Self {
        Self {
            limit_host: "6000".into(),
            limit_address: "6000".into(),
            limit_refused: "60".into(),
            trusted_proxies: None,
            proxy_header: "x-forwarded-for".into(),
        }
    }
}

/// How often somebody may ask in a minute; `None` for any number.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(super) host: Option<NonZeroU32>,
    pub(super) address: Option<NonZeroU32>,
    pub(super) refused: Option<NonZeroU32>,
    pub(super) proxies: Proxies,
}

/// The checked settings; what is wrong is noted in `checks`.
pub(crate) fn check(args: &Args, checks: &mut Checks) -> Option<Settings> {
    let mut limit = |name, text| checks.accept(name, a_minute(text), "is neither a number from 1 on nor `off`");
    let host = limit("HEADSHOT_LIMIT_HOST", &args.limit_host);
    let address = limit("HEADSHOT_LIMIT_ADDRESS", &args.limit_address);
    let refused = limit("HEADSHOT_LIMIT_REFUSED", &args.limit_refused);
    let trusted = match Checks::given(args.trusted_proxies.as_deref()) {
        Some(text) => {
            let number = text.parse::<u8>().ok().map(usize::from);
            checks.accept("HEADSHOT_TRUSTED_PROXIES", number, "is not a number of proxies, such as 0 or 1").map(Some)
        }
        None => Some(None),
    };
    let headers = [("x-forwarded-for", HeaderName::from_static("x-forwarded-for")), ("forwarded", header::FORWARDED)];
    let header = checks.choice("HEADSHOT_PROXY_HEADER", &args.proxy_header, headers);
    let proxies = Proxies { trusted: trusted?, header: header? };
    Some(Settings { host: host?, address: address?, refused: refused?, proxies })
}

/// A number, or none at all.
#[expect(clippy::option_option, reason = "the outer one says whether it was accepted, as for all others")]
fn a_minute(text: &str) -> Option<Option<NonZeroU32>> {
    match text.trim() {
        "off" | "0" => Some(None),
        number => number.parse().ok().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_off() {
        assert_eq!(a_minute(" 60 "), Some(NonZeroU32::new(60)));
        assert_eq!((a_minute("off"), a_minute("0")), (Some(None), Some(None)));
        for wrong in ["", "-1", "1.5", "many", "60/m", "99999999999"] {
            assert_eq!(a_minute(wrong), None, "{wrong}");
        }
    }
}
