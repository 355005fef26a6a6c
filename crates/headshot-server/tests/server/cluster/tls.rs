//! A database that takes nobody without encryption and a password.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use headshot_server::store::{PostgresAddress, PostgresStore};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::common::postgres::{Cluster, connect};

/// Somebody who vouches for servers.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let (mut params, key) = (CertificateParams::default(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Writes what a server of this name shows, and who may come, into the folder of its data.
    fn furnish(&self, name: &str, data: &Path) {
        let (params, key) = (CertificateParams::new([name.to_owned()]).unwrap(), KeyPair::generate().unwrap());
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        let who = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n".to_owned();
        let owner = data.metadata().unwrap();
        let files = [("server.crt", certificate), ("server.key", key.serialize_pem()), ("pg_hba.conf", who)];
        for (name, text) in files {
            let file = data.join(name);
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
            chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
    }
}

/// Below the ports that the system gives to connections, which come and go.
fn free_port() -> u16 {
    (20_000..30_000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_encrypted_to_a_database_that_somebody_vouches_for_and_to_no_other() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let port = free_port();
    let settings = ["ssl=on".to_owned(), "listen_addresses=127.0.0.1".to_owned(), format!("port={port}")];
    let cluster = Cluster::with(&settings, |data| authority.furnish("localhost", data));
    let inside = cluster.database().await;
    let name = inside.strip_prefix("postgres:///").unwrap().split('?').next().unwrap();
    let database = connect(&inside).await;
    database
        .batch_execute(&format!("CREATE ROLE guest LOGIN PASSWORD 'let me in'; ALTER DATABASE {name} OWNER TO guest"))
        .await
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    for (file, authority) in [("authority.pem", &authority), ("stranger.pem", &stranger)] {
        std::fs::write(dir.path().join(file), &authority.pem).unwrap();
    }
    let open = async |host: &str, password: &str, words: &str| {
        let words = words.replace("FOLDER", dir.path().to_str().unwrap());
        let url = format!("postgres://guest:{password}@{host}:{port}/{name}?{words}");
        PostgresStore::open(&PostgresAddress::parse(&url).unwrap(), 3).await
    };
    let password = "let%20me%20in";
    for words in
        ["sslmode=verify-full&sslrootcert=FOLDER/authority.pem", "sslmode=require&sslrootcert=FOLDER/authority.pem"]
    {
        let store = open("localhost", password, words).await.unwrap();
        let encrypted =
            "SELECT count(*) FILTER (WHERE ssl), count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                         WHERE usename = 'guest'";
        let row = database.query_one(encrypted, &[]).await.unwrap();
        assert!(row.get::<_, i64>(0) > 0 && row.get::<_, i64>(0) == row.get::<_, i64>(1), "{row:?}");
        drop(store);
    }
    for (host, password, words, why) in [
        ("localhost", password, "sslmode=verify-full&sslrootcert=FOLDER/stranger.pem", "certificate is not accepted"),
        ("localhost", password, "sslmode=require&sslrootcert=FOLDER/stranger.pem", "certificate is not accepted"),
        ("127.0.0.1", password, "sslmode=verify-full&sslrootcert=FOLDER/authority.pem", "not valid for name"),
        ("localhost", password, "sslmode=disable", "no encryption"),
        ("localhost", "wrong", "sslmode=require&sslrootcert=FOLDER/authority.pem", "password authentication failed"),
        ("localhost", password, "sslmode=require&sslrootcert=FOLDER/nowhere.pem", "nowhere.pem"),
    ] {
        let error = open(host, password, words).await.err().unwrap().to_string();
        assert!(error.contains(why) && !error.contains("let me in"), "{words}: {error}");
    }
}
