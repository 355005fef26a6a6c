use headshot_server::provider::headshotpro;
use headshot_server::provider::scale::Args;
use headshot_server::{Config, ServeArgs};

use crate::common::scale::ScaleWorld;

/// What is said about settings of which one is changed.
fn complaints(mut args: ServeArgs, change: impl FnOnce(&mut Args)) -> Vec<String> {
    change(&mut args.providers.scale);
    Config::try_from(args).map_or_else(|error| error.0, |_| Vec::new())
}

type Change = fn(&mut Args);

#[tokio::test]
async fn each_setting_that_is_wrong_is_named_by_flag_and_variable() {
    let settings: [(&str, Change); 11] = [
        ("SCALE_API_KEY (--scale-api-key) is missing", |args| args.scale_api_key = None),
        ("SCALE_WEBHOOK_SECRET (--scale-webhook-secret) is missing", |args| args.scale_webhook_secret = None),
        ("SCALE_STUDIO_ID (--scale-studio-id) is missing", |args| args.scale_studio_id = None),
        ("SCALE_BASE_URL", |args| args.scale_base_url = "http://x.test".into()),
        ("SCALE_CALLS_A_MINUTE", |args| args.scale_calls_a_minute = "59".into()),
        ("SCALE_LINK_ORIGINS", |args| args.scale_link_origins = String::new()),
        ("SCALE_PHOTO_HOSTS", |args| args.scale_photo_hosts = String::new()),
        ("SCALE_STUDIO_LINK", |args| args.scale_studio_link = Some("https://elsewhere.test/s".into())),
        ("SCALE_FRAME", |args| args.scale_frame = "yes".into()),
        ("SCALE_TOKEN_ALGORITHM", |args| args.scale_token_algorithm = "none".into()),
        ("SCALE_UNDATED_TOKENS", |args| args.scale_undated_tokens = "on".into()),
    ];
    let world = ScaleWorld::new().await;
    for (name, change) in settings {
        let said = complaints(world.args(), change);
        assert!(said.len() == 1 && said[0].starts_with(name), "{name}: {said:?}");
    }
}

#[tokio::test]
async fn one_provider_is_enough() {
    let world = ScaleWorld::new().await;
    let mut args = world.args();
    args.providers.headshotpro = headshotpro::Args::default();
    let config = Config::try_from(args.clone()).unwrap();
    assert!(config.providers.headshotpro.is_none() && config.providers.scale.is_some());
    args.providers.scale = Args::default();
    let said = Config::try_from(args).unwrap_err().0;
    assert!(said[0].contains("HEADSHOTPRO_API_KEY") && said[0].contains("SCALE_API_KEY"), "{said:?}");
}

#[tokio::test]
async fn debug_output_holds_no_secret() {
    let world = ScaleWorld::new().await;
    let shown = format!("{:?}", Config::try_from(world.args()).unwrap());
    assert!(!shown.contains(crate::common::scale::SECRET) && !shown.contains("the-scale-key"), "{shown}");
}
