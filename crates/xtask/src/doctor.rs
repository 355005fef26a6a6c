//! Says what is there and what is not, and changes nothing.

use anyhow::Result;

use crate::console;
use crate::setup::{Finding, Scope, Setup};

/// Prints the table of requirements; `true` if nothing is lacking.
pub(crate) fn run(setup: &Setup) -> Result<bool> {
    console::heading("What headshot-kit needs on this machine");
    let mut is_complete = true;
    for requirement in setup.requirements(Scope::Everything)? {
        let name = requirement.name();
        match requirement.look(setup) {
            Finding::Present(present) => {
                console::done(&name, &format!("present ({})", present.detail));
            }
            Finding::Missing if requirement.is_optional() => {
                console::lacking(&name, &format!("missing, and can be done without: {}", requirement.purpose()));
            }
            Finding::Missing => {
                is_complete = false;
                console::lacking(&name, &format!("missing: {}", requirement.purpose()));
            }
            Finding::Wrong(found) => {
                is_complete = false;
                let text = format!("wrong version ({found}): {}", requirement.purpose());
                console::lacking(&name, &text);
            }
        }
    }
    console::note("cache", &setup.cache.root().display().to_string());
    if !is_complete {
        console::line("\n`cargo xtask setup` gets what is lacking.");
    }
    Ok(is_complete)
}
