use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::body::Bytes;
use tokio::task::spawn_blocking;

use super::{Size, png};

/// Draws photos and remembers the latest ones.
#[derive(Default)]
pub(crate) struct Portraits {
    drawn: Mutex<HashMap<(String, Size), Bytes>>,
}

impl Portraits {
    /// Files to remember before starting over, some 30 MB.
    const KEPT: usize = 200;

    /// The PNG file of a photo, number `index` of its session.
    pub(crate) async fn image(&self, session: String, photo: String, index: usize, size: Size) -> Bytes {
        let key = (photo, size);
        if let Some(image) = self.drawn().get(&key) {
            return image.clone();
        }
        let image = Bytes::from(spawn_blocking(move || png(&session, index, size)).await.expect("drawing never fails"));
        let mut drawn = self.drawn();
        if drawn.len() >= Self::KEPT {
            drawn.clear();
        }
        drawn.insert(key, image.clone());
        image
    }

    fn drawn(&self) -> std::sync::MutexGuard<'_, HashMap<(String, Size), Bytes>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
