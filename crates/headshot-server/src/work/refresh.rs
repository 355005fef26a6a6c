use super::Failure;
use crate::app::App;
use crate::store::Work;

/// Asks the provider where a session stands and keeps what it says.
pub(super) async fn session(app: &App, work: &Work) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(|| Failure::other("the provider is not configured"))?;
    let asked_at = app.now();
    let reading = provider.read(&work.provider_session_id).await?;
    let _held = app.files.hold().await;
    let unused = app.store.apply_reading(work.clone(), reading, asked_at, app.now()).await?;
    app.files.remove(&unused).await;
    Ok(())
}
