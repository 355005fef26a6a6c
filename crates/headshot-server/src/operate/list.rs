use super::{ListArgs, OperateError, Told, look, print};
use crate::config::Files;
use crate::store::{Filter, Kind};

pub(super) async fn list(kind: Kind, args: ListArgs) -> Result<Told, OperateError> {
    let filter = Filter { limit: Some(args.limit), ..args.filter.check(kind)? };
    let records = look::list(&Files::try_from(args.files)?, kind, &filter).await?;
    Ok(Told::fine(if args.output.json { print::lines(&records) } else { print::table(kind, &records) }))
}
