use std::time::Duration;

use axum::http::StatusCode;
use headshot_api::{Session, State};
use serde_json::json;

use crate::common::scale::ScaleWorld;
use crate::common::{API_KEY, delete, png};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

async fn opened() -> (ScaleWorld, String) {
    let world = ScaleWorld::new().await;
    let session = world.open().await;
    (world, session.id)
}

fn stands(session: &Session) -> (State, &str) {
    (session.state.clone(), session.provider_status.as_str())
}

/// The bytes of the session's only picture.
async fn picture(world: &ScaleWorld, id: &str) -> Vec<u8> {
    let [picture] = world.pictures(&world.session(id).await).await.try_into().expect("one picture");
    picture
}

#[tokio::test]
async fn a_session_goes_from_the_link_to_the_picture() {
    let (world, id) = opened().await;
    assert_eq!(stands(&world.session(&id).await), (State::AwaitingUser, "no_submission"));
    world.submit("sub_1", "PENDING");
    world.pass(30 * SECOND).await;
    assert_eq!(stands(&world.session(&id).await), (State::InReview, "PENDING"));
    world.provider.change("sub_1", &json!({"state": "ACCEPTED"}));
    world.pass(30 * SECOND).await;
    assert_eq!(stands(&world.session(&id).await), (State::Processing, "ACCEPTED"));
    world.complete("sub_1").await;
    world.work().await;
    assert_eq!(stands(&world.session(&id).await), (State::Ready, "ACCEPTED"));
    assert_eq!(picture(&world, &id).await, png("sub_1"));
    assert!(world.session(&id).await.favorite_photo().is_some());
}

#[tokio::test]
async fn a_rejection_that_no_delivery_tells_is_found_and_a_second_picture_is_welcome() {
    let (world, id) = opened().await;
    world.submit("sub_1", "REJECTED");
    world.pass(MINUTE).await;
    assert_eq!(stands(&world.session(&id).await), (State::Failed, "REJECTED"));
    world.submit("sub_2", "PENDING");
    world.pass(MINUTE).await;
    assert_eq!(stands(&world.session(&id).await), (State::InReview, "PENDING"));
}

#[tokio::test]
async fn an_abandoned_session_waits_for_the_person_and_is_asked_about_ever_more_seldom() {
    let (world, id) = opened().await;
    world.provider.forget_calls();
    for _ in 0..48 {
        world.pass(30 * MINUTE).await;
    }
    let calls = world.provider.calls().len();
    assert!((40..=48).contains(&calls), "{calls} calls on the first day");
    world.provider.forget_calls();
    for _ in 0..48 {
        world.pass(30 * MINUTE).await;
    }
    let calls = world.provider.calls().len();
    assert!((3..=5).contains(&calls), "{calls} calls on the second day");
    assert_eq!(stands(&world.session(&id).await), (State::AwaitingUser, "no_submission"));
    world.submit("sub_1", "PENDING");
    world.pass(7 * 60 * MINUTE).await;
    assert_eq!(world.session(&id).await.state, State::InReview);
}

#[tokio::test]
async fn a_status_that_nobody_documented_is_kept() {
    let (world, id) = opened().await;
    world.submit("sub_1", "Polishing");
    world.pass(MINUTE).await;
    assert_eq!(stands(&world.session(&id).await), (State::InReview, "Polishing"));
}

#[tokio::test]
async fn a_submission_on_the_third_page_is_found() {
    let (world, id) = opened().await;
    world.provider.ignore_query("contact_id");
    world.provider.set_largest_page(2);
    world.submit("sub_1", "PENDING");
    for number in 2..=6 {
        world.submit_as("ctn_other", &format!("sub_{number}"), "PENDING");
    }
    world.provider.forget_calls();
    world.pass(MINUTE).await;
    assert_eq!(world.session(&id).await.state, State::InReview);
    let list = "GET submissions?studio_id=stu_1&contact_id=ctn_1&limit=100";
    let cursor = |at: &str| format!("{list}&cursor={at}");
    assert_eq!(world.provider.lines(), [list.to_owned(), cursor("2"), cursor("4"), "GET submissions/sub_1".into()]);
}

#[tokio::test]
async fn what_is_older_than_the_session_is_neither_shown_nor_paged_through() {
    let world = ScaleWorld::new().await;
    world.provider.add_contact(json!({"id": "ctn_1", "email": "ada@example.test", "studio_ids": ["stu_1"]}));
    world.provider.set_largest_page(3);
    for number in 0..9 {
        world.submit(&format!("old_{number}"), "ACCEPTED");
        world.provider.enhance(&format!("old_{number}"));
        world.clock.advance(MINUTE);
    }
    world.clock.advance(MINUTE);
    let session = world.open().await;
    world.provider.forget_calls();
    world.pass(MINUTE).await;
    assert_eq!(stands(&world.session(&session.id).await), (State::AwaitingUser, "no_submission"));
    assert_eq!(world.provider.lines(), ["GET submissions?studio_id=stu_1&contact_id=ctn_1&limit=100"]);
}

#[tokio::test]
async fn a_list_that_never_ends_does_not_hold_the_server() {
    let (world, id) = opened().await;
    for page in 0..40 {
        world.provider.answer_next(200, &[], &json!({"data": [], "next_cursor": format!("{page}")}));
    }
    world.provider.forget_calls();
    world.pass(MINUTE).await;
    assert_eq!(world.provider.calls().len(), 20);
    assert_eq!(world.session(&id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn a_list_that_does_not_move_on_is_left() {
    let (world, id) = opened().await;
    for _ in 0..3 {
        world.provider.answer_next(200, &[], &json!({"data": [], "next_cursor": "again"}));
    }
    world.provider.forget_calls();
    world.pass(MINUTE).await;
    assert_eq!(world.provider.calls().len(), 2);
    assert_eq!(world.session(&id).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn the_newest_finished_picture_is_shown_and_stays_while_another_is_being_made() {
    let (world, id) = opened().await;
    world.submit("sub_1", "PENDING");
    world.complete("sub_1").await;
    world.work().await;
    world.clock.advance(MINUTE);
    world.submit("sub_2", "ACCEPTED");
    world.pass(MINUTE).await;
    assert_eq!(world.session(&id).await.state, State::Ready);
    assert_eq!(picture(&world, &id).await, png("sub_1"));
    world.complete("sub_2").await;
    world.work().await;
    assert_eq!(picture(&world, &id).await, png("sub_2"));
    let session = world.session(&id).await;
    assert_eq!(session.favorite_photo_id.as_ref(), Some(&session.photos[0].id));
}

#[tokio::test]
async fn a_picture_that_is_rejected_after_all_gives_way_to_the_one_before() {
    let (world, id) = opened().await;
    for submission in ["sub_1", "sub_2"] {
        world.clock.advance(MINUTE);
        world.submit(submission, "PENDING");
        world.complete(submission).await;
        world.work().await;
    }
    world.provider.change("sub_2", &json!({"state": "REJECTED"}));
    world.pass(2 * MINUTE).await;
    assert_eq!(picture(&world, &id).await, png("sub_1"));
    world.provider.change("sub_1", &json!({"state": "REJECTED"}));
    world.pass(2 * MINUTE).await;
    let session = world.session(&id).await;
    assert_eq!((stands(&session), session.photos.len()), ((State::Failed, "REJECTED"), 0));
}

#[tokio::test]
async fn a_submission_that_the_list_does_not_show_is_read_all_the_same() {
    let (world, id) = opened().await;
    world.submit("sub_1", "PENDING");
    world.provider.hide_from_list("sub_1");
    world.ring(&json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "sub_1"})).await;
    world.work().await;
    assert_eq!(world.session(&id).await.state, State::InReview);
    world.provider.forget_submission("sub_1");
    world.pass(2 * MINUTE).await;
    assert_eq!(stands(&world.session(&id).await), (State::AwaitingUser, "no_submission"));
}

#[tokio::test]
async fn two_sessions_of_one_person_are_told_apart_where_submissions_name_theirs() {
    let (world, first) = opened().await;
    world.clock.advance(10 * MINUTE);
    let second = world.open().await.id;
    world.submit("sub_1", "PENDING");
    world.provider.change("sub_1", &json!({"studio_session_id": "ses_2"}));
    world.pass(30 * MINUTE).await;
    assert_eq!(world.session(&first).await.state, State::AwaitingUser);
    assert_eq!(world.session(&second).await.state, State::InReview);
}

#[tokio::test]
async fn who_goes_by_the_studios_own_link_is_known_by_the_address() {
    let world = ScaleWorld::read_only().await;
    let session = world.open().await;
    world.pass(30 * SECOND).await;
    assert_eq!(world.session(&session.id).await.state, State::AwaitingUser);
    world.provider.add_contact(json!({"id": "ctn_1", "email": "ADA@example.test"}));
    world.submit("sub_1", "PENDING");
    world.complete("sub_1").await;
    world.work().await;
    assert_eq!(world.session(&session.id).await.state, State::Ready);
    assert_eq!(picture(&world, &session.id).await, png("sub_1"));
}

#[tokio::test]
async fn who_goes_by_the_studios_own_link_is_found_by_polling_too() {
    let world = ScaleWorld::read_only().await;
    let (ada, other) = (world.open().await.id, world.ask_to_open(&json!({"email": "bob@example.test"})).await);
    let other = other.json::<headshot_api::OpenedSession>().session.id;
    world.provider.add_contact(json!({"id": "ctn_1", "email": "ada@example.test"}));
    world.submit("sub_1", "REJECTED");
    world.pass(30 * SECOND).await;
    assert_eq!(world.session(&ada).await.state, State::Failed);
    assert_eq!(world.session(&other).await.state, State::AwaitingUser);
}

#[tokio::test]
async fn deleting_a_session_forgets_the_person_here_and_asks_nothing_of_the_provider() {
    let world = ScaleWorld::read_only().await;
    let id = world.open().await.id;
    world.provider.forget_calls();
    let delete = delete(&format!("/v1/sessions/{id}"), API_KEY);
    assert_eq!(world.send(delete).await.status, StatusCode::NO_CONTENT);
    world.work().await;
    assert!(world.provider.calls().is_empty());
    let session = world.session(&id).await;
    assert_eq!((session.state, session.surface), (State::Deleted, None));
    assert_eq!(world.query::<i64>("SELECT count(*) FROM session_refs WHERE value LIKE '%@%'"), 0);
}

#[tokio::test]
async fn a_picture_is_fetched_from_listed_hosts_only_and_without_the_key() {
    let (world, id) = opened().await;
    world.submit("sub_1", "PENDING");
    world.complete("sub_1").await;
    world.work().await;
    let images: Vec<_> = world.provider.calls().into_iter().filter(|call| call.path.starts_with("/images/")).collect();
    assert_eq!((images.len(), &images[0].authorization), (1, &None));

    world.clock.advance(MINUTE);
    world.submit("sub_2", "ACCEPTED");
    world.provider.change("sub_2", &json!({"enhanced_url": "https://127.0.0.1:1/secret.png"}));
    world.pass(2 * MINUTE).await;
    let session = world.session(&id).await;
    assert_eq!((session.state, session.photos.len()), (State::Ready, 0));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_changes_nothing() {
    let (world, id) = opened().await;
    world.submit("sub_1", "PENDING");
    world.pass(MINUTE).await;
    for answer in [json!({"data": "x"}), json!([7]), json!({"message": "hello"})] {
        world.provider.answer_next(200, &[], &answer);
        world.pass(20 * MINUTE).await;
        assert_eq!(world.session(&id).await.state, State::InReview, "{answer}");
    }
}
