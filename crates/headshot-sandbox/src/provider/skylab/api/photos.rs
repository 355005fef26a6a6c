use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Parameters;
use crate::{
    provider::skylab::{
        account::Account,
        books::NO_JOB,
        job::Kind,
        photo::{Owner, Photo},
        refusal::Refusal,
        storage::{Access, Folder},
        view,
    },
    stand_in::StandIn,
};

type Answer = Result<Json<Value>, Refusal>;

pub(super) async fn create(
    State(account): State<Arc<Account>>,
    parameters: Parameters,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let owner = match (parameters.id("job_id")?, parameters.id("profile_id")?) {
        (Some(job), None) => Owner::Job(job),
        (None, Some(profile)) => Owner::Profile(profile),
        _ => return Err(Refusal::invalid("job_id", "or profile_id must be given, and not both")),
    };
    let photo = account.add_photo(owner, parameters.text("name")?.unwrap_or_default())?;
    Ok((StatusCode::CREATED, shown(&account, &photo)))
}

pub(super) async fn one(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    let photo = account.books().photo(id)?.clone();
    Ok(shown(&account, &photo))
}

pub(super) async fn remove(State(account): State<Arc<Account>>, Path(id): Path<u64>) -> Answer {
    Ok(shown(&account, &account.delete_photo(id)?))
}

/// A presigned URL for the file of a photo. The older way by a cache is not played.
pub(super) async fn upload_url(State(account): State<Arc<Account>>, parameters: Parameters) -> Answer {
    if parameters.flag("use_cache_upload")?.unwrap_or(true) {
        return Err(Refusal::invalid("use_cache_upload", "must be false: the sandbox does not play the legacy upload"));
    }
    if account.upload_rate.is_exceeded() {
        return Err(Refusal::TooManyRequests);
    }
    let content_md5 = parameters.text("content_md5")?.map(str::to_owned);
    let id = parameters.id("photo_id")?.ok_or(Refusal::invalid("photo_id", "can't be blank"))?;
    let books = account.books();
    let photo = books.photo(id)?;
    let job = photo.job().and_then(|id| books.job(id).ok());
    let is_tagged = job.is_some_and(|job| job.kind == Kind::Regular);
    let path = Folder::Original.path(&photo.key);
    let access = Access::write(&path, content_md5, is_tagged, job.map_or(0, |job| job.link_series));
    let now = Timestamp::now();
    let dead = job.is_some_and(|job| account.backstage().links_are_dead(&job.session()));
    let made_at = if dead { account.storage.over_at(now) } else { now };
    Ok(Json(json!({ "url": account.storage.url(&access, made_at), "key": photo.key })))
}

/// The photos of a job by its id or, if that is not given, by its name.
pub(super) async fn list_for_job(State(account): State<Arc<Account>>, parameters: Parameters) -> Answer {
    let books = account.books();
    let job = match (parameters.id("job_id")?, parameters.text("job_name")?) {
        (Some(id), _) => books.job(id)?,
        (None, Some(name)) => books.job_by_name(name)?,
        (None, None) => return Err(NO_JOB),
    };
    Ok(Json(books.photos_of(Owner::Job(job.id)).map(|photo| view::photo(&account, &books, photo)).collect()))
}

fn shown(account: &Account, photo: &Photo) -> Json<Value> {
    Json(view::photo(account, &account.books(), photo))
}
