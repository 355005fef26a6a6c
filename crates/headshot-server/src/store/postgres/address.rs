//! The address of a PostgreSQL database, and what every connection to it agrees with.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The longest that connecting to a host takes, and that a connection is silent before it is thought to be dead.
pub(super) const LONGEST_SILENCE: Duration = Duration::from_secs(5);

/// One of several hosts that are tried one after the other has less time, and yet as much as a far one needs.
const SHORTEST_ATTEMPT: Duration = Duration::from_secs(2);

/// The longest that looking for the host takes that takes writes.
const LONGEST_SEARCH: Duration = Duration::from_secs(8);

/// A setting of ours alone, by which it is seen that what a connection asks for arrives.
pub(super) const MARK: &str = "headshot.direct";

type Connected = (Client, Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>);

/// A PostgreSQL database: how to get there.
#[derive(Clone)]
pub struct PostgresAddress {
    /// The ways to each of its hosts.
    hosts: Vec<Config>,
    /// The host that took writes last, which is tried first.
    latest: Arc<AtomicUsize>,
    is_encrypted: bool,
    /// Certificates of who vouches for the database, instead of the system's.
    roots: Option<PathBuf>,
}

// Neither user nor password.
impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresAddress").field(&self.name()).finish()
    }
}

impl PostgresAddress {
    /// Reads a URL as `libpq` writes it.
    ///
    /// Connections are encrypted, and the database has to show a certificate for the name that it is called by, unless
    /// it is on this machine or the URL says `sslmode=disable`. `sslrootcert` names a file of certificates that are
    /// trusted instead of the system's.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut others) = (None, None, Vec::new());
        for setting in query.split('&').filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => roots = Some(decoded(value)),
                // One that names several is taken for a single path otherwise.
                Some(("host", hosts)) => others.extend(hosts.split(',').map(|host| format!("host={host}"))),
                _ => others.push(setting.to_owned()),
            }
        }
        let config: Config =
            format!("{base}?{}", others.join("&")).parse().map_err(|_| "is no address of a PostgreSQL database")?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none_or(str::is_empty) {
            return Err("names no host or no database");
        }
        if config.get_ports().len() > 1 && config.get_ports().len() != config.get_hosts().len() {
            return Err("names more ports than one, and not one for each host");
        }
        let is_encrypted = match mode {
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            None => !config.get_hosts().iter().all(is_here),
            Some(_) => return Err("has an sslmode that is neither `disable` nor `require` nor `verify-full`"),
        };
        let ssl_mode = if is_encrypted { SslMode::Require } else { SslMode::Disable };
        let hosts = (0..config.get_hosts().len()).map(|index| way(&config, index, ssl_mode)).collect();
        Ok(Self { hosts, latest: Arc::default(), is_encrypted, roots })
    }

    /// What it is called in logs.
    pub(crate) fn name(&self) -> String {
        let hosts = self.hosts.iter().flat_map(Config::get_hosts).map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let database = self.hosts.first().and_then(Config::get_dbname).unwrap_or_default();
        format!("{database} at {}", hosts.collect::<Vec<_>>().join(","))
    }

    /// Connects to the host that takes writes, for statements that end after `longest_statement`.
    ///
    /// The last of the hosts has as long as the caller lets it, which is [`PostgresAddress::longest_search`] in all.
    pub(super) async fn connect(
        &self,
        tls: &MakeRustlsConnect,
        longest_statement: Duration,
    ) -> Result<Connected, tokio_postgres::Error> {
        let (count, latest) = (self.hosts.len(), self.latest.load(Ordering::Relaxed));
        for index in (latest..latest + count - 1).map(|index| index % count) {
            // One that takes connections and then says nothing must not keep us from the next.
            let attempt = self.connect_to(index, tls, longest_statement);
            if let Ok(Ok(connected)) = timeout(self.longest_attempt(), attempt).await {
                return Ok(connected);
            }
        }
        self.connect_to((latest + count - 1) % count, tls, longest_statement).await
    }

    async fn connect_to(
        &self,
        index: usize,
        tls: &MakeRustlsConnect,
        longest_statement: Duration,
    ) -> Result<Connected, tokio_postgres::Error> {
        let connected = with_limit(&self.hosts[index], longest_statement).connect(tls.clone()).await?;
        self.latest.store(index, Ordering::Relaxed);
        Ok(connected)
    }

    fn longest_attempt(&self) -> Duration {
        (LONGEST_SEARCH / self.count()).clamp(SHORTEST_ATTEMPT, LONGEST_SILENCE)
    }

    /// The longest that connecting takes, all hosts together.
    pub(super) fn longest_search(&self) -> Duration {
        self.longest_attempt() * self.count()
    }

    fn count(&self) -> u32 {
        u32::try_from(self.hosts.len()).unwrap_or(u32::MAX)
    }

    /// How to encrypt.
    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, String> {
        let mut roots = RootCertStore::empty();
        if let Some(path) = &self.roots {
            let certificates = read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            roots.add_parsable_certificates(certificates);
        } else if self.is_encrypted {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        if self.is_encrypted && roots.is_empty() {
            return Err("there is no certificate of anybody who could vouch for the database".to_owned());
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let tls = versions.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
        Ok(MakeRustlsConnect::new(tls))
    }
}

/// The way to one of the hosts of a URL.
fn way(all: &Config, index: usize, ssl_mode: SslMode) -> Config {
    let mut one = Config::new();
    match &all.get_hosts()[index] {
        Host::Tcp(name) => one.host(name),
        Host::Unix(path) => one.host_path(path),
    };
    if let Some(address) = all.get_hostaddrs().get(index) {
        one.hostaddr(*address);
    }
    if let Some(port) = all.get_ports().get(index).or(all.get_ports().first()) {
        one.port(*port);
    }
    if let Some(user) = all.get_user() {
        one.user(user);
    }
    if let Some(password) = all.get_password() {
        one.password(password);
    }
    one.dbname(all.get_dbname().unwrap_or_default())
        .options(all.get_options().unwrap_or_default())
        .application_name(all.get_application_name().unwrap_or("headshot"))
        .channel_binding(all.get_channel_binding())
        .ssl_negotiation(all.get_ssl_negotiation())
        .ssl_mode(ssl_mode)
        .target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(SHORTEST_ATTEMPT)
        .keepalives_idle(LONGEST_SILENCE)
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(3)
        .tcp_user_timeout(2 * LONGEST_SILENCE);
    one
}

/// The same, where what takes longer than `longest_statement` is ended.
fn with_limit(config: &Config, longest_statement: Duration) -> Config {
    let (millis, own) = (longest_statement.as_millis(), config.get_options().unwrap_or_default());
    let mut config = config.clone();
    // Compiling a statement takes longer than carrying out any of ours.
    config.options(format!(
        "-c {MARK}=on -c jit=off -c statement_timeout={millis} -c idle_in_transaction_session_timeout={millis} {own}"
    ));
    config
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, rustls::pki_types::pem::Error> {
    CertificateDer::pem_file_iter(path)?.collect()
}

/// Whether what is sent there stays on this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        Host::Unix(_) => true,
    }
}

fn decoded(value: &str) -> PathBuf {
    let pair = format!("path={}", value.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes()).map(|(_, path)| path.into_owned()).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_encrypted(url: &str) -> Result<bool, &'static str> {
        PostgresAddress::parse(url).map(|address| address.is_encrypted)
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_the_address_says_otherwise() {
        let cases = [
            ("postgres://u:p@db.example/headshot", true),
            ("postgresql://u:p@10.0.0.7:5433/headshot", true),
            ("postgres://u@db.example/headshot?sslmode=disable", false),
            ("postgres://u@localhost/headshot", false),
            ("postgres://u@127.0.0.1:5433/headshot", false),
            ("postgres://u@localhost/headshot?sslmode=verify-full", true),
            ("postgres://u@localhost,db.example/headshot", true),
            ("postgres:///headshot?host=/run/postgresql&user=u", false),
        ];
        for (url, encrypted) in cases {
            assert_eq!(is_encrypted(url), Ok(encrypted), "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in [
            "postgres://u@db.example/",
            "postgres:///headshot",
            "postgres://u@db.example/headshot?sslmode=prefer",
            "postgres://u@db.example/headshot?colour=red",
            "postgres://u@a:1,b:2,c:3/headshot?port=4",
        ] {
            assert!(is_encrypted(url).is_err(), "{url}");
        }
    }

    #[test]
    fn each_host_has_a_way_of_its_own_and_part_of_the_time() {
        let address = PostgresAddress::parse("postgres://u:p@a:1,b:2/d?target_session_attrs=read-write").unwrap();
        let ways = address.hosts.iter().map(|way| (way.get_hosts().len(), way.get_ports()[0], way.get_password()));
        assert_eq!(ways.collect::<Vec<_>>(), [(1, 1, Some(&b"p"[..])), (1, 2, Some(b"p"))]);
        assert_eq!(address.name(), "d at a,b");
        assert_eq!(PostgresAddress::parse("postgres:///d?host=/a,/b").unwrap().name(), "d at /a,/b");
        assert_eq!(address.longest_search(), LONGEST_SEARCH);
        assert_eq!(PostgresAddress::parse("postgres://u@a/d").unwrap().longest_search(), LONGEST_SILENCE);
    }

    #[test]
    fn no_password_is_shown() {
        let address = PostgresAddress::parse("postgres://user:p4ss@db.example/headshot").unwrap();
        assert_eq!(format!("{address:?}"), r#"PostgresAddress("headshot at db.example")"#);
    }

    #[test]
    fn encryption_without_anybody_to_trust_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let url = format!("postgres://u@db.example/headshot?sslrootcert={}", file.path().display());
        assert!(PostgresAddress::parse(&url).unwrap().tls().is_err());
    }
}
