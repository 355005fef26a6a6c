//! The address of a PostgreSQL database, and what every connection to it agrees with.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The longest that connecting takes, and that a connection is silent before it is thought to be dead.
pub(super) const LONGEST_SILENCE: Duration = Duration::from_secs(5);

/// A PostgreSQL database: how to get there.
#[derive(Clone)]
pub struct PostgresAddress {
    config: tokio_postgres::Config,
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
                _ => others.push(setting),
            }
        }
        let mut config: tokio_postgres::Config =
            format!("{base}?{}", others.join("&")).parse().map_err(|_| "is no address of a PostgreSQL database")?;
        if config.get_hosts().is_empty() || config.get_dbname().is_none_or(str::is_empty) {
            return Err("names no host or no database");
        }
        let is_encrypted = match mode {
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            None => !config.get_hosts().iter().all(is_here),
            Some(_) => return Err("has an sslmode that is neither `disable` nor `require` nor `verify-full`"),
        };
        config
            .ssl_mode(if is_encrypted { SslMode::Require } else { SslMode::Disable })
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(LONGEST_SILENCE)
            .keepalives_idle(LONGEST_SILENCE)
            .keepalives_interval(Duration::from_secs(1))
            .keepalives_retries(3)
            .tcp_user_timeout(2 * LONGEST_SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("headshot");
        }
        Ok(Self { config, is_encrypted, roots })
    }

    /// What it is called in logs.
    pub(crate) fn name(&self) -> String {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        format!("{} at {}", self.config.get_dbname().unwrap_or_default(), hosts.collect::<Vec<_>>().join(","))
    }

    /// How to connect, and to end what takes longer than `longest_statement`.
    pub(super) fn config(&self, longest_statement: Duration) -> tokio_postgres::Config {
        let millis = longest_statement.as_millis();
        // Compiling a statement takes longer than carrying out any of ours.
        let mut options =
            format!("-c jit=off -c statement_timeout={millis} -c idle_in_transaction_session_timeout={millis}");
        if let Some(own) = self.config.get_options() {
            options = format!("{options} {own}");
        }
        let mut config = self.config.clone();
        config.options(options);
        config
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
        ] {
            assert!(is_encrypted(url).is_err(), "{url}");
        }
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
