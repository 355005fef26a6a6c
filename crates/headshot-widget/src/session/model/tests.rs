use super::*;
use crate::ErrorCode;

fn photo(id: &str, link: &str) -> Photo {
    Photo { id: id.into(), url: format!("https://server.test/{id}?{link}"), expires_at: "2026-01-02T03:04:05Z".into() }
}

fn session(state: State, provider_status: &str) -> Session {
    let progress = match provider_status {
        "waiting" => Some(Progress::Queued),
        "pending" => Some(Progress::Preparing),
        "failed" => Some(Progress::Delayed),
        _ if state == State::Processing => Some(Progress::Making),
        _ => None,
    };
    Session {
        progress,
        usual_minutes: None,
        id: "ses_1".into(),
        provider: "headshotpro".into(),
        state,
        provider_status: provider_status.into(),
        surface: Some(Surface::Frame {
            url: "https://studio.test/auth/social?token=T".into(),
            origins: vec!["https://studio.test".into()],
            expires_at: None,
        }),
        test_mode: true,
        reference: None,
        photos: Vec::new(),
        favorite_photo_id: None,
        created_at: "2026-01-02T03:04:05Z".into(),
        updated_at: "2026-01-02T03:04:05Z".into(),
    }
}

fn ready(photos: &[Photo], favorite: Option<&str>) -> Session {
    Session {
        photos: photos.to_vec(),
        favorite_photo_id: favorite.map(str::to_owned),
        ..session(State::Ready, "active")
    }
}

fn receive(model: &mut Model, session: Session) -> Vec<EmbedEvent> {
    let link = session.surface.as_ref().and_then(Surface::url).map(|url| Ok(url.to_owned()));
    model.receive(session, link)
}

fn names(events: &[EmbedEvent]) -> Vec<&'static str> {
    events.iter().map(EmbedEvent::name).collect()
}

fn code(event: Option<&EmbedEvent>) -> Option<ErrorCode> {
    match event? {
        EmbedEvent::Error { code, .. } => Some(*code),
        _ => None,
    }
}

fn model() -> Model {
    Model::new("ses_1".into(), Way::Inline)
}

#[test]
fn tells_each_status_once() {
    let mut model = model();
    assert_eq!(names(&receive(&mut model, session(State::Processing, "waiting"))), ["headshot-status"]);
    assert_eq!(names(&receive(&mut model, session(State::Processing, "waiting"))), [""; 0]);
    let events = receive(&mut model, session(State::Processing, "pending"));
    let expected = EmbedEvent::Status {
        session: "ses_1".into(),
        state: State::Processing,
        provider_status: "pending".into(),
        restored: false,
    };
    assert_eq!(events, [expected]);
}

#[test]
fn tells_a_status_that_goes_backwards() {
    let mut model = model();
    receive(&mut model, session(State::Ready, "active"));
    assert_eq!(names(&receive(&mut model, session(State::AwaitingUser, "onboarding"))), ["headshot-status"]);
}

#[test]
fn tells_photos_and_favourite_at_once_when_opened_late() {
    let photos = [photo("pho_1", "a"), photo("pho_2", "a")];
    let events = receive(&mut model(), ready(&photos, Some("pho_2")));
    assert_eq!(names(&events), ["headshot-status", "headshot-photos", "headshot-favorite"]);
    let favorite = EmbedEvent::Favorite { session: "ses_1".into(), photo: photos[1].clone(), restored: true };
    assert_eq!(events[2], favorite);
}

#[test]
fn what_was_so_before_is_told_apart_from_what_happens() {
    let photos = [photo("pho_1", "a")];
    let is_restored = |event: &EmbedEvent| match event {
        EmbedEvent::Status { restored, .. }
        | EmbedEvent::Photos { restored, .. }
        | EmbedEvent::Favorite { restored, .. } => *restored,
        other => panic!("{other:?}"),
    };
    let at_once = receive(&mut model(), ready(&photos, Some("pho_1")));
    assert!(at_once.len() == 3 && at_once.iter().all(is_restored), "{at_once:?}");

    let mut model = model();
    receive(&mut model, session(State::Processing, "pending"));
    let later = receive(&mut model, ready(&photos, Some("pho_1")));
    assert!(later.len() == 3 && !later.iter().any(is_restored), "{later:?}");
}

#[test]
fn a_fresh_link_to_the_same_photo_is_no_event() {
    let mut model = model();
    receive(&mut model, ready(&[photo("pho_1", "a")], Some("pho_1")));
    assert_eq!(receive(&mut model, ready(&[photo("pho_1", "b")], Some("pho_1"))), []);
}

#[test]
fn tells_a_favourite_only_when_its_copy_is_there() {
    let mut model = model();
    receive(&mut model, ready(&[], Some("pho_1")));
    let events = receive(&mut model, ready(&[photo("pho_1", "a")], Some("pho_1")));
    assert_eq!(names(&events), ["headshot-photos", "headshot-favorite"]);
}

#[test]
fn tells_a_changed_mind() {
    let photos = [photo("pho_1", "a"), photo("pho_2", "a")];
    let mut model = model();
    receive(&mut model, ready(&photos, Some("pho_1")));
    assert_eq!(names(&receive(&mut model, ready(&photos, Some("pho_2")))), ["headshot-favorite"]);
    assert!(model.tiles()[1].is_favorite && !model.tiles()[0].is_favorite);
}

#[test]
fn keeps_the_link_that_a_photo_was_shown_with() {
    let mut model = model();
    receive(&mut model, ready(&[photo("pho_1", "a")], None));
    receive(&mut model, ready(&[photo("pho_1", "b")], None));
    assert_eq!(model.tiles()[0].url, photo("pho_1", "a").url);
}

#[test]
fn renews_an_expired_link_once_and_then_gives_up() {
    let mut model = model();
    receive(&mut model, ready(&[photo("pho_1", "a")], None));
    assert!(model.lose_image("pho_1"));
    receive(&mut model, ready(&[photo("pho_1", "b")], None));
    assert_eq!(model.tiles()[0].url, photo("pho_1", "b").url);
    assert!(!model.lose_image("pho_1"));
    assert_eq!(model.tiles()[0].image, Image::Lost);
}

#[test]
fn a_failing_server_is_told_once_until_it_has_recovered() {
    let mut model = model();
    let first = model.lose_server(Fault::ServerUnreachable);
    assert_eq!(code(first.as_ref()), Some(ErrorCode::ServerUnreachable));
    assert_eq!(model.lose_server(Fault::ServerUnreachable), None);
    let recovered = EmbedEvent::Recovered { session: "ses_1".into(), code: ErrorCode::ServerUnreachable };
    assert_eq!(model.receive_nothing_new(), Some(recovered));
    assert_eq!(model.fault(), None);
    assert_eq!(model.receive_nothing_new(), None);
    assert!(model.lose_server(Fault::ServerUnreachable).is_some());
}

#[test]
fn an_answer_clears_what_was_wrong_with_the_server() {
    let mut model = model();
    model.lose_server(Fault::ServerError(503));
    receive(&mut model, session(State::Processing, "pending"));
    assert_eq!(model.fault(), None);
}

#[test]
fn the_frame_stays_while_the_server_is_away() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    model.lose_server(Fault::TokenRefused);
    assert!(model.shows_frame(), "an upload may be under way in it");
}

#[test]
fn a_refused_link_opens_nowhere() {
    let mut model = model();
    let events = model.receive(session(State::AwaitingUser, "onboarding"), Some(Err(Fault::LinkMalformed)));
    assert_eq!(code(events.last()), Some(ErrorCode::LinkRefused));
    assert!(!model.shows_frame() && model.link().is_none() && !model.reserves_stage());
}

#[test]
fn a_frame_that_the_page_forbids_leaves_the_new_tab() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    let event = model.learn_frame(Some(Fault::FrameForbidden(vec!["https://studio.test".into()])));
    assert_eq!(code(event.as_ref()), Some(ErrorCode::FrameForbidden));
    receive(&mut model, session(State::Processing, "waiting"));
    assert!(!model.shows_frame() && model.link().is_some());
    assert_eq!(model.learn_frame(None), None, "browsers say of a forbidden frame that it has loaded");
    assert!(!model.shows_frame());
}

#[test]
fn a_frame_that_nothing_comes_into_stays_for_what_may_still_come() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    assert_eq!(code(model.learn_frame(Some(Fault::FrameUnanswered)).as_ref()), Some(ErrorCode::FrameUnanswered));
    assert!(model.shows_frame());
    model.learn_frame(None);
    assert_eq!(model.fault(), None);
}

#[test]
fn photos_that_fail_together_are_renewed_by_one_answer() {
    let mut model = model();
    let photos = ["pho_1", "pho_2", "pho_3"];
    receive(&mut model, ready(&photos.map(|id| photo(id, "a")), None));
    let asks: Vec<bool> = photos.iter().map(|id| model.lose_image(id)).collect();
    assert_eq!(asks, [true, false, false]);
    receive(&mut model, ready(&photos.map(|id| photo(id, "b")), None));
    assert!(model.tiles().iter().all(|tile| tile.url.ends_with("?b")));
}

#[test]
fn a_blocked_camera_is_a_worry_only_while_photos_are_taken() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    assert!(model.learn_camera(Some(Fault::CameraDenied)).is_some());
    assert_eq!(model.fault(), Some(&Fault::CameraDenied));
    assert!(model.shows_frame());
    receive(&mut model, session(State::Processing, "waiting"));
    assert_eq!(model.fault(), None);
}

#[test]
fn a_camera_that_is_allowed_again_takes_the_words_back() {
    let mut model = model();
    model.learn_camera(Some(Fault::CameraDenied));
    let recovered = EmbedEvent::Recovered { session: "ses_1".into(), code: ErrorCode::CameraBlocked };
    assert_eq!(model.learn_camera(None), Some(recovered));
    assert_eq!(model.fault(), None);
}

#[test]
fn a_deleted_session_says_so_and_shows_nothing_more() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    let events = receive(&mut model, session(State::Deleted, "deleted"));
    assert_eq!(names(&events), ["headshot-status", "headshot-error"]);
    assert_eq!(code(events.last()), Some(ErrorCode::SessionDeleted));
    assert!(!model.shows_frame() && model.link().is_none());
}

#[test]
fn promises_no_steps_where_nothing_will_come() {
    let mut model = model();
    assert_eq!(model.status().steps_done, Some(0));
    model.lose_server(Fault::SessionUnknown);
    assert_eq!((model.status().state.as_str(), model.status().steps_done), ("stopped", None));
}

#[test]
fn keeps_the_frames_place_while_it_may_still_come() {
    let mut model = model();
    assert!(model.reserves_stage());
    model.lose_server(Fault::ServerUnreachable);
    assert!(model.reserves_stage());
    model.lose_server(Fault::SessionUnknown);
    assert!(!model.reserves_stage());
}

#[test]
fn the_steps_follow_the_providers_word() {
    let steps = [
        (State::AwaitingUser, "onboarding", 0),
        (State::Processing, "waiting", 1),
        (State::InReview, "waiting", 1),
        (State::Processing, "pending", 2),
        (State::Processing, "generatingHeadshots", 2),
        (State::Failed, "failed", 2),
        (State::Ready, "active", 4),
    ];
    for (state, word, done) in steps {
        let mut model = model();
        receive(&mut model, session(state, word));
        assert_eq!(model.status().steps_done, Some(done), "{word}");
    }
}

#[test]
fn a_studio_over_the_page_waits_for_the_person_and_outlives_being_closed() {
    let mut model = Model::new("ses_1".into(), Way::Modal);
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    assert!(model.shows_door() && !model.shows_frame() && !model.reserves_stage());
    model.enter();
    assert!(model.shows_frame() && model.is_over());
    model.leave();
    assert!(model.shows_frame() && !model.is_over(), "an upload may be under way in it");
}

#[test]
fn without_a_frame_the_studio_opens_in_a_tab_and_the_phone_is_offered() {
    for wish in [Way::Inline, Way::Modal] {
        let mut model = Model::new("ses_1".into(), wish);
        receive(&mut model, session(State::AwaitingUser, "onboarding"));
        model.learn_frame(Some(Fault::FrameIsolated));
        assert!(model.way() == Way::Tab && model.shows_door() && model.offers_phone() && !model.shows_frame());
    }
}

#[test]
fn without_a_camera_here_the_phone_comes_forward_and_the_frame_stays() {
    let mut model = model();
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    assert!(model.phone().is_none() && model.offers_phone());
    model.learn_camera(Some(Fault::CameraMissing));
    assert!(model.phone().is_some() && model.shows_frame(), "pictures can be uploaded in it");
    receive(&mut model, session(State::Processing, "waiting"));
    assert!(model.phone().is_none());
}

#[test]
fn a_link_that_may_have_run_out_is_handed_on_to_no_phone() {
    let mut model = Model::new("ses_1".into(), Way::Phone);
    receive(&mut model, session(State::AwaitingUser, "onboarding"));
    assert!(model.phone().is_some());
    model.learn_expiry(true);
    assert!(model.phone().is_none() && !model.offers_phone());
}

#[test]
fn a_photo_that_is_gone_is_no_longer_shown_large() {
    let mut model = model();
    receive(&mut model, ready(&[photo("pho_1", "a"), photo("pho_2", "a")], None));
    model.enlarge(Some("pho_2".into()));
    assert_eq!(model.enlarged(), Some(1));
    receive(&mut model, ready(&[photo("pho_1", "a")], None));
    assert_eq!(model.enlarged(), None);
}

#[test]
fn a_frame_whose_link_runs_out_is_old_once_there_is_another() {
    let offered = |link: &str, expires_at: Option<&str>| {
        let mut offered = session(State::AwaitingUser, "onboarding");
        let origins = vec!["https://studio.test".into()];
        offered.surface = Some(Surface::Frame { url: link.into(), origins, expires_at: expires_at.map(str::to_owned) });
        offered
    };
    let (first, second) = ("https://studio.test/1", "https://studio.test/2");
    for (expires_at, is_old) in [(Some("2026-01-03T03:04:05Z"), true), (None, false)] {
        let mut model = model();
        receive(&mut model, offered(first, expires_at));
        model.open_frame();
        assert!(!model.frame_is_old());
        receive(&mut model, offered(second, expires_at));
        assert_eq!(model.frame_is_old(), is_old);
        model.open_frame();
        assert!(!model.frame_is_old());
    }
}
