//! What the commands `list`, `show` and `replay` say, as JSON.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::body;
use crate::app::App;
use crate::control::{self, Done, Order};
use crate::error::{Code, Error};
use crate::operate::look::{self, Records};
use crate::operate::{FilterArgs, OperateError, explain};
use crate::store::{Filter, Kind};

/// So many are listed unless the request says otherwise, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 1000;

/// `GET /console/api/server`: what is looked into.
pub(super) async fn describe(State(app): State<Arc<App>>) -> Json<Value> {
    let providers: Vec<_> = app.credentials().providers.iter().map(|provider| provider.name()).collect();
    Json(json!({ "version": env!("CARGO_PKG_VERSION"), "providers": providers }))
}

/// Which records are listed, as `list` is told by its options.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    since: Option<String>,
    status: Option<String>,
    provider: Option<String>,
    session: Option<String>,
    limit: Option<u32>,
}

/// `GET /console/api/{kind}`: the newest records of a kind, and the words that they can stand at.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    kind: Result<Path<Kind>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Value>, Error> {
    let Path(kind) = kind.map_err(|_| Code::RouteUnknown)?;
    let Query(asked) = asked.map_err(|error| Error::from(Code::CursorInvalid).detail(error.body_text()))?;
    let Asked { since, status, provider, session, limit } = asked;
    let filter = FilterArgs { since, status, provider, session }.check(kind)?;
    let filter = Filter { limit: Some(limit.unwrap_or(USUAL).clamp(1, MOST)), ..filter };
    let records = look::list(app.as_ref(), kind, &filter).await?;
    Ok(Json(json!({ "records": records, "statuses": kind.statuses() })))
}

/// `GET /console/api/{kind}/{id}`: one record; a session with its life, a delivery with why it is believed or not.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    path: Result<Path<(Kind, String)>, PathRejection>,
) -> Result<Json<Value>, Error> {
    let Path((kind, id)) = path.map_err(|_| Code::RouteUnknown)?;
    if kind == Kind::Deliveries && look::is_refused(&id) {
        let (refused, explained) = app.refusal(&id).await?;
        let findings = explained.map(|explained| explained.findings);
        return Ok(Json(json!({ "record": look::refused_record(&refused), "findings": findings })));
    }
    let record = look::find(app.as_ref(), kind, &id).await?;
    let mut shown = json!({ "record": record });
    match kind {
        Kind::Sessions => {
            for (name, _, records) in look::life(app.as_ref(), &id).await? {
                shown[name] = json!(records);
            }
        }
        Kind::Deliveries => shown["means"] = explain::means(&record.text("trust")).into(),
        Kind::Events | Kind::Outbox => {}
    }
    Ok(Json(shown))
}

/// What is set going again.
#[derive(Deserialize)]
struct Replay {
    kind: Kind,
    ids: Vec<String>,
}

/// `POST /console/api/replay`: sets records going again, and says how many it were.
pub(super) async fn replay(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Result<Json<Value>, Error> {
    let Replay { kind, ids } = body::json(&headers, body).await?;
    if ids.is_empty() {
        return Err(Error::from(Code::FieldInvalid).field("/ids", "names nothing"));
    }
    tracing::info!(?kind, ?ids, "a replay from the console");
    let filter = Filter { ids, ..Filter::default() };
    match control::carry_out(&app, Order::Replay { kind, filter }).await? {
        Done::Replayed(replayed) => Ok(Json(json!({ "replayed": replayed }))),
        other => Err(Error::from(Code::InternalError).cause(format!("a replay became {other:?}"))),
    }
}

impl From<OperateError> for Error {
    fn from(error: OperateError) -> Self {
        match error {
            // A parameter has the name of the command's option.
            OperateError::Misuse(reason) => {
                Self::from(Code::CursorInvalid).detail(reason.trim_start_matches("--").to_owned())
            }
            OperateError::NotFound(_) => Code::RecordUnknown.into(),
            OperateError::Failed(reason) => Self::from(Code::StoreUnavailable).cause(reason),
        }
    }
}
