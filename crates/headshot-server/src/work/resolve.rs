use super::Failure;
use crate::app::App;
use crate::references::Reference;
use crate::store::Work;

/// Asks the provider whose a delivery is, so that its session is read again.
pub(super) async fn delivery(app: &App, work: &Work, reference: &Reference) -> Result<(), Failure> {
    let provider = app.provider(&work.provider).ok_or_else(Failure::not_configured)?;
    let found = provider.resolve(&reference.clone().into()).await?;
    app.store.apply_resolution(work.clone(), found, app.now()).await?;
    Ok(())
}
