//! The project's programs as processes that end with the test.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::wait::PATIENCE;

/// A running program; dropping it kills the process.
pub struct Program {
    child: Child,
    /// The line with which it said that it is ready.
    pub ready_line: String,
}

impl Program {
    /// Starts `command` and waits for the line of its standard output that contains `ready`.
    ///
    /// # Errors
    ///
    /// When it cannot be started, ends early, or says nothing in time.
    pub async fn start(command: &mut Command, ready: &str) -> Result<Self> {
        let name = command.as_std().get_program().display().to_string();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("could not start {name}"))?;
        let output = child.stdout.take().context("standard output is piped")?;
        let mut lines = BufReader::new(output).lines();
        let ready_line = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if line.contains(ready) {
                    return Ok(line);
                }
            }
            bail!("{name} ended before it said {ready:?}")
        })
        .await
        .with_context(|| format!("{name} did not say {ready:?} in time"))??;
        // The pipe is read to its end so that the program never blocks on it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { child, ready_line })
    }

    /// The process's id, as long as it runs.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Waits for the process to end by itself.
    ///
    /// # Errors
    ///
    /// When it does not in time.
    pub async fn ended(mut self) -> Result<ExitStatus> {
        Ok(timeout(PATIENCE, self.child.wait()).await.context("the program did not end in time")??)
    }

    /// Ends the process at once, as a power cut would.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// The path of one of the project's programs, built beside this test.
///
/// # Panics
///
/// When it has not been built: `cargo xtask test` builds it first.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let this = env::current_exe().expect("a test knows its own path");
    let beside = this.parent().and_then(Path::parent).expect("tests lie two folders below the target folder");
    let program = beside.join(name);
    assert!(program.exists(), "{} is missing: run `cargo xtask test`, which builds it", program.display());
    program
}

/// A path that `cargo xtask test` hands to the tests in the environment.
///
/// # Panics
///
/// When the variable is not set.
#[must_use]
pub fn prepared(variable: &str) -> PathBuf {
    let value = env::var_os(variable).unwrap_or_else(|| {
        panic!("{variable} is not set: run `cargo xtask test`, which prepares what this test needs")
    });
    PathBuf::from(value)
}

/// Puts the custom element's files below `pages`, in `embed/`, as a host application would serve them.
///
/// # Errors
///
/// When a file cannot be copied.
pub fn serve_embed_files(pages: &Path) -> Result<()> {
    let folder = pages.join("embed");
    fs::create_dir(&folder)?;
    for entry in fs::read_dir(prepared("HEADSHOT_DIST").join("embed"))? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    Ok(())
}
