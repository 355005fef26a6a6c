//! `/v1/sessions/{id}/uploads`

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headshot_api::{Upload, UploadState};
use md5::{Digest, Md5};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use tokio_util::io::ReaderStream;

use super::{Open, Studio, jpeg, photo, png, submission, withdrawal};
use crate::common::{API_KEY, Answer, World, client, get, request, sha256};

const HOUR: Duration = Duration::from_hours(1);

async fn send(studio: &Studio, open: &Open, bytes: Vec<u8>) -> Answer {
    studio.send(photo(open, "", bytes)).await
}

fn with_md5(open: &Open, bytes: Vec<u8>, md5: &str) -> Request<Body> {
    let mut request = photo(open, "", bytes);
    request.headers_mut().insert("content-md5", md5.parse().unwrap());
    request
}

#[tokio::test]
async fn a_photo_is_kept_before_it_is_acknowledged() {
    let (studio, open) = Studio::opened().await;
    let bytes = jpeg(640, 480, "me");
    let answer = studio.send(photo(&open, "?name=me%20smiling.jpg", bytes.clone())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let upload: Upload = answer.json();
    let expected = Upload {
        id: upload.id.clone(),
        name: "me smiling.jpg".into(),
        state: UploadState::Received,
        media_type: "image/jpeg".into(),
        bytes: bytes.len() as u64,
        width: 640,
        height: 480,
        sha256: sha256(&bytes),
        created_at: "2026-01-02T03:04:05Z".into(),
    };
    assert_eq!(upload, expected);
    assert_eq!(studio.upload_files(), [upload.id.as_str()]);
    assert_eq!(std::fs::read(studio.upload_folder().join(&upload.id)).unwrap(), bytes);
}

#[tokio::test]
async fn the_provider_gets_the_bytes_under_a_name_of_ours() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "ada-lovelace.jpg").await;
    studio.work().await;
    assert_eq!(studio.skylab.photos(open.job), [Some(jpeg(640, 480, "ada-lovelace.jpg"))]);
    let record = &studio.skylab.calls_to(&Method::POST, "/photos")[0].body;
    assert_eq!(record["name"], format!("{}.jpg", upload.id));
    assert_eq!((&record["job_id"], &record["use_cache_upload"]), (&open.job.into(), &false.into()));
    assert_eq!(studio.upload_states(&open).await, [UploadState::Delivered]);
    for call in studio.skylab.calls() {
        assert_eq!(call.headers.contains_key("x-slt-api-key"), call.path.starts_with("/api/"), "{}", call.path);
        assert!(!format!("{}{}", call.query, call.body).contains("lovelace"), "{}", call.path);
    }
}

#[tokio::test]
async fn what_is_asked_of_the_provider_stands_in_the_query() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.work().await;
    let asked = &studio.skylab.calls_to(&Method::GET, "/upload_url")[0];
    assert!(asked.query.contains("use_cache_upload=false") && asked.query.contains("content_md5="), "{}", asked.query);
    assert!(asked.body.is_null());
}

#[tokio::test]
async fn the_same_bytes_again_are_the_photo_that_is_there() {
    let (studio, open) = Studio::opened().await;
    let first = studio.upload(&open, "a").await;
    let answer = studio.send(photo(&open, "?name=copy-of-a", jpeg(640, 480, "a"))).await;
    assert_eq!((answer.status, answer.json::<Upload>()), (StatusCode::OK, first.clone()));
    studio.work().await;
    assert_eq!(studio.upload_files(), [first.id.as_str()]);
    assert_eq!(studio.skylab.photos(open.job).len(), 1);
}

#[tokio::test]
async fn one_name_is_one_photo() {
    let (studio, open) = Studio::opened().await;
    let first = studio.upload(&open, "a").await;
    let answer = studio.send(photo(&open, "?name=a", jpeg(640, 480, "other"))).await;
    answer.is_problem(409, "upload_name_taken");
    studio.work().await;
    assert_eq!(studio.upload_files(), [first.id]);
}

#[tokio::test]
async fn a_name_is_something_to_be_read() {
    let (studio, open) = Studio::opened().await;
    for name in ["%20", "a%00b", "%ff%0a", &"a".repeat(201)] {
        let answer = studio.send(photo(&open, &format!("?name={name}"), jpeg(640, 480, "a"))).await;
        answer.is_problem(422, "field_invalid");
    }
    assert_eq!(studio.send(photo(&open, "?name=%C3%84da", jpeg(640, 480, "a"))).await.json::<Upload>().name, "Äda");
}

#[tokio::test]
async fn an_interrupted_client_asks_what_arrived() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.upload(&open, "b").await;
    let studio = studio.reopened().await;
    let uploads = studio.uploads(&open).await;
    let names: Vec<_> = uploads.uploads.iter().map(|upload| upload.name.as_str()).collect();
    assert_eq!((names, uploads.is_open, uploads.limits.photos), (vec!["a", "b"], true, 40));
    studio.work().await;
    assert_eq!(studio.skylab.photos(open.job).iter().flatten().count(), 2);
}

/// What reads so far and no further.
struct BrokenOff;

impl AsyncRead for BrokenOff {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let (studio, open) = Studio::opened().await;
    let bytes = std::io::Cursor::new(jpeg(640, 480, "a")).chain(BrokenOff);
    let mut request = photo(&open, "", Vec::new());
    *request.body_mut() = Body::from_stream(ReaderStream::new(bytes));
    studio.send(request).await.is_problem(400, "body_malformed");
    assert!(studio.upload_files().is_empty());
    assert!(studio.uploads(&open).await.uploads.is_empty());
}

#[tokio::test]
async fn what_an_attempt_left_behind_is_removed() {
    let (studio, open) = Studio::opened().await;
    let answer = send(&studio, &open, b"GIF89a and no picture of ours".to_vec()).await;
    answer.is_problem(415, "image_unsupported");
    let reserved: String = studio.query("SELECT subject FROM work WHERE kind = 'remove_upload'");
    // As if the process had been killed between the file and its row.
    std::fs::write(studio.upload_folder().join(&reserved), "a person's photo").unwrap();
    std::fs::write(studio.upload_folder().join("holiday.jpg"), "somebody's").unwrap();
    let studio = studio.reopened().await;
    studio.pass(2 * HOUR).await;
    assert_eq!(studio.upload_files(), ["holiday.jpg"]);
}

#[tokio::test]
async fn the_bytes_decide_what_a_photo_is() {
    let (studio, open) = Studio::opened().await;
    let mut request = photo(&open, "", png(800, 600));
    request.headers_mut().insert("content-type", "application/octet-stream".parse().unwrap());
    let upload: Upload = studio.send(request).await.json();
    assert_eq!((upload.media_type.as_str(), upload.width, upload.height), ("image/png", 800, 600));
    let no_pictures: [&[u8]; 6] = [
        b"",
        b"GIF89a\x01\x00\x01\x00",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"<svg onload=alert(1)>",
        b"\xff\xd8\xff\xe0 a picture without a size",
        b"\x89PNG\r\n\x1a\n",
    ];
    for bytes in no_pictures {
        send(&studio, &open, bytes.to_vec()).await.is_problem(415, "image_unsupported");
    }
    send(&studio, &open, png(0, 600)).await.is_problem(415, "image_unsupported");
}

#[tokio::test]
async fn a_form_is_no_photo() {
    let (studio, open) = Studio::opened().await;
    let mut request = photo(&open, "", jpeg(640, 480, "a"));
    request.headers_mut().insert("content-type", "multipart/form-data; boundary=x".parse().unwrap());
    studio.send(request).await.is_problem(415, "media_type_unsupported");
}

#[tokio::test]
async fn a_picture_is_within_the_limits() {
    let (studio, open) = Studio::opened().await;
    for (width, height) in [(6400, 4218), (4218, 6400)] {
        assert_eq!(send(&studio, &open, jpeg(width, height, "fits")).await.status, StatusCode::CREATED);
    }
    for (width, height) in [(6401, 10), (10, 6401), (6400, 4219), (65535, 65535)] {
        let answer = send(&studio, &open, jpeg(width, height, "a")).await;
        answer.is_problem(422, "image_too_large");
        assert!(answer.problem().detail.unwrap().starts_with(&format!("it has {width} × {height} pixels")));
    }
    send(&studio, &open, png(u32::MAX, u32::MAX)).await.is_problem(422, "image_too_large");
}

#[tokio::test]
async fn a_photo_of_27_megabytes_is_taken_and_no_larger_one() {
    let (studio, open) = Studio::opened().await;
    let mut bytes = jpeg(640, 480, "large");
    bytes.resize(27_000_000, 0);
    assert_eq!(send(&studio, &open, bytes.clone()).await.status, StatusCode::CREATED);
    bytes.push(0);
    send(&studio, &open, bytes).await.is_problem(413, "body_too_large");
    let mut announced = photo(&open, "", jpeg(640, 480, "a"));
    announced.headers_mut().insert("content-length", "27000001".parse().unwrap());
    studio.send(announced).await.is_problem(413, "body_too_large");
    studio.work().await;
    assert_eq!(studio.upload_files().len(), 1);
    assert_eq!(studio.skylab.photos(open.job)[0].as_ref().unwrap().len(), 27_000_000);
}

#[tokio::test]
async fn there_are_at_most_40() {
    let (studio, open) = Studio::opened().await;
    for number in 0..40 {
        studio.upload(&open, &number.to_string()).await;
    }
    send(&studio, &open, jpeg(640, 480, "one more")).await.is_problem(409, "uploads_full");
    assert_eq!(send(&studio, &open, jpeg(640, 480, "7")).await.status, StatusCode::OK, "it is there");
}

#[tokio::test]
async fn the_bytes_are_those_that_the_client_meant() {
    let (studio, open) = Studio::opened().await;
    let bytes = jpeg(640, 480, "a");
    let right = STANDARD.encode(Md5::digest(&bytes));
    for md5 in ["not base64", "AAAA", &STANDARD.encode(Md5::digest(b"other"))] {
        studio.send(with_md5(&open, bytes.clone(), md5)).await.is_problem(400, "digest_mismatch");
    }
    assert_eq!(studio.send(with_md5(&open, bytes, &right)).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_with_a_page_takes_no_photos() {
    let world = World::new().await;
    let (session, token) = world.open().await;
    let open = Open { id: session.id, token, job: 0 };
    world.send(photo(&open, "", jpeg(640, 480, "a"))).await.is_problem(409, "surface_mismatch");
    world.send(get(&open.path("/uploads"), &open.token)).await.is_problem(409, "surface_mismatch");
    world.send(submission(&open)).await.is_problem(409, "surface_mismatch");
    world.send(withdrawal(&open, "upl_1")).await.is_problem(409, "surface_mismatch");
}

#[tokio::test]
async fn a_token_uploads_to_its_own_session_and_no_other() {
    let (studio, open) = Studio::opened().await;
    let other = studio.open().await;
    let with = |credential: &str| {
        let request = request(Method::POST, &open.path("/uploads"), credential);
        request.body(jpeg(640, 480, credential).into()).unwrap()
    };
    studio.send(with("")).await.is_problem(401, "credentials_missing");
    studio.send(with("not-the-key")).await.is_problem(401, "api_key_refused");
    studio.send(with(&other.token)).await.is_problem(401, "client_token_refused");
    assert_eq!(studio.send(with(API_KEY)).await.status, StatusCode::CREATED);
    for request in [withdrawal(&open, "upl_1"), submission(&open), get(&open.path("/uploads"), &open.token)] {
        let mut request = request;
        request.headers_mut().insert("authorization", format!("Bearer {}", other.token).parse().unwrap());
        studio.send(request).await.is_problem(401, "client_token_refused");
    }
    studio.clock.advance(24 * HOUR);
    studio.send(with(&open.token)).await.is_problem(401, "client_token_expired");
}

#[tokio::test]
async fn a_page_of_any_origin_may_send_photos() {
    let (studio, open) = Studio::opened().await;
    for (method, path) in [("POST", "/uploads"), ("DELETE", "/uploads/upl_1"), ("POST", "/submit")] {
        let preflight = request(Method::OPTIONS, &open.path(path), "")
            .header("origin", "https://host.example.test")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "authorization,content-md5,content-type");
        let answer = studio.send(preflight.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::OK, "*"));
        assert!(answer.header("access-control-allow-methods").contains(method), "{path}");
        for name in ["authorization", "content-md5", "content-type"] {
            assert!(answer.header("access-control-allow-headers").contains(name), "{name}");
        }
    }
}

#[tokio::test]
async fn a_photo_that_was_taken_back_is_gone_here_and_at_the_provider() {
    let (studio, open) = Studio::opened().await;
    for is_sent in [false, true] {
        let upload = studio.upload(&open, "a").await;
        if is_sent {
            studio.work().await;
            assert_eq!(studio.skylab.photos(open.job).len(), 1);
        }
        assert_eq!(studio.send(withdrawal(&open, &upload.id)).await.status, StatusCode::NO_CONTENT);
        assert!(studio.uploads(&open).await.uploads.is_empty());
        studio.send(withdrawal(&open, &upload.id)).await.is_problem(404, "upload_unknown");
        studio.work().await;
        assert!(studio.upload_files().is_empty());
        assert!(studio.skylab.photos(open.job).is_empty());
    }
    assert_eq!(studio.query::<i64>("SELECT count(*) FROM uploads"), 0);
    studio.send(withdrawal(&open, "upl_1")).await.is_problem(404, "upload_unknown");
}

#[tokio::test]
async fn an_answer_that_is_no_photo_takes_none_back() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "a").await;
    studio.work().await;
    studio.send(withdrawal(&open, &upload.id)).await;
    studio
        .skylab
        .answer_next(200, &json!([{"id": studio.skylab.photo_id(open.job), "name": format!("{}.jpg", upload.id)}]));
    studio.skylab.answer_next(200, &json!([]));
    studio.skylab.answer_next(200, &json!("<html>"));
    studio.work().await;
    assert_eq!(studio.skylab.photos(open.job).len(), 1);
    studio.pass(Duration::from_secs(2)).await;
    assert!(studio.skylab.photos(open.job).is_empty());
}

#[tokio::test]
async fn a_photo_of_another_session_cannot_be_taken_back() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "a").await;
    let other = studio.open().await;
    studio.send(withdrawal(&other, &upload.id)).await.is_problem(404, "upload_unknown");
    assert_eq!(studio.uploads(&open).await.uploads.len(), 1);
}

#[tokio::test]
async fn a_storage_that_fails_or_a_link_that_expired_is_tried_with_a_fresh_link() {
    let (studio, open) = Studio::opened().await;
    studio.skylab.refuse_photos(&[403, 500]);
    studio.upload(&open, "a").await;
    studio.work().await;
    assert_eq!(studio.upload_states(&open).await, [UploadState::Delivered]);
    let puts: Vec<_> = studio.skylab.calls().into_iter().filter(|call| call.method == Method::PUT).collect();
    let mut links: Vec<_> = puts.iter().map(|put| put.path.as_str()).collect();
    links.dedup();
    assert_eq!(links.len(), 3);
}

#[tokio::test]
async fn three_tries_are_one_attempt_and_another_one_follows() {
    let (studio, open) = Studio::opened().await;
    studio.skylab.refuse_photos(&[503, 503, 503]);
    studio.upload(&open, "a").await;
    studio.work().await;
    assert_eq!(studio.upload_states(&open).await, [UploadState::Received]);
    studio.pass(Duration::from_secs(2)).await;
    assert_eq!(studio.upload_states(&open).await, [UploadState::Delivered]);
    assert_eq!(studio.skylab.calls_to(&Method::POST, "/photos").len(), 1, "the record is made once");
}

#[tokio::test]
async fn a_record_whose_answer_was_lost_is_found_again() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    // The list comes first, then the record.
    studio.skylab.answer_next(200, &json!([]));
    studio.skylab.lose_next();
    studio.work().await;
    studio.pass(Duration::from_secs(2)).await;
    assert_eq!(studio.skylab.photos(open.job), [Some(jpeg(640, 480, "a"))]);
}

#[tokio::test]
async fn photos_are_sent_to_listed_hosts_only() {
    let (studio, open) = Studio::opened().await;
    for url in ["https://169.254.169.254/x", "http://storage.example.test/x", "file:///x", "x"] {
        studio.upload(&open, &url.replace(['/', ':'], "")).await;
        studio.skylab.answer_next(200, &json!([]));
        studio.skylab.answer_next(201, &json!({"id": 9, "name": "x"}));
        for _ in 0..3 {
            studio.skylab.answer_next(200, &json!({ "url": url }));
        }
        studio.work().await;
        let reason: String =
            studio.query("SELECT last_error FROM work WHERE kind = 'sync_upload' AND last_error NOT NULL");
        assert!(reason.contains("SKYLAB_PHOTO_HOSTS") || reason.contains("not a URL"), "{reason}");
        studio.execute("DELETE FROM work WHERE kind = 'sync_upload'; DELETE FROM uploads");
    }
    assert!(studio.skylab.calls().iter().all(|call| call.method != Method::PUT));
}

#[tokio::test]
async fn a_photo_that_the_provider_does_not_take_is_shown_so_and_can_be_replaced() {
    let (studio, open) = Studio::opened().await;
    let upload = studio.upload(&open, "a").await;
    studio.skylab.answer_next(200, &json!([]));
    studio.skylab.answer_next(422, &json!({"code": 422, "message": "no", "errors": {"name": ["x"]}}));
    studio.work().await;
    assert_eq!(studio.upload_states(&open).await, [UploadState::Refused]);
    studio.send(submission(&open)).await.is_problem(409, "upload_refused");
    studio.send(withdrawal(&open, &upload.id)).await;
    studio.upload(&open, "b").await;
    studio.submit(&open).await;
    studio.work().await;
    assert_eq!(studio.session(&open.id).await.provider_status, "queued");
}

#[tokio::test]
async fn a_provider_that_is_away_for_hours_gets_the_photo_in_the_end() {
    let (studio, open) = Studio::opened().await;
    studio.skylab.refuse_photos(&[500; 40]);
    studio.upload(&open, "a").await;
    studio.pass_half_hours(24).await;
    assert_eq!(studio.upload_states(&open).await, [UploadState::Delivered]);
}

#[tokio::test]
async fn uploads_that_nobody_submits_are_forgotten_after_two_weeks() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.pass(7 * 24 * HOUR).await;
    let later = request(Method::POST, &open.path("/uploads"), API_KEY).body(jpeg(640, 480, "b").into()).unwrap();
    assert_eq!(studio.send(later).await.status, StatusCode::CREATED);
    studio.pass((14 * 24 - 1) * HOUR).await;
    assert_eq!(studio.upload_files().len(), 2);
    studio.pass(HOUR).await;
    assert!(studio.upload_files().is_empty());
    let host = get(&open.path("/uploads"), API_KEY);
    assert!(studio.send(host).await.json::<headshot_api::Uploads>().uploads.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_reaches_who_is_still_sending() {
    let (studio, open) = Studio::opened().await;
    studio.upload(&open, "a").await;
    studio.submit(&open).await;
    let listener = headshot_server::Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let url = format!("http://{}{}", listener.local_addr().unwrap(), open.path("/uploads"));
    tokio::spawn(headshot_server::serve(listener, Arc::clone(&studio.app), std::future::pending()));
    let client = client();
    for size in [26_000_000, 40_000_000] {
        let request = client.post(&url).bearer_auth(&open.token).body(vec![0; size]);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 409, "{size}");
    }
}
