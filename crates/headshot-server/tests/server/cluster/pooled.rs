//! Behind PgBouncer in transaction mode, a server does not start, and says why.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use headshot_server::store::{PostgresAddress, PostgresStore};

use crate::common::postgres::{Cluster, connect, owned_folder, user};

/// A running PgBouncer, killed when dropped.
struct Pooler(Child);

impl Pooler {
    /// In front of a database, with these settings; answers with the address too.
    async fn before(database: &str, folder: &Path, settings: &str) -> (Self, String) {
        let (name, query) = database.strip_prefix("postgres:///").unwrap().split_once('?').unwrap();
        let host = query.split('&').find_map(|setting| setting.strip_prefix("host=")).unwrap();
        let config = format!(
            "[databases]\n{name} = host={host} dbname={name} user=postgres\n[pgbouncer]\npool_mode = transaction\nauth_type = any\n\
             listen_addr =\nunix_socket_dir = {}\nlisten_port = 5432\n{settings}\n",
            folder.display()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(program());
        if let Some(user) = user() {
            // It refuses to go on as root.
            command.args(["-u", &user.name]);
        }
        let pooler =
            Self(command.arg(&file).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let address = format!("postgres:///{name}?host={}&user=postgres", folder.display());
        drop(connect(&address).await);
        (pooler, address)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> PathBuf {
    let named = std::env::var_os("HEADSHOT_PGBOUNCER").map(PathBuf::from);
    let installed = || Some(PathBuf::from("/usr/sbin/pgbouncer")).filter(|path| path.exists());
    named.or_else(installed).expect(
        "this test needs PgBouncer: `cargo xtask test` brings it; else install Debian's package `pgbouncer`, or name the \
         program with HEADSHOT_PGBOUNCER",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_of_transactions_before_the_database_is_refused_at_the_start() {
    let database = Cluster::shared().database().await;
    for (settings, why) in [
        ("", "unsupported startup parameter"),
        ("ignore_startup_parameters = options", "it drops what connections ask for"),
    ] {
        let folder = owned_folder();
        let (_pooler, address) = Pooler::before(&database, folder.path(), settings).await;
        let error = PostgresStore::open(&PostgresAddress::parse(&address).unwrap(), 3).await.err().unwrap().to_string();
        assert!(error.contains("database_pooled: ") && error.contains(why), "{error}");
    }
}
