use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{OperateError, ShowArgs, Told, explain, list, print};
use crate::config::Files;
use crate::store::{Filter, Kind, Observer, Record};

/// So many of what belongs to a session are shown with it.
const MOST: u32 = 100;

pub(super) async fn show(kind: Kind, args: ShowArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files.clone())?;
    if explain::is_refused(&args.id) && kind == Kind::Deliveries {
        return show_refused(&files, &args).await;
    }
    if args.body {
        let wrong = "--body is for refused deliveries: their ids begin with `ref_`";
        return Err(OperateError::Misuse(wrong.to_owned()));
    }
    let observer = files.database.observe().await?;
    let one = Filter { ids: vec![args.id.clone()], ..Filter::default() };
    let record = observer.list(kind, &one).await?.pop().ok_or(OperateError::NotFound(args.id))?;
    let related = if kind == Kind::Sessions { related(&observer, &record.text("id")).await? } else { Vec::new() };
    Ok(Told::fine(if args.output.json { in_json(record, related) } else { for_people(&record, &related) }))
}

type Related = Vec<(&'static str, Kind, Vec<Record>)>;

/// A session's life: what came, what was told, and what became of that.
async fn related(observer: &Observer, session: &str) -> Result<Related, OperateError> {
    let filter = Filter { session: Some(session.to_owned()), limit: Some(MOST), ..Filter::default() };
    let mut related = Vec::new();
    for (name, kind) in [("deliveries", Kind::Deliveries), ("events", Kind::Events), ("outbox", Kind::Outbox)] {
        related.push((name, kind, observer.list(kind, &filter).await?));
    }
    Ok(related)
}

fn in_json(mut record: Record, related: Related) -> String {
    for (name, _, records) in related {
        record.0.push((name.to_owned(), serde_json::to_value(records).unwrap_or_default()));
    }
    print::line(&record)
}

fn for_people(record: &Record, related: &Related) -> String {
    let tables = related.iter().map(|(name, kind, records)| format!("\n{name}\n{}", print::table(*kind, records)));
    print::pairs(record) + &tables.collect::<String>()
}

async fn show_refused(files: &Files, args: &ShowArgs) -> Result<Told, OperateError> {
    let (refused, explained) = explain::find(files, &args.id).await?;
    if args.body {
        let body = refused.body.as_deref().and_then(|body| STANDARD.decode(body).ok()).ok_or_else(|| {
            OperateError::Failed("its body was not kept; see HEADSHOT_KEEP_REFUSED (--keep-refused)".to_owned())
        })?;
        return Ok(Told::fine(String::from_utf8_lossy(&body).into_owned()));
    }
    let mut record = list::record(&refused);
    if args.output.json {
        let headers: Vec<Value> = refused.headers.iter().map(|(name, value)| json!([name, value])).collect();
        record.0.push(("headers".to_owned(), headers.into()));
        record.0.push(("explained".to_owned(), serde_json::to_value(explained).unwrap_or_default()));
        return Ok(Told::fine(print::line(&record)));
    }
    let headers = refused.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    Ok(Told::fine(format!("{}\n{}", print::pairs(&record), headers.collect::<String>())))
}
