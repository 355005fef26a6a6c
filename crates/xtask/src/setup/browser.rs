//! Chromium and its driver, for the tests in a real browser.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use super::programs::{on_path, version_of};
use super::{Finding, Present, Requirement, Setup, apt};
use crate::cache::CacheLock;
use crate::version::Version;

const CHROME_VARIABLE: &str = "HEADSHOT_CHROME";
const DRIVER_VARIABLE: &str = "HEADSHOT_CHROMEDRIVER";

/// Names under which a Chrome or Chromium may be installed.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser and a driver of the same major version.
pub(super) struct Browser;

impl Requirement for Browser {
    fn name(&self) -> String {
        "chromium, driver".to_owned()
    }

    fn purpose(&self) -> &'static str {
        "runs the tests in a real browser"
    }

    fn look(&self, _setup: &Setup) -> Finding {
        let browsers = candidates(CHROME_VARIABLE, &BROWSERS);
        let drivers = candidates(DRIVER_VARIABLE, &["chromedriver"]);
        match matching(&browsers, &drivers) {
            Some(((chrome, version), (driver, _))) => Finding::Present(Present {
                detail: format!("{}, {}", version.major, chrome.display()),
                programs: vec![("chrome", chrome.clone()), ("chromedriver", driver.clone())],
            }),
            None if browsers.is_empty() || drivers.is_empty() => Finding::Missing,
            None => Finding::Wrong(format!("browser {} and driver {} differ", browsers[0].1.major, drivers[0].1.major)),
        }
    }

    fn plan(&self) -> &'static str {
        "installing Debian's packages, takes about 1 minute"
    }

    fn install(&self, setup: &Setup, _lock: &CacheLock) -> Result<()> {
        if [CHROME_VARIABLE, DRIVER_VARIABLE].iter().any(|variable| env::var_os(variable).is_some()) {
            bail!("{CHROME_VARIABLE} and {DRIVER_VARIABLE} must name a browser and a driver of the same major version");
        }
        apt::install_on_system(&["chromium", "chromium-driver", "fonts-liberation"], &setup.cache.log("apt-chromium"))
    }
}

type Program = (PathBuf, Version);

/// What the environment names, and only that; else what is on the PATH.
fn candidates(variable: &str, names: &[&str]) -> Vec<Program> {
    let paths = match env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(path) => vec![PathBuf::from(path)],
        None => names.iter().flat_map(|name| on_path(name)).collect(),
    };
    paths.into_iter().filter_map(|path| version_of(&path).map(|version| (path, version))).collect()
}

fn matching<'a>(browsers: &'a [Program], drivers: &'a [Program]) -> Option<(&'a Program, &'a Program)> {
    browsers.iter().find_map(|browser| {
        let driver = drivers.iter().find(|driver| driver.1.major == browser.1.major)?;
        Some((browser, driver))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(path: &str, printed: &str) -> Program {
        (path.into(), Version::find(printed).unwrap())
    }

    #[test]
    fn pairs_a_browser_with_the_driver_of_its_major_version() {
        let browsers = [program("/opt/chrome", "Chrome 160.0.1.2"), program("/usr/bin/chromium", "Chromium 156.0.1.2")];
        let drivers = [program("/usr/bin/chromedriver", "ChromeDriver 156.0.9.9")];
        let (browser, driver) = matching(&browsers, &drivers).unwrap();
        assert_eq!(browser.0, PathBuf::from("/usr/bin/chromium"));
        assert_eq!(driver.0, PathBuf::from("/usr/bin/chromedriver"));
        assert_eq!(matching(&browsers[..1], &drivers), None);
    }
}
