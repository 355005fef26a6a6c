use serde_json::json;

use super::look::Records;
use super::{ExplainArgs, OperateError, Told, look, print};
use crate::config::Files;
use crate::refused::{Explained, RefusedDelivery};
use crate::store::{Kind, Record};

pub(super) async fn explain(args: ExplainArgs) -> Result<Told, OperateError> {
    let files = Files::try_from(args.files)?;
    if look::is_refused(&args.id) {
        let (refused, explained) = files.refusal(&args.id).await?;
        let text =
            if args.output.json { in_json(&refused, explained.as_ref()) } else { for_people(&refused, explained) };
        return Ok(Told { text, is_fine: false });
    }
    let record = look::find(&files, Kind::Deliveries, &args.id).await?;
    Ok(Told::fine(if args.output.json { print::line(&genuine(&record)) } else { why_genuine(&record) }))
}

fn in_json(refused: &RefusedDelivery, explained: Option<&Explained>) -> String {
    print::line(&json!({
        "verdict": refused.code,
        "detail": refused.detail,
        "findings": explained.map(|explained| &explained.findings),
    }))
}

fn for_people(refused: &RefusedDelivery, explained: Option<Explained>) -> String {
    let head = format!("refused: {}\n  {}\n", refused.code, refused.detail);
    let Some(explained) = explained else {
        let hint = "known mistakes were not tried: many came at once, or it is too large\n  \
                    remedy: keep bodies with HEADSHOT_KEEP_REFUSED=on, and have the provider send it again";
        return format!("{head}\n{hint}\n");
    };
    let findings = explained
        .findings
        .into_iter()
        .map(|found| format!("\n{}\n  what:   {}\n  remedy: {}\n", found.code, found.message, found.remedy));
    head + &findings.collect::<String>()
}

fn genuine(record: &Record) -> serde_json::Value {
    json!({ "verdict": "genuine", "trust": record.get("trust"), "unread": record.get("unread"), "findings": [] })
}

fn why_genuine(record: &Record) -> String {
    let unread = match record.text("unread") {
        code if code.is_empty() => String::new(),
        code => format!("unread: {code}\n  its event could not be read: the provider was asked instead\n"),
    };
    format!("genuine\n  {}\n{unread}", means(&record.text("trust")))
}

/// What it means for a genuine delivery to be trusted so far.
pub(crate) fn means(trust: &str) -> &'static str {
    match trust {
        "body" => "its signature covers the body, and it came in time: what it says was shown at once",
        "stale" => "its time is beyond the tolerance, so that it may be a replay: the provider was asked instead",
        "unsigned" => "it carries no signature, which the settings allow: the provider was asked instead",
        _ => "its signature does not cover the body: the provider was asked instead",
    }
}
