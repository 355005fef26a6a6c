use jiff::Timestamp;

use super::Failure;
use crate::app::App;
use crate::references::References;
use crate::store::Work;

/// Asks the provider where a session stands and keeps what it says.
pub(super) async fn session(
    app: &App,
    work: &Work,
    references: &References,
    opened_at: Timestamp,
) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(Failure::not_configured)?;
    let asked_at = app.now();
    let reading = provider.read(references, opened_at).await?;
    app.store.apply_reading(work.clone(), reading, asked_at, app.now()).await?;
    Ok(())
}
