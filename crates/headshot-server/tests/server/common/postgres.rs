//! A PostgreSQL of the tests' own: its server's programs are on the machine, its data lie in a folder that goes with it.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use headshot_server::store::{PostgresAddress, PostgresStore};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// The oldest version that the server promises to work with.
const OLDEST: u32 = 15;

/// Ends what it started when its own input ends: with the tests, however these end.
const KEEPER: &str = r#""$@" & cat >/dev/null; kill -s QUIT $!; wait $!; [ -z "$REMOVE" ] || rm -rf "$REMOVE""#;

/// A running PostgreSQL.
pub(crate) struct Cluster {
    folder: PathBuf,
    keeper: Option<Child>,
    /// What is said beside the usual settings.
    settings: Vec<String>,
    /// Goes with the cluster; the folder of the one that all tests share goes with its keeper.
    _own: Option<TempDir>,
}

impl Cluster {
    /// The one that all tests of this program share, each with a database of its own.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            let folder = owned_folder().keep();
            initialize(&folder);
            Self { keeper: Some(start(&folder, Some(&folder), &[])), folder, settings: Vec::new(), _own: None }
        })
    }

    /// One for a test that stops it.
    pub(crate) fn of_its_own() -> Self {
        Self::with(&[], |_| {})
    }

    /// The same with more settings, after something was done to its data.
    pub(crate) fn with(settings: &[String], prepare: impl FnOnce(&Path)) -> Self {
        let own = owned_folder();
        initialize(own.path());
        prepare(&own.path().join("data"));
        Self::of(own, settings.to_vec())
    }

    /// One that copies all that this one commits, and takes no writes until it is promoted; a commit is not done before
    /// the copy is on its disk.
    pub(crate) async fn standby(&self) -> Self {
        let own = owned_folder();
        let mut copying = program("pg_basebackup");
        copying.args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync", "--dbname"]);
        copying.arg(format!("host={} user=postgres", self.folder.display())).arg("--pgdata");
        let output = copying.arg(own.path().join("data")).current_dir(own.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let standby = Self::of(own, Vec::new());
        let client = connect(&self.address("postgres")).await;
        client.batch_execute("ALTER SYSTEM SET synchronous_standby_names = '*'").await.unwrap();
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let sql = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        super::eventually("the standby keeps up", async || {
            client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) == 1
        })
        .await;
        standby
    }

    /// Makes a standby the one that takes writes.
    pub(crate) async fn promote(&self) {
        connect(&self.address("postgres")).await.batch_execute("SELECT pg_promote()").await.unwrap();
    }

    fn of(own: TempDir, settings: Vec<String>) -> Self {
        let folder = own.path().to_owned();
        Self { keeper: Some(start(&folder, None, &settings)), folder, settings, _own: Some(own) }
    }

    /// Where its socket is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new database; answers with its address.
    pub(crate) async fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let client = connect(&self.address("postgres")).await;
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        self.address(&name)
    }

    pub(crate) fn address(&self, database: &str) -> String {
        let port = self.settings.iter().find_map(|setting| setting.strip_prefix("port=")).unwrap_or("5432");
        format!("postgres:///{database}?host={}&port={port}&user=postgres", self.folder.display())
    }

    /// Ends it as a crash does.
    pub(crate) fn stop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    /// Ends it as its host does that shuts down.
    pub(crate) fn stop_gently(&mut self) {
        let file = self.folder.join("data/postmaster.pid");
        kill(self.process(), Signal::SIGINT).unwrap();
        wait_until("it ends", || !file.exists());
        self.stop();
    }

    /// Ends it as the system does that has no memory left.
    pub(crate) fn kill(&mut self) {
        let process = self.process();
        kill(process, Signal::SIGSTOP).unwrap();
        let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap();
        kill(process, Signal::SIGKILL).unwrap();
        self.stop();
        // They go when they see that it is gone; before that, it cannot be started again.
        for child in children.split_whitespace() {
            wait_until("its children end", || !Path::new("/proc").join(child).exists());
        }
    }

    fn process(&self) -> Pid {
        let text = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap())
    }

    pub(crate) fn start_again(&mut self) {
        self.keeper = Some(start(&self.folder, None, &self.settings));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A store in a database of its own.
pub(crate) async fn postgres_store() -> PostgresStore {
    open_postgres(&Cluster::shared().database().await).await
}

/// One more store in this database.
pub(crate) async fn open_postgres(address: &str) -> PostgresStore {
    PostgresStore::open(&PostgresAddress::parse(address).unwrap(), 5).await.unwrap()
}

/// Looks into a database behind the servers' back.
pub(crate) async fn connect(address: &str) -> tokio_postgres::Client {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        match tokio_postgres::connect(address, NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                return client;
            }
            Err(error) => assert!(Instant::now() < deadline, "{address}: {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// In memory where there is such a place: the tests are not about the disk.
pub(crate) fn owned_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap();
    if let Some(user) = user() {
        chown(folder.path(), Some(user.uid.as_raw()), Some(user.gid.as_raw())).unwrap();
    }
    folder
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn initialize(folder: &Path) {
    let data = folder.join("data");
    let mut initdb = program("initdb");
    initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D"]).arg(data);
    let output = initdb.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn start(folder: &Path, remove: Option<&Path>, settings: &[String]) -> Child {
    let postgres = program("postgres");
    let mut keeper = as_user(Command::new("/bin/sh"));
    keeper.args(["-c", KEEPER, "keeper"]).arg(postgres.get_program()).arg("-D").arg(folder.join("data"));
    keeper.args(["-c", "listen_addresses=", "-c", "max_connections=300", "-c", "log_min_messages=fatal", "-k"]);
    keeper
        .arg(folder)
        .args(settings.iter().flat_map(|setting| ["-c", setting]))
        .current_dir(folder)
        .env("REMOVE", remove.unwrap_or(Path::new("")));
    keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// One of the server's programs, of the newest version that is there.
fn program(name: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<u32> =
        versions.filter_map(|version| version.file_name().to_str()?.parse().ok()).filter(|it| *it >= OLDEST).collect();
    versions.sort_unstable();
    let newest = versions.pop().map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let from_environment = std::env::var_os("HEADSHOT_POSTGRES").map(PathBuf::from);
    let programs = from_environment.or(newest).unwrap_or_else(|| {
        panic!(
            "these tests need PostgreSQL {OLDEST} or newer: install Debian's package `postgresql`, or name the folder of \
             `initdb` and `postgres` with HEADSHOT_POSTGRES"
        )
    });
    as_user(Command::new(programs.join(name)))
}

/// PostgreSQL refuses to be run by root.
fn as_user(mut command: Command) -> Command {
    if let Some(user) = user() {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", "/");
    }
    command
}

pub(crate) fn user() -> Option<User> {
    let by_name = |name| User::from_name(name).ok().flatten();
    geteuid().is_root().then(|| by_name("postgres").or_else(|| by_name("nobody")).expect("there is a user for it"))
}
