//! Sessions whose person never did anything: left alone after a time, until somebody comes back.

use std::time::Duration;

use headshot_api::{ClientToken, State};
use serde_json::json;

use crate::common::scale::ScaleWorld;
use crate::common::{API_KEY, MODEL, World, get, post};

const DAY: Duration = Duration::from_hours(24);

impl World {
    /// Lets days pass, and attempts what becomes due on each.
    pub(crate) async fn pass_days(&self, days: u32) {
        for _ in 0..days {
            self.pass(DAY).await;
        }
    }

    fn rereads(&self) -> usize {
        self.provider.calls_to(MODEL).len()
    }

    /// A session that nobody has begun, left alone by now.
    async fn with_abandoned() -> (Self, String) {
        let (world, id) = Self::with_session().await;
        world.pass_days(100).await;
        assert_eq!(world.query::<i64>("SELECT count(*) FROM work"), 0);
        (world, id)
    }

    /// What the person's widget is shown, with a fresh token.
    async fn widget_reads(&self, id: &str) -> State {
        let mint = post(&format!("/v1/sessions/{id}/client-tokens"), API_KEY, &json!({}));
        let token: ClientToken = self.send(mint).await.json();
        self.send(get(&format!("/v1/sessions/{id}"), &token.token)).await.json::<headshot_api::Session>().state
    }
}

#[tokio::test]
async fn a_session_that_nobody_ever_began_is_asked_about_no_more_after_its_time() {
    let (world, _) = World::with_session().await;
    world.pass_days(89).await;
    let before = world.rereads();
    world.pass_days(2).await;
    assert!(world.rereads() > before);
    let asked = world.rereads();
    world.pass_days(400).await;
    assert_eq!(world.rereads(), asked);
}

#[tokio::test]
async fn a_delivery_that_names_it_asks_again_and_from_then_on() {
    let (world, id) = World::with_abandoned().await;
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "waiting"}));
    world.tell("model.status.updated", "waiting").await;
    world.work().await;
    assert_eq!(world.session(&id).await.state, State::Processing);
    // What comes then is found without any delivery.
    world.provider.finish(MODEL, &["p1"]);
    world.pass_days(200).await;
    assert_eq!(world.session(&id).await.state, State::Ready);
}

#[tokio::test]
async fn the_person_who_comes_back_is_shown_what_no_delivery_told() {
    let (world, id) = World::with_abandoned().await;
    world.provider.finish(MODEL, &["p1"]);
    world.pass_days(10).await;
    assert_eq!(world.widget_reads(&id).await, State::AwaitingUser);
    world.work().await;
    assert_eq!(world.widget_reads(&id).await, State::Ready);
}

#[tokio::test]
async fn a_widget_that_stays_makes_the_provider_asked_every_quarter_of_an_hour_at_most() {
    let (world, id) = World::with_abandoned().await;
    let asked = world.rereads();
    for _ in 0..60 {
        world.widget_reads(&id).await;
        world.pass(Duration::from_mins(1)).await;
    }
    assert_eq!(world.rereads() - asked, 4);
}

#[tokio::test]
async fn a_second_shoot_that_nobody_begins_is_not_abandoned() {
    let (world, id) = World::finished(&["p1"]).await;
    world.provider.set_model(MODEL, json!({"id": MODEL, "status": "onboarding"}));
    world.pass_days(200).await;
    assert_eq!(world.session(&id).await.state, State::AwaitingUser);
    world.provider.finish(MODEL, &["p2"]);
    world.pass_days(40).await;
    assert_eq!(world.session(&id).await.state, State::Ready);
}

#[tokio::test]
async fn a_submission_of_somebody_who_was_given_up_is_found_by_its_delivery() {
    for world in [ScaleWorld::new().await, ScaleWorld::read_only().await] {
        let session = world.open().await;
        world.pass_days(100).await;
        world.provider.forget_calls();
        world.pass_days(100).await;
        assert!(world.provider.calls().is_empty(), "{:?}", world.provider.lines());
        // The stand-in of an account that only reads has nobody yet.
        world.provider.add_contact(json!({"id": "ctn_1", "email": "ada@example.test"}));
        world.submit("sub_1", "PENDING");
        world.complete("sub_1").await;
        world.work().await;
        assert_eq!(world.session(&session.id).await.state, State::Ready);
    }
}
