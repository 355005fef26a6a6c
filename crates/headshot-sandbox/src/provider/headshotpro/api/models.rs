use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Page, account::team_name, bad_query};
use crate::{
    provider::headshotpro::{organization::Organization, refusal::Refusal, session::Session},
    time::text,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Create {
    email: String,
    team_id: Option<String>,
    #[serde(default)]
    is_development: bool,
}

pub(super) async fn create(State(organization): State<Arc<Organization>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let Ok(wanted) = serde_json::from_slice::<Create>(&body) else {
        return Err(Refusal::InvalidRequest(
            "The body must be JSON with an email, and may have teamId and isDevelopment",
        ));
    };
    let session = organization.open(wanted.email.trim(), wanted.team_id, wanted.is_development)?;
    let mut answer = json!({
        "success": true,
        "modelId": session.id,
        "status": session.status,
        "signedUrl": organization.signed_url(&session),
    });
    // Shown in test mode, as [000] says; absent otherwise, as in its example.
    if session.test_mode {
        answer["isDevelopment"] = true.into();
    }
    Ok(Json(answer))
}

pub(super) async fn list(
    State(organization): State<Arc<Organization>>,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Query(page) = page.map_err(bad_query)?;
    let (sessions, pagination) = page.cut(organization.sessions());
    let models: Vec<_> = sessions.iter().map(model).collect();
    Ok(Json(json!({ "success": true, "models": models, "pagination": pagination })))
}

pub(super) async fn one(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    Ok(Json(json!({ "success": true, "model": model(&organization.session(&id)?) })))
}

pub(super) async fn remove(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let session = organization.delete(&id)?;
    Ok(Json(json!({ "success": true, "message": "Model deleted successfully", "modelId": session.id })))
}

fn model(session: &Session) -> Value {
    json!({
        "id": session.id,
        "uid": session.uid,
        "email": session.email,
        "title": session.title(),
        "status": session.status,
        "teamId": session.team_id,
        "teamName": session.team_id.as_deref().and_then(team_name),
        "isDevelopment": session.test_mode,
        "createdAt": text(session.created_at),
        "finishedAt": session.finished_at.map(text),
        "deletedAt": session.deleted_at.map(text),
    })
}
