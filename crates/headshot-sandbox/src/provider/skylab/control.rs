//! What the control API does at this provider. A job is a session there, by its number.

use std::sync::{Arc, LazyLock};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    routing::post,
};
use serde_json::{Value, json};

use super::{
    account::Account,
    job::{Job, State as JobState},
    notice,
    photo::Owner,
    refusal::Refusal,
};
use crate::{
    control::{self, Answer, Controls, OwnAction, Refused, SessionView},
    portrait::{Size, jpeg},
    provider::Provider,
    stand_in::base_of,
    time::text,
};

/// How many photos a job gets that has none when it is submitted here.
const DRAWN_PHOTOS: usize = 3;
/// What is uploaded for a photo that has no file: drawn once, for drawing takes a while.
static DRAWN_PHOTO: LazyLock<Bytes> =
    LazyLock::new(|| Bytes::from(jpeg("the person before the camera", 0, Size::Preview)));

pub(super) fn router() -> Router<Arc<Account>> {
    let own = Router::new()
        .route("/sessions/{id}/expire-files", post(expire_files))
        .route("/webhooks/api-error", post(api_error));
    control::router(own)
}

async fn expire_files(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answer {
    let job = account.expire_files(number(&id)?)?;
    Ok(Json(json!(view(&account, &job))))
}

async fn api_error(State(account): State<Arc<Account>>) -> Json<Value> {
    notice::announce_api_error(&account);
    Json(json!({ "success": true }))
}

impl Controls for Account {
    fn statuses() -> Vec<&'static str> {
        JobState::ALL.map(JobState::as_str).to_vec()
    }

    fn own_actions() -> &'static [OwnAction] {
        &[
            OwnAction { label: "Expire files", path: "sessions/{id}/expire-files", asks: None },
            OwnAction { label: "Send an API error", path: "webhooks/api-error", asks: None },
        ]
    }

    fn api_base(&self) -> String {
        format!("{}/api/public/v1", base_of(&self.public_url))
    }

    fn webhook_url(&self) -> Option<String> {
        self.config.webhook_url.as_ref().map(ToString::to_string)
    }

    fn sessions(&self) -> Vec<SessionView> {
        let jobs: Vec<_> = self.books().jobs.values().cloned().collect();
        jobs.iter().map(|job| view(self, job)).collect()
    }

    fn session(&self, id: &str) -> Result<SessionView, Refused> {
        let id = number(id)?;
        let job = self.books().jobs.get(&id).cloned().ok_or(NO_JOB)?;
        Ok(view(self, &job))
    }

    /// Uploads what is missing, drawn by the sandbox, and queues the job.
    fn submit(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        let id = number(id)?;
        draw_missing_photos(self, id)?;
        let job = self.queue(id, None, false)?;
        Ok(view(self, &job))
    }

    fn set_status(self: &Arc<Self>, id: &str, status: &str) -> Result<SessionView, Refused> {
        let state = JobState::from_word(status).ok_or_else(|| Refused::no_status::<Self>(status))?;
        let errors = if state == JobState::Error { vec![FAILED.to_owned()] } else { Vec::new() };
        Ok(view(self, &self.set_state(number(id)?, state, errors)?))
    }

    fn complete(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        draw_missing_photos(self, number(id)?)?;
        self.set_status(id, JobState::Complete.as_str())
    }

    fn fail(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        self.set_status(id, JobState::Error.as_str())
    }

    fn expire_links(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Account::expire_links(self, number(id)?)?))
    }

    fn delete(&self, id: &str) -> Result<SessionView, Refused> {
        let id = number(id)?;
        self.delete_job(id)?;
        self.session(&id.to_string())
    }
}

const NO_JOB: Refused = Refused::not_found("Job not found");
const FAILED: &str = "Something went wrong";

fn number(id: &str) -> Result<u64, Refused> {
    id.parse().map_err(|_| NO_JOB)
}

/// Gives a job photos if it has none, and those that were not uploaded a file.
fn draw_missing_photos(account: &Account, id: u64) -> Result<(), Refusal> {
    if account.books().photos_of(Owner::Job(id)).next().is_none() {
        for number in 1..=DRAWN_PHOTOS {
            account.add_photo(Owner::Job(id), &format!("photo-{number}.jpg"))?;
        }
    }
    let photos: Vec<_> = account.books().photos_of(Owner::Job(id)).cloned().collect();
    for photo in photos.iter().filter(|photo| photo.file.is_none()) {
        account.keep_file(photo.id, DRAWN_PHOTO.clone())?;
    }
    Ok(())
}

fn view(account: &Account, job: &Job) -> SessionView {
    let books = account.books();
    let photos: Vec<_> = books.photos_of(Owner::Job(job.id)).collect();
    let is_complete = job.state == JobState::Complete && !job.is_deleted;
    let results = if is_complete { photos.iter().map(|photo| photo.id.to_string()).collect() } else { Vec::new() };
    SessionView {
        id: job.session(),
        provider: Provider::Skylab,
        email: None,
        status: job.word(),
        received_photos: photos.iter().filter(|photo| photo.file.is_some()).count(),
        photos: results,
        favorite: None,
        page: None,
        created_at: text(job.created_at),
        own: json!({
            "name": job.name,
            "callbackUrl": job.callback_url.as_ref().map(ToString::to_string),
            "errors": job.errors,
        }),
    }
}
