use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Controls, Refused, parsed};
use crate::delivery::Flaw;

#[derive(Deserialize)]
pub(super) struct Which {
    session: Option<String>,
}

pub(super) async fn all<P: Controls>(State(provider): State<Arc<P>>, Query(which): Query<Which>) -> Json<Value> {
    let mut deliveries = provider.backstage().deliveries.all();
    deliveries.retain(|delivery| which.session.as_ref().is_none_or(|session| *session == delivery.session));
    Json(json!({ "deliveries": deliveries }))
}

pub(super) async fn one<P: Controls>(State(provider): State<Arc<P>>, Path(id): Path<String>) -> Answer {
    let delivery = provider.backstage().deliveries.delivery(&id).ok_or(NO_DELIVERY)?;
    let mut view = json!(delivery);
    view["body"] = String::from_utf8_lossy(&delivery.body).into();
    Ok(Json(view))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    flaw: Option<Flaw>,
}

pub(super) async fn resend<P: Controls>(
    State(provider): State<Arc<P>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let Resend { flaw } = parsed(&body)?;
    let deliveries = &provider.backstage().deliveries;
    if let Some(unknown) = flaw.filter(|flaw| !deliveries.flaws().contains(flaw)) {
        let known: Vec<_> = deliveries.flaws().iter().map(|flaw| flaw.as_str()).collect();
        let error =
            format!("This provider's deliveries cannot be {}; there are {}", unknown.as_str(), known.join(", "));
        return Err(Refused::invalid(error));
    }
    if deliveries.delivery(&id).ok_or(NO_DELIVERY)?.url.is_none() {
        return Err(Refused::conflict("There is no receiver"));
    }
    deliveries.resend(&id, flaw);
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    drop: bool,
}

pub(super) async fn switch<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    Json(json!({ "drop": provider.backstage().deliveries.drops_all() }))
}

pub(super) async fn set_switch<P: Controls>(State(provider): State<Arc<P>>, body: Bytes) -> Answer {
    let Switch { drop } = parsed(&body)?;
    provider.backstage().deliveries.drop_all(drop);
    Ok(switch(State(provider)).await)
}

const NO_DELIVERY: Refused = Refused::not_found("No such delivery");
