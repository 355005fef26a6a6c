use std::sync::Arc;

use axum::{Json, body::Bytes, extract::State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Controls, Refused, parsed};
use crate::{Plan, stand_in::OrderedAnswer};

pub(super) async fn answers<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    Json(json!({ "answers": provider.backstage().answers.all() }))
}

pub(super) async fn order<P: Controls>(State(provider): State<Arc<P>>, body: Bytes) -> Answer {
    let order: OrderedAnswer = parsed(&body)?;
    if !(400..600).contains(&order.status) || order.times == 0 {
        return Err(Refused::invalid("The status is one from 400 to 599, and times is at least 1"));
    }
    provider.backstage().answers.order(order);
    Ok(answers(State(provider)).await)
}

pub(super) async fn cancel_orders<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    provider.backstage().answers.cancel_all();
    answers(State(provider)).await
}

pub(super) async fn faults<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    Json(provider.backstage().dealer.view())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    plan: String,
}

pub(super) async fn set_plan<P: Controls>(State(provider): State<Arc<P>>, body: Bytes) -> Answer {
    let wanted: Wanted = parsed(&body)?;
    let plan: Plan = wanted.plan.parse().map_err(|error| Refused::invalid(format!("{error}")))?;
    provider.backstage().dealer.set(plan);
    Ok(faults(State(provider)).await)
}

pub(super) async fn end_plan<P: Controls>(State(provider): State<Arc<P>>) -> Json<Value> {
    provider.backstage().dealer.stop();
    faults(State(provider)).await
}
