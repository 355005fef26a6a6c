use super::*;
use crate::capture::{
    check::Unfit,
    fault::{Failure, Refusal},
    message::Arrivals,
    photo::Arrival,
};

fn limits(photos: u32) -> UploadLimits {
    let media_types = vec!["image/jpeg".into(), "image/png".into()];
    UploadLimits { photos, bytes: 27_000_000, pixels: 27_000_000, longest_side: 6_400, media_types }
}

fn arrival(upload: &str, name: &str) -> Arrival {
    let (upload, name) = (upload.to_owned(), name.to_owned());
    Arrival { sha256: ["hash of ", &upload].concat(), upload, name, bytes: 9, is_refused: false }
}

fn listed(photos: Vec<Arrival>) -> Message {
    Message::Listed(Ok(Arrivals { photos, is_open: true, limits: limits(40) }))
}

/// A model whose server has these photos.
fn open(photos: Vec<Arrival>) -> Model {
    let (mut model, first) = Model::new(None, Language::default());
    assert_eq!(first, [Effect::List]);
    model.update(listed(photos));
    model
}

/// Adds photos that pass the checks, and says which are sent at once.
fn add(model: &mut Model, names: &[&str]) -> Vec<Effect> {
    let first = model.next_id().0;
    let mut effects = model.update(Message::Added(names.iter().map(|name| ((*name).to_owned(), 7)).collect()));
    for id in first..model.next_id().0 {
        effects.extend(model.update(Message::Checked(PhotoId(id), Ok(None))));
    }
    effects.retain(|effect| matches!(effect, Effect::Send(_)));
    effects
}

fn away() -> Failure {
    Failure::Unreachable
}

fn answer(status: u16, code: &str) -> Failure {
    Failure::Answer { status, code: code.into(), retry_after_s: None }
}

fn events(effects: &[Effect]) -> Vec<&Event> {
    effects.iter().filter_map(|effect| if let Effect::Emit(event) = effect { Some(event) } else { None }).collect()
}

fn stages(model: &Model) -> Vec<&Stage> {
    model.photos.iter().map(|photo| &photo.stage).collect()
}

#[test]
fn two_photos_travel_at_once_and_the_next_follows() {
    let mut model = open(vec![]);
    assert_eq!(add(&mut model, &["a", "b", "c"]), [Effect::Send(PhotoId(0)), Effect::Send(PhotoId(1))]);
    let effects = model.update(Message::Sent(PhotoId(1), Ok(arrival("upl_b", "b"))));
    assert!(effects.contains(&Effect::Send(PhotoId(2))), "{effects:?}");
}

#[test]
fn nothing_is_sent_before_it_was_checked() {
    let mut model = open(vec![]);
    let effects = model.update(Message::Added(vec![("a".into(), 7)]));
    assert!(
        effects.contains(&Effect::Check(PhotoId(0))) && !effects.contains(&Effect::Send(PhotoId(0))),
        "{effects:?}"
    );
    let effects = model.update(Message::Checked(PhotoId(0), Err(Unfit::WrongKind)));
    assert!(!effects.contains(&Effect::Send(PhotoId(0))), "{effects:?}");
    assert_eq!(model.counts(), Counts { arrived: 0, pending: 0, refused: 1 });
}

#[test]
fn what_arrived_before_a_reload_is_there_again() {
    let mut model = open(vec![arrival("upl_a", "a"), arrival("upl_b", "b")]);
    assert_eq!(model.counts(), Counts { arrived: 2, pending: 0, refused: 0 });
    assert_eq!(model.submit_bar(), None);
    // The same file chosen again is not sent again, and lends its bytes for the preview.
    model.update(Message::Added(vec![("a".into(), 9)]));
    assert!(model.may_have(9));
    let effects = model.update(Message::Checked(PhotoId(2), Ok(Some("hash of upl_a".into()))));
    assert!(effects.contains(&Effect::Adopt { from: PhotoId(2), to: PhotoId(0) }), "{effects:?}");
    assert_eq!(model.photos.len(), 2);
    // Once more, it is one too many.
    model.update(Message::Added(vec![("a".into(), 9)]));
    model.update(Message::Checked(PhotoId(3), Ok(Some("hash of upl_a".into()))));
    assert_eq!(model.photos[2].stage, Stage::Unfit(Unfit::Twice));
}

#[test]
fn the_server_recognises_a_picture_where_the_page_cannot() {
    let mut model = open(vec![arrival("upl_a", "a")]);
    add(&mut model, &["again"]);
    let effects = model.update(Message::Sent(PhotoId(1), Ok(arrival("upl_a", "a"))));
    assert!(effects.contains(&Effect::Adopt { from: PhotoId(1), to: PhotoId(0) }), "{effects:?}");
}

#[test]
fn a_lost_network_pauses_once_and_everything_goes_on_afterwards() {
    let mut model = open(vec![]);
    add(&mut model, &["a", "b", "c"]);
    let effects = model.update(Message::Sent(PhotoId(0), Err(away())));
    assert!(effects.contains(&Effect::Pause { failures: 1, retry_after_s: None }), "{effects:?}");
    assert!(matches!(events(&effects)[..], [Event::Error { code: "server_unreachable", is_fatal: false, .. }]));
    let effects = model.update(Message::Sent(PhotoId(1), Err(away())));
    assert_eq!(effects, []);
    assert_eq!(model.counts().pending, 3);
    // The one that has not failed yet comes first.
    assert_eq!(model.update(Message::Resume), [Effect::Send(PhotoId(2)), Effect::Send(PhotoId(0))]);
    let effects = model.update(Message::Sent(PhotoId(2), Ok(arrival("upl_c", "c"))));
    assert_eq!(events(&effects)[0], &Event::Recovered { code: "server_unreachable" });
    assert_eq!(model.trouble, None);
}

#[test]
fn failures_in_a_row_are_counted_for_the_back_off() {
    let mut model = open(vec![]);
    add(&mut model, &["a"]);
    for failures in 1..4 {
        let effects = model.update(Message::Sent(PhotoId(0), Err(answer(503, "store_unavailable"))));
        assert!(effects.contains(&Effect::Pause { failures, retry_after_s: None }), "{effects:?}");
        model.update(Message::Resume);
    }
}

#[test]
fn a_refused_token_stops_everything_until_there_is_a_fresh_one() {
    let mut model = open(vec![]);
    add(&mut model, &["a", "b"]);
    let effects = model.update(Message::Sent(PhotoId(0), Err(answer(401, "client_token_expired"))));
    assert!(matches!(events(&effects)[..], [Event::Error { code: "token_refused", is_fatal: true, .. }]));
    assert!(model.is_stopped());
    model.update(Message::Sent(PhotoId(1), Err(answer(401, "client_token_expired"))));
    assert_eq!(model.update(Message::Resume), [Effect::List]);
    let effects = model.update(listed(vec![]));
    assert!(effects.contains(&Effect::Send(PhotoId(0))) && effects.contains(&Effect::Send(PhotoId(1))), "{effects:?}");
}

#[test]
fn a_photo_that_the_server_refuses_holds_up_no_other() {
    let mut model = open(vec![]);
    add(&mut model, &["a", "b", "c"]);
    let effects = model.update(Message::Sent(PhotoId(0), Err(answer(422, "image_too_large"))));
    assert!(effects.contains(&Effect::Send(PhotoId(2))), "{effects:?}");
    assert_eq!(model.photos[0].stage, Stage::Refused { refusal: Refusal::Pixels, upload: None });
}

#[test]
fn a_name_that_another_page_has_taken_is_changed() {
    let mut model = open(vec![]);
    add(&mut model, &["me.jpg"]);
    let effects = model.update(Message::Sent(PhotoId(0), Err(answer(409, "upload_name_taken"))));
    assert!(effects.contains(&Effect::Send(PhotoId(0))), "{effects:?}");
    assert_eq!(model.photos[0].name, "me (2).jpg");
}

#[test]
fn more_photos_than_the_session_takes_are_said_to_be_too_many() {
    let mut model = open(vec![]);
    let arrivals = Arrivals { photos: vec![], is_open: true, limits: limits(2) };
    model.update(Message::Listed(Ok(arrivals)));
    add(&mut model, &["a", "b", "c"]);
    assert_eq!(model.photos[2].stage, Stage::Unfit(Unfit::NoRoom { limit: 2 }));
}

#[test]
fn a_photo_that_is_removed_is_taken_back_from_the_server() {
    let mut model = open(vec![arrival("upl_a", "a")]);
    let effects = model.update(Message::Remove(PhotoId(0)));
    assert!(effects.contains(&Effect::Withdraw(PhotoId(0), "upl_a".into())), "{effects:?}");
    assert_eq!(model.update(Message::Remove(PhotoId(0))), []);
    // A lost answer is asked for again.
    model.update(Message::Withdrawn(PhotoId(0), Err(away())));
    assert_eq!(model.update(Message::Resume), [Effect::Withdraw(PhotoId(0), "upl_a".into())]);
    let effects = model.update(Message::Withdrawn(PhotoId(0), Ok(())));
    assert!(effects.contains(&Effect::Forget(PhotoId(0))), "{effects:?}");
    assert_eq!(model.photos, []);
}

#[test]
fn a_photo_that_is_removed_while_its_last_bytes_travel_does_not_stay_at_the_server() {
    let mut model = open(vec![]);
    add(&mut model, &["a"]);
    model.update(Message::Progress(PhotoId(0), 100));
    let effects = model.update(Message::Remove(PhotoId(0)));
    assert!(!effects.contains(&Effect::Forget(PhotoId(0))), "{effects:?}");
    let effects = model.update(Message::Sent(PhotoId(0), Ok(arrival("upl_a", "a"))));
    assert!(effects.contains(&Effect::Withdraw(PhotoId(0), "upl_a".into())), "{effects:?}");
}

#[test]
fn a_photo_that_is_removed_on_its_way_is_forgotten_at_once() {
    let mut model = open(vec![]);
    add(&mut model, &["a"]);
    model.update(Message::Progress(PhotoId(0), 99));
    assert!(model.update(Message::Remove(PhotoId(0))).contains(&Effect::Forget(PhotoId(0))));
}

#[test]
fn photos_are_handed_in_once_all_have_arrived() {
    let mut model = open(vec![]);
    assert_eq!(model.submit_bar(), Some(Phrase::NothingYet));
    add(&mut model, &["a"]);
    assert_eq!(model.submit_bar(), Some(Phrase::WhenArrived));
    assert_eq!(model.update(Message::Submit), []);
    model.update(Message::Sent(PhotoId(0), Ok(arrival("upl_a", "a"))));
    assert_eq!(model.update(Message::Submit), [Effect::Submit]);
    // A lost answer is asked for again: a second time is fine.
    model.update(Message::Submitted(Err(away())));
    assert_eq!(model.update(Message::Resume), [Effect::Submit]);
    let effects = model.update(Message::Submitted(Ok(())));
    assert!(events(&effects).contains(&&Event::Submitted { is_restored: false }), "{effects:?}");
    assert_eq!(model.phase, Phase::Done);
}

#[test]
fn a_photo_that_the_provider_refuses_is_removed_before_the_rest_is_handed_in() {
    let mut model = open(vec![arrival("upl_a", "a"), arrival("upl_b", "b")]);
    model.update(Message::Submit);
    assert_eq!(model.update(Message::Submitted(Err(answer(409, "upload_refused")))), [Effect::List]);
    let refused = Arrival { is_refused: true, ..arrival("upl_a", "a") };
    model.update(listed(vec![refused, arrival("upl_b", "b")]));
    assert_eq!(model.submit_bar(), Some(Phrase::RemoveRefused));
    model.update(Message::Remove(PhotoId(0)));
    model.update(Message::Withdrawn(PhotoId(0), Ok(())));
    assert_eq!(model.update(Message::Submit), [Effect::Submit]);
}

#[test]
fn a_session_that_was_handed_in_before_says_so() {
    let (mut model, _) = Model::new(None, Language::default());
    let closed = Arrivals { photos: vec![arrival("upl_a", "a")], is_open: false, limits: limits(40) };
    let effects = model.update(Message::Listed(Ok(closed)));
    assert!(events(&effects).contains(&&Event::Submitted { is_restored: true }), "{effects:?}");
}

#[test]
fn what_another_page_has_handed_in_is_not_sent_again_and_again() {
    let mut model = open(vec![]);
    add(&mut model, &["a"]);
    let effects = model.update(Message::Sent(PhotoId(0), Err(answer(409, "session_submitted"))));
    assert_eq!(effects, [Effect::List]);
}

#[test]
fn what_arrives_while_the_list_is_on_its_way_is_kept() {
    let mut model = open(vec![arrival("upl_gone", "gone")]);
    add(&mut model, &["a", "b"]);
    model.update(Message::Sent(PhotoId(1), Err(answer(404, "upload_unknown"))));
    model.update(Message::Sent(PhotoId(2), Ok(arrival("upl_b", "b"))));
    model.update(listed(vec![]));
    assert_eq!(stages(&model), [&Stage::Sending { percent: 0 }, &Stage::Arrived("upl_b".into())]);
}

#[test]
fn the_camera_counts_down_and_the_photo_can_be_taken_again() {
    let mut model = open(vec![]);
    assert_eq!(model.update(Message::OpenCamera), [Effect::OpenCamera]);
    model.update(Message::CameraOpened);
    model.update(Message::TakePhoto);
    for shown in [3, 2] {
        assert_eq!(model.camera, Camera::Counting(shown));
        model.update(Message::Tick);
    }
    assert!(model.update(Message::Tick).contains(&Effect::Shoot));
    assert_eq!(model.camera, Camera::Taken);
    model.update(Message::Retake);
    assert_eq!(model.camera, Camera::Live);
}

#[test]
fn a_countdown_can_be_stopped() {
    let mut model = open(vec![]);
    model.update(Message::OpenCamera);
    model.update(Message::CameraOpened);
    model.update(Message::TakePhoto);
    model.update(Message::TakePhoto);
    assert_eq!(model.camera, Camera::Live);
    // The tick that was under way comes too late.
    assert_eq!(model.update(Message::Tick), []);
}

#[test]
fn a_photo_that_is_kept_is_a_photo_like_any_other() {
    let mut model = open(vec![arrival("upl_1", "camera-1.jpg")]);
    model.update(Message::OpenCamera);
    model.update(Message::CameraOpened);
    model.update(Message::TakePhoto);
    (0..3).for_each(|_| drop(model.update(Message::Tick)));
    assert!(model.update(Message::Kept(1_000)).contains(&Effect::Check(PhotoId(1))));
    assert_eq!((model.photos[1].name.as_str(), model.camera), ("camera-2.jpg", Camera::Live));
}

#[test]
fn a_page_that_cannot_have_the_camera_says_so_at_once() {
    let (model, first) = Model::new(Some(CameraFault::Forbidden), Language::default());
    assert!(matches!(events(&first)[..], [Event::Error { code: "camera_blocked", is_fatal: false, .. }]));
    assert!(!model.can_use_camera());
}

#[test]
fn without_a_camera_files_still_work() {
    let mut model = open(vec![]);
    model.update(Message::OpenCamera);
    let effects = model.update(Message::CameraFailed(CameraFault::Denied));
    assert!(matches!(events(&effects)[..], [Event::Error { code: "camera_blocked", is_fatal: false, .. }]));
    assert_eq!((model.camera, model.camera_fault), (Camera::Off, Some(CameraFault::Denied)));
    assert_eq!(add(&mut model, &["a"]), [Effect::Send(PhotoId(0))]);
    // It may be tried again.
    assert_eq!(model.update(Message::OpenCamera), [Effect::OpenCamera]);
}

#[test]
fn handing_in_turns_the_camera_off() {
    let mut model = open(vec![arrival("upl_a", "a")]);
    model.update(Message::OpenCamera);
    assert_eq!(model.update(Message::Submit), [Effect::CloseCamera, Effect::Submit]);
}
