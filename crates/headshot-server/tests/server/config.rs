//! From flags and environment to a configuration.

use headshot_server::config::{FileArgs, Photos};
use headshot_server::console::settings;
use headshot_server::store::Database;
use headshot_server::{Config, ServeArgs, provider};

use crate::common::{Skylab, StandIn, args};

async fn checked(change: impl FnOnce(&mut ServeArgs)) -> Result<Config, Vec<String>> {
    let mut args = args("/data/headshot.db".as_ref(), &StandIn::start().await);
    change(&mut args);
    Config::try_from(args).map_err(|error| error.0)
}

fn folders(config: Config) -> [String; 2] {
    match config.files.photos {
        Photos::Folders { photos, uploads } => [photos, uploads].map(|path| path.to_str().unwrap().to_owned()),
        Photos::S3(settings) => panic!("{settings:?}"),
    }
}

#[tokio::test]
async fn the_photos_lie_beside_the_database_unless_told() {
    let config = checked(|_| {}).await.unwrap();
    assert!(matches!(&config.files.database, Database::Sqlite(path) if path.to_str() == Some("/data/headshot.db")));
    assert_eq!(folders(config), ["/data/headshot.db.photos", "/data/headshot.db.uploads"]);
    let told = checked(|args| {
        args.files.photo_dir = Some("/photos".into());
        args.files.upload_dir = Some("/uploads".into());
    });
    assert_eq!(folders(told.await.unwrap()), ["/photos", "/uploads"]);
}

#[tokio::test]
async fn with_postgresql_the_folders_or_a_storage_are_named() {
    let address = |args: &mut ServeArgs| args.files.database_url = "postgres://u:p4ss@db.test/headshot".into();
    let wrong = checked(address).await.unwrap_err();
    let told =
        "is not set: with PostgreSQL it names a folder that all servers share, unless HEADSHOT_PHOTOS names a storage";
    assert_eq!(
        wrong,
        [format!("HEADSHOT_PHOTO_DIR (--photo-dir) {told}"), format!("HEADSHOT_UPLOAD_DIR (--upload-dir) {told}")]
    );
    let named = checked(|args| {
        address(args);
        args.files.photo_dir = Some("/photos".into());
        args.files.upload_dir = Some("/uploads".into());
    });
    assert!(matches!(named.await.unwrap().files.database, Database::Postgres(_)));
    let stored = checked(|args| {
        address(args);
        in_s3(args);
    });
    assert!(matches!(stored.await.unwrap().files.photos, Photos::S3(_)));
    let few = checked(|args| args.database_connections = "2".into()).await.unwrap_err();
    assert_eq!(few, ["HEADSHOT_DATABASE_CONNECTIONS (--database-connections) is not a number from 3 on"]);
}

fn in_s3(args: &mut ServeArgs) {
    args.files.photos = Some("s3://faces/ours?endpoint=https://s3.test&region=eu".into());
    args.files.photos_access_key_id = Some("AKIDOFOURS".into());
    args.files.photos_secret_access_key = Some("s3cr3t/key".into());
    args.files.photos_session_token = Some("t0ken".into());
}

#[tokio::test]
async fn a_storage_needs_an_address_and_credentials_and_no_folder() {
    type Change = fn(&mut FileArgs);
    let config = checked(in_s3).await.unwrap();
    let shown = format!("{config:?}");
    for secret in ["AKIDOFOURS", "s3cr3t", "t0ken"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let wrong: [(&str, Change); 6] = [
        ("HEADSHOT_PHOTOS (--photos) names neither an endpoint nor a region", |files| {
            files.photos = Some("s3://faces".into());
        }),
        ("HEADSHOT_PHOTOS (--photos) is no `s3://bucket/prefix` address", |files| {
            files.photos = Some("/photos".into());
        }),
        ("HEADSHOT_PHOTOS_ACCESS_KEY_ID (--photos-access-key-id) is missing", |files| {
            files.photos_access_key_id = None;
        }),
        ("HEADSHOT_PHOTOS_SECRET_ACCESS_KEY (--photos-secret-access-key) is missing", |files| {
            files.photos_secret_access_key = Some(" ".into());
        }),
        ("HEADSHOT_PHOTOS_SESSION_TOKEN (--photos-session-token) has characters that a header cannot carry", |files| {
            files.photos_session_token = Some("a b".into());
        }),
        ("HEADSHOT_UPLOAD_DIR (--upload-dir) is set beside HEADSHOT_PHOTOS; set one of them", |files| {
            files.upload_dir = Some("/uploads".into());
        }),
    ];
    for (told, change) in wrong {
        let errors = checked(|args| {
            in_s3(args);
            change(&mut args.files);
        });
        assert_eq!(errors.await.unwrap_err(), [told]);
    }
    let without_token = checked(|args| {
        in_s3(args);
        args.files.photos_session_token = Some(String::new());
    });
    assert!(without_token.await.is_ok());
}

#[tokio::test]
async fn http_is_for_loopback_only() {
    for url in ["https://headshots.example.test", "http://localhost:8081", "http://127.0.0.1", "http://[::1]:9"] {
        assert!(checked(|args| args.public_url = Some(url.into())).await.is_ok(), "{url}");
        assert!(checked(|args| args.providers.headshotpro.headshotpro_base_url = url.into()).await.is_ok(), "{url}");
        assert!(
            checked(|args| args.providers.headshotpro.headshotpro_frame_origins = url.into()).await.is_ok(),
            "{url}"
        );
    }
    for url in ["http://headshots.example.test", "ftp://localhost", "localhost:8081", "", "http://127.0.0.1.evil.test"]
    {
        assert!(checked(|args| args.public_url = Some(url.into())).await.is_err(), "{url}");
        assert!(checked(|args| args.providers.headshotpro.headshotpro_base_url = url.into()).await.is_err(), "{url}");
        assert!(
            checked(|args| args.providers.headshotpro.headshotpro_frame_origins = url.into()).await.is_err(),
            "{url}"
        );
    }
}

#[tokio::test]
async fn an_origin_is_more_than_no_path() {
    let wrong = ["https://a.test/path", "https://a.test?x", "https://user@a.test", "https://a.test not-a-url", " "];
    for origins in wrong {
        assert!(
            checked(|args| args.providers.headshotpro.headshotpro_frame_origins = origins.into()).await.is_err(),
            "{origins}"
        );
    }
    let config = checked(|args| {
        args.providers.headshotpro.headshotpro_frame_origins = "https://A.test/ https://b.test:443".into();
    });
    assert_eq!(
        config.await.unwrap().providers.headshotpro.unwrap().frame_origins,
        ["https://a.test", "https://b.test"]
    );
}

#[tokio::test]
async fn a_photo_host_is_a_host_with_or_without_a_port() {
    let config = checked(|args| {
        args.providers.headshotpro.headshotpro_photo_hosts = "CDN.a.test 127.0.0.1:80 b.test:443".into();
    });
    assert_eq!(
        config.await.unwrap().providers.headshotpro.unwrap().photo_hosts,
        ["cdn.a.test", "127.0.0.1:80", "b.test:443"]
    );
    for hosts in ["https://a.test", "a.test/photos", "user@a.test", ""] {
        assert!(
            checked(|args| args.providers.headshotpro.headshotpro_photo_hosts = hosts.into()).await.is_err(),
            "{hosts}"
        );
    }
}

#[tokio::test]
async fn an_asterisk_stands_for_all_hosts_below_and_for_nothing_else() {
    let with =
        async |hosts: &str| checked(|args| args.providers.headshotpro.headshotpro_photo_hosts = hosts.to_owned()).await;
    let hosts = with("*.Amazonaws.com *.b.test:8443").await.unwrap().providers.headshotpro.unwrap().photo_hosts;
    assert_eq!(hosts, ["*.amazonaws.com", "*.b.test:8443"]);
    for hosts in ["*", "*.com", "*.", "a*.b.test", "a.*.test", "*.*.b.test", "*:443"] {
        let wrong = with(hosts).await.unwrap_err();
        assert!(wrong[0].contains("HEADSHOTPRO_PHOTO_HOSTS"), "{hosts}: {wrong:?}");
    }
    let origins = checked(|args| args.providers.headshotpro.headshotpro_frame_origins = "https://*.a.test".into());
    assert!(origins.await.unwrap_err()[0].contains("HEADSHOTPRO_FRAME_ORIGINS"));
}

#[tokio::test]
async fn skylabs_settings_are_checked_where_it_is_on() {
    type Change = fn(&mut provider::skylab::Args);
    let skylab = Skylab::start().await;
    let wrong: [(&str, Change); 5] = [
        ("SKYLAB_WEBHOOK_SECRET", |args| args.skylab_webhook_secret = None),
        ("SKYLAB_PROFILE_ID", |args| args.skylab_profile_id = Some("seven".into())),
        ("SKYLAB_UNSIGNED_WEBHOOKS", |args| args.skylab_unsigned_webhooks = "yes".into()),
        ("SKYLAB_PHOTO_HOSTS", |args| args.skylab_photo_hosts = "*".into()),
        ("SKYLAB_BASE_URL", |args| args.skylab_base_url = "http://studio.example.test".into()),
    ];
    for (name, change) in wrong {
        let errors = checked(|args| {
            args.providers.skylab = skylab.args();
            change(&mut args.providers.skylab);
        });
        let errors = errors.await.unwrap_err();
        assert!(errors.len() == 1 && errors[0].starts_with(name), "{errors:?}");
    }
    let without_profile =
        checked(|args| args.providers.skylab = provider::skylab::Args { skylab_profile_id: None, ..skylab.args() });
    assert_eq!(without_profile.await.unwrap().providers.skylab.unwrap().profile_id, None);
}

#[tokio::test]
async fn only_sqlite_is_a_database() {
    for url in ["postgres://x", "headshot.db", "sqlite:", ""] {
        assert!(checked(|args| args.files.database_url = url.into()).await.is_err(), "{url}");
    }
}

#[tokio::test]
async fn connections_and_times_are_numbers_that_make_sense() {
    let connections =
        async |text: &str| checked(|args| args.connections = Some(text.into())).await.map(|c| c.connections);
    assert_eq!(connections("").await, Ok(None));
    assert_eq!(connections("500").await, Ok(Some(500)));
    for text in ["15", "-1", "many", "1e3"] {
        assert!(connections(text).await.is_err(), "{text}");
    }
    assert_eq!(checked(|_| {}).await.unwrap().keep_alive.as_secs(), 75);
    for text in ["0", "-1", "75s", ""] {
        assert!(checked(|args| args.keep_alive = text.into()).await.is_err(), "{text}");
    }
    assert_eq!(checked(|args| args.drain = "15".into()).await.unwrap().drain.as_secs(), 15);
    for text in ["-1", "15s", ""] {
        assert!(checked(|args| args.drain = text.into()).await.is_err(), "{text}");
    }
}

#[tokio::test]
async fn monitoring_has_an_address_or_none() {
    let listen =
        async |text: &str| checked(|args| args.metrics_listen = Some(text.into())).await.map(|c| c.metrics_listen);
    assert_eq!(listen(" ").await, Ok(None));
    assert_eq!(listen("127.0.0.1:9787").await, Ok("127.0.0.1:9787".parse().ok()));
    assert!(listen("nowhere").await.is_err());
}

#[tokio::test]
async fn the_console_is_off_unless_it_has_a_key_of_its_own() {
    let console = |way: &str, key: Option<&str>| {
        let console = settings::Args { console: way.into(), console_key: key.map(str::to_owned) };
        checked(|args| args.console = console)
    };
    for (way, key) in [("off", None), ("off", Some("short")), ("on", Some("a-key-of-the-console"))] {
        assert!(console(way, key).await.is_ok(), "{way} {key:?}");
    }
    for (way, key, reason) in [
        ("on", None, "is missing"),
        ("on", Some("short"), "has fewer than 16 characters"),
        ("on", Some(crate::common::API_KEY), "is a host application's key"),
    ] {
        let wrong = console(way, key).await.unwrap_err().join("\n");
        assert!(wrong.starts_with(&format!("HEADSHOT_CONSOLE_KEY (--console-key) {reason}")), "{wrong}");
    }
    assert!(console("yes", None).await.is_err());
}

#[tokio::test]
async fn debug_output_holds_no_secret() {
    let shown = format!("{:?}", checked(|_| {}).await.unwrap());
    for secret in [crate::common::API_KEY, crate::common::SECRET, "the-server-key"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
