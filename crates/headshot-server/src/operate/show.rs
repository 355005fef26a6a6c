use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::look::{Records, Related};
use super::{OperateError, ShowArgs, Told, look, print};
use crate::config::Files;
use crate::store::{Kind, Record};

pub(super) async fn show(kind: Kind, args: ShowArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files.clone())?;
    if look::is_refused(&args.id) && kind == Kind::Deliveries {
        return show_refused(&files, &args).await;
    }
    if args.body {
        let wrong = "--body is for refused deliveries: their ids begin with `ref_`";
        return Err(OperateError::Misuse(wrong.to_owned()));
    }
    let record = look::find(&files, kind, &args.id).await?;
    let related = if kind == Kind::Sessions { look::life(&files, &args.id).await? } else { Vec::new() };
    Ok(Told::fine(if args.output.json { in_json(record, related) } else { for_people(&record, &related) }))
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
    let (refused, explained) = files.refusal(&args.id).await?;
    if args.body {
        let body = refused.body.as_deref().and_then(|body| STANDARD.decode(body).ok()).ok_or_else(|| {
            OperateError::Failed("its body was not kept; see HEADSHOT_KEEP_REFUSED (--keep-refused)".to_owned())
        })?;
        return Ok(Told::fine(String::from_utf8_lossy(&body).into_owned()));
    }
    let mut record = look::refused_record(&refused);
    if args.output.json {
        let headers: Vec<Value> = refused.headers.iter().map(|(name, value)| json!([name, value])).collect();
        record.0.push(("headers".to_owned(), headers.into()));
        record.0.push(("explained".to_owned(), serde_json::to_value(explained).unwrap_or_default()));
        return Ok(Told::fine(print::line(&record)));
    }
    let headers = refused.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    Ok(Told::fine(format!("{}\n{}", print::pairs(&record), headers.collect::<String>())))
}
