//! What presigned URLs lead to.

use std::time::Duration;

use axum::http::{HeaderName, Method, StatusCode, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use headshot_sandbox::{
    portrait::{Size, png},
    provider::skylab::Config,
};
use md5::{Digest, Md5};
use serde_json::json;

use super::{API, JPEG, TAGGING, path_of, put};
use crate::support::{Answer, Provider, until};

const TAG: &str = "job=photo&api=true";
const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");

fn md5(file: &[u8]) -> String {
    BASE64_STANDARD.encode(Md5::digest(file))
}

/// Asserts that this is the storage's error with that status and code.
#[track_caller]
fn denied(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.text().contains(&format!("<Code>{code}</Code>")), "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/xml");
}

async fn job_with_photo(provider: &Provider) -> (u64, u64) {
    let job = provider.create_job("demo").await;
    (job, provider.add_photo(job, "a.jpg").await)
}

#[tokio::test]
async fn takes_a_file_with_the_digest_that_was_told() {
    let provider = Provider::skylab_default();
    let (_, photo) = job_with_photo(&provider).await;
    let url = provider.upload_url(photo, Some(&md5(JPEG))).await;
    for name in ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature"] {
        assert!(url.contains(name), "{url}");
    }
    let tagged = || put(JPEG).header(TAGGING, TAG);
    denied(&provider.send(tagged(), &url).await, 403, "SignatureDoesNotMatch");
    let other = md5(b"another file");
    denied(&provider.send(tagged().header(CONTENT_MD5, &other), &url).await, 403, "SignatureDoesNotMatch");
    let uploaded = provider.send(tagged().header(CONTENT_MD5, &md5(JPEG)), &url).await;
    assert_eq!(uploaded.status, StatusCode::OK);

    let shown = provider.get(&format!("{API}/photos/{photo}")).await.json();
    let original = provider.visit(Method::GET, &path_of(&shown["originalUrl"]), None).await;
    assert_eq!((original.status, &original.body[..]), (StatusCode::OK, JPEG));
    assert!(shown["retouchedUrl"].is_null());
}

#[tokio::test]
async fn compares_the_digest_with_what_came() {
    let provider = Provider::skylab_default();
    let (_, photo) = job_with_photo(&provider).await;
    let url = provider.upload_url(photo, Some(&md5(JPEG))).await;
    let cut = put(&JPEG[..JPEG.len() - 1]).header(TAGGING, TAG).header(CONTENT_MD5, &md5(JPEG));
    denied(&provider.send(cut, &url).await, 400, "BadDigest");
    let url = provider.upload_url(photo, None).await;
    let nonsense = put(JPEG).header(TAGGING, TAG).header(CONTENT_MD5, "nonsense");
    denied(&provider.send(nonsense, &url).await, 400, "InvalidDigest");
}

#[tokio::test]
async fn insists_on_the_tag_of_regular_jobs() {
    let provider = Provider::skylab_default();
    let (_, photo) = job_with_photo(&provider).await;
    let url = provider.upload_url(photo, None).await;
    denied(&provider.send(put(JPEG), &url).await, 403, "SignatureDoesNotMatch");
    denied(&provider.send(put(JPEG).header(TAGGING, "job=photo"), &url).await, 403, "SignatureDoesNotMatch");
    assert_eq!(provider.send(put(JPEG).header(TAGGING, TAG), &url).await.status, StatusCode::OK);
}

#[tokio::test]
async fn refuses_a_url_that_was_changed_or_is_for_something_else() {
    let provider = Provider::skylab_default();
    let (job, photo) = job_with_photo(&provider).await;
    let other = provider.add_photo(job, "b.jpg").await;
    let (url, other) = (provider.upload_url(photo, None).await, provider.upload_url(other, None).await);
    let (path, query) = url.split_once('?').unwrap();
    let tagged = || put(JPEG).header(TAGGING, TAG);
    let swapped = format!("{}?{query}", other.split_once('?').unwrap().0);
    denied(&provider.send(tagged(), &swapped).await, 403, "SignatureDoesNotMatch");
    let longer = url.replace("X-Amz-Expires=3600", "X-Amz-Expires=9999");
    assert_ne!(longer, url);
    denied(&provider.send(tagged(), &longer).await, 403, "SignatureDoesNotMatch");
    denied(&provider.visit(Method::GET, &url, None).await, 403, "SignatureDoesNotMatch");
    denied(&provider.send(tagged(), path).await, 403, "AccessDenied");
    let unknown = format!("/storage/original/none?{query}");
    denied(&provider.send(tagged(), &unknown).await, 404, "NoSuchKey");
}

#[tokio::test]
async fn a_url_ends_after_its_hour() {
    // An hour lasts a second, but no URL fewer than five.
    let provider = Provider::skylab(Config::default(), 3600.0);
    let (_, photo) = job_with_photo(&provider).await;
    let url = provider.upload_url(photo, None).await;
    let refused = until("the end of the URL", async || {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let answer = provider.send(put(JPEG).header(TAGGING, TAG), &url).await;
        (answer.status != StatusCode::OK).then_some(answer)
    });
    let refused = refused.await;
    denied(&refused, 403, "AccessDenied");
    assert!(refused.text().contains("Request has expired"));
}

#[tokio::test]
async fn urls_can_be_ended_at_once_and_fresh_ones_work() {
    let provider = Provider::skylab_default();
    let job = provider.complete_job("a.jpg", JPEG).await;
    let link = async || path_of(&provider.job(job).await["photoDownloadUrls"]["a.jpg"]);
    let old = link().await;
    provider.post(&format!("/sandbox/sessions/{job}/expire-links"), json!({})).await;
    denied(&provider.visit(Method::GET, &old, None).await, 403, "SignatureDoesNotMatch");
    assert_eq!(provider.visit(Method::GET, &link().await, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_jpeg_comes_back_as_a_jpeg_and_a_png_as_a_png_that_is_called_jpg() {
    let provider = Provider::skylab_default();
    let drawn = png("65a0", 0, Size::Thumbnail);
    for (name, file, result, magic) in
        [("a.jpg", JPEG, "a.jpg", &b"\xff\xd8\xff"[..]), ("b.png", &drawn[..], "b.jpg", &b"\x89PNG"[..])]
    {
        let job = provider.complete_job(name, file).await;
        let url = path_of(&provider.job(job).await["photoDownloadUrls"][result]);
        let image = provider.visit(Method::GET, &url, None).await;
        assert_eq!(image.header("content-type"), "image/jpeg");
        assert!(image.body.starts_with(magic), "{name}");
        let photo = provider.get(&format!("{API}/photos/list_for_job?job_id={job}")).await.json()[0].clone();
        let again = provider.visit(Method::GET, &path_of(&photo["retouchedUrl"]), None).await;
        assert_eq!(again.body, image.body);
        provider.call(Method::DELETE, &format!("{API}/jobs/{job}"), None).await;
        denied(&provider.visit(Method::GET, &url, None).await, 404, "NoSuchKey");
    }
}

#[tokio::test]
async fn an_extraction_is_a_png_that_is_called_jpg() {
    let provider = Provider::skylab_default();
    let body = json!({ "enable_extract": true });
    provider.call(Method::PATCH, &format!("{API}/profiles/1"), Some(body)).await;
    let job = provider.complete_job("a.jpg", JPEG).await;
    let url = path_of(&provider.job(job).await["photoDownloadUrls"]["a.jpg"]);
    let image = provider.visit(Method::GET, &url, None).await;
    assert!(image.body.starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn the_files_go_when_the_job_expires() {
    let provider = Provider::skylab_default();
    let job = provider.complete_job("a.jpg", JPEG).await;
    let url = path_of(&provider.job(job).await["photoDownloadUrls"]["a.jpg"]);
    provider.post(&format!("/sandbox/sessions/{job}/expire-files"), json!({})).await;
    assert_eq!(provider.job(job).await["photoDownloadUrls"], json!({}));
    denied(&provider.visit(Method::GET, &url, None).await, 404, "NoSuchKey");
}

#[tokio::test]
async fn photo_names_are_unique_in_a_job_and_results_never_share_one() {
    let provider = Provider::skylab_default();
    let (job, _) = job_with_photo(&provider).await;
    let again = provider.post(&format!("{API}/photos"), json!({ "job_id": job, "name": "a.jpg" })).await;
    assert_eq!(again.is_error(422), "name has already been taken");
    provider.add_photo(job, "a.png").await;
    provider.post(&format!("/sandbox/sessions/{job}/complete"), json!({})).await;
    let urls = provider.job(job).await["photoDownloadUrls"].clone();
    assert_eq!(urls.as_object().unwrap().keys().collect::<Vec<_>>(), ["a.jpg", "a.png.jpg"]);
}

#[tokio::test]
async fn the_legacy_way_of_uploading_is_refused_with_a_reason() {
    let provider = Provider::skylab_default();
    let (_, photo) = job_with_photo(&provider).await;
    let refused = provider.get(&format!("{API}/photos/upload_url?photo_id={photo}")).await;
    assert!(refused.is_error(422).contains("use_cache_upload must be false"));
    let unknown = provider.get(&format!("{API}/photos/upload_url?photo_id=7&use_cache_upload=false")).await;
    unknown.is_error(404);
    let key = format!("{API}/photos/{photo}");
    assert_eq!(provider.call(Method::DELETE, &key, None).await.status, StatusCode::OK);
    provider.get(&key).await.is_error(404);
    assert_eq!(
        provider.visit(Method::GET, "/storage/original/x", None).await.header(header::CONTENT_TYPE.as_str()),
        "application/xml"
    );
}

#[tokio::test]
async fn too_many_upload_urls_in_a_second_are_refused() {
    let provider = Provider::skylab_default();
    let (_, photo) = job_with_photo(&provider).await;
    let path = format!("{API}/photos/upload_url?photo_id={photo}&use_cache_upload=false");
    // More than two seconds' worth, so that one second has too many wherever it begins.
    let mut statuses = Vec::new();
    for _ in 0..2000 {
        statuses.push(provider.get(&path).await.status);
        if statuses.last() == Some(&StatusCode::TOO_MANY_REQUESTS) {
            return;
        }
    }
    panic!("none of {} was refused", statuses.len());
}
