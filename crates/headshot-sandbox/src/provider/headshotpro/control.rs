//! The sandbox's own routes, below `/sandbox`: look at what happened, and make things happen.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State, rejection::JsonRejection},
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    organization::Organization,
    refusal::Refusal,
    session::{Session, Status, time},
    studio::MINIMUM_PHOTOS,
};

type Answer = Result<Json<Value>, Refusal>;

pub(super) fn router() -> Router<Arc<Organization>> {
    Router::new()
        .route("/sessions", get(sessions))
        .route("/sessions/{id}", get(session))
        .route("/sessions/{id}/submit", post(submit))
        .route("/sessions/{id}/status", post(status))
        .route("/sessions/{id}/fail", post(fail))
        .route("/sessions/{id}/admin-retry", post(admin_retry))
        .route("/sessions/{id}/favorite", post(favorite))
        .route("/sessions/{id}/expire-links", post(expire_links))
        .route("/deliveries", get(deliveries))
        .route("/deliveries/{id}", get(delivery))
        .route("/deliveries/{id}/resend", post(resend))
        .fallback(async || Refusal::NotFound("No such control"))
}

async fn sessions(State(organization): State<Arc<Organization>>) -> Json<Value> {
    let sessions: Vec<_> = organization.sessions().iter().map(|session| view(&organization, session)).collect();
    Json(json!({ "sessions": sessions }))
}

async fn session(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    Ok(Json(view(&organization, &organization.session(&id)?)))
}

async fn submit(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let session = organization.submit(&id, MINIMUM_PHOTOS)?;
    Ok(Json(view(&organization, &session)))
}

#[derive(Deserialize)]
struct Wanted {
    status: Status,
}

async fn status(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Answer {
    let Ok(Json(wanted)) = wanted else {
        return Err(Refusal::InvalidRequest("The body must be JSON with one of the provider's words as status"));
    };
    let session = organization.set_status(&id, wanted.status)?;
    Ok(Json(view(&organization, &session)))
}

async fn fail(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let session = organization.fail(&id)?;
    Ok(Json(view(&organization, &session)))
}

async fn admin_retry(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let session = organization.admin_retry(&id)?;
    Ok(Json(view(&organization, &session)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chosen {
    photo_id: String,
}

async fn favorite(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
    chosen: Result<Json<Chosen>, JsonRejection>,
) -> Answer {
    let Ok(Json(chosen)) = chosen else {
        return Err(Refusal::InvalidRequest("The body must be JSON with a photoId"));
    };
    let session = organization.choose_favorite(&id, &chosen.photo_id)?;
    Ok(Json(view(&organization, &session)))
}

async fn expire_links(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let session = organization.expire_links(&id)?;
    Ok(Json(view(&organization, &session)))
}

#[derive(Deserialize)]
struct Which {
    session: Option<String>,
}

async fn deliveries(State(organization): State<Arc<Organization>>, Query(which): Query<Which>) -> Json<Value> {
    let mut deliveries = organization.deliveries.all();
    deliveries.retain(|delivery| which.session.as_ref().is_none_or(|session| *session == delivery.session));
    Json(json!({ "deliveries": deliveries }))
}

async fn delivery(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let delivery = organization.deliveries.delivery(&id).ok_or(NO_DELIVERY)?;
    let mut view = json!(delivery);
    view["body"] = String::from_utf8_lossy(&delivery.body).into();
    Ok(Json(view))
}

async fn resend(
    State(organization): State<Arc<Organization>>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    if !organization.deliveries.resend(&id) {
        return Err(NO_DELIVERY);
    }
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))))
}

const NO_DELIVERY: Refusal = Refusal::NotFound("No such delivery");

fn view(organization: &Organization, session: &Session) -> Value {
    let photos: Vec<_> = session.photos.iter().map(|photo| &photo.id).collect();
    json!({
        "id": session.id,
        "email": session.email,
        "status": session.status,
        "testMode": session.test_mode,
        "receivedPhotos": session.received_photos,
        "photos": photos,
        "favorite": session.favorite,
        "signedUrl": organization.signed_url(session),
        "createdAt": time(session.created_at),
    })
}
