//! All servers go by the database's clock, and that one is an hour off for a while.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::common::postgres::{Cluster, connect};
use crate::common::{API_KEY, StandIn, client, event, post_delivery};
use crate::postgres::server;

/// A clock in the place of the database's own that goes by what a table says.
const CLOCK: &str = "
    CREATE TABLE wrong (ahead interval NOT NULL);
    INSERT INTO wrong VALUES ('0');
    CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT pg_catalog.clock_timestamp() + (SELECT ahead FROM public.wrong)';
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
    END $$";

const LONGEST: Duration = Duration::from_mins(3);

async fn read(answer: reqwest::RequestBuilder) -> Value {
    let answer = answer.bearer_auth(API_KEY).send().await.unwrap();
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

async fn open(url: &str) -> Value {
    let body = json!({"provider": "headshotpro", "email": "ada@example.test"}).to_string();
    read(client().post(format!("{url}/v1/sessions")).header("content-type", "application/json").body(body)).await
}

/// How far ahead a server's clock is; not known while the provider is asked too often.
async fn ahead(url: &str) -> Option<SignedDuration> {
    let at: Timestamp = open(url).await["session"]["createdAt"].as_str()?.parse().unwrap();
    Some(at.duration_since(Timestamp::now()))
}

async fn in_time(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(500)).await;
        }
    };
    timeout(LONGEST, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_an_hour_either_way_stops_nothing() {
    let (provider, dir) = (StandIn::start().await, tempfile::tempdir().unwrap());
    let address = Cluster::shared().database().await;
    let database = connect(&address).await;
    database.batch_execute(CLOCK).await.unwrap();
    let servers = [server(dir.path(), &address, &provider.url), server(dir.path(), &address, &provider.url)];
    let opened = open(&servers[0].url).await;
    let (model, path) = (format!("{:024x}", 1), format!("/v1/sessions/{}", opened["session"]["id"].as_str().unwrap()));
    for (step, hours) in [1, 0, -1].into_iter().enumerate() {
        database.execute("UPDATE wrong SET ahead = make_interval(hours => $1)", &[&hours]).await.unwrap();
        for server in &servers {
            in_time("a server goes by it", async || {
                let expected = SignedDuration::from_hours(hours.into());
                ahead(&server.url).await.is_some_and(|ahead| (ahead - expected).abs() < SignedDuration::from_mins(5))
            })
            .await;
        }
        // Signed an hour ago or to come, so that it is not believed; but it rings, and the provider is asked.
        let status = format!("step_{step}");
        provider.set_model(&model, json!({"id": model, "status": status}));
        let now = Timestamp::now();
        let told = event(&format!("evt_{step}"), "model.status.updated", &model, &status, now);
        assert_eq!(post_delivery(&client(), &servers[step % 2].url, &told, now).await.unwrap(), 200);
        in_time("the session is read again", async || {
            read(client().get(format!("{}{path}", servers[(step + 1) % 2].url))).await["providerStatus"] == status
        })
        .await;
    }
}
