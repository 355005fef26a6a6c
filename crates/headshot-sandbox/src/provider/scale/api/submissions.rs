use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Answer,
    paging::{bad_query, page},
};
use crate::provider::scale::{account::Account, session::Submission, view};

#[derive(Deserialize)]
pub(super) struct Filter {
    cursor: Option<String>,
    limit: Option<usize>,
    studio_id: Option<String>,
    contact_id: Option<String>,
}

impl Filter {
    fn shows(&self, submission: &Submission, studio: &str) -> bool {
        self.studio_id.as_deref().is_none_or(|id| id == studio)
            && self.contact_id.as_ref().is_none_or(|id| *id == submission.contact_id)
    }
}

pub(super) async fn list(State(account): State<Arc<Account>>, filter: Result<Query<Filter>, QueryRejection>) -> Answer {
    let Query(filter) = filter.map_err(bad_query)?;
    let books = account.books();
    let shown = books.submissions.iter().filter(|submission| filter.shows(submission, &account.config.studio_id));
    let (submissions, next) = page(shown, |submission| &submission.id, filter.cursor.as_deref(), filter.limit)?;
    let shown = |submission| view::submission(&account, &books, submission);
    let submissions: Vec<_> = submissions.into_iter().map(shown).collect();
    Ok(Json(json!({ "data": submissions, "next_cursor": next })))
}

pub(super) async fn one(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answer {
    let books = account.books();
    let submission = view::submission(&account, &books, books.submission(&id)?);
    Ok(Json(submission))
}
