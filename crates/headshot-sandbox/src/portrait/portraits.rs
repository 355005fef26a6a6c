use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::body::Bytes;
use tokio::task::spawn_blocking;

use super::{Format, Size, jpeg, png};

/// Draws photos and remembers the latest ones.
#[derive(Default)]
pub(crate) struct Portraits {
    drawn: Mutex<HashMap<(String, Size, Format), Bytes>>,
}

impl Portraits {
    /// Files to remember before starting over, some 30 MB.
    const KEPT: usize = 200;

    /// The file of a photo, number `index` of its session.
    pub(crate) async fn image(
        &self,
        session: String,
        photo: String,
        index: usize,
        size: Size,
        format: Format,
    ) -> Bytes {
        let key = (photo, size, format);
        if let Some(image) = self.drawn().get(&key) {
            return image.clone();
        }
        let draw = match format {
            Format::Png => png,
            Format::Jpeg => jpeg,
        };
        let image = spawn_blocking(move || draw(&session, index, size)).await.expect("drawing never fails");
        let image = Bytes::from(image);
        let mut drawn = self.drawn();
        if drawn.len() >= Self::KEPT {
            drawn.clear();
        }
        drawn.insert(key, image.clone());
        image
    }

    fn drawn(&self) -> std::sync::MutexGuard<'_, HashMap<(String, Size, Format), Bytes>> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
