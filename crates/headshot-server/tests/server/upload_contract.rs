//! What every store must do with uploads.

use std::time::Duration;

use headshot_api::State;
use headshot_server::store::{
    KeptUpload, Living, NewUpload, Picture, Reading, Store, Submission, Task, UploadBar, Work,
};
use headshot_server::{SessionId, UploadId};
use jiff::Timestamp;

use crate::common::{NOW, store};
use crate::store_contract::{claim, claim_one, open, standing};

const SECOND: Duration = Duration::from_secs(1);
const MOST: u32 = 2;

contract! {
    what_was_kept_is_listed_in_the_order_of_arrival
    one_session_has_the_same_bytes_and_the_same_name_once
    there_are_as_many_as_the_limit_and_no_more
    a_place_that_was_given_up_takes_nothing
    what_becomes_no_upload_is_to_be_removed
    the_provider_is_told_to_begin_once_it_has_everything
    what_is_taken_back_during_an_attempt_is_taken_back_at_the_provider
    a_refused_photo_gives_a_submitted_session_back
    a_session_that_was_submitted_takes_nothing
    the_files_of_a_removed_session_are_to_be_removed
    uploads_that_are_on_their_way_are_not_forgotten
}

fn new(session: &SessionId, name: &str) -> NewUpload {
    let picture = Picture {
        sha256: format!("sha256 of {name}"),
        md5: [7; 16],
        media_type: "image/jpeg".into(),
        size_bytes: 3,
        width: 2,
        height: 1,
    };
    NewUpload { id: UploadId::random(), session: session.clone(), name: name.into(), picture, received_at: NOW }
}

async fn keep(store: &impl Store, new: NewUpload) -> Result<KeptUpload, UploadBar> {
    store.reserve_upload(&new.session, &new.id, NOW).await.unwrap()?;
    store.keep_upload(new, MOST).await.unwrap()
}

async fn kept(store: &impl Store, session: &SessionId, name: &str) -> UploadId {
    keep(store, new(session, name)).await.unwrap().upload.id
}

async fn names(store: &impl Store, session: &SessionId) -> Vec<String> {
    store.uploads(session).await.unwrap().into_iter().map(|upload| upload.name).collect()
}

/// The names of the files that are to be removed.
async fn removals(store: &impl Store, now: Timestamp) -> Vec<String> {
    let claimed = claim(store, now, 10).await.into_iter();
    claimed.filter_map(|work| if let Task::RemoveUpload { name } = work.task { Some(name) } else { None }).collect()
}

async fn claim_sync(store: &impl Store) -> Work {
    let work = claim_one(store, NOW).await;
    assert!(matches!(work.task, Task::SyncUpload { .. }), "{work:?}");
    work
}

async fn state(store: &impl Store, session: &SessionId) -> (State, Submission) {
    let session = store.session(session).await.unwrap().unwrap();
    (session.standing.state, session.submission)
}

async fn what_was_kept_is_listed_in_the_order_of_arrival(store: &impl Store) {
    let session = open(store, "m").await;
    let first = new(&session, "b");
    let upload = keep(store, first.clone()).await.unwrap().upload;
    assert_eq!((&upload.id, &upload.name, &upload.picture), (&first.id, &first.name, &first.picture));
    assert_eq!((upload.received_at, upload.delivered_at, upload.refused_at), (NOW, None, None));
    kept(store, &session, "a").await;
    assert_eq!(names(store, &session).await, ["b", "a"]);
    assert_eq!(keep(store, new(&SessionId::random(), "a")).await, Err(UploadBar::NoSession));
}

async fn one_session_has_the_same_bytes_and_the_same_name_once(store: &impl Store) {
    let (session, other) = (open(store, "m").await, open(store, "n").await);
    let first = keep(store, new(&session, "a")).await.unwrap();
    assert!(first.is_new);
    let again = keep(store, NewUpload { name: "copy".into(), ..new(&session, "a") }).await.unwrap();
    assert_eq!(again, KeptUpload { upload: first.upload, is_new: false });
    let other_bytes = NewUpload { name: "a".into(), ..new(&session, "b") };
    assert_eq!(keep(store, other_bytes).await, Err(UploadBar::NameTaken));
    assert!(keep(store, new(&other, "a")).await.unwrap().is_new, "each session has its own");
}

async fn there_are_as_many_as_the_limit_and_no_more(store: &impl Store) {
    let session = open(store, "m").await;
    let first = kept(store, &session, "a").await;
    kept(store, &session, "b").await;
    assert_eq!(keep(store, new(&session, "c")).await, Err(UploadBar::Full));
    assert!(!keep(store, new(&session, "a")).await.unwrap().is_new, "it is there");
    store.withdraw_upload(&session, &first, NOW).await.unwrap().unwrap();
    kept(store, &session, "a").await;
}

async fn a_place_that_was_given_up_takes_nothing(store: &impl Store) {
    let session = open(store, "m").await;
    assert_eq!(store.keep_upload(new(&session, "a"), MOST).await.unwrap(), Err(UploadBar::TooLate));
    assert!(store.uploads(&session).await.unwrap().is_empty());
}

async fn what_becomes_no_upload_is_to_be_removed(store: &impl Store) {
    let session = open(store, "m").await;
    let begun = UploadId::random();
    store.reserve_upload(&session, &begun, NOW).await.unwrap().unwrap();
    assert!(removals(store, NOW + Duration::from_mins(59)).await.is_empty());
    assert_eq!(removals(store, NOW + Duration::from_hours(1)).await, [begun.as_str()]);
    kept(store, &session, "a").await;
    let again = new(&session, "a");
    keep(store, again.clone()).await.unwrap();
    assert_eq!(removals(store, NOW).await, [again.id.as_str()]);
}

async fn the_provider_is_told_to_begin_once_it_has_everything(store: &impl Store) {
    let session = open(store, "m").await;
    assert_eq!(store.submit_uploads(&session, NOW).await.unwrap(), Err(UploadBar::Nothing));
    kept(store, &session, "a").await;
    kept(store, &session, "b").await;
    store.submit_uploads(&session, NOW).await.unwrap().unwrap();
    assert_eq!(state(store, &session).await, (State::Processing, Submission::Wished));
    let (first, second) = (claim_sync(store).await, claim_sync(store).await);
    store.record_sync(first, NOW).await.unwrap();
    assert!(claim(store, NOW, 10).await.is_empty(), "one photo is missing");
    store.record_sync(second, NOW).await.unwrap();
    let submit = claim_one(store, NOW).await;
    assert!(matches!(submit.task, Task::SubmitSession { .. }), "{submit:?}");
    store.record_submission(submit, standing("pending", State::AwaitingUser), NOW).await.unwrap();
    assert_eq!(state(store, &session).await, (State::Processing, Submission::Sent));
    let refresh = claim_one(store, NOW).await;
    let queued = Reading::Living(Living::at(standing("queued", State::Processing)));
    store.apply_reading(refresh, queued, NOW, NOW).await.unwrap();
    assert_eq!(state(store, &session).await, (State::Processing, Submission::Begun));
}

async fn what_is_taken_back_during_an_attempt_is_taken_back_at_the_provider(store: &impl Store) {
    let session = open(store, "m").await;
    let upload = kept(store, &session, "a").await;
    let pushing = claim_sync(store).await;
    store.withdraw_upload(&session, &upload, NOW).await.unwrap().unwrap();
    assert_eq!(store.withdraw_upload(&session, &upload, NOW).await.unwrap(), Err(UploadBar::NoUpload));
    assert_eq!(removals(store, NOW).await, [upload.as_str()]);
    store.record_sync(pushing, NOW).await.unwrap();
    let withdrawing = claim_sync(store).await;
    let Task::SyncUpload { upload, .. } = &withdrawing.task else { panic!("{withdrawing:?}") };
    assert_eq!(upload.withdrawn_at, Some(NOW));
    store.record_sync(withdrawing, NOW).await.unwrap();
    assert!(claim(store, NOW, 10).await.is_empty());
}

async fn a_refused_photo_gives_a_submitted_session_back(store: &impl Store) {
    let session = open(store, "m").await;
    let upload = kept(store, &session, "a").await;
    store.submit_uploads(&session, NOW).await.unwrap().unwrap();
    let pushing = claim_sync(store).await;
    store.refuse_upload(pushing, NOW + SECOND).await.unwrap();
    assert_eq!(state(store, &session).await, (State::AwaitingUser, Submission::Open));
    assert_eq!(store.uploads(&session).await.unwrap()[0].refused_at, Some(NOW + SECOND));
    assert_eq!(store.submit_uploads(&session, NOW).await.unwrap(), Err(UploadBar::OneRefused));
    store.withdraw_upload(&session, &upload, NOW).await.unwrap().unwrap();
    kept(store, &session, "a").await;
    store.submit_uploads(&session, NOW).await.unwrap().unwrap();
}

async fn a_session_that_was_submitted_takes_nothing(store: &impl Store) {
    let session = open(store, "m").await;
    let upload = kept(store, &session, "a").await;
    let begun = new(&session, "b");
    store.reserve_upload(&session, &begun.id, NOW).await.unwrap().unwrap();
    store.submit_uploads(&session, NOW).await.unwrap().unwrap();
    assert_eq!(store.keep_upload(begun, MOST).await.unwrap(), Err(UploadBar::Submitted));
    assert_eq!(store.reserve_upload(&session, &UploadId::random(), NOW).await.unwrap(), Err(UploadBar::Submitted));
    assert_eq!(store.withdraw_upload(&session, &upload, NOW).await.unwrap(), Err(UploadBar::Submitted));
    assert_eq!(store.submit_uploads(&session, NOW).await.unwrap(), Ok(()), "a second time is fine");
    assert_eq!(names(store, &session).await, ["a"]);
}

async fn the_files_of_a_removed_session_are_to_be_removed(store: &impl Store) {
    let session = open(store, "m").await;
    let mut files = vec![kept(store, &session, "a").await.to_string(), kept(store, &session, "b").await.to_string()];
    let pushing = claim_sync(store).await;
    store.remove_session(&session, NOW).await.unwrap();
    store.record_sync(pushing, NOW).await.unwrap();
    let mut to_remove = removals(store, NOW).await;
    files.sort();
    to_remove.sort();
    assert_eq!(to_remove, files);
    assert!(store.uploads(&session).await.unwrap().is_empty());
    assert_eq!(store.reserve_upload(&session, &UploadId::random(), NOW).await.unwrap(), Err(UploadBar::Deleted));
    assert_eq!(store.submit_uploads(&session, NOW).await.unwrap(), Err(UploadBar::Deleted));
}

async fn uploads_that_are_on_their_way_are_not_forgotten(store: &impl Store) {
    let session = open(store, "m").await;
    kept(store, &session, "a").await;
    store.submit_uploads(&session, NOW).await.unwrap().unwrap();
    let late = NOW + headshot_server::pace::UPLOAD_LIFE;
    let forget = async |at| {
        let due = claim(store, at, 10).await;
        let forget = due.into_iter().find(|work| matches!(work.task, Task::ForgetUploads { .. }));
        store.forget_uploads(forget.expect("their time is over"), at).await.unwrap();
    };
    forget(late).await;
    assert_eq!(names(store, &session).await, ["a"]);
    let later = late + headshot_server::pace::UPLOAD_LIFE_WHEN_READY;
    let sync = claim(store, later, 10).await.into_iter().find(|work| matches!(work.task, Task::SyncUpload { .. }));
    store.refuse_upload(sync.expect("it was not sent"), later).await.unwrap();
    forget(later + headshot_server::pace::LEASE).await;
    assert!(names(store, &session).await.is_empty());
}
