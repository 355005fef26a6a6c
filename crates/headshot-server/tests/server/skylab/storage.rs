//! A storage of photos that fails in every way that it can: what was acknowledged, what was lost, what came back by itself.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use headshot_api::Session;
use headshot_server::photos::s3::Patience;
use headshot_server::provider::headshotpro;
use serde_json::Value;

use super::{Open, Studio, jpeg, photo, submission};
use crate::common::s3::{Fault, Front, HASTY, S3};
use crate::common::{API_KEY, PUBLIC_URL, Skylab, World, delete, get, sha256};

/// How often each fault comes.
const ROUNDS: usize = 3;

/// So many photos are sent in each round while the storage fails, and again when it works.
const PHOTOS: usize = 2;

/// What came of a fault.
struct Row {
    fault: Fault,
    acknowledged: usize,
    refused: usize,
    lost: usize,
    duplicated: usize,
    by_itself: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_acknowledged_is_lost_while_the_storage_of_photos_fails() {
    let faults =
        [Fault::Broken, Fault::SlowDown, Fault::Slow, Fault::Cut, Fault::Spoiled, Fault::Forged, Fault::NoBucket];
    let rows = join_all(faults.map(Row::of)).await;
    println!("| Fault | Rounds | Acknowledged | Refused | Lost | Duplicated | Recovered by itself |");
    for row in &rows {
        let Row { fault, acknowledged, refused, lost, duplicated, by_itself } = row;
        println!("| {fault:?} | {ROUNDS} | {acknowledged} | {refused} | {lost} | {duplicated} | {by_itself} |");
    }
    for row in rows {
        let is_well = row.lost == 0 && row.duplicated == 0 && row.by_itself;
        assert!(is_well && row.acknowledged == ROUNDS * (PHOTOS + 3), "{:?}", row.fault);
    }
}

/// A server whose storage fails where a test says so.
struct Failing {
    studio: Studio,
    s3: S3,
    front: Front,
    row: Row,
}

impl Row {
    async fn of(fault: Fault) -> Self {
        let mut failing = Failing::new(fault).await;
        for round in 0..ROUNDS {
            failing.go_through(round).await;
        }
        assert!(failing.front.played() > 0);
        failing.row
    }
}

impl Failing {
    async fn new(fault: Fault) -> Self {
        let ((s3, front), skylab) = (S3::with_front().await, Skylab::start().await);
        let patience = match fault {
            Fault::Slow => Patience { attempt: Duration::from_secs(2), attempts: 2, ..HASTY },
            _ => HASTY,
        };
        let world = World::patient(
            |args| {
                args.providers.headshotpro = headshotpro::Args::default();
                args.providers.skylab = skylab.args();
                s3.set_up(&mut args.files);
            },
            patience,
        );
        let studio = Studio { world: world.await, skylab };
        let row = Row { fault, acknowledged: 0, refused: 0, lost: 0, duplicated: 0, by_itself: true };
        Self { studio, s3, front, row }
    }

    /// A session from its first upload to its deletion, each step of which begins while the storage fails.
    async fn go_through(&mut self, round: usize) {
        let open = self.studio.open().await;
        let wanted = self.upload(&open, round).await;
        self.failing(async |studio| {
            let submitted = studio.send(submission(&open)).await.status;
            studio.work().await;
            vec![submitted]
        })
        .await;
        self.recover().await;
        self.compare_sent(&open, &wanted);
        self.failing(async |studio| {
            studio.skylab.finish(open.job);
            let told = studio.call_back(&open).await.status;
            studio.work().await;
            vec![told]
        })
        .await;
        self.recover().await;
        self.compare_shown(&open).await;
        self.failing(async |studio| {
            let deleted = studio.send(delete(&open.path(""), API_KEY)).await.status;
            studio.work().await;
            vec![deleted]
        })
        .await;
        self.recover().await;
        self.row.lost += self.s3.objects().await.len();
    }

    /// Uploads while the storage fails, and again what was refused; answers with what was acknowledged.
    async fn upload(&mut self, open: &Open, round: usize) -> Vec<Vec<u8>> {
        let photos: Vec<_> = (0..PHOTOS).map(|number| jpeg(640, 480, &format!("{round} {number}"))).collect();
        let mut kept = Vec::new();
        for fault in [Some(self.row.fault), None] {
            self.front.play(fault);
            for bytes in &photos {
                let status = self.studio.send(photo(open, "", bytes.clone())).await.status;
                self.note(status);
                if status.is_success() && !kept.contains(bytes) {
                    kept.push(bytes.clone());
                }
            }
        }
        assert_eq!(kept.len(), PHOTOS);
        kept
    }

    /// What must be acknowledged though the storage fails, and a look at what readiness says.
    async fn failing(&mut self, act: impl AsyncFnOnce(&Studio) -> Vec<StatusCode>) {
        self.front.play(self.row.fault);
        for status in act(&self.studio).await {
            assert!(status.is_success(), "{:?}: {status}", self.row.fault);
            self.note(status);
        }
        let answer = self.studio.send(get("/readyz", "")).await;
        assert_eq!(answer.status, StatusCode::OK);
        self.front.play(None);
    }

    /// Lets time pass, and nobody does anything: longer than any pause, and than a reserved file waits for its upload.
    async fn recover(&mut self) {
        for _ in 0..4 {
            self.studio.pass(Duration::from_mins(30)).await;
        }
        let failed: i64 = self.studio.query("SELECT count(*) FROM work WHERE last_error IS NOT NULL");
        let named: i64 = self
            .studio
            .query("SELECT (SELECT count(*) FROM photos WHERE copied_at IS NOT NULL) + (SELECT count(*) FROM uploads)");
        self.row.by_itself &= failed == 0;
        self.row.duplicated += self.s3.objects().await.len().saturating_sub(usize::try_from(named).unwrap());
    }

    /// The provider has each photo that was acknowledged, once.
    fn compare_sent(&mut self, open: &Open, wanted: &[Vec<u8>]) {
        let there: Vec<_> = self.studio.skylab.photos(open.job).into_iter().flatten().collect();
        self.row.lost += wanted.iter().filter(|bytes| !there.contains(bytes)).count();
        self.row.duplicated += there.len().saturating_sub(wanted.len());
    }

    /// Every photo of the session is shown as it was kept, and while the storage fails as no other.
    async fn compare_shown(&mut self, open: &Open) {
        let session: Session = self.studio.session(&open.id).await;
        assert_eq!(session.photos.len(), PHOTOS, "{:?}", self.row.fault);
        for photo in &session.photos {
            let path = photo.url.strip_prefix(PUBLIC_URL).unwrap();
            self.front.play(self.row.fault);
            let request = get(path, "");
            let refused = tower::ServiceExt::oneshot(self.studio.router.clone(), request).await.unwrap();
            assert!(refused.status().is_server_error() && refused.headers()["cache-control"] == "no-store");
            self.row.refused += 1;
            self.front.play(None);
            let shown = self.studio.send(get(path, "")).await;
            let etag = format!("\"{}\"", sha256(&shown.body));
            let is_it = shown.status == StatusCode::OK && shown.header("etag") == etag;
            self.row.lost += usize::from(!is_it);
        }
    }

    fn note(&mut self, status: StatusCode) {
        match status {
            StatusCode::SERVICE_UNAVAILABLE => self.row.refused += 1,
            status => {
                assert!(status.is_success(), "{status}");
                self.row.acknowledged += 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_not_given_up_while_its_storage_is_away() {
    let mut failing = Failing::new(Fault::Broken).await;
    let open = failing.studio.open().await;
    failing.front.play(None);
    failing.studio.upload(&open, "a").await;
    failing.front.play(Fault::Broken);
    // More attempts than a provider has that does not take it.
    for _ in 0..40 {
        failing.studio.pass(Duration::from_mins(30)).await;
    }
    failing.front.play(None);
    failing.recover().await;
    let states: Value = serde_json::to_value(failing.studio.upload_states(&open).await).unwrap();
    assert_eq!(states, serde_json::json!(["delivered"]));
}
