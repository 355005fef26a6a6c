use serde_json::json;

use super::{OperateError, ReplayArgs, Told, print};
use crate::config::Files;
use crate::control::{Answer, Done, Order};
use crate::store::{Filter, Kind};

pub(super) async fn replay(kind: Kind, args: ReplayArgs) -> Result<Told, OperateError> {
    let chosen = args.filter.check(kind)?;
    if args.ids.is_empty() && chosen == Filter::default() {
        let wrong = "name ids, or say which ones by --since, --status, --provider or --session";
        return Err(OperateError::Misuse(wrong.to_owned()));
    }
    let filter = Filter { ids: args.ids, limit: args.limit, ..chosen };
    let files = Files::try_from(args.files)?;
    let answer = Answer::to(&files, None, Order::Replay { kind, filter }).await?;
    let Some(Done::Replayed(replayed)) = answer.done else {
        return Err(OperateError::Failed("the running server is of another version".to_owned()));
    };
    let text = if args.output.json {
        print::line(&json!({ "replayed": replayed }))
    } else {
        told(kind, replayed, answer.by_server)
    };
    Ok(Told { text, is_fine: replayed > 0 })
}

fn told(kind: Kind, replayed: usize, by_server: bool) -> String {
    if replayed == 0 {
        return "nothing was set going again: there is none, its session is deleted, or its address is not configured\n"
            .to_owned();
    }
    let (what, when) = match kind {
        Kind::Sessions => ("sessions are read again", by_server),
        Kind::Deliveries => ("deliveries rang for their sessions again", by_server),
        Kind::Events | Kind::Outbox => ("events are sent again", by_server),
    };
    let when = if when { "now" } else { "when the server starts" };
    format!("{replayed} {what}, {when}\n")
}
