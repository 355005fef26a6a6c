//! What the command line asks for.

use std::ffi::{OsStr, OsString};
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

use crate::bench::{self, Plan, server};

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
Set-up, demo, tests, benchmark and distribution of headshot-kit.

Usage: cargo xtask <command> [options]

  setup                        get every tool that is missing, into a cache folder of the project's own
  demo [--provider NAME] [--port N] [--speed N]
                               run the whole thing on this machine until Ctrl-C
         --provider NAME         whose studio the page opens first: headshotpro (the default), scale or skylab
         --port N                first of five free ports (default 8080)
         --speed N               how many times faster than life the stand-in providers are (default 20)
  test [--fast]                everything that CI checks
         --fast                  without npm packages, page and browser
  bench verify [--rounds N] [--quick]
                               the verifier's speed, size and start beside other packages' and crates'
         --rounds N              how often each is measured (default 84, and at most 21 starts)
         --quick                 to see that it runs; the figures are rough
  bench server [--rounds N] [--quick] [--only PART,…] [--against PROGRAM]
                               the server under load beside nginx and Express; on a machine that does nothing else
         --rounds N              how often each is loaded (default 12)
         --quick                 shorter rounds, 50,000 deliveries instead of a million; the figures are rough
         --only PART,…           of express, sqlite, postgres, waiting, growth and start
         --against PROGRAM       another build of `headshot`, measured beside this one
  bench widget [--rounds N]    how soon the widget's frame is asked for, its bytes, its requests, beside other embeds
         --rounds N              how often each page is loaded (default 15)
  dist [--no-bin]              npm packages, embed files and release binaries, in target/dist
         --no-bin                without the binaries
  image                        the server as a container's image, in target/dist, unpacked again and tried
  release [--tag TAG]          all packages packed and tried as their registries would; nothing is sent
         --tag TAG               of the version that is to be sent: also checks changes and advisories
  shots                        photographs of the widget in every state and look, in target/shots
  doctor                       what is present, missing or of the wrong version
  help                         this text

The cache is $HEADSHOT_CACHE, else $XDG_CACHE_HOME/headshot-kit, else ~/.cache/headshot-kit.
HEADSHOT_CHROME and HEADSHOT_CHROMEDRIVER name a browser and driver to test with instead of those on the PATH,
and HEADSHOT_FIREFOX a second browser.
";

/// One command with its options.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Setup,
    Demo(Demo),
    Test { is_fast: bool },
    Dist { has_binaries: bool },
    Bench(Plan),
    BenchServer(server::Options),
    BenchWidget { rounds: u32 },
    Image,
    Release { tag: Option<String> },
    Shots,
    Doctor,
    Help,
}

/// Options of the demo.
#[derive(Debug, PartialEq)]
pub(crate) struct Demo {
    /// Whose studio the page opens first.
    pub(crate) provider: &'static str,
    /// The host page's port; the server and the sandbox's three providers take the four above it.
    pub(crate) port: u16,
    /// How many times faster than life the sandbox's clocks run.
    pub(crate) speed: f64,
}

/// The providers that the sandbox plays, the usual one first.
pub(crate) const PROVIDERS: [&str; 3] = ["headshotpro", "scale", "skylab"];

/// Reads the command line, without the program's own name.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut parser = lexopt::Parser::from_args(words);
    let command = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(word)) => word.string()?,
        Some(option) => return Err(option.unexpected().into()),
    };
    let command = match command.as_str() {
        "setup" => Command::Setup,
        "demo" => return demo(&mut parser),
        "bench" => return bench(&mut parser),
        "release" => return release(&mut parser),
        "test" => Command::Test { is_fast: switch(&mut parser, "fast")? },
        "dist" => Command::Dist { has_binaries: !switch(&mut parser, "no-bin")? },
        "image" => Command::Image,
        "shots" => Command::Shots,
        "doctor" => Command::Doctor,
        "help" => return Ok(Command::Help),
        other => bail!("there is no command `{other}`"),
    };
    Ok(match parser.next()? {
        None => command,
        Some(Short('h') | Long("help")) => Command::Help,
        Some(other) => return Err(other.unexpected().into()),
    })
}

fn demo(parser: &mut lexopt::Parser) -> Result<Command> {
    let mut demo = Demo { provider: PROVIDERS[0], port: 8080, speed: 20.0 };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("provider") => demo.provider = provider(&parser.value()?)?,
            Long("port") => demo.port = number(&parser.value()?, "--port must be a port number")?,
            Long("speed") => demo.speed = number(&parser.value()?, "--speed must be a number")?,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    if demo.port == 0 || demo.port > u16::MAX - 4 {
        bail!("--port must be between 1 and {}, for the demo takes five ports in a row", u16::MAX - 4);
    }
    if !(0.1..=1000.0).contains(&demo.speed) {
        bail!("--speed must be between 0.1 and 1000");
    }
    Ok(Command::Demo(demo))
}

fn provider(word: &OsStr) -> Result<&'static str> {
    let known = PROVIDERS.into_iter().find(|name| word == *name);
    known.with_context(|| format!("--provider must be one of {}", PROVIDERS.join(", ")))
}

fn bench(parser: &mut lexopt::Parser) -> Result<Command> {
    let (mut name, mut is_quick, mut rounds, mut only, mut against) = (None, false, None, Vec::new(), None);
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if name.is_none() => name = Some(word.string()?),
            Long("rounds") => rounds = Some(number(&parser.value()?, "--rounds must be a number")?),
            Long("quick") => is_quick = true,
            Long("only") if name.as_deref() == Some("server") => only = parts(&parser.value()?.string()?)?,
            Long("against") if name.as_deref() == Some("server") => against = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    if rounds.is_some_and(|rounds| !(1..=1000).contains(&rounds)) {
        bail!("--rounds must be between 1 and 1000");
    }
    match name.as_deref() {
        Some("verify") => {
            let plan = if is_quick { bench::QUICK } else { bench::THOROUGH };
            Ok(Command::Bench(Plan { rounds: rounds.unwrap_or(plan.rounds), ..plan }))
        }
        Some("server") => {
            let usual = if is_quick { server::QUICK_ROUNDS } else { server::ROUNDS };
            let rounds = rounds.unwrap_or(usual);
            Ok(Command::BenchServer(server::Options { rounds, is_quick, only, against }))
        }
        Some("widget") if !is_quick => Ok(Command::BenchWidget { rounds: rounds.unwrap_or(bench::widget::ROUNDS) }),
        _ => bail!("the benchmarks are `bench verify`, `bench server` and `bench widget`"),
    }
}

/// What of the server is measured.
fn parts(list: &str) -> Result<Vec<String>> {
    let parts: Vec<String> = list.split(',').map(str::to_owned).collect();
    match parts.iter().find(|part| !server::PARTS.contains(&part.as_str())) {
        None => Ok(parts),
        Some(part) => bail!("--only: `{part}` is none of {}", server::PARTS.join(", ")),
    }
}

fn release(parser: &mut lexopt::Parser) -> Result<Command> {
    let mut tag = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("tag") => tag = Some(parser.value()?.string()?),
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Release { tag })
}

fn number<N: FromStr>(value: &OsStr, demand: &str) -> Result<N> {
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.with_context(|| format!("{demand}, not `{}`", value.display()))
}

/// Takes `--name` if it comes next.
fn switch(parser: &mut lexopt::Parser, name: &str) -> Result<bool> {
    let mut rest = parser.raw_args()?;
    let is_next = rest.peek().is_some_and(|word| word.to_str() == Some(&format!("--{name}")));
    if is_next {
        rest.next();
    }
    Ok(is_next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn reads_every_command() {
        let lines = [
            ("setup", Command::Setup),
            ("test", Command::Test { is_fast: false }),
            ("test --fast", Command::Test { is_fast: true }),
            ("dist", Command::Dist { has_binaries: true }),
            ("dist --no-bin", Command::Dist { has_binaries: false }),
            ("image", Command::Image),
            ("shots", Command::Shots),
            ("doctor", Command::Doctor),
            ("release", Command::Release { tag: None }),
            ("release --tag v1.2.3", Command::Release { tag: Some("v1.2.3".to_owned()) }),
            ("help", Command::Help),
            ("--help", Command::Help),
            ("test --help", Command::Help),
            ("demo -h", Command::Help),
            ("", Command::Help),
        ];
        for (line, expected) in lines {
            assert_eq!(parsed(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn gives_the_demo_its_defaults_and_takes_its_flags() {
        let demo = |provider, port, speed| Command::Demo(Demo { provider, port, speed });
        assert_eq!(parsed("demo").unwrap(), demo("headshotpro", 8080, 20.0));
        assert_eq!(parsed("demo --port=9000 --speed 0.5 --provider scale").unwrap(), demo("scale", 9000, 0.5));
    }

    #[test]
    fn measures_thoroughly_unless_told_otherwise() {
        assert_eq!(parsed("bench verify").unwrap(), Command::Bench(bench::THOROUGH));
        assert_eq!(parsed("bench --quick verify").unwrap(), Command::Bench(bench::QUICK));
        let rounds = |plan: Plan, rounds| Command::Bench(Plan { rounds, ..plan });
        assert_eq!(parsed("bench verify --rounds 7").unwrap(), rounds(bench::THOROUGH, 7));
        assert_eq!(parsed("bench verify --rounds 7 --quick").unwrap(), rounds(bench::QUICK, 7));
        assert_eq!(parsed("bench widget").unwrap(), Command::BenchWidget { rounds: 15 });
        assert_eq!(parsed("bench widget --rounds 3").unwrap(), Command::BenchWidget { rounds: 3 });
    }

    #[test]
    fn measures_of_the_server_what_is_named() {
        let all = server::Options { rounds: server::ROUNDS, is_quick: false, only: Vec::new(), against: None };
        assert_eq!(parsed("bench server").unwrap(), Command::BenchServer(all.clone()));
        let line = "bench server --quick --rounds 8 --only sqlite,start --against target/old";
        let some = vec!["sqlite".to_owned(), "start".to_owned()];
        let named = server::Options { rounds: 8, is_quick: true, only: some, against: Some("target/old".into()) };
        assert_eq!(parsed(line).unwrap(), Command::BenchServer(named));
    }

    #[test]
    fn refuses_what_it_does_not_know_and_says_what_that_is() {
        let refused = [
            ("deploy", "deploy"),
            ("test --slow", "--slow"),
            ("test --fast more", "more"),
            ("demo --port many", "many"),
            ("demo --port 65532", "65531"),
            ("demo --provider other", "headshotpro, scale, skylab"),
            ("demo --speed 0", "0.1"),
            ("demo --speed NaN", "0.1"),
            ("bench", "bench verify"),
            ("bench page", "bench widget"),
            ("bench widget --quick", "bench widget"),
            ("bench verify --rounds 0", "1000"),
            ("bench verify --only sqlite", "--only"),
            ("bench server --only mysql", "postgres"),
            ("--version", "--version"),
        ];
        for (line, named) in refused {
            let error = parsed(line).unwrap_err().to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}
