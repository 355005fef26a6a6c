//! What is beyond this machine: the providers' APIs, the clock, and the way back to us.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::DATE;
use reqwest::{Response, StatusCode};
use url::Url;

use super::Finding;
use crate::config::Config;
use crate::provider::{Probe, http};

const LONGEST: Duration = Duration::from_secs(10);

/// Answers take their time, and `Date` has whole seconds.
const CLOCK_FINE: SignedDuration = SignedDuration::from_secs(5);

/// Beyond this, deliveries are soon too old or too new.
const CLOCK_OFF: SignedDuration = SignedDuration::from_secs(60);

/// Asks each provider for something that changes nothing.
pub(super) async fn providers(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for probe in config.providers.probes() {
        let answer = ask(&probe.url, Some(&probe)).await;
        if let Ok(answer) = &answer {
            findings.push(clock(answer));
        }
        findings.push(key(&probe, answer.map(|answer| answer.status())));
    }
    findings
}

async fn ask(url: &Url, probe: Option<&Probe>) -> Result<Response, String> {
    let client = http::client(http::is_loopback(url), LONGEST).map_err(|error| http::causes(&error))?;
    let request = client.get(url.clone());
    let request = match probe {
        Some(Probe { credential: (name, value), .. }) => request.header(name, value.clone()),
        None => request,
    };
    request.send().await.map_err(|error| http::causes(&error.without_url()))
}

fn key(probe: &Probe, answer: Result<StatusCode, String>) -> Finding {
    const CHECK: &str = "provider key";
    let (provider, setting) = (probe.provider, probe.setting);
    match answer {
        Ok(status) if status.is_success() => Finding::ok(CHECK, format!("{provider} accepts it")),
        Ok(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Finding::fail(CHECK, format!("{provider} refuses it"), format!("set {setting} to the provider's own"))
        }
        Ok(StatusCode::TOO_MANY_REQUESTS) => {
            Finding::warn(CHECK, format!("{provider} limits the rate of requests"), "try again later")
        }
        Ok(status) => {
            let found = format!("{provider} answered {status}");
            Finding::warn(CHECK, found, "see whether the provider works, and whether the base of its API is right")
        }
        Err(error) => {
            let found = format!("{provider} could not be reached: {error}");
            Finding::fail(CHECK, found, "let this machine connect to it: name resolution, firewall, proxy")
        }
    }
}

fn clock(answer: &Response) -> Finding {
    let date = answer.headers().get(DATE).and_then(|date| date.to_str().ok());
    let theirs = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok()).map(|date| date.timestamp());
    judge_clock(theirs.map(|theirs| Timestamp::now().duration_since(theirs)))
}

fn judge_clock(ahead: Option<SignedDuration>) -> Finding {
    const CHECK: &str = "clock";
    let remedy = "synchronise it, as with chrony or systemd-timesyncd";
    let Some(ahead) = ahead else {
        return Finding::warn(CHECK, "the provider's answer names no time to compare with", remedy);
    };
    let way = if ahead.is_negative() { "behind" } else { "ahead of" };
    let found = format!("is {} s {way} the provider's", ahead.abs().as_secs());
    match ahead.abs() {
        off if off <= CLOCK_FINE => Finding::ok(CHECK, found),
        off if off <= CLOCK_OFF => Finding::warn(CHECK, found, remedy),
        _ => Finding::fail(CHECK, found, remedy),
    }
}

/// Goes the way that browsers and providers go.
pub(super) async fn public_url(config: &Config) -> Finding {
    const CHECK: &str = "public URL";
    let remedy = "see that the server runs, that the proxy in front passes all paths on, and HEADSHOT_PUBLIC_URL";
    let Ok(url) = format!("{}/healthz", config.public_url).parse() else {
        return Finding::fail(CHECK, "is none", remedy);
    };
    match ask(&url, None).await {
        Ok(answer) if answer.status().is_success() => match answer.bytes().await {
            Ok(body) if body.starts_with(br#"{"status":"ok""#) => Finding::ok(CHECK, format!("{url} answers")),
            _ => Finding::fail(CHECK, format!("{url} is answered by another program"), remedy),
        },
        Ok(answer) => Finding::fail(CHECK, format!("{url} answers {}", answer.status()), remedy),
        Err(error) => Finding::fail(CHECK, format!("{url} could not be reached: {error}"), remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_told_with_the_way_that_it_is_off() {
        let judge = |seconds| judge_clock(Some(SignedDuration::from_secs(seconds)));
        assert_eq!(
            [0, -5, 20, -61].map(|seconds| judge(seconds).level),
            [Level::Ok, Level::Ok, Level::Warn, Level::Fail]
        );
        assert_eq!(judge(-61).found, "is 61 s behind the provider's");
        assert_eq!(judge(61).found, "is 61 s ahead of the provider's");
        assert_eq!(judge_clock(None).level, Level::Warn);
    }
}
