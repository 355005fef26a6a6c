//! From flags and environment to a configuration.

use headshot_server::{Config, ServeArgs};

use crate::common::{StandIn, args};

async fn checked(change: impl FnOnce(&mut ServeArgs)) -> Result<Config, Vec<String>> {
    let mut args = args("/data/headshot.db".as_ref(), &StandIn::start().await);
    change(&mut args);
    Config::try_from(args).map_err(|error| error.0)
}

#[tokio::test]
async fn the_photos_lie_beside_the_database_unless_told() {
    let config = checked(|_| {}).await.unwrap();
    assert_eq!(config.files.database.to_str(), Some("/data/headshot.db"));
    assert_eq!(config.files.photo_dir.to_str(), Some("/data/headshot.db.photos"));
    let config = checked(|args| args.files.photo_dir = Some("/photos".into())).await.unwrap();
    assert_eq!(config.files.photo_dir.to_str(), Some("/photos"));
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
async fn debug_output_holds_no_secret() {
    let shown = format!("{:?}", checked(|_| {}).await.unwrap());
    for secret in [crate::common::API_KEY, crate::common::SECRET, "the-server-key"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
