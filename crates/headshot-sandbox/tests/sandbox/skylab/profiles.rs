//! Profiles and their backgrounds.

use axum::http::{Method, StatusCode};
use serde_json::json;

use super::{API, JPEG, put};
use crate::support::Provider;

#[tokio::test]
async fn a_profile_that_crops_needs_to_be_told_how() {
    let provider = Provider::skylab_default();
    let path = format!("{API}/profiles");
    let message = provider.post(&path, json!({ "name": "p" })).await.is_error(422);
    assert!(message.contains("crop"), "{message}");
    provider.post(&path, json!({ "enable_crop": false })).await.is_error(422);
    let made = provider.post(&path, json!({ "name": "p", "enable_crop": false, "enable_teeth": true })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let profile = made.json();
    assert_eq!((&profile["enableCrop"], &profile["enableTeeth"]), (&json!(false), &json!(true)));
    assert_eq!(profile["enable_srgb_output"], false);
}

#[tokio::test]
async fn can_be_changed_listed_and_deleted() {
    let provider = Provider::skylab_default();
    let made = provider.post(&format!("{API}/profiles"), json!({ "name": "p", "enable_crop": false })).await.json();
    let path = format!("{API}/profiles/{}", made["id"]);
    for method in [Method::PATCH, Method::PUT] {
        let changed = provider.call(method, &path, Some(json!({ "enable_extract": true, "id": 1 }))).await.json();
        assert_eq!((&changed["enableExtract"], &changed["id"]), (&json!(true), &made["id"]));
    }
    let all = provider.get(&format!("{API}/profiles")).await.json();
    assert_eq!(
        all.as_array().unwrap().iter().map(|profile| &profile["id"]).collect::<Vec<_>>(),
        [&made["id"], &json!(1)]
    );
    provider.call(Method::DELETE, &path, None).await;
    provider.get(&path).await.is_error(404);
}

#[tokio::test]
async fn a_background_belongs_to_no_job_and_is_uploaded_without_a_tag() {
    let provider = Provider::skylab_default();
    let made = provider.post(&format!("{API}/photos"), json!({ "profile_id": 1, "name": "wall.jpg" })).await.json();
    let url = provider.upload_url(made["id"].as_u64().unwrap(), None).await;
    let tagged = put(JPEG).header(super::TAGGING, "job=photo&api=true");
    assert_eq!(provider.send(tagged, &url).await.status, StatusCode::FORBIDDEN);
    assert_eq!(provider.send(put(JPEG), &url).await.status, StatusCode::OK);
    let profile = provider.get(&format!("{API}/profiles/1")).await.json();
    let photo = &profile["photos"][0];
    assert_eq!((&photo["id"], photo["jobId"].is_null()), (&made["id"], true));
    let original = provider.visit(Method::GET, &super::path_of(&photo["originalUrl"]), None).await;
    assert_eq!(original.body, JPEG);
}
