//! Faults of the database and of the network, under load: what was acknowledged is there, nothing is acknowledged that is
//! not, what clients read is one history, and all goes on without a hand.

mod clock;
mod history;
mod link;
#[cfg(target_os = "linux")]
mod namespace;
mod pooled;
mod tls;
mod trial;

use std::time::{Duration, Instant};

use tokio_postgres::Client;

use self::link::Link;
use self::trial::Trial;
use crate::common::postgres::{Cluster, connect};
use crate::durability;

/// How often each fault happens: once, and ten times with `HEADSHOT_TEST_ROUNDS=2000`.
fn rounds() -> u32 {
    durability::rounds().div_ceil(200)
}

async fn stopped_by(fault: &str, stop: fn(&mut Cluster)) {
    let mut cluster = Cluster::of_its_own();
    let address = cluster.database().await;
    let trial = Trial::of(&[&address, &address]).await;
    let mut recovered = Vec::new();
    for _ in 0..rounds() {
        trial.goes_on_for(50).await;
        stop(&mut cluster);
        let (_, since) = trial.is_away(&[0, 1]).await;
        trial.acknowledged_nothing(&[0, 1], since);
        cluster.start_again();
        recovered.push(trial.recovers().await);
    }
    trial.end(&address, fault, rounds(), &recovered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_shut_down_is_waited_for() {
    stopped_by("shut down", Cluster::stop_gently).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_ends_at_once_is_waited_for() {
    stopped_by("immediate", Cluster::stop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_killed_is_waited_for() {
    stopped_by("kill -9", Cluster::kill).await;
}

async fn cut_all(client: &Client) -> u64 {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.execute(sql, &[]).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_cut_over_and_over_cost_nothing_that_was_acknowledged() {
    let address = Cluster::shared().database().await;
    let trial = Trial::of(&[&address, &address]).await;
    let (mut cuts, client) = (0, connect(&address).await);
    for _ in 0..rounds() {
        let enough = trial.acknowledged() + 50;
        let least = Instant::now() + Duration::from_secs(4);
        while trial.acknowledged() < enough || Instant::now() < least {
            cuts += cut_all(&client).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
    assert!(cuts > 20, "{cuts}");
    let recovered = trial.recovers().await;
    trial.end(&address, "cut connections", rounds(), &[recovered]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_that_was_promoted_has_all_that_was_acknowledged() {
    let (mut primary, mut recovered) = (Cluster::of_its_own(), Vec::new());
    let name = primary.database().await;
    let mut standby = primary.standby().await;
    let both = |database: &str, clusters: [&Cluster; 2]| {
        let name = database.strip_prefix("postgres:///").unwrap().split('?').next().unwrap();
        let [first, second] = clusters.map(|cluster| cluster.folder().display().to_string());
        format!("postgres:///{name}?host={first},{second}&user=postgres&target_session_attrs=read-write")
    };
    let address = both(&name, [&primary, &standby]);
    let trial = Trial::of(&[&address, &address]).await;
    trial.goes_on_for(20).await;
    // What is not on the standby is not acknowledged.
    standby.stop();
    let since = trial.takes_no_writes(&[0, 1]).await.1;
    trial.acknowledged_nothing(&[0, 1], since);
    standby.start_again();
    recovered.push(trial.recovers().await);
    trial.goes_on_for(20).await;
    primary.kill();
    let (_, since) = trial.is_away(&[0, 1]).await;
    trial.acknowledged_nothing(&[0, 1], since);
    standby.promote().await;
    recovered.push(trial.recovers().await);
    let database = name.replace(&primary.folder().display().to_string(), &standby.folder().display().to_string());
    trial.end(&database, "fail-over", 1, &recovered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_led_to_a_standby_is_not_ready_before_that_takes_writes() {
    let mut primary = Cluster::of_its_own();
    let name = primary.database().await;
    let standby = primary.standby().await;
    let links = [Link::to(&primary).await, Link::to(&primary).await];
    let addresses = links.each_ref().map(|link| link.database(&name));
    let trial = Trial::of(&addresses.each_ref().map(String::as_str)).await;
    trial.goes_on_for(50).await;
    // As where a name or an address is moved.
    links[0].lead_to(&standby);
    let (_, since) = trial.is_away(&[0]).await;
    trial.goes_on_for(20).await;
    trial.acknowledged_nothing(&[0], since);
    primary.stop();
    links[1].lead_to(&standby);
    trial.is_away(&[0, 1]).await;
    trial.acknowledged_nothing(&[0], since);
    standby.promote().await;
    let recovered = trial.recovers().await;
    let database = name.replace(&primary.folder().display().to_string(), &standby.folder().display().to_string());
    trial.end(&database, "moved address", 1, &[recovered]).await;
}

/// The first of two servers does not reach the database for a while, and the second goes on.
async fn cut_off(trial: Trial, database: &str, fault: &str, cut: impl Fn(), mend: impl Fn()) {
    let (mut recovered, mut noticed) = (Vec::new(), Vec::new());
    for _ in 0..rounds() {
        trial.goes_on_for(50).await;
        cut();
        let (after, since) = trial.is_away(&[0]).await;
        noticed.push(after);
        trial.goes_on_for(8).await;
        trial.acknowledged_nothing(&[0], since);
        mend();
        recovered.push(trial.recovers().await);
    }
    println!("{fault}: noticed within {:.1} s", noticed.iter().max().unwrap().as_secs_f64());
    trial.end(database, fault, rounds(), &recovered).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_database_is_silent_says_so_while_another_goes_on() {
    let cluster = Cluster::shared();
    let address = cluster.database().await;
    let link = Link::to(cluster).await;
    let trial = Trial::of(&[&link.database(&address), &address]).await;
    cut_off(trial, &address, "silent way", || link.be_silent(), || link.speak_again()).await;
}

/// The same where the system itself loses what is sent. What that needs is root's alone, and `ip` of Debian's `iproute2`:
/// elsewhere the test above stands for it, and this one says that it did not happen.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_cable_is_pulled_says_so_while_another_goes_on() {
    let network = match namespace::Namespace::new() {
        Ok(network) => network,
        Err(why) if nix::unistd::geteuid().is_root() => panic!("{why}"),
        Err(why) => return eprintln!("pulled cable | not possible here: {why}"),
    };
    let cluster = Cluster::shared();
    let address = cluster.database().await;
    let link = Link::at(network.here(1), cluster).await;
    let trial = Trial::with(|settings| {
        let mut inside = network.inside(&settings.server(&link.database(&address)));
        inside.env("HEADSHOT_LISTEN", format!("{}:0", network.there(0)));
        inside
            .stderr(std::fs::File::options().append(true).create(true).open(settings.dir.path().join("log")).unwrap());
        vec![inside, settings.server(&address)]
    })
    .await;
    cut_off(trial, &address, "pulled cable", || network.pull_the_database_out(), || network.plug_the_database_in())
        .await;
}
