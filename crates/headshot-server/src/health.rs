//! `headshot health`: whether the server of this machine is ready, for where nothing else is that could ask it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use headshot_api::Problem;

use crate::operate::{OperateError, Told};
use crate::provider::http;

/// A container's probe is ended after thirty seconds by default, and the server answers within three.
const LONGEST: Duration = Duration::from_secs(10);

/// What `health` is told.
#[derive(Args, Clone)]
pub struct HealthArgs {
    /// Address and port that the server listens on
    #[arg(long, env = "HEADSHOT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
    pub listen: String,
}

/// Asks `/readyz`.
///
/// # Errors
/// [`OperateError`] where the address is none, or nobody answers there.
pub async fn health(args: HealthArgs) -> Result<Told, OperateError> {
    let address: SocketAddr = args.listen.parse().map_err(|_| {
        OperateError::Misuse("HEADSHOT_LISTEN (--listen) is not an address and a port, such as 127.0.0.1:8787".into())
    })?;
    let failed = |error| OperateError::Failed(format!("{address}: {}", http::causes(&error)));
    let client = http::client(true, LONGEST).map_err(failed)?;
    let answer = client.get(format!("http://{}/readyz", reached(address))).send().await.map_err(failed)?;
    let (status, body) = (answer.status(), answer.bytes().await.map_err(failed)?);
    if status.is_success() {
        return Ok(Told { text: "ready\n".to_owned(), is_fine: true });
    }
    let code = serde_json::from_slice(&body).map_or_else(|_| status.to_string(), |problem: Problem| problem.code);
    Ok(Told { text: format!("not ready: {code}\n"), is_fine: false })
}

/// Who listens everywhere is reached on loopback.
fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
