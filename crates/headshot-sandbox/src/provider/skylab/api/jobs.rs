use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use url::Url;

use super::{Parameters, page};
use crate::provider::skylab::{
    account::Account,
    job::{Job, Kind, State as JobState, Wanted},
    photo::Owner,
    refusal::Refusal,
    view,
};

type Answer = Result<Json<Value>, Refusal>;

pub(super) async fn list(State(account): State<Arc<Account>>, parameters: Parameters) -> Answer {
    let books = account.books();
    let jobs = page(books.jobs.values().filter(|job| !job.is_deleted), &parameters)?;
    Ok(Json(jobs.into_iter().map(|job| view::job(&account, &books, job)).collect()))
}

pub(super) async fn create(
    State(account): State<Arc<Account>>,
    parameters: Parameters,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let kind = match parameters.text("type")? {
        None => Kind::Regular,
        Some(word) => Kind::from_word(word).ok_or(Refusal::invalid("type", "is neither regular nor training"))?,
    };
    let wanted = Wanted {
        name: parameters.text("name")?.unwrap_or_default().to_owned(),
        kind,
        preset_type: parameters.text("preset_type")?.map(str::to_owned),
        profile_id: parameters.id("profile_id")?,
    };
    if kind == Kind::Regular && wanted.profile_id.is_none() {
        return Err(Refusal::invalid("profile", "must exist"));
    }
    Ok((StatusCode::CREATED, shown(&account, &account.create_job(wanted)?)))
}

pub(super) async fn one(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    let job = account.books().job(id)?.clone();
    Ok(shown(&account, &job))
}

pub(super) async fn find_by_name(State(account): State<Arc<Account>>, parameters: Parameters) -> Answer {
    let name = parameters.text("name")?.unwrap_or_default();
    let job = account.books().job_by_name(name)?.clone();
    Ok(shown(&account, &job))
}

pub(super) async fn change(State(account): State<Arc<Account>>, Path(id): Path<u64>, parameters: Parameters) -> Answer {
    let name = parameters.text("name")?.map(str::to_owned);
    Ok(shown(&account, &account.change_job(id, name, parameters.id("profile_id")?)?))
}

pub(super) async fn remove(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    Ok(shown(&account, &account.delete_job(id)?))
}

pub(super) async fn queue(State(account): State<Arc<Account>>, Path(id): Path<u64>, parameters: Parameters) -> Answer {
    let callback_url = parameters.text("callback_url")?.map(callback_url).transpose()?;
    let skips_check = parameters.flag("skip_photo_validation")?.unwrap_or(false);
    Ok(shown(&account, &account.queue(id, callback_url, skips_check)?))
}

fn callback_url(text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text).map_err(|_| Refusal::invalid("callback_url", "is not a URL"))?;
    if url.scheme() == "http" {
        Ok(url)
    } else {
        Err(Refusal::invalid("callback_url", "must be http://… in the sandbox"))
    }
}

pub(super) async fn cancel(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    Ok(shown(&account, &account.cancel(id)?))
}

/// How many jobs come first: 0 or -1 if work on it has begun or is over.
pub(super) async fn in_front(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    let books = account.books();
    let job = books.job(id)?;
    let (count, message) = match job.state {
        JobState::Pending | JobState::Queued => (json!(books.jobs_in_front(job)), "Jobs in front of this one"),
        JobState::Processing => (json!(0), "Job is being processed"),
        JobState::Complete | JobState::Error => (json!(-1), "Job is done"),
    };
    Ok(Json(json!({ "jobsInFront": count, "message": message })))
}

pub(super) async fn photo_ids(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    let books = account.books();
    books.job(id)?;
    Ok(Json(books.photos_of(Owner::Job(id)).map(|photo| photo.id).collect()))
}

fn shown(account: &Account, job: &Job) -> Json<Value> {
    Json(view::job(account, &account.books(), job))
}
