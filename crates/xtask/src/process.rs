//! Runs other programs so that none is left behind.
//!
//! Every program gets a process group of its own. When this one is told to stop, the groups are told to
//! stop too, grandchildren included.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// How long a program may take to stop by itself before it is killed.
const GRACE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);
/// How much of a log is shown when a program fails.
const TAIL_LINES: usize = 25;

static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static INTERRUPT_EXIT_CODE: AtomicI32 = AtomicI32::new(130);

/// Makes Ctrl-C, SIGTERM and SIGHUP stop every program started here, and then this one.
pub(crate) fn stop_all_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        INTERRUPTED.store(true, Ordering::SeqCst);
        // The lock is kept until the end, so that nothing new starts.
        let running = running();
        stop_groups(&running, reap_any);
        std::process::exit(INTERRUPT_EXIT_CODE.load(Ordering::SeqCst));
    })
    .context("cannot listen for Ctrl-C")
}

/// Waits for the end of the process if it was told to stop: what failed because of that is not worth a word.
pub(crate) fn park_if_interrupted() {
    while INTERRUPTED.load(Ordering::SeqCst) {
        thread::park();
    }
}

/// From now on, being told to stop is the usual end and no failure.
pub(crate) fn interrupt_is_success() {
    INTERRUPT_EXIT_CODE.store(0, Ordering::SeqCst);
}

/// A program that runs beside this one; dropping it stops it.
pub(crate) struct Running {
    child: Child,
    group: Pid,
}

impl Running {
    /// Starts `command` in a process group of its own, without standard input.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut running = running();
        let child =
            command.stdin(Stdio::null()).process_group(0).spawn().map_err(|error| cannot_start(command, &error))?;
        let group = Pid::from_raw(i32::try_from(child.id()).context("process id out of range")?);
        running.push(group);
        Ok(Self { child, group })
    }

    /// The exit status, if the program has ended.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        let status = self.child.try_wait();
        park_if_interrupted();
        let status = status?;
        if status.is_some() {
            self.forget();
        }
        Ok(status)
    }

    /// Tells the program to stop, and kills it where it does not.
    pub(crate) fn stop(&mut self) {
        let group = self.group;
        stop_groups(&[group], || {
            let _ = self.child.try_wait();
        });
        let _ = self.child.wait();
        self.forget();
    }

    fn wait(&mut self, limit: Option<Duration>) -> Result<ExitStatus> {
        let Some(limit) = limit else {
            let status = self.child.wait();
            park_if_interrupted();
            self.forget();
            return Ok(status?);
        };
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
        self.stop();
        bail!("gave up after {} s", limit.as_secs())
    }

    fn forget(&self) {
        running().retain(|group| *group != self.group);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// Runs `command` to its end and answers what it printed to stdout, without white space around it.
pub(crate) fn captured(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}", shown_as(command), complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs `command` to its end with all its output in `log`; a failure shows the last lines.
pub(crate) fn logged(command: &mut Command, log: &Path) -> Result<()> {
    run_logged(command, log, None)
}

/// Like [`logged`], and stops the program after `limit`.
pub(crate) fn logged_within(command: &mut Command, log: &Path, limit: Duration) -> Result<()> {
    run_logged(command, log, Some(limit))
}

/// Runs `command` to its end with its output on ours.
pub(crate) fn shown(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.wait(None)?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown_as(command));
    }
    Ok(())
}

/// Sends a program's output to `log`, which is made anew.
pub(crate) fn log_to(command: &mut Command, log: &Path) -> Result<()> {
    let folder = log.parent().context("a log file without a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    command.stdout(file.try_clone()?).stderr(file);
    Ok(())
}

/// The last lines of a log file, indented.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(TAIL_LINES);
    lines[first..].iter().fold(String::new(), |shown, line| shown + "    " + line + "\n")
}

fn run_logged(command: &mut Command, log: &Path, limit: Option<Duration>) -> Result<()> {
    log_to(command, log)?;
    let outcome = Running::start(command)?
        .wait(limit)
        .and_then(|status| if status.success() { Ok(()) } else { Err(anyhow!("{status}")) });
    outcome.map_err(|error| {
        let shown = tail(log);
        anyhow!(
            "`{}` failed ({error}){}; its last lines:\n{shown}  whole log: {}",
            shown_as(command),
            likely_cause(&shown),
            log.display()
        )
    })
}

/// What tools mean by some of their more cryptic words.
fn likely_cause(output: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if says(&["No space left on device", "ENOSPC"]) {
        ": the disk is full"
    } else if says(&["Could not resolve", "Temporary failure resolving", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED"]) {
        ": the network or the registry cannot be reached"
    } else {
        ""
    }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().display();
    if error.kind() == std::io::ErrorKind::NotFound {
        anyhow!("`{program}` is not on the PATH")
    } else {
        anyhow!("cannot start `{program}`: {error}")
    }
}

fn shown_as(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}

fn running() -> MutexGuard<'static, Vec<Pid>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `reap` collects ended children: until then their group looks alive.
fn stop_groups(groups: &[Pid], mut reap: impl FnMut()) {
    for group in groups {
        let _ = killpg(*group, Signal::SIGTERM);
    }
    let deadline = Instant::now() + GRACE;
    loop {
        reap();
        if !groups.iter().copied().any(is_alive) || Instant::now() >= deadline {
            break;
        }
        thread::sleep(POLL);
    }
    for group in groups {
        let _ = killpg(*group, Signal::SIGKILL);
    }
}

fn reap_any() {
    while matches!(waitpid(None, Some(WaitPidFlag::WNOHANG)), Ok(status) if status != WaitStatus::StillAlive) {}
}

fn is_alive(group: Pid) -> bool {
    killpg(group, None).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_cause_behind_what_tools_say() {
        assert!(likely_cause("write error: No space left on device").contains("disk"));
        assert!(likely_cause("npm error code EAI_AGAIN").contains("network"));
        assert_eq!(likely_cause("error[E0308]: mismatched types"), "");
    }

    #[test]
    fn reports_a_failed_program_with_its_last_lines_and_its_log() {
        let log = std::env::temp_dir().join(format!("xtask-{}-process/fails.log", std::process::id()));
        let error = logged(Command::new("sh").args(["-c", "echo oh dear; exit 3"]), &log).unwrap_err().to_string();
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.contains("oh dear"), "{error}");
        assert!(error.contains("fails.log"), "{error}");
        fs::remove_dir_all(log.parent().unwrap()).unwrap();
    }

    #[test]
    fn stops_a_program_that_takes_too_long_and_those_that_it_started() {
        let log = std::env::temp_dir().join(format!("xtask-{}-limit/slow.log", std::process::id()));
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $!; wait"]);
        let error = logged_within(&mut command, &log, Duration::from_millis(300)).unwrap_err().to_string();
        assert!(error.contains("gave up"), "{error}");
        let grandchild: i32 = fs::read_to_string(&log).unwrap().trim().parse().unwrap();
        let deadline = Instant::now() + GRACE;
        while nix::sys::signal::kill(Pid::from_raw(grandchild), None).is_ok() {
            assert!(Instant::now() < deadline, "the grandchild lives on");
            thread::sleep(POLL);
        }
        fs::remove_dir_all(log.parent().unwrap()).unwrap();
    }

    #[test]
    fn says_that_a_program_is_not_on_the_path() {
        let error = captured(&mut Command::new("no-such-program-anywhere")).unwrap_err().to_string();
        assert_eq!(error, "`no-such-program-anywhere` is not on the PATH");
    }
}
