use super::{OperateError, PruneArgs, Told, print};
use crate::config::{Checks, Files};
use crate::control::{Answer, Done, Order};
use crate::retention;
use crate::store::Pruned;

pub(super) async fn prune(args: PruneArgs) -> Result<Told, OperateError> {
    let mut checks = Checks::default();
    let retention = retention::settings::check(&args.retention, &mut checks).ok_or_else(|| checks.into_error())?;
    let files = Files::try_from(args.files)?;
    let answer = Answer::to(&files, Some(&retention), Order::Prune).await?;
    let Some(Done::Pruned(pruned)) = answer.done else {
        return Err(OperateError::Failed("the running server is of another version".to_owned()));
    };
    Ok(Told::fine(if args.output.json { print::line(&pruned) } else { told(pruned, answer.by_server) }))
}

fn told(pruned: Pruned, by_server: bool) -> String {
    let Pruned { bodies, deliveries, photos, sendings, events, tokens } = pruned;
    let files = if photos > 0 && !by_server { "; the photos' files go when the server starts" } else { "" };
    format!(
        "removed {bodies} bodies of deliveries, {deliveries} deliveries, {photos} replaced photos, {events} events, \
         {sendings} rows of the outbox, {tokens} client tokens{files}\n"
    )
}
