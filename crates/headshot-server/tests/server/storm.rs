//! Whatever gets lost between the provider and us: in the end both say the same.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use headshot_api::Session;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::storms::Calls;
use crate::common::{Dice, MODEL, World, delivery};

const SEEDS: u64 = 100;
const QUOTA: usize = 300;

/// What the provider says, and what it has ever said.
struct Truth {
    status: &'static str,
    run: u64,
    photos: Vec<String>,
    favorite: Option<String>,
    said: BTreeSet<&'static str>,
}

impl Truth {
    fn new() -> Self {
        let said = BTreeSet::from(["onboarding"]);
        Self { status: "onboarding", run: 0, photos: Vec::new(), favorite: None, said }
    }

    /// One step of the person, the provider or its administrator; answers with the event that it makes.
    fn step(&mut self, dice: &Dice) -> &'static str {
        let next = match self.status {
            "onboarding" => "waiting",
            "pending" if dice.below(4) == 0 => "failed",
            "waiting" | "failed" => "pending",
            "pending" => "generatingHeadshots",
            "generatingHeadshots" => "active",
            _ if dice.below(4) == 0 => "onboarding",
            _ => return self.choose(dice),
        };
        self.status = next;
        self.said.insert(next);
        match next {
            "active" => {
                self.run += 1;
                self.photos = (0..=dice.below(4)).map(|n| format!("r{}p{n}", self.run)).collect();
                self.favorite = None;
                "model.photos_ready"
            }
            _ => "model.status.updated",
        }
    }

    fn choose(&mut self, dice: &Dice) -> &'static str {
        let place = usize::try_from(dice.below(self.photos.len() as u64)).unwrap();
        self.favorite = Some(self.photos[place].clone());
        "model.favorite_selected"
    }

    fn show(&self, world: &World) {
        let photos: Vec<&str> = self.photos.iter().map(String::as_str).collect();
        if self.status == "active" {
            world.provider.finish(MODEL, &photos);
        }
        let finished_at = format!("2026-01-0{}T00:00:00.000Z", 1 + self.run % 9);
        world.provider.set_model(MODEL, json!({"id": MODEL, "status": self.status, "finishedAt": finished_at}));
        world.provider.set_favorite(self.favorite.as_ref().map_or(Value::Null, |photo| world.provider.photo(photo)));
    }
}

/// Deliveries on their way, each with the time at which it was signed.
#[derive(Default)]
struct Wire(VecDeque<(Value, Timestamp)>);

impl Wire {
    async fn deliver(&mut self, dice: &Dice, world: &World) {
        while let Some((event, signed_at)) = self.0.pop_front() {
            match dice.below(8) {
                // Lost for ever.
                0 => {}
                // Late, and behind others.
                1 => {
                    self.0.push_back((event, signed_at));
                    return;
                }
                2 => {
                    world.send(delivery(event.to_string(), signed_at)).await;
                    world.send(delivery(event.to_string(), signed_at)).await;
                }
                3 => world.send(forged(&event, signed_at)).await.is_problem(401, "signature_mismatch"),
                _ => drop(world.send(delivery(event.to_string(), signed_at)).await),
            }
        }
    }
}

fn forged(event: &Value, at: Timestamp) -> Request<Body> {
    let mut request = delivery(event.to_string(), at);
    let mut lie = event.clone();
    lie["object"]["status"] = json!("deleted");
    *request.body_mut() = lie.to_string().into();
    request
}

/// What the next calls of the provider's API meet.
fn cloud(dice: &Dice, world: &World) {
    let faults = if dice.below(3) == 0 { dice.below(4) } else { 0 };
    for _ in 0..faults {
        match dice.below(4) {
            0 => world.provider.answer_next(500, &json!("down")),
            1 => world.provider.answer_next(200, &json!("<html>")),
            2 => {
                let until = (world.clock.now() + Duration::from_secs(dice.below(90))).to_string();
                let headers = HeaderMap::from_iter([("x-ratelimit-reset".parse().unwrap(), until.parse().unwrap())]);
                world.provider.answer_next_with(429, headers, "{}".into());
            }
            _ => world.provider.answer_next(403, &json!("expired")),
        }
    }
}

/// The calls that the server's work makes.
#[derive(Default)]
struct Work {
    seen: usize,
    calls: Calls,
}

impl Work {
    async fn go_on(&mut self, world: &World) {
        world.work().await;
        let calls = world.provider.calls();
        let new = calls[self.seen..].iter().filter(|call| call.path.starts_with("/api/"));
        new.for_each(|_| self.calls.note(world.clock.now()));
        self.seen = calls.len();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_end_the_server_says_what_the_provider_says() {
    let parts: Vec<_> = (0..4)
        .map(|part| {
            tokio::spawn(async move {
                for seed in (1 + part..=SEEDS).step_by(4) {
                    storm(seed).await;
                }
            })
        })
        .collect();
    for part in parts {
        part.await.unwrap();
    }
}

async fn storm(seed: u64) {
    let (mut world, id) = World::with_session().await;
    let (dice, mut truth, mut wire, mut work) = (Dice::of(seed), Truth::new(), Wire::default(), Work::default());
    for step in 0..10 + dice.below(10) {
        let kind = truth.step(&dice);
        truth.show(&world);
        let mut event = json!({"event": kind, "object": {"_id": MODEL, "status": truth.status}});
        if dice.below(2) == 0 {
            event["id"] = json!(format!("evt_{step}"));
            event["createdAt"] = json!(world.clock.now().to_string());
        }
        wire.0.push_back((event, world.clock.now()));
        cloud(&dice, &world);
        world.clock.advance(Duration::from_secs(dice.below(900)));
        wire.deliver(&dice, &world).await;
        work.go_on(&world).await;
        let shown = world.session(&id).await.provider_status;
        assert!(truth.said.contains(shown.as_str()), "seed {seed}: {shown} was never said");
        if dice.below(8) == 0 {
            world = world.reopened().await;
        }
    }
    world.provider.calm_down();
    calm(&world, &mut work).await;
    // And one thing more happens, when everything seems settled, that no delivery tells.
    truth.step(&dice);
    truth.show(&world);
    calm(&world, &mut work).await;
    check(seed, &truth, &world.session(&id).await, &world);
    let most = work.calls.most_in_a_minute();
    assert!(most <= QUOTA, "seed {seed}: {most}");
}

async fn calm(world: &World, work: &mut Work) {
    for _ in 0..24 {
        world.clock.advance(Duration::from_mins(30));
        work.go_on(world).await;
    }
}

fn check(seed: u64, truth: &Truth, session: &Session, world: &World) {
    assert_eq!(session.provider_status, truth.status, "seed {seed}");
    let provider_id =
        |id: &str| -> String { world.query(&format!("SELECT provider_photo_id FROM photos WHERE id = '{id}'")) };
    let shown: Vec<String> = session.photos.iter().map(|photo| provider_id(&photo.id)).collect();
    let (photos, favorite) =
        if truth.status == "active" { (truth.photos.clone(), truth.favorite.clone()) } else { (Vec::new(), None) };
    assert_eq!(shown, photos, "seed {seed}");
    assert_eq!(session.favorite_photo_id.as_deref().map(provider_id), favorite, "seed {seed}");
}
