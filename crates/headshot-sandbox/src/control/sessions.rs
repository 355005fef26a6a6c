use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Controls, Refused, parsed};
use crate::provider::Provider;

/// A session as the sandbox shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionView {
    pub(crate) id: String,
    pub(crate) provider: Provider,
    pub(crate) email: Option<String>,
    /// The provider's word.
    pub(crate) status: &'static str,
    /// How many photos the person handed in.
    pub(crate) received_photos: usize,
    /// The ids of the finished photos.
    pub(crate) photos: Vec<String>,
    pub(crate) favorite: Option<String>,
    /// The page at the provider that the person is sent to.
    pub(crate) page: Option<String>,
    pub(crate) created_at: String,
    /// What only this provider has.
    #[serde(flatten)]
    pub(crate) own: Value,
}

pub(super) async fn all<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    Json(json!({ "sessions": provider.sessions() }))
}

pub(super) async fn one<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.session(&id))
}

pub(super) async fn delete<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.delete(&id))
}

pub(super) async fn submit<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.submit(&id))
}

#[derive(Deserialize)]
struct Wanted {
    status: String,
}

pub(super) async fn status<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>, body: Bytes) -> Answer {
    let wanted: Wanted = parsed(&body)?;
    shown(provider.set_status(&id, &wanted.status))
}

pub(super) async fn complete<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.complete(&id))
}

pub(super) async fn fail<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.fail(&id))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chosen {
    photo_id: String,
}

pub(super) async fn favorite<P: Controls>(
    State(provider): State<Arc<P>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let chosen: Chosen = parsed(&body)?;
    shown(provider.choose_favorite(&id, &chosen.photo_id))
}

pub(super) async fn expire_links<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    shown(provider.expire_links(&id))
}

fn shown(session: Result<SessionView, Refused>) -> Answer {
    Ok(Json(json!(session?)))
}
