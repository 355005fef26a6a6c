//! Where the host application wants to be told, and how deliveries to it are signed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_api::EventType;
use url::Url;

use crate::config::Checks;
use crate::secret::Secret;

const URL: &str = "HEADSHOT_EVENTS_URL";
const SECRET: &str = "HEADSHOT_EVENTS_SECRET";

/// The host application's flags and variables, unchecked.
#[derive(clap::Args, Clone, Default)]
#[group(id = "events")]
pub struct Args {
    /// Addresses that are told every event, separated by spaces; `#session.photos_ready,session.deleted` behind one
    /// names the types that it is told
    #[arg(long, env = "HEADSHOT_EVENTS_URL", value_name = "URLS")]
    pub events_url: Option<String>,

    /// Signing secrets `whsec_…` of these addresses in their order, separated by spaces, or one for all; `new,old` signs
    /// with both while one is being replaced
    #[arg(long, env = "HEADSHOT_EVENTS_SECRET", value_name = "SECRETS", hide_env_values = true)]
    pub events_secret: Option<String>,
}

/// An address of the host application.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    pub(crate) url: Url,
    /// The types that it is told; none for all.
    pub(crate) types: Vec<String>,
    pub(crate) keys: Vec<SigningKey>,
}

impl Address {
    /// What the store knows it by. A URL may carry a password, so its own text is not it.
    pub(crate) fn name(&self) -> String {
        let mut url = self.url.clone();
        let _ = url.set_password(None);
        url.into()
    }
}

/// The secret part of a `whsec_…` text.
#[derive(Clone, Debug)]
pub(crate) struct SigningKey(Secret);

impl SigningKey {
    /// Reads what Standard Webhooks calls a secret: `whsec_` and 24 to 64 bytes in base64.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let key = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&key.len()).then(|| Self(Secret::new(text)))
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let text = self.0.reveal().strip_prefix("whsec_").unwrap_or_default();
        STANDARD.decode(text).unwrap_or_default()
    }
}

/// The addresses; what is wrong is noted in `checks`.
pub(crate) fn check(args: &Args, checks: &mut Checks) -> Vec<Address> {
    let Some(urls) = Checks::given(args.events_url.as_deref()) else { return Vec::new() };
    let wrong = "is not a list of https URLs (http only on loopback), each with known types behind `#`";
    let urls: Option<Vec<_>> = urls.split_whitespace().map(address).collect();
    let urls = checks.accept(URL, urls, wrong);
    let keys = checks
        .require(SECRET, args.events_secret.as_deref())
        .map(|text| text.split_whitespace().map(|one| one.split(',').map(SigningKey::parse).collect()).collect());
    let wrong = "is not `whsec_` and 24 to 64 bytes in base64, for each address or once for all";
    let (Some(urls), Some(keys)) = (urls, keys) else { return Vec::new() };
    let paired = pair(urls, keys);
    checks.accept(SECRET, paired, wrong).unwrap_or_default()
}

fn pair(urls: Vec<(Url, Vec<String>)>, keys: Vec<Option<Vec<SigningKey>>>) -> Option<Vec<Address>> {
    let keys: Vec<Vec<SigningKey>> = keys.into_iter().collect::<Option<_>>()?;
    let keys = match keys.as_slice() {
        [one] => vec![one.clone(); urls.len()],
        several if several.len() == urls.len() => keys,
        _ => return None,
    };
    Some(urls.into_iter().zip(keys).map(|((url, types), keys)| Address { url, types, keys }).collect())
}

fn address(text: &str) -> Option<(Url, Vec<String>)> {
    let mut url: Url = text.parse().ok().filter(crate::provider::http::is_safe)?;
    let types: Vec<String> =
        url.fragment().map(|types| types.split(',').map(str::to_owned).collect()).unwrap_or_default();
    url.set_fragment(None);
    let is_known = |name: &String| EventType::ALL.iter().any(|kind| kind.as_str() == name);
    types.iter().all(is_known).then_some((url, types))
}
