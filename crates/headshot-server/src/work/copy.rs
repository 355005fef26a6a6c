use jiff::Timestamp;

use super::Failure;
use crate::app::App;
use crate::ids::PhotoId;
use crate::photos::fetch::FetchError;
use crate::store::Work;

/// Copies one photo: first the bytes, safely on the disk under the photo's name, then the row.
pub(super) async fn photo(
    app: &App,
    work: &Work,
    photo: &PhotoId,
    source_url: Option<&str>,
    source_expires_at: Option<Timestamp>,
) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(Failure::not_configured)?;
    let has_expired = source_expires_at.is_some_and(|expires_at| expires_at <= app.now());
    let Some(url) = source_url.filter(|_| !has_expired) else {
        return Err(Failure { reread: true, ..Failure::other("there is no link that still works") });
    };
    let (part, copy) = app.fetcher.fetch(url, provider.photo_hosts(), &app.files, photo).await?;
    app.files.keep(part).await.map_err(Failure::other)?;
    app.store.record_copy(work.clone(), copy, app.now()).await?;
    app.metrics.count_copy();
    Ok(())
}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        // A link that was refused is replaced by asking the provider for its list again.
        let reread = matches!(error, FetchError::Expired(_));
        Self { reread, ..Self::other(error) }
    }
}
