//! Contacts, studio sessions and submissions.

use std::{collections::HashSet, time::Duration};

use axum::http::{Method, StatusCode, header};
use headshot_sandbox::provider::scale::{Config, ReadOnly};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{API, STUDIO, path_of};
use crate::support::{Provider, raw, request};

#[tokio::test]
async fn refuses_a_missing_and_a_wrong_token() {
    let provider = Provider::scale_default();
    let path = format!("{API}/contacts");
    provider.visit(Method::GET, &path, None).await.is_problem(401, "unauthorized");
    for value in ["Bearer wrong", "sandbox-scale-key", "Basic sandbox-scale-key"] {
        let asked = request(Method::GET, &path, None).header(header::AUTHORIZATION, value);
        provider.send(asked, &path).await.is_problem(401, "unauthorized");
    }
}

#[tokio::test]
async fn keeps_contacts_with_attributes_and_lists() {
    let provider = Provider::scale_default();
    let body = json!({
        "first_name": "Ada", "last_name": "L", "email": "ada@example.test", "studio_ids": [STUDIO],
        "custom_attributes": { "department": "R&D" }, "list_ids": ["lst_1"],
    });
    let made = provider.post(&format!("{API}/contacts"), body).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let contact = made.json();
    assert!(contact["id"].as_str().unwrap().starts_with("ctn_"));
    assert_eq!((&contact["custom_attributes"]["department"], &contact["list_ids"]), (&json!("R&D"), &json!(["lst_1"])));

    let path = format!("{API}/contacts/{}", contact["id"].as_str().unwrap());
    for (method, name) in [(Method::PUT, "Augusta"), (Method::PATCH, "Ada")] {
        let changed = provider.call(method, &path, Some(json!({ "first_name": name }))).await.json();
        assert_eq!((&changed["first_name"], &changed["last_name"]), (&json!(name), &json!("L")));
    }
    assert_eq!(provider.get(&path).await.json()["email"], "ada@example.test");
    provider.get(&format!("{API}/contacts/none")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn refuses_a_contact_that_cannot_be() {
    let provider = Provider::scale_default();
    provider.create_contact("ada@example.test").await;
    let path = format!("{API}/contacts");
    for body in [
        json!({ "first_name": "Ada" }),
        json!({ "email": "nobody" }),
        json!({ "email": "Ada@Example.test" }),
        json!({ "email": "grace@example.test", "studio_ids": ["stu_other"] }),
    ] {
        provider.post(&path, body).await.is_problem(422, "invalid");
    }
    provider.post(&path, json!({ "email": 7 })).await.is_problem(400, "bad_request");
    let broken = raw(Method::POST, "application/json", b"{".to_vec());
    provider
        .send(broken.header(header::AUTHORIZATION, "Bearer sandbox-scale-key"), &path)
        .await
        .is_problem(400, "bad_request");
    provider.call(Method::DELETE, &path, None).await.is_problem(405, "method_not_allowed");
    provider.get(&format!("{API}/nothing")).await.is_problem(404, "not_found");
}

/// All ids of a list, page by page, and how many pages it took.
async fn walked(provider: &Provider, path: &str, limit: usize) -> (Vec<String>, usize) {
    let (mut ids, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let page = provider.get(&format!("{path}?limit={limit}{cursor}")).await.json();
        ids.extend(page["data"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (ids, pages),
        }
    }
}

#[tokio::test]
async fn lists_are_walked_by_cursor() {
    let provider = Provider::scale_default();
    for number in 0..7 {
        provider.create_contact(&format!("person{number}@example.test")).await;
    }
    let path = format!("{API}/contacts");
    let (ids, pages) = walked(&provider, &path, 2).await;
    assert_eq!((ids.iter().collect::<HashSet<_>>().len(), pages), (7, 4));
    assert_eq!(walked(&provider, &path, 7).await.1, 1, "a full last page has no cursor");
    for query in ["cursor=!", "cursor=bm9uZQ", "limit=many"] {
        provider.get(&format!("{path}?{query}")).await.is_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn a_page_shows_nothing_twice_when_more_are_made_meanwhile() {
    let provider = Provider::scale_default();
    for number in 0..4 {
        provider.submitted(&format!("person{number}@example.test")).await;
    }
    let path = format!("{API}/submissions");
    let first = provider.get(&format!("{path}?limit=2")).await.json();
    provider.submitted("late@example.test").await;
    let next = first["next_cursor"].as_str().unwrap();
    let second = provider.get(&format!("{path}?limit=2&cursor={next}")).await.json();
    let ids: HashSet<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["data"].as_array().unwrap().iter().map(|item| item["id"].to_string()))
        .collect();
    assert_eq!((ids.len(), &second["next_cursor"]), (4, &Value::Null));
}

#[tokio::test]
async fn finds_contacts_by_address_studio_and_list_and_submissions_by_studio() {
    let provider = Provider::scale_default();
    let ada = provider.create_contact("ada@example.test").await;
    provider.submitted("grace@example.test").await;
    let found =
        async |path: &str| provider.get(&format!("{API}/{path}")).await.json()["data"].as_array().unwrap().len();
    let by_email = provider.get(&format!("{API}/contacts?email=ADA@example.test")).await.json();
    assert_eq!((by_email["data"].as_array().unwrap().len(), &by_email["data"][0]["id"]), (1, &json!(ada)));
    assert_eq!(found("contacts?email=nobody@example.test").await, 0);
    assert_eq!(found(&format!("contacts?studio_id={STUDIO}")).await, 1);
    assert_eq!(found("contacts?list_id=lst_1").await, 0);
    assert_eq!(found(&format!("submissions?studio_id={STUDIO}")).await, 1);
    assert_eq!(found("submissions?studio_id=stu_other").await, 0);
    assert_eq!(found(&format!("submissions?contact_id={ada}")).await, 0);
}

#[tokio::test]
async fn opens_a_session_for_a_contact_or_an_address() {
    let provider = Provider::scale_default();
    let contact = provider.create_contact("ada@example.test").await;
    let body =
        json!({ "studio_id": STUDIO, "contact_id": contact, "redirect_url": "http://x.test/", "metadata": { "a": 1 } });
    let opened = provider.post(&format!("{API}/studio_sessions"), body).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    let session = opened.json();
    assert_eq!((&session["contact_id"], &session["metadata"]["a"]), (&json!(contact), &json!(1)));
    assert!(path_of(&session["url"]).starts_with("/s/") && session["expires_at"].is_string());
    assert_eq!(provider.open_session("ADA@example.test").await["contact_id"], json!(contact));

    let path = format!("{API}/studio_sessions");
    provider.post(&path, json!({ "email": "a@example.test" })).await.is_problem(422, "invalid");
    provider
        .post(&path, json!({ "studio_id": "stu_other", "email": "a@example.test" }))
        .await
        .is_problem(422, "invalid");
    provider.post(&path, json!({ "studio_id": STUDIO })).await.is_problem(422, "invalid");
    provider.post(&path, json!({ "studio_id": STUDIO, "contact_id": "none" })).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_read_only_account_refuses_changes_with_any_of_three_statuses() {
    for (read_only, status) in
        [(ReadOnly::Forbidden, 403), (ReadOnly::NotFound, 404), (ReadOnly::MethodNotAllowed, 405)]
    {
        let provider = Provider::scale(Config { read_only: Some(read_only), ..Config::default() }, 1.0);
        let contact = json!({ "email": "ada@example.test" });
        assert_eq!(provider.post(&format!("{API}/contacts"), contact).await.status, status);
        let session = json!({ "studio_id": STUDIO, "email": "ada@example.test" });
        assert_eq!(provider.post(&format!("{API}/studio_sessions"), session).await.status, status);
        assert_eq!(provider.get(&format!("{API}/contacts")).await.status, StatusCode::OK);

        let visit = provider.post("/sandbox/sessions", json!({ "email": "ada@example.test" })).await;
        assert_eq!(visit.status, StatusCode::CREATED, "people still come by the public page");
        let contacts = provider.get(&format!("{API}/contacts?email=ada@example.test")).await.json();
        assert_eq!(contacts["data"].as_array().unwrap().len(), 1);
    }
}

/// How a submission changes from now on, until it is enhanced and accepted or four minutes have passed.
async fn watch(provider: &Provider, id: &str) -> (Vec<(String, bool)>, Duration) {
    let start = Instant::now();
    let mut seen = Vec::new();
    loop {
        let submission = provider.submission(id).await;
        let now = (submission["state"].as_str().unwrap().to_owned(), submission["enhanced_url"].is_string());
        if seen.last() != Some(&now) {
            seen.push(now.clone());
        }
        if now == ("ACCEPTED".to_owned(), true) || start.elapsed() > Duration::from_mins(4) {
            return (seen, start.elapsed());
        }
        sleep(Duration::from_secs(1)).await;
    }
}

fn step(state: &str, is_enhanced: bool) -> (String, bool) {
    (state.to_owned(), is_enhanced)
}

#[tokio::test(start_paused = true)]
async fn a_photo_is_accepted_and_enhanced_in_two_minutes() {
    let provider = Provider::scale_default();
    let (_, id) = provider.submitted("ada@example.test").await;
    let (seen, took) = watch(&provider, &id).await;
    assert_eq!(seen, [step("PENDING", false), step("ACCEPTED", false), step("ACCEPTED", true)]);
    assert!((Duration::from_mins(2)..Duration::from_secs(125)).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn under_review_it_waits_for_an_admin() {
    let provider = Provider::scale(Config { review: true, ..Config::default() }, 1.0);
    let (session, id) = provider.submitted("ada@example.test").await;
    let (seen, _) = watch(&provider, &id).await;
    assert_eq!(seen, [step("PENDING", false), step("PENDING", true)]);
    let accepted = provider.post(&format!("/sandbox/sessions/{session}/status"), json!({ "status": "ACCEPTED" })).await;
    assert_eq!(accepted.json()["photos"], json!([id]));
}

#[tokio::test(start_paused = true)]
async fn after_a_rejection_another_photo_can_be_handed_in() {
    let provider = Provider::scale_default();
    let (session, id) = provider.submitted("ada@example.test").await;
    let submit = format!("/sandbox/sessions/{session}/submit");
    assert_eq!(provider.post(&submit, json!({})).await.status, StatusCode::CONFLICT);
    provider.post(&format!("/sandbox/sessions/{session}/fail"), json!({})).await;
    sleep(Duration::from_mins(10)).await;
    assert_eq!(provider.submission(&id).await["state"], "REJECTED");
    let again = provider.post(&submit, json!({})).await.json();
    assert_eq!((again["submissions"].as_array().unwrap().len(), &again["status"]), (2, &json!("PENDING")));
}

#[tokio::test]
async fn images_are_there_once_they_are_made_and_their_links_end() {
    let provider = Provider::scale_default();
    let (session, id) = provider.submitted("ada@example.test").await;
    let original = path_of(&provider.submission(&id).await["original_url"]);
    let image = provider.visit(Method::GET, &original, None).await;
    assert!(image.status == StatusCode::OK && image.body.starts_with(b"\xff\xd8\xff"));
    let early = original.replace("original.jpg", "enhanced.png");
    assert_eq!(provider.visit(Method::GET, &early, None).await.status, StatusCode::NOT_FOUND);

    provider.post(&format!("/sandbox/sessions/{session}/complete"), json!({})).await;
    let enhanced = path_of(&provider.submission(&id).await["enhanced_url"]);
    assert!(provider.visit(Method::GET, &enhanced, None).await.body.starts_with(b"\x89PNG"));
    provider.visit(Method::GET, &early, None).await.is_problem(403, "forbidden");
    provider.post(&format!("/sandbox/sessions/{session}/expire-links"), json!({})).await;
    provider.visit(Method::GET, &enhanced, None).await.is_problem(403, "forbidden");
    let fresh = path_of(&provider.submission(&id).await["enhanced_url"]);
    assert_eq!(provider.visit(Method::GET, &fresh, None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_deleted_session_takes_its_submissions_with_it() {
    let provider = Provider::scale_default();
    let (session, id) = provider.submitted("ada@example.test").await;
    let deleted = provider.call(Method::DELETE, &format!("/sandbox/sessions/{session}"), None).await;
    assert_eq!((deleted.status, &deleted.json()["status"]), (StatusCode::OK, &json!("deleted")));
    provider.get(&format!("{API}/submissions/{id}")).await.is_problem(404, "not_found");
    let again = provider.call(Method::DELETE, &format!("/sandbox/sessions/{session}"), None).await;
    again.refused(404, "NOT_FOUND");
}

#[tokio::test]
async fn can_spell_its_answers_otherwise() {
    let provider = Provider::scale(Config { other_spelling: true, ..Config::default() }, 1.0);
    let session = provider.open_session("ada@example.test").await["data"].clone();
    assert!(session["session_url"].is_string() && session.get("url").is_none(), "{session}");
    let id = session["id"].as_str().unwrap();
    provider.post(&format!("/sandbox/sessions/{id}/complete"), json!({})).await;
    let submission = provider.get(&format!("{API}/submissions")).await.json()["data"][0].clone();
    assert!(submission["status"] == "ACCEPTED" && submission["image_url"].is_string(), "{submission}");
    let missing = provider.get(&format!("{API}/submissions/none")).await;
    assert_eq!((missing.status.as_u16(), missing.json()), (404, json!({ "error": "Submission not found" })));
    let limited = Provider::scale(Config { other_spelling: true, requests_per_minute: 0, ..Config::default() }, 1.0);
    let limited = limited.get(&format!("{API}/submissions")).await;
    assert!(limited.json()["error"].is_string() && !limited.header("retry-after").is_empty());
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let provider = Provider::scale(Config { requests_per_minute: 1, ..Config::default() }, 1.0);
    let path = format!("{API}/contacts");
    assert!(provider.get(&path).await.headers.get(header::RETRY_AFTER).is_none());
    let refused = provider.get(&path).await;
    refused.is_problem(429, "rate_limited");
    assert!((1..=61).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
}
