//! The programs that are measured: started here, and ended with what holds them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Error, Result};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

use crate::deliveries::SECRET;
use crate::sessions::{self, Session};

pub const API_KEY: &str = "bench-host-application-key";

const START_LIMIT: Duration = Duration::from_secs(30);

/// A running program; dropped, it is told to stop and waited for.
pub struct Running(Child);

/// A program that answers at an address.
pub struct Peer {
    pub address: SocketAddr,
    pub running: Running,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).spawn();
        child.map(Self).map_err(|error| Error::other(format!("{}: {error}", command.get_program().display())))
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGINT: PostgreSQL would wait for its clients after a SIGTERM.
        let _ = kill(Pid::from_raw(self.0.id().cast_signed()), Signal::SIGINT);
        let _ = self.0.wait();
    }
}

impl Peer {
    /// A program that says on standard output at which address it listens.
    fn that_says(command: &mut Command) -> Result<Self> {
        let mut running = Running::start(command.stdout(Stdio::piped()))?;
        let output = running.0.stdout.take().expect("it is piped");
        for line in BufReader::new(output).lines() {
            if let Some((_, address)) = line?.split_once(" listening on http://") {
                return Ok(Self { address: address.parse().map_err(Error::other)?, running });
            }
        }
        Err(Error::other(format!("{} ended before it listened", command.get_program().display())))
    }
}

/// How the server is started.
pub struct Headshot<'a> {
    pub program: &'a Path,
    /// For its photos and its log, and for its database unless that is another one.
    pub folder: &'a Path,
    pub database: Option<&'a str>,
    pub provider: SocketAddr,
}

impl Headshot<'_> {
    pub fn start(&self) -> Result<Peer> {
        self.start_with(300)
    }

    /// A server with so many sessions, opened at a pace that no provider would take.
    pub fn start_with_sessions(&self, count: usize) -> Result<(Peer, Vec<Session>)> {
        let hasty = self.start_with(60_000)?;
        let sessions = sessions::open(hasty.address, count)?;
        drop(hasty);
        Ok((self.start()?, sessions))
    }

    fn start_with(&self, calls_a_minute: u32) -> Result<Peer> {
        let Self { program, folder, database, provider } = *self;
        fs::create_dir_all(folder)?;
        let own = format!("sqlite:{}", folder.join("headshot.db").display());
        let mut command = Command::new(program);
        command
            .arg("serve")
            .env("HEADSHOT_LISTEN", "127.0.0.1:0")
            .env("HEADSHOT_DATABASE_URL", database.unwrap_or(&own))
            .env("HEADSHOT_PHOTO_DIR", folder.join("photos"))
            .env("HEADSHOT_UPLOAD_DIR", folder.join("uploads"))
            .env("HEADSHOT_API_KEY", API_KEY)
            .env("HEADSHOT_PUBLIC_URL", "http://localhost")
            .env("HEADSHOT_LIMIT_HOST", "off")
            .env("HEADSHOT_LIMIT_ADDRESS", "off")
            .env("HEADSHOTPRO_API_KEY", "bench-provider-key")
            .env("HEADSHOTPRO_CALLS_A_MINUTE", calls_a_minute.to_string())
            .env("HEADSHOTPRO_WEBHOOK_SECRET", SECRET)
            .env("HEADSHOTPRO_BASE_URL", format!("http://{provider}/api/v2"))
            .env("HEADSHOTPRO_FRAME_ORIGINS", format!("http://{provider}"))
            .current_dir(folder)
            // As it would go to the journal.
            .stderr(File::create(folder.join("server.log"))?);
        Peer::that_says(&mut command)
    }
}

/// The handler of the provider's documents in Express; with a file, what it acknowledges is in it.
pub fn express(node: &Path, script: &Path, file: Option<&Path>) -> Result<Peer> {
    let mut command = Command::new(node);
    command.arg(script).args(file).env("WEBHOOK_SECRET", SECRET).env("NODE_ENV", "production");
    Peer::that_says(&mut command)
}

/// nginx that reads a request and answers 200, which is as much as can be had of this machine.
pub fn nginx(program: &Path, folder: &Path) -> Result<Peer> {
    fs::create_dir_all(folder)?;
    let address = free_address()?;
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};", folder.display()))
        .join(" ");
    let configuration = format!(
        "daemon off; worker_processes auto; pid {folder}/pid; error_log stderr error;
         events {{ worker_connections 4096; }}
         http {{
             access_log off; keepalive_requests 1000000000; {temporary}
             server {{ listen {address}; location / {{ return 200 '{{\"status\":\"recorded\"}}'; }} }}
         }}",
        folder = folder.display(),
    );
    fs::write(folder.join("nginx.conf"), configuration)?;
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).args(["-e", "stderr"]);
    let running = Running::start(&mut command)?;
    await_until(|| TcpStream::connect(address).is_ok())?;
    Ok(Peer { address, running })
}

/// A PostgreSQL as it comes, with its data in `folder`.
pub fn postgres(programs: &Path, folder: &Path) -> Result<Postgres> {
    fs::create_dir_all(folder)?;
    // A socket's path must be short.
    let socket = TempDir::new()?;
    for folder in [folder, socket.path()] {
        if let Some(user) = postgres_user() {
            chown(folder, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
    }
    let data = folder.join("data");
    let mut initdb = as_postgres(programs.join("initdb"));
    initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"]).arg(&data);
    if !initdb.current_dir(folder).stdout(Stdio::null()).status()?.success() {
        return Err(Error::other("initdb failed"));
    }
    let mut postgres = as_postgres(programs.join("postgres"));
    postgres.arg("-D").arg(&data).args(["-c", "listen_addresses=", "-k"]).arg(socket.path());
    postgres.current_dir(folder).stderr(File::create(folder.with_extension("log"))?);
    Ok(Postgres { programs: programs.to_owned(), running: Running::start(&mut postgres)?, socket })
}

/// A running PostgreSQL.
pub struct Postgres {
    pub running: Running,
    programs: PathBuf,
    socket: TempDir,
}

impl Postgres {
    /// A new database, as soon as connections are taken; answers with its address.
    pub fn database(&self, name: &str) -> Result<String> {
        let create = || {
            let mut createdb = Command::new(self.programs.join("createdb"));
            createdb.arg("-h").arg(self.socket.path()).args(["-U", "postgres", name]).stderr(Stdio::null()).status()
        };
        await_until(|| create().is_ok_and(|status| status.success()))?;
        Ok(format!("postgres:///{name}?host={}&user=postgres", self.socket.path().display()))
    }
}

/// PostgreSQL refuses to be run by root.
fn as_postgres(program: PathBuf) -> Command {
    let mut command = Command::new(program);
    if let Some(user) = postgres_user() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", "/");
    }
    command
}

fn postgres_user() -> Option<User> {
    let by_name = |name| User::from_name(name).ok().flatten();
    geteuid().is_root().then(|| by_name("postgres").or_else(|| by_name("nobody")))?
}

fn free_address() -> Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// Looks often, because what is waited for is measured too.
pub fn await_until(is_so: impl Fn() -> bool) -> Result<()> {
    let deadline = Instant::now() + START_LIMIT;
    while !is_so() {
        if Instant::now() > deadline {
            return Err(Error::other("a program did not start in time"));
        }
        sleep(Duration::from_millis(1));
    }
    Ok(())
}
