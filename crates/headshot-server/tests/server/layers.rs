//! Settings by file, variable and flag.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{SECRET, StandIn, client};
use crate::process::{Server, bare, said};

const COMPLETE: &str = r#"
    listen = "127.0.0.1:0"
    api_key = "a-key-of-the-host"
    public_url = "http://localhost:8787"
    headshotpro_api_key = "a-key-of-the-provider"
    headshotpro_webhook_secret_file = "secret"
"#;

/// A folder with a file of settings and one of a secret.
fn folder(settings: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("headshot.toml"), settings).unwrap();
    fs::write(dir.path().join("secret"), format!("{SECRET}\n")).unwrap();
    dir
}

fn headshot(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = bare(args);
    command.current_dir(dir).envs(variables.iter().copied());
    command
}

fn tell(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String, String) {
    said(&headshot(dir, args, variables).output().unwrap())
}

/// Value and origin of each setting.
fn printed(dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> BTreeMap<String, (String, String)> {
    let (code, out, errors) = tell(dir, &[&["config", "print", "--json"], args].concat(), variables);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| (text(&line["setting"]), (text(&line["value"]), text(&line["origin"])))).collect()
}

#[test]
fn a_flag_wins_over_a_variable_and_a_variable_over_the_file() {
    let dir = folder("keep_alive = 60\n[retention]\nbodies = '1d'");
    let is = |args: &[&str], variables: &[(&str, &str)], name: &str, value: &str, origin: &str| {
        let printed = printed(dir.path(), args, variables);
        assert_eq!(printed[name], (value.to_owned(), origin.to_owned()));
    };
    let variable = [("HEADSHOT_RETENTION_BODIES", "2d")];
    is(&[], &[], "retention_outbox", "30d", "default");
    is(&[], &[], "keep_alive", "60", "headshot.toml");
    is(&[], &[], "retention_bodies", "1d", "headshot.toml");
    is(&[], &variable, "retention_bodies", "2d", "environment");
    is(&["--retention-bodies", "3d"], &variable, "retention_bodies", "3d", "flag");
    is(&[], &[], "photo_dir", "", "not set");
}

#[test]
fn another_file_can_be_named_and_one_that_is_not_there_is_an_error() {
    let dir = folder("keep_alive = 60");
    fs::write(dir.path().join("other.toml"), "keep_alive = 61").unwrap();
    let named = [("HEADSHOT_CONFIG", "other.toml")];
    assert_eq!(printed(dir.path(), &["--config", "other.toml"], &[])["keep_alive"].1, "other.toml");
    assert_eq!(printed(dir.path(), &[], &named)["keep_alive"].0, "61");
    assert_eq!(printed(dir.path(), &[], &[("HEADSHOT_CONFIG", "")])["keep_alive"].0, "60");
    let (code, out, errors) = tell(dir.path(), &["config", "check", "--config", "nowhere.toml"], &[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(errors.starts_with("headshot: nowhere.toml: "), "{errors}");
}

#[test]
fn a_misspelt_key_stops_every_command_and_is_told_with_the_one_that_was_meant() {
    let dir = folder("api_keys = 'a-secret'\n[headshotpro]\napi_kee = 'a-secret'");
    for args in [&["serve"][..], &["config", "print"], &["sessions", "list"], &["doctor"]] {
        let (code, out, errors) = tell(dir.path(), args, &[]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        assert!(errors.contains("headshot.toml: `api_keys` is no setting; did you mean `api_key`?"), "{errors}");
        assert!(errors.contains("did you mean `headshotpro_api_key`?"), "{errors}");
        assert!(!errors.contains("a-secret"), "{errors}");
    }
}

#[test]
fn a_secret_comes_from_a_file_of_its_own() {
    let dir = folder("");
    let (code, out, errors) = tell(
        dir.path(),
        &["config", "check"],
        &[
            ("HEADSHOT_API_KEY", ""),
            ("HEADSHOT_API_KEY_FILE", "secret"),
            ("HEADSHOT_PUBLIC_URL", "https://headshots.example.test"),
            ("HEADSHOTPRO_API_KEY_FILE", "secret"),
            ("HEADSHOTPRO_WEBHOOK_SECRET_FILE", "secret"),
        ],
    );
    assert_eq!((code, out.as_str(), errors.as_str()), (Some(0), "the configuration is complete\n", ""));
    let both = [("HEADSHOT_API_KEY_FILE", "secret"), ("HEADSHOT_API_KEY", "a-key-of-the-host")];
    let (code, _, errors) = tell(dir.path(), &["config", "check"], &both);
    assert_eq!(code, Some(2));
    assert!(errors.starts_with("headshot: HEADSHOT_API_KEY and HEADSHOT_API_KEY_FILE are both set"), "{errors}");
    let (code, _, errors) = tell(dir.path(), &["config", "check"], &[("HEADSHOT_API_KEY_FILE", "nowhere")]);
    assert_eq!(code, Some(2));
    assert!(errors.starts_with("headshot: nowhere: the secret cannot be read"), "{errors}");
}

#[test]
fn no_secret_is_printed_wherever_it_comes_from() {
    let dir = folder(COMPLETE);
    let variables =
        [("HEADSHOT_EVENTS_SECRET", "whsec_c2VjcmV0"), ("HEADSHOT_EVENTS_URL", "https://u:p4ss@a.test/?t0ken")];
    for args in
        [&["config", "print"][..], &["config", "print", "--json"], &["serve", "--help"], &["config", "check", "--help"]]
    {
        let (code, out, errors) = tell(dir.path(), args, &variables);
        assert_eq!(code, Some(0), "{errors}");
        for secret in ["a-key-of", SECRET, "c2VjcmV0", "p4ss", "t0ken"] {
            // Help shows variables that are no secrets, as it always did.
            let is_help = args.contains(&"--help") && ["p4ss", "t0ken"].contains(&secret);
            assert!(is_help || !out.contains(secret), "{args:?}: {out}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_starts_with_a_file_alone_and_names_the_host_application_in_its_log() {
    let dir = folder(&COMPLETE.replace("a-key-of-the-host", "shop:a-key-of-the-shop admin:a-key-of-the-admin"));
    let provider = StandIn::start().await;
    let log = fs::File::create(dir.path().join("log")).unwrap();
    let base = format!("{}/api/v2", provider.url);
    let mut command = headshot(dir.path(), &["serve", "--headshotpro-base-url", &base], &[]);
    let server = Server::run(command.stderr(log));
    let open = async |key: &str| {
        let body = r#"{"provider": "headshotpro", "email": "ada@example.test"}"#;
        let request = client().post(format!("{}/v1/sessions", server.url)).bearer_auth(key).body(body);
        request.header("content-type", "application/json").send().await.unwrap().status().as_u16()
    };
    assert_eq!(open("a-key-of-the-shop").await, 201);
    assert_eq!(open("a-key-of-the-admin").await, 201);
    assert_eq!(open("shop:a-key-of-the-shop").await, 401);
    let log = fs::read_to_string(dir.path().join("log")).unwrap();
    let named = |name: &str| log.lines().any(|line| line.contains(&format!("host=\"{name}\"")));
    assert!(named("shop") && named("admin") && !log.contains("a-key-of"), "{log}");
}
