//! Everything that can go wrong between the person, the provider and the server, by seeds: callbacks get lost, come twice,
//! late and forged, the API and the storage fail, limit the rate and lose answers, people change their minds, jobs are
//! cancelled, the server is started anew. At the end the server knows what the provider knows, and the provider has what
//! the person sent. `STORMS=100 cargo test -p headshot-server --test server storm -- --nocapture` runs more of them and
//! tells what was dealt.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use headshot_api::{OpenedSession, State, Upload, UploadState};
use serde_json::json;

use super::{Open, Studio, jpeg, photo, signed, submission, withdrawal};
use crate::common::dice::Dice;
use crate::common::storms::{Calls, UnderWay};
use crate::common::{API_KEY, Fault, PUBLIC_URL, png, post};

/// How many storms there are unless told.
const STORMS: u64 = 3;
const CALLS_A_MINUTE: usize = 60;
const PEOPLE: u64 = 3;
const TURNS: u64 = 40;

/// What can be dealt.
const FAULTS: [&str; 12] = [
    "answer lost",
    "answer that is none",
    "callback forged",
    "callback late",
    "callback lost",
    "callback twice",
    "failure",
    "job cancelled",
    "picture refused",
    "rate limited",
    "server started anew",
    "storage failed",
];

struct Storm {
    studio: Studio,
    dice: Dice,
    people: Vec<Person>,
    sent: u64,
    /// Where each callback goes, and the body as it was signed.
    under_way: UnderWay<(String, String)>,
    calls: Calls,
}

/// A person with a session, and the photos that were acknowledged to them and not taken back.
struct Person {
    open: Open,
    photos: BTreeMap<String, Vec<u8>>,
}

#[tokio::test]
async fn after_every_storm_the_provider_has_what_was_sent_and_the_server_what_was_made() {
    let storms = std::env::var("STORMS").map_or(STORMS, |storms| storms.parse().unwrap());
    let mut dealt = BTreeMap::new();
    for seed in 0..storms {
        let mut storm = Storm::gather(seed).await;
        for _ in 0..TURNS {
            storm = storm.turn(seed).await;
        }
        storm.abate(seed).await;
        storm.has_ended_well(seed).await;
        storm.has_kept_the_quota(seed);
        storm.dice.dealt().into_iter().for_each(|(fault, times)| *dealt.entry(fault).or_insert(0) += times);
    }
    println!("{storms} storms dealt {dealt:?}");
    // Chance may leave some out where the storms are few.
    let missing = FAULTS.iter().filter(|fault| !dealt.contains_key(*fault)).count();
    assert!(missing <= if storms < 10 { 2 } else { 0 }, "{dealt:?}");
}

impl Storm {
    async fn gather(seed: u64) -> Self {
        let dice = Dice::of(seed);
        let studio =
            Studio::with(|args| args.providers.skylab.skylab_calls_a_minute = CALLS_A_MINUTE.to_string()).await;
        let (under_way, calls) = (UnderWay::default(), Calls::default());
        let mut storm = Self { studio, dice, people: Vec::new(), sent: 0, under_way, calls };
        storm.break_loose();
        if seed % 2 == 1 {
            storm.studio.skylab.set_pages(true);
            storm.studio.skylab.hide_links();
        }
        for _ in 0..PEOPLE {
            storm.open().await;
        }
        storm
    }

    /// From now on the API and the storage have their moods.
    fn break_loose(&self) {
        let (dice, clock, calls) = (self.dice.clone(), self.studio.clock.clone(), self.calls.clone());
        self.studio.skylab.set_weather(move |method, path| {
            if path.starts_with("/results/") {
                return dice.deals("picture refused", 50).then(|| failure(500));
            }
            if path.starts_with("/bucket/") {
                let status = [403, 500, 503][usize::try_from(dice.below(3)).unwrap()];
                return dice.deals("storage failed", 30).then(|| failure(status));
            }
            calls.note(clock.now());
            match () {
                () if *method != Method::GET && dice.deals("answer lost", 15) => Some(Fault::Lost),
                () if dice.deals("failure", 8) => Some(failure(500)),
                () if dice.deals("rate limited", 4) => Some(failure(429)),
                () if dice.deals("answer that is none", 5) => Some(Fault::Answer(200, json!("<html>"))),
                () => None,
            }
        });
    }

    /// The calm after the storm: only the calls are counted.
    fn calm_down(&self) {
        let (clock, calls) = (self.studio.clock.clone(), self.calls.clone());
        self.studio.skylab.set_weather(move |_, path| {
            if path.starts_with("/api/") {
                calls.note(clock.now());
            }
            None
        });
    }

    /// Somebody's session, asked for until it is there.
    async fn open(&mut self) {
        for _ in 0..100 {
            let answer = self.studio.send(post("/v1/sessions", API_KEY, &json!({"provider": "skylab"}))).await;
            if answer.status == StatusCode::CREATED {
                let opened: OpenedSession = answer.json();
                let (id, token) = (opened.session.id, opened.client_token.token);
                let is_its = |job: &u64| self.studio.skylab.job(*job)["name"] == *id;
                let job = self.studio.skylab.jobs().into_iter().find(is_its);
                let job = job.expect("the job has the session's id as its name");
                return self.people.push(Person { open: Open { id, token, job }, photos: BTreeMap::new() });
            }
            assert!(matches!(answer.status.as_u16(), 502 | 503), "{}", answer.text());
            self.studio.clock.advance(Duration::from_secs(10));
        }
        panic!("no session after a hundred attempts");
    }

    async fn turn(mut self, seed: u64) -> Self {
        self.studio.clock.advance(Duration::from_secs(1 + self.dice.below(60)));
        let person = usize::try_from(self.dice.below(PEOPLE)).unwrap();
        match self.dice.below(10) {
            0..3 => self.sends(person).await,
            3 => self.takes_back(person).await,
            4..6 => self.submits(person).await,
            _ => self.provider_goes_on(person),
        }
        if self.dice.deals("callback forged", 10) {
            self.is_forged_upon(person).await;
        }
        self.deliver().await;
        if self.dice.deals("server started anew", 4) {
            self.studio = self.studio.reopened().await;
        }
        self.studio.work().await;
        self.shows_nothing_that_was_never_made(seed).await;
        self
    }

    /// The person sends a photo, or one that is there already.
    async fn sends(&mut self, person: usize) {
        self.sent += u64::from(self.dice.below(5) != 0);
        let (name, person) = (self.sent.to_string(), &mut self.people[person]);
        let bytes = jpeg(640, 480, &format!("{name} of {}", person.open.id));
        let answer = self.studio.send(photo(&person.open, &format!("?name={name}"), bytes.clone())).await;
        match answer.status.as_u16() {
            200 | 201 => drop(person.photos.insert(answer.json::<Upload>().id, bytes)),
            status => assert_eq!(status, 409, "{}", answer.text()),
        }
    }

    async fn takes_back(&mut self, person: usize) {
        let person = &mut self.people[person];
        let Some(upload) = person.photos.keys().next().cloned() else { return };
        match self.studio.send(withdrawal(&person.open, &upload)).await.status.as_u16() {
            204 => drop(person.photos.remove(&upload)),
            status => assert_eq!(status, 409),
        }
    }

    async fn submits(&self, person: usize) {
        let status = self.studio.send(submission(&self.people[person].open)).await.status.as_u16();
        assert!(matches!(status, 202 | 409), "{status}");
    }

    /// The provider goes on with a job that it has queued, or somebody cancels it there.
    fn provider_goes_on(&mut self, person: usize) {
        let id = self.people[person].open.job;
        let job = self.studio.skylab.job(id);
        match job["state"].as_str().unwrap() {
            "queued" | "processing" if self.dice.deals("job cancelled", 30) => {
                self.studio.skylab.change_job(id, &json!({"state": "pending"}));
            }
            "queued" => {
                self.studio.skylab.change_job(id, &json!({"state": "processing"}));
                self.call_back(id, "queued");
            }
            "processing" => {
                self.studio.skylab.finish(id);
                self.call_back(id, "complete");
            }
            _ => {}
        }
    }

    /// The provider calls back; what becomes of it, the dice say.
    fn call_back(&mut self, id: u64, state: &str) {
        let mut job = self.studio.skylab.job(id);
        job["state"] = json!(state);
        let now = self.studio.clock.now();
        job["updatedAt"] = json!(now.to_string());
        let path = job["callback_url"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap().to_owned();
        let mut sent = |after: Duration| self.under_way.send(now + after, (path.clone(), job.to_string()));
        if self.dice.deals("callback lost", 30) {
            return;
        }
        let late = Duration::from_mins(1 + self.dice.below(30));
        sent(if self.dice.deals("callback late", 40) { late } else { Duration::ZERO });
        if self.dice.deals("callback twice", 40) {
            sent(Duration::from_secs(5));
        }
    }

    async fn deliver(&mut self) {
        for (at, (path, body)) in self.under_way.arrived(self.studio.clock.now()) {
            let answer = self.studio.send(signed(Method::PATCH, &path, body, at)).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
    }

    async fn is_forged_upon(&self, person: usize) {
        let job = self.people[person].open.job;
        let body = json!({"id": job, "state": "error"}).to_string();
        let mut forged = signed(Method::POST, "/v1/webhooks/skylab", body.clone(), self.studio.clock.now());
        forged
            .headers_mut()
            .insert("x-skylab-signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap());
        assert_eq!(self.studio.send(forged).await.status, StatusCode::UNAUTHORIZED);
        let elsewhere = signed(Method::PATCH, "/v1/webhooks/skylab/guessed", body, self.studio.clock.now());
        assert_eq!(self.studio.send(elsewhere).await.status, StatusCode::NOT_FOUND);
    }

    /// Everybody submits what they have, the provider does its work, and the server has time to catch up.
    async fn abate(&mut self, seed: u64) {
        self.calm_down();
        self.deliver().await;
        for _ in 0..4 {
            self.studio.pass_half_hours(2).await;
            for person in 0..self.people.len() {
                self.put_right(person, seed).await;
                self.submits(person).await;
            }
            self.studio.pass_half_hours(2).await;
            let begun =
                |job: &u64| matches!(self.studio.skylab.job(*job)["state"].as_str(), Some("queued" | "processing"));
            self.studio.skylab.jobs().iter().filter(|job| begun(job)).for_each(|job| self.studio.skylab.finish(*job));
        }
        self.studio.pass_half_hours(8).await;
    }

    /// Nothing was refused for good: the weather's refusals are none of the photo.
    async fn put_right(&self, person: usize, seed: u64) {
        let uploads = self.studio.uploads(&self.people[person].open).await;
        let is_refused = |upload: &Upload| upload.state == UploadState::Refused;
        assert!(!uploads.uploads.iter().any(is_refused), "seed {seed}: {uploads:?}");
    }

    async fn shows_nothing_that_was_never_made(&self, seed: u64) {
        for person in &self.people {
            let session = self.studio.session(&person.open.id).await;
            let shown: BTreeSet<_> = self.studio.pictures(&session).await.into_iter().collect();
            let made: BTreeSet<_> = self.made(&person.open).into_iter().collect();
            assert!(shown.is_subset(&made), "seed {seed}: a picture is shown that is nobody's");
        }
    }

    /// What the provider makes of the job's photos.
    fn made(&self, open: &Open) -> Vec<Vec<u8>> {
        self.studio.skylab.photo_names(open.job).iter().map(|name| png(name)).collect()
    }

    async fn has_ended_well(&self, seed: u64) {
        for person in &self.people {
            let at = format!("seed {seed}, job {}", person.open.job);
            let mut there = self.studio.skylab.photos(person.open.job);
            let mut sent: Vec<_> = person.photos.values().cloned().map(Some).collect();
            there.sort();
            sent.sort();
            assert!(there == sent, "{at}: {} of {} photos are there", there.len(), sent.len());
            let session = self.studio.session(&person.open.id).await;
            let state = if sent.is_empty() { State::AwaitingUser } else { State::Ready };
            assert_eq!(session.state, state, "{at}: {}", self.studio.skylab.job(person.open.job));
            let mut made = self.made(&person.open);
            let mut shown = self.studio.pictures(&session).await;
            made.sort();
            shown.sort();
            assert!(shown == made, "{at}: {} of {} pictures are shown", shown.len(), made.len());
        }
        let rows: i64 = self.studio.query("SELECT count(*) FROM uploads WHERE withdrawn_at IS NULL");
        assert_eq!(self.studio.upload_files().len(), usize::try_from(rows).unwrap(), "seed {seed}");
        let left: i64 =
            self.studio.query("SELECT count(*) FROM work WHERE kind NOT IN ('refresh_session', 'forget_uploads')");
        assert_eq!(left, 0, "seed {seed}");
    }

    fn has_kept_the_quota(&self, seed: u64) {
        let most = self.calls.most_in_a_minute();
        assert!(most <= CALLS_A_MINUTE, "seed {seed}: {most} calls in a minute");
    }
}

fn failure(status: u16) -> Fault {
    Fault::Answer(status, json!({"code": status, "message": "the weather"}))
}
