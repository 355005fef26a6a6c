use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Parameters, page};
use crate::provider::skylab::{account::Account, profile::Profile, refusal::Refusal, view};

type Answer = Result<Json<Value>, Refusal>;

pub(super) async fn list(State(account): State<Arc<Account>>, parameters: Parameters) -> Answer {
    let books = account.books();
    let profiles = page(books.profiles.values(), &parameters)?;
    Ok(Json(profiles.into_iter().map(|profile| view::profile(&account, &books, profile)).collect()))
}

/// An object, or a list of one, as one document has it.
pub(super) async fn create(
    State(account): State<Arc<Account>>,
    parameters: Parameters,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Json(profile) = shown(&account, &account.create_profile(parameters.all())?);
    let answer = if account.config.other_spelling { json!([profile]) } else { profile };
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn one(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    let profile = account.books().profile(id)?.clone();
    Ok(shown(&account, &profile))
}

pub(super) async fn change(State(account): State<Arc<Account>>, Path(id): Path<u64>, parameters: Parameters) -> Answer {
    Ok(shown(&account, &account.change_profile(id, parameters.all())?))
}

pub(super) async fn remove(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    Ok(shown(&account, &account.delete_profile(id)?))
}

fn shown(account: &Account, profile: &Profile) -> Json<Value> {
    Json(view::profile(account, &account.books(), profile))
}
