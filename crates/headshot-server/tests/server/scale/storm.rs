//! Everything that can go wrong between the provider and the server, by seeds: deliveries get lost, come twice, late and
//! forged, the API fails, limits the rate and loses answers, the server is started anew. At the end the server knows
//! what the provider knows. `STORMS=100 cargo test -p headshot-server --test server storm -- --nocapture` runs more of
//! them and tells what was dealt.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headshot_api::{OpenedSession, State};
use hmac::Hmac;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::common::dice::Dice;
use crate::common::png;
use crate::common::scale::{Fault, SECRET, STUDIO_LINK, ScaleWorld, dated, delivery, signed, token};
use crate::common::storms::{Calls, UnderWay};

/// How many storms there are unless told: an even number of each of their kinds.
const STORMS: u64 = 4;
const CALLS_A_MINUTE: usize = 60;
const PEOPLE: u64 = 10;
const TURNS: u64 = 50;

struct Person {
    session: String,
    contact: String,
}

struct Storm {
    world: ScaleWorld,
    dice: Dice,
    people: Vec<Person>,
    submitted: u64,
    /// Token and body of each delivery.
    under_way: UnderWay<(String, String)>,
    calls: Calls,
}

/// What can be dealt.
const FAULTS: [&str; 11] = [
    "answer lost",
    "answer that is none",
    "delivery forged",
    "delivery late",
    "delivery lost",
    "delivery twice",
    "everybody at once",
    "failure",
    "picture refused",
    "rate limited",
    "server started anew",
];

#[tokio::test]
async fn after_every_storm_the_server_knows_what_the_provider_knows() {
    let storms = std::env::var("STORMS").map_or(STORMS, |storms| storms.parse().unwrap());
    let mut dealt = BTreeMap::new();
    for seed in 0..storms {
        let mut storm = Storm::gather(seed).await;
        for _ in 0..TURNS {
            storm = storm.turn().await;
            storm.shows_nothing_that_was_never_there(seed).await;
        }
        storm.abate().await;
        storm.has_ended_well(seed).await;
        storm.has_kept_the_quota(seed);
        storm.dice.dealt().into_iter().for_each(|(fault, times)| *dealt.entry(fault).or_insert(0) += times);
    }
    println!("{storms} storms dealt {dealt:?}");
    assert!(dealt.keys().eq(&FAULTS), "{dealt:?}");
}

impl Storm {
    async fn gather(seed: u64) -> Self {
        let dice = Dice::of(seed);
        let is_read_only = seed % 4 == 3;
        let world = ScaleWorld::with(|args| {
            args.scale_calls_a_minute = CALLS_A_MINUTE.to_string();
            args.scale_studio_link = is_read_only.then(|| STUDIO_LINK.to_owned());
        });
        let world = world.await;
        if is_read_only {
            world.provider.refuse_writes(403);
        }
        if seed % 2 == 1 {
            world.provider.ignore_query("contact_id");
        }
        let (under_way, calls) = (UnderWay::default(), Calls::default());
        let mut storm = Self { world, dice, people: Vec::new(), submitted: 0, under_way, calls };
        storm.break_loose();
        for number in 1..=PEOPLE {
            storm.open(number, is_read_only).await;
        }
        storm
    }

    /// From now on the API has its moods.
    fn break_loose(&self) {
        let (dice, clock, calls) = (self.dice.clone(), self.world.clock.clone(), self.calls.clone());
        self.world.provider.set_weather(move |method, path| {
            if path.starts_with("/images/") {
                let is_refused = dice.deals("picture refused", 20);
                return if is_refused { Fault::Refused(failure(500)) } else { Fault::None };
            }
            calls.note(clock.now());
            if *method != Method::GET && dice.deals("answer lost", 3) {
                return Fault::AnswerLost(failure(502));
            }
            match () {
                () if dice.deals("failure", 5) => Fault::Refused(failure(500)),
                () if dice.deals("rate limited", 1) => Fault::Refused(too_many(dice.below(30))),
                () if dice.deals("answer that is none", 2) => Fault::Refused("<html>".into_response()),
                () => Fault::None,
            }
        });
    }

    /// The calm after the storm: only the calls are counted.
    fn calm_down(&self) {
        let (clock, calls) = (self.world.clock.clone(), self.calls.clone());
        self.world.provider.set_weather(move |_, path| {
            if !path.starts_with("/images/") {
                calls.note(clock.now());
            }
            Fault::None
        });
    }

    /// Somebody's session, asked for until it is there.
    async fn open(&mut self, number: u64, is_read_only: bool) {
        let email = format!("{number}@example.test");
        for _ in 0..100 {
            let answer = self.world.ask_to_open(&json!({ "email": email })).await;
            if answer.status == StatusCode::CREATED {
                let session = answer.json::<OpenedSession>().session.id;
                let contact = if is_read_only { self.contact(&email) } else { self.world.provider.contact_of(&email) };
                self.people.push(Person { session, contact });
                return;
            }
            assert!(matches!(answer.status.as_u16(), 502 | 503), "{}", answer.text());
            self.world.clock.advance(Duration::from_secs(10));
        }
        panic!("no session after a hundred attempts");
    }

    /// The contact of somebody who goes by the studio's own link.
    fn contact(&self, email: &str) -> String {
        let id = format!("ctn_{}", self.people.len() + 1);
        self.world.provider.add_contact(json!({ "id": id, "email": email }));
        id
    }

    async fn turn(mut self) -> Self {
        self.world.clock.advance(Duration::from_secs(1 + self.dice.below(20)));
        self.something_happens();
        if self.dice.deals("delivery forged", 10) {
            self.is_forged_upon().await;
        }
        self.deliver().await;
        if self.dice.deals("server started anew", 4) {
            self.world = self.world.reopened().await;
        }
        self.world.work().await;
        self
    }

    /// A person sends a picture, or the provider goes on with one, or rings for all of them.
    fn something_happens(&mut self) {
        let submissions = self.world.provider.submissions();
        if self.dice.deals("everybody at once", 15) {
            return submissions.iter().for_each(|submission| self.send(submission));
        }
        if submissions.is_empty() || self.dice.below(2) == 0 {
            self.submitted += 1;
            let person = self.dice.choose(&self.people);
            return self.world.submit_as(&person.contact, &format!("sub_{}", self.submitted), "PENDING");
        }
        let chosen = self.dice.choose(&submissions);
        let id = chosen["id"].as_str().unwrap();
        match self.dice.below(10) {
            0..2 => self.world.provider.change(id, &json!({"state": "REJECTED"})),
            2..5 => self.world.provider.change(id, &json!({"state": "ACCEPTED"})),
            5 => self.world.provider.change(id, &json!({"state": "PENDING", "enhanced_url": null})),
            _ => {
                self.world.provider.enhance(id);
                self.send(chosen);
            }
        }
    }

    /// The provider rings; what becomes of it, the dice say.
    fn send(&mut self, submission: &Value) {
        let mut body = json!({"topic": "SUBMISSION_COMPLETE", "submission_id": submission["id"]});
        if self.dice.below(2) == 0 {
            body["studio_id"] = json!("stu_1");
            body["contact_id"] = submission["contact_id"].clone();
        }
        let now = self.world.clock.now();
        let mut sent = |after: Duration| self.under_way.send(now + after, (token(&dated(now)), body.to_string()));
        if self.dice.deals("delivery lost", 30) {
            return;
        }
        let late = Duration::from_mins(1 + self.dice.below(30));
        sent(if self.dice.deals("delivery late", 20) { late } else { Duration::ZERO });
        if self.dice.deals("delivery twice", 20) {
            sent(Duration::from_secs(5));
        }
    }

    async fn deliver(&mut self) {
        for (_, (token, body)) in self.under_way.arrived(self.world.clock.now()) {
            let answer = self.world.send(delivery(&token, body)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
    }

    async fn is_forged_upon(&self) {
        let body = json!({"topic": "SUBMISSION_COMPLETE", "submission_id": "sub_1"}).to_string();
        let claims = dated(self.world.clock.now());
        for token in
            [signed::<Hmac<Sha256>>("HS256", "guessed", &claims), signed::<Hmac<Sha256>>("none", SECRET, &claims)]
        {
            assert_eq!(self.world.send(delivery(&token, body.clone())).await.status, StatusCode::UNAUTHORIZED);
        }
    }

    /// Nothing happens any more, and the server has time to catch up.
    async fn abate(&mut self) {
        self.calm_down();
        self.deliver().await;
        for _ in 0..15 {
            self.world.pass(Duration::from_mins(10)).await;
        }
    }

    async fn shows_nothing_that_was_never_there(&self, seed: u64) {
        for person in &self.people {
            let session = self.world.session(&person.session).await;
            for shown in self.world.pictures(&session).await {
                let is_theirs = |submission: &Value| submission["contact_id"] == *person.contact;
                let submissions = self.world.provider.submissions();
                let mut theirs = submissions.iter().filter(|submission| is_theirs(submission));
                let is_known = theirs.any(|submission| png(submission["id"].as_str().unwrap()) == shown);
                assert!(is_known, "seed {seed}: a picture of somebody else is shown");
            }
        }
    }

    async fn has_ended_well(&self, seed: u64) {
        for person in &self.people {
            let session = self.world.session(&person.session).await;
            let (state, picture) = self.truth(&person.contact);
            assert_eq!(session.state, state, "seed {seed}, {}", person.contact);
            let pictures: Vec<_> = picture.iter().map(|id| png(id)).collect();
            assert_eq!(self.world.pictures(&session).await, pictures, "seed {seed}, {}", person.contact);
            assert_eq!(session.favorite_photo().is_some(), picture.is_some(), "seed {seed}, {}", person.contact);
        }
        let unresolved = self.world.query::<i64>("SELECT count(*) FROM work WHERE session_id IS NULL");
        assert_eq!(unresolved, 0, "seed {seed}");
    }

    /// Where the person's session stands by what the provider holds, and the finished picture.
    fn truth(&self, contact: &str) -> (State, Option<String>) {
        let submissions = self.world.provider.submissions();
        let theirs: Vec<_> = submissions.iter().filter(|submission| submission["contact_id"] == *contact).collect();
        let is = |submission: &Value, state: &str| submission["state"] == state;
        // The stand-in's list begins with the newest.
        let finished = theirs.iter().find(|it| is(it, "ACCEPTED") && it["enhanced_url"].is_string());
        if let Some(finished) = finished {
            return (State::Ready, finished["id"].as_str().map(str::to_owned));
        }
        let ranked = [("ACCEPTED", State::Processing), ("PENDING", State::InReview), ("REJECTED", State::Failed)];
        let state = ranked.into_iter().find(|(word, _)| theirs.iter().any(|submission| is(submission, word)));
        (state.map_or(State::AwaitingUser, |(_, state)| state), None)
    }

    fn has_kept_the_quota(&self, seed: u64) {
        let most = self.calls.most_in_a_minute();
        assert!(most <= CALLS_A_MINUTE, "seed {seed}: {most} calls in a minute");
    }
}

fn failure(status: u16) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(json!({"error": "the weather"}))).into_response()
}

fn too_many(seconds: u64) -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
}
