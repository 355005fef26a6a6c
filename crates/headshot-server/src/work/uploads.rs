use std::fmt::Display;

use super::Failure;
use crate::app::App;
use crate::pace;
use crate::photos::{Expected, StorageError};
use crate::provider::{OutgoingPhoto, ProviderError};
use crate::references::References;
use crate::store::{StoreError, StoredUpload, Work};

/// Sees to it that the provider has an upload, or has it no longer.
pub(super) async fn sync(
    app: &App,
    work: &Work,
    references: &References,
    upload: &StoredUpload,
) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(Failure::not_configured)?;
    let uploads = provider.uploads().ok_or_else(Failure::not_configured)?;
    let name = provider_name(upload);
    let outcome = if upload.withdrawn_at.is_some() {
        uploads.withdraw(references, &name).await
    } else {
        let picture = &upload.picture;
        let expected = Expected { sha256: &picture.sha256, size_bytes: picture.size_bytes };
        let file = match app.upload_files.read(upload.id.as_str(), expected).await {
            Ok(file) => file,
            Err(error @ (StorageError::Missing | StorageError::Damaged)) if work.attempts >= pace::UPLOAD_ATTEMPTS => {
                return Ok(refuse(app, work, &error).await?);
            }
            // While our own storage is away the provider has refused nothing.
            Err(error) => return Err(Failure::other(error)),
        };
        let photo = OutgoingPhoto {
            name: &name,
            file: &file,
            media_type: &picture.media_type,
            size_bytes: picture.size_bytes,
            md5: picture.md5,
        };
        uploads.push(references, photo).await
    };
    match outcome {
        Ok(()) => app.store.record_sync(work.clone(), app.now()).await?,
        Err(error) if upload.withdrawn_at.is_none() && is_final(&error, work) => refuse(app, work, &error).await?,
        Err(error) => return Err(failure(error)),
    }
    Ok(())
}

/// Has the provider begin.
pub(super) async fn submit(app: &App, work: &Work, references: &References) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(Failure::not_configured)?;
    let uploads = provider.uploads().ok_or_else(Failure::not_configured)?;
    match uploads.submit(references, &app.webhook_url(provider.name())).await {
        Ok(standing) => app.store.record_submission(work.clone(), standing, app.now()).await?,
        Err(error) if work.attempts >= pace::UPLOAD_ATTEMPTS && !is_busy(&error) => {
            let session = work.task.session().map(ToString::to_string);
            tracing::error!(session, reason = %error, "the provider does not begin; submitting again tries again");
            app.store.refuse_submission(work.clone(), app.now()).await?;
        }
        Err(error) => return Err(failure(error)),
    }
    Ok(())
}

/// Removes the file of an upload that is needed no more.
pub(super) async fn remove(app: &App, work: &Work, name: &str) -> Result<(), Failure> {
    app.upload_files.remove(name).await.map_err(Failure::other)?;
    app.store.finish_work(work.clone()).await?;
    Ok(())
}

/// What the provider calls it: nothing that the person wrote, and the same in every attempt.
fn provider_name(upload: &StoredUpload) -> String {
    let extension = if upload.picture.media_type == "image/png" { "png" } else { "jpg" };
    format!("{}.{extension}", upload.id)
}

/// The provider looked at the photo and said no, or never said anything useful. Anything else can still be put right.
fn is_final(error: &ProviderError, work: &Work) -> bool {
    let said_no = matches!(error, ProviderError::Refused { status: 400 | 413 | 415 | 422, .. });
    said_no || work.attempts >= pace::UPLOAD_ATTEMPTS && !is_busy(error)
}

fn is_busy(error: &ProviderError) -> bool {
    matches!(error, ProviderError::Busy { .. })
}

async fn refuse(app: &App, work: &Work, error: &(impl Display + Sync)) -> Result<(), StoreError> {
    let session = work.task.session().map(ToString::to_string);
    tracing::error!(session, reason = %error, "an upload does not reach the provider");
    app.store.refuse_upload(work.clone(), app.now()).await
}

/// A session that the provider has no longer is found by reading it.
fn failure(error: ProviderError) -> Failure {
    let reread = error == ProviderError::NotFound;
    Failure { reread, ..Failure::from(error) }
}
