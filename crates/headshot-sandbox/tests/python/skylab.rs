//! Skylab's own package, from the profile to the results.

use headshot_sandbox::{
    Config, Sandbox, Speed,
    portrait::{Size, jpeg, png},
    provider::skylab,
};
use serde_json::{Value, json};

use crate::run::script;

const SECRET: &str = "the-secret-of-this-test";

#[tokio::test(flavor = "multi_thread")]
async fn skylabs_own_package_is_served_to_its_satisfaction() {
    let skylab = skylab::Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        webhook_secret: SECRET.into(),
        ..skylab::Config::default()
    };
    let config = Config {
        headshotpro: None,
        scale: None,
        skylab: Some(skylab),
        speed: Speed::new(100.0).unwrap(),
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("first.jpg"), jpeg("65a0", 0, Size::Thumbnail)).unwrap();
    std::fs::write(folder.path().join("second.png"), png("65a0", 1, Size::Thumbnail)).unwrap();

    let variables = vec![
        ("SKYLAB_API_URL", format!("http://{}", sandbox.skylab.as_ref().unwrap().addr)),
        ("SECRET", SECRET.to_owned()),
        ("FOLDER", folder.path().display().to_string()),
    ];
    let seen = script("skylab.py", variables, Value::Null).await;
    println!("{seen:#}");
    let listed = ["Retouch teeth", "Sandbox headshots"];
    assert_eq!(seen["profile"], json!({ "made": "Retouch", "changed": "Retouch teeth", "listed": listed }));
    assert_eq!(seen["uploads"], json!([200, 200]));
    assert_eq!(seen["photos"], json!(["first.jpg", "second.png"]));
    assert_eq!(seen["found_by_name"], true);
    assert_eq!(seen["in_front"], 0);
    assert_eq!(seen["callbacks"], json!([["queued", true], ["complete", true]]));
    assert_eq!(seen["changed_callback_is_genuine"], false);
    assert_eq!(seen["stale_callback_is_genuine"], true, "the package knows no age");
    assert_eq!(seen["downloaded"], json!({ "first.jpg": [768, 768], "second.png": [768, 768] }));
    assert_eq!(seen["cancelled"], "pending");
    assert_eq!(seen["wrong_key"], json!({ "status": 401, "message": "Invalid API token" }));
    assert_eq!(seen["invalid"]["status"], 422);
    assert_eq!(seen["deleted_job"]["status"], 404);
}
