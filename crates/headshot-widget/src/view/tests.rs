use headshot_api::{Photo, Session, State, Surface};

use super::*;
use crate::{Way, session::fault::Fault};

fn session(state: State, photos: usize) -> Session {
    let photo = |number: usize| Photo {
        id: format!("pho_{number}"),
        url: format!("https://server.test/{number}"),
        expires_at: String::new(),
    };
    Session {
        id: "ses_1".into(),
        provider: "headshotpro".into(),
        state,
        progress: None,
        usual_minutes: None,
        provider_status: String::new(),
        surface: Some(Surface::Frame {
            url: "https://studio.test/secret".into(),
            origins: vec!["https://studio.test".into()],
            expires_at: None,
        }),
        test_mode: true,
        reference: None,
        photos: (1..=photos).map(photo).collect(),
        favorite_photo_id: None,
        created_at: String::new(),
        updated_at: String::new(),
    }
}

fn model(wish: Way, state: State, photos: usize) -> Model {
    let mut model = Model::new("ses_1".into(), wish);
    model.receive(session(state, photos), Some(Ok("https://studio.test/secret".into())));
    model
}

fn seen(model: &Model) -> Node {
    view(model, &Language::default())
}

#[test]
fn each_way_has_its_door_and_the_others_are_offered_quietly() {
    let doors = [
        (Way::Inline, None),
        (Way::Modal, Some(Act::Enter)),
        (Way::Tab, Some(Act::OpenTab)),
        (Way::Redirect, Some(Act::GoThere)),
        (Way::Phone, None),
    ];
    for (way, act) in doors {
        let view = seen(&model(way, State::AwaitingUser, 0));
        assert_eq!(view.part_named("door").and_then(Node::act), act.as_ref(), "{way:?}");
        assert_eq!(view.part_named("open-tab").is_some(), way != Way::Tab, "{way:?}");
        assert_eq!(view.part_named("open-phone").is_some(), way != Way::Phone, "{way:?}");
        assert_eq!(view.part_named("phone").is_some(), way == Way::Phone, "{way:?}");
    }
}

#[test]
fn what_is_shown_unasked_is_not_offered_beside_it() {
    let mut model = model(Way::Inline, State::AwaitingUser, 0);
    model.learn_camera(Some(Fault::CameraMissing));
    let view = seen(&model);
    assert!(view.part_named("phone").is_some() && view.part_named("open-phone").is_none());
}

#[test]
fn the_link_stands_in_no_attribute_and_no_text() {
    for way in [Way::Inline, Way::Tab, Way::Redirect, Way::Phone] {
        let mut model = model(way, State::AwaitingUser, 0);
        model.know_phone(|phone| phone.copying = crate::session::model::Copying::ByHand);
        let holds = |node: &Node| {
            format!("{:?}{:?}", node.attributes_and_text().0, node.attributes_and_text().1).contains("secret")
        };
        assert!(seen(&model).find(&holds).is_none(), "{way:?}");
    }
}

#[test]
fn a_forbidden_frame_is_told_with_one_way_out_and_not_two() {
    let mut model = model(Way::Inline, State::AwaitingUser, 0);
    model.learn_frame(Some(Fault::FrameIsolated));
    let view = seen(&model);
    assert!(view.part_named("error").is_some_and(|error| error.part_named("open-tab").is_some()));
    assert!(view.part_named("door").is_none());
}

#[test]
fn the_first_and_the_last_photo_lead_nowhere_further() {
    let mut model = model(Way::Inline, State::Ready, 2);
    model.enlarge(Some("pho_1".into()));
    let ways =
        |model: &Model| ["previous", "next"].map(|part| seen(model).part_named(part).and_then(Node::act).cloned());
    assert_eq!(ways(&model), [Some(Act::Nothing), Some(Act::Enlarge("pho_2".into()))]);
    model.enlarge(Some("pho_2".into()));
    assert_eq!(ways(&model), [Some(Act::Enlarge("pho_1".into())), Some(Act::Nothing)]);
}
