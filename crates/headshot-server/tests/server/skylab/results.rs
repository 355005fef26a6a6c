//! From a finished job to the copies.

use std::time::Duration;

use axum::http::Method;
use headshot_api::State;
use serde_json::json;

use super::{Studio, submission};
use crate::common::{API_KEY, get, is_recorded};

const HOUR: Duration = Duration::from_hours(1);

/// A session whose photos are finished, and whose callback said so.
async fn finished(photos: &[&str], prepare: impl FnOnce(&Studio)) -> (Studio, super::Open) {
    let (studio, open) = Studio::queued(photos).await;
    prepare(&studio);
    studio.skylab.finish(open.job);
    is_recorded(&studio.call_back(&open).await, "recorded");
    studio.work().await;
    (studio, open)
}

#[tokio::test]
async fn the_photos_that_a_finished_job_links_to_are_copied() {
    let (studio, open) = finished(&["a", "b"], |_| {}).await;
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.photos.len()), (State::Ready, 2));
    assert_eq!(studio.files().len(), 2);
}

#[tokio::test]
async fn a_lost_callback_is_made_up_for() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.finish(open.job);
    studio.pass(Duration::from_secs(30)).await;
    assert_eq!(studio.session(&open.id).await.photos.len(), 1);
}

#[tokio::test]
async fn a_job_that_shows_no_links_has_its_photos_asked_for_one_by_one() {
    let (studio, open) = finished(&["a", "b"], |studio| studio.skylab.hide_links()).await;
    assert_eq!(studio.session(&open.id).await.photos.len(), 2);
}

#[tokio::test]
async fn the_photos_of_a_job_are_listed_whole_or_in_pages() {
    let names: Vec<_> = (0..33).map(|number| number.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    for has_pages in [false, true] {
        let (studio, open) = finished(&names, |studio| {
            studio.skylab.set_pages(has_pages);
            studio.skylab.hide_links();
        })
        .await;
        assert_eq!(studio.session(&open.id).await.photos.len(), 33);
    }
}

/// K5
#[tokio::test]
async fn links_are_read_in_both_spellings() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.finish(open.job);
    let links = studio.skylab.job(open.job)["photoDownloadUrls"].clone();
    studio.skylab.change_job(open.job, &json!({"photoDownloadUrls": null, "photo_download_urls": links}));
    studio.call_back(&open).await;
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.photos.len(), 1);
    assert_eq!(studio.skylab.calls_to(&Method::GET, "/list_for_job").len(), 1, "only the upload asked for the list");
}

#[tokio::test]
async fn a_png_that_is_called_jpg_is_a_png() {
    let (studio, open) = finished(&["a"], |_| {}).await;
    let name: String = studio.query("SELECT provider_photo_id FROM photos");
    assert_eq!(name.rsplit_once('.').unwrap().1, "jpg");
    assert_eq!(studio.query::<String>("SELECT media_type FROM photos"), "image/png");
    let session = studio.session(&open.id).await;
    let path = session.photos[0].url.strip_prefix(crate::common::PUBLIC_URL).unwrap();
    assert_eq!(studio.send(crate::common::get(path, "")).await.header("content-type"), "image/png");
}

/// K11
#[tokio::test]
async fn a_job_that_went_wrong_has_failed() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.change_job(open.job, &json!({"state": "error", "errors": [["no face"]]}));
    is_recorded(&studio.call_back(&open).await, "recorded");
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Failed, "error"));
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.state, State::Failed);
}

#[tokio::test]
async fn a_job_whose_photos_expired_before_they_were_copied_has_failed() {
    let (studio, open) = finished(&["a"], |studio| {
        let job = *studio.skylab.jobs().last().unwrap();
        studio.skylab.change_job(job, &json!({"expiryDate": "2026-01-02T03:04:00Z"}));
    })
    .await;
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.provider_status.as_str()), (State::Failed, "complete"));
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM work WHERE kind = 'copy_photo'"), 0);
    assert!(studio.send(submission(&open)).await.json::<headshot_api::Session>().photos.is_empty());
}

#[tokio::test]
async fn photos_that_expired_at_the_provider_before_they_were_copied_are_counted() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.finish(open.job);
    let links = json!({"1": format!("{}/results/refused", studio.skylab.url)});
    studio.skylab.change_job(open.job, &json!({"photoDownloadUrls": links, "expiryDate": "2026-01-16T03:00:00Z"}));
    studio.pass(Duration::from_secs(30)).await;
    let lost = async || crate::metrics::number(&studio, "headshot_photos_lost_to_expiry_total").await;
    assert_eq!(lost().await, Some(0.0));
    studio.pass(15 * 24 * HOUR).await;
    assert_eq!((lost().await, studio.session(&open.id).await.state), (Some(1.0), State::Failed));
}

#[tokio::test]
async fn copies_outlive_the_job() {
    let (studio, open) = finished(&["a"], |_| {}).await;
    studio.skylab.change_job(open.job, &json!({"expiryDate": "2026-01-16T03:00:00Z"}));
    studio.pass(15 * 24 * HOUR).await;
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.photos.len()), (State::Ready, 1));
}

#[tokio::test]
async fn a_job_that_the_provider_has_no_longer_is_deleted_in_the_end() {
    let (studio, open) = finished(&["a"], |_| {}).await;
    studio.skylab.forget_job(open.job);
    studio.pass(24 * HOUR).await;
    assert_eq!(studio.session(&open.id).await.state, State::Deleted);
    assert_eq!(studio.files().len(), 1, "a wrong key looks like that too");
    studio.pass(8 * 24 * HOUR).await;
    assert!(studio.files().is_empty());
}

#[tokio::test]
async fn a_photo_whose_link_expired_gets_a_fresh_one() {
    let (studio, open) = Studio::queued(&["a"]).await;
    studio.skylab.finish(open.job);
    let links = studio.skylab.job(open.job)["photoDownloadUrls"].clone();
    let name = links.as_object().unwrap().keys().next().unwrap().clone();
    studio
        .skylab
        .change_job(open.job, &json!({"photoDownloadUrls": {&name: format!("{}/results/old", studio.skylab.url)}}));
    studio.pass(Duration::from_secs(30)).await;
    assert!(studio.session(&open.id).await.photos.is_empty());
    studio.skylab.change_job(open.job, &json!({ "photoDownloadUrls": links }));
    studio.pass(Duration::from_secs(2)).await;
    assert_eq!(studio.session(&open.id).await.photos.len(), 1);
}

#[tokio::test]
async fn the_persons_own_photos_go_a_day_after_the_job_is_complete() {
    let (studio, open) = finished(&["a", "b"], |_| {}).await;
    studio.pass(23 * HOUR).await;
    assert_eq!(studio.upload_files().len(), 2);
    studio.pass(2 * HOUR).await;
    assert!(studio.upload_files().is_empty());
    let session = studio.session(&open.id).await;
    assert_eq!((session.state, session.photos.len()), (State::Ready, 2));
    let list = get(&open.path("/uploads"), API_KEY);
    assert!(studio.send(list).await.json::<headshot_api::Uploads>().uploads.is_empty());
}
