use super::Failure;
use crate::app::App;
use crate::store::Work;

/// Removes a file, unless some photo uses it: photos that an older version copied may share one.
pub(super) async fn file(app: &App, work: &Work, name: &str) -> Result<(), Failure> {
    if !app.store.uses_file(name).await? {
        app.files.remove(name).await.map_err(Failure::other)?;
    }
    app.store.finish_work(work.clone()).await?;
    Ok(())
}
