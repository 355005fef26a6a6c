//! The whole way, with a worker that runs by itself.

use std::sync::Arc;

use headshot_api::State;

use super::Studio;
use crate::common::{eventually, is_recorded};

#[tokio::test(flavor = "multi_thread")]
async fn from_opening_to_the_finished_picture() {
    let (studio, open) = Studio::opened().await;
    let worker = tokio::spawn(headshot_server::work::run(Arc::clone(&studio.app)));
    for name in ["left", "front", "right"] {
        studio.upload(&open, name).await;
    }
    studio.submit(&open).await;
    let status = async || studio.session(&open.id).await.provider_status;
    eventually("the job is queued", async || status().await == "queued").await;
    studio.skylab.finish(open.job);
    is_recorded(&studio.call_back(&open).await, "recorded");
    eventually("the photos are copied", async || studio.session(&open.id).await.photos.len() == 3).await;
    assert_eq!(studio.session(&open.id).await.state, State::Ready);
    studio.app.stop();
    worker.await.unwrap();
}
