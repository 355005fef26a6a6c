//! Storms: whatever the host answers and however the server ends, each event arrives at least once, of each session in
//! order, none is missing, and no id comes with two payloads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use headshot_api::{Event, EventPage};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::common::{API_KEY, Dice, EVENTS_SECRET, Host, StandIn, client, event, post_delivery, told};
use crate::process::{Server, headshot};

#[tokio::test(flavor = "multi_thread")]
async fn storms_of_a_failing_host_lose_nothing() {
    storms(4, 1..=200, started_anew).await;
}

/// So many of these; more are for who looks for faults (`HEADSHOT_TEST_SEEDS=200`).
fn seeds() -> u64 {
    std::env::var("HEADSHOT_TEST_SEEDS").map_or(8, |seeds| seeds.parse().expect("a number of seeds"))
}

#[tokio::test(flavor = "multi_thread")]
async fn storms_in_which_the_process_is_killed_lose_nothing() {
    storms(2, 1..=seeds(), killed).await;
}

/// Several storms at a time, each by its seed, and a line about all of them.
async fn storms<F>(at_once: usize, seeds: std::ops::RangeInclusive<u64>, storm: fn(u64) -> F)
where
    F: Future<Output = Tally> + Send + 'static,
{
    let (mut all, mut under_way) = (Tally::default(), JoinSet::new());
    for seed in seeds.clone() {
        while under_way.len() >= at_once {
            all += under_way.join_next().await.unwrap().unwrap();
        }
        under_way.spawn(async move {
            let tally = storm(seed).await;
            assert!(tally.is_fine(), "seed {seed}: {tally:?}");
            tally
        });
    }
    for tally in under_way.join_all().await {
        all += tally;
    }
    let Tally { events, attempts, kills, missing, out_of_order, two_payloads } = all;
    println!("seeds | events | attempts | kills | missing | out of order | two payloads");
    println!(
        "{:5} | {events:6} | {attempts:8} | {kills:5} | {missing:7} | {out_of_order:12} | {two_payloads:12}",
        seeds.count()
    );
    assert!(attempts > events && events > 0, "a storm without a fault is none");
}

/// The server is stopped and opened again, on a clock that the storm moves.
async fn started_anew(seed: u64) -> Tally {
    let (host, mut world) = told().await;
    let dice = Dice::of(seed);
    for _ in 0..6 {
        match dice.below(3) {
            0 => drop(world.open().await),
            1 => drop(world.deliver(&random_event(&dice, world.clock.now())).await),
            _ => world = world.reopened().await,
        }
        cloud(&dice, &host);
        world.clock.advance(Duration::from_secs(dice.below(400)));
        world.forward().await;
    }
    host.calm_down();
    for _ in 0..6 {
        world.clock.advance(Duration::from_hours(6));
        world.forward().await;
    }
    Tally::of(&host, &world.events("?limit=1000").await.events)
}

/// The process is killed again and again in the midst of its work. Time passes while it is dead.
async fn killed(seed: u64) -> Tally {
    let (provider, host, dir) = (StandIn::start().await, Host::start().await, tempfile::tempdir().unwrap());
    let (dice, mut kills) = (Dice::of(seed), 0);
    for _ in 0..3 + dice.below(3) {
        cloud(&dice, &host);
        host.take_time(Duration::from_millis(dice.below(30)));
        let mut server = Server::run(&mut telling(&host, dir.path(), &provider));
        let doings = tokio::spawn(do_things(server.url.clone(), dice.clone()));
        let enough = host.heard().len() + 1 + usize::try_from(dice.below(6)).unwrap();
        // An address that is left alone hears nothing more.
        let _ = timeout(Duration::from_secs(2), host.has_heard(enough)).await;
        sleep(Duration::from_millis(dice.below(20))).await;
        server.kill();
        kills += 1;
        doings.await.unwrap();
        pass(dir.path(), Duration::from_secs(dice.below(400)));
    }
    host.calm_down();
    pass(dir.path(), Duration::from_hours(24));
    let server = Server::run(&mut telling(&host, dir.path(), &provider));
    let tally = timeout(Duration::from_mins(1), async {
        loop {
            let tally = Tally::of(&host, &stream(&server).await);
            if tally.missing == 0 {
                return tally;
            }
            sleep(Duration::from_millis(20)).await;
        }
    });
    let tally = tally.await.unwrap_or_else(|_| panic!("seed {seed}: not everything is told in time"));
    Tally { kills, ..tally }
}

fn telling(host: &Host, dir: &Path, provider: &StandIn) -> Command {
    let mut command = headshot(dir, &provider.url);
    command.envs([
        ("HEADSHOT_EVENTS_URL", host.url.as_str()),
        ("HEADSHOT_EVENTS_SECRET", EVENTS_SECRET),
        ("HEADSHOT_ALLOW_NETWORKS", "127.0.0.0/8"),
    ]);
    command
}

/// What makes events, until the server is gone.
async fn do_things(url: String, dice: Dice) {
    let client = client();
    loop {
        let answered = if dice.below(4) == 0 {
            let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
            let open = client.post(format!("{url}/v1/sessions")).bearer_auth(API_KEY);
            open.header("content-type", "application/json").body(body).send().await.map(drop)
        } else {
            let now = Timestamp::now();
            post_delivery(&client, &url, &random_event(&dice, now), now).await.map(drop)
        };
        if answered.is_err() {
            return;
        }
        sleep(Duration::from_millis(dice.below(40))).await;
    }
}

/// Whatever a dead server planned lies so much nearer.
fn pass(dir: &Path, time: Duration) {
    let connection = Connection::open(dir.join("headshot.db")).unwrap();
    let sql = "UPDATE outbox SET due_at = due_at - ?1, lease_until = lease_until - ?1;
               UPDATE endpoints SET sick_until = sick_until - ?1;
               UPDATE work SET due_at = due_at - ?1, lease_until = lease_until - ?1, held_until = held_until - ?1";
    for sql in sql.split(';') {
        connection.execute(sql, [i64::try_from(time.as_millis()).unwrap()]).unwrap();
    }
}

async fn stream(server: &Server) -> Vec<Event> {
    let read = client().get(format!("{}/v1/events?limit=1000", server.url)).bearer_auth(API_KEY);
    let bytes = read.send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice::<EventPage>(&bytes).unwrap().events
}

/// What the next requests meet at the host.
fn cloud(dice: &Dice, host: &Host) {
    for _ in 0..dice.below(4) {
        match dice.below(4) {
            0 => host.answer_next(500, &[]),
            1 => host.answer_next(429, &[("retry-after", "30")]),
            2 => host.answer_next(302, &[("location", "http://127.0.0.1:9/")]),
            _ => host.answer_next(204, &[]),
        }
    }
}

fn random_event(dice: &Dice, now: Timestamp) -> Value {
    let model = format!("{:024x}", 1 + dice.below(3));
    let status = dice.choose(&["waiting", "pending", "generatingHeadshots", "failed"]);
    event(&format!("evt_{}", dice.below(u64::MAX)), "model.status.updated", &model, status, now)
}

/// What the host was told, compared with the stream.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    attempts: usize,
    kills: u32,
    /// Events of the stream that did not arrive.
    missing: usize,
    /// Arrivals after a later event of the same session.
    out_of_order: usize,
    /// Requests with another body than the first one of their id.
    two_payloads: usize,
}

impl Tally {
    fn of(host: &Host, stream: &[Event]) -> Self {
        assert!(stream.iter().map(|event| event.seq).eq(1..=stream.len() as u64), "the stream has a gap");
        let heard = host.heard();
        let mut tally = Self { events: stream.len(), attempts: heard.len(), ..Self::default() };
        let (mut bodies, mut reached, mut arrived) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for heard in &heard {
            let event = heard.event();
            tally.two_payloads += usize::from(*bodies.entry(event.id.clone()).or_insert(&heard.body) != &heard.body);
            if heard.answered.is_success() {
                let latest = reached.entry(event.data.session_id.clone()).or_insert(event.seq);
                tally.out_of_order += usize::from(event.seq < *latest);
                *latest = event.seq.max(*latest);
                arrived.insert(event.id);
            }
        }
        tally.missing = stream.iter().filter(|event| !arrived.contains(&event.id)).count();
        tally
    }

    fn is_fine(&self) -> bool {
        (self.missing, self.out_of_order, self.two_payloads) == (0, 0, 0)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.attempts += other.attempts;
        self.kills += other.kills;
        self.missing += other.missing;
        self.out_of_order += other.out_of_order;
        self.two_payloads += other.two_payloads;
    }
}
