use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Answer, Created,
    paging::{bad_query, page},
    parsed,
};
use crate::provider::scale::{
    account::Account,
    contact::{Contact, Fields},
    view,
};

#[derive(Deserialize)]
pub(super) struct Filter {
    cursor: Option<String>,
    limit: Option<usize>,
    email: Option<String>,
    studio_id: Option<String>,
    list_id: Option<String>,
}

impl Filter {
    fn shows(&self, contact: &Contact) -> bool {
        let in_list = |wanted: &Option<String>, ids: &Option<Vec<String>>| {
            wanted.as_ref().is_none_or(|wanted| ids.iter().flatten().any(|id| id == wanted))
        };
        self.email.as_deref().is_none_or(|email| contact.has_email(email))
            && in_list(&self.studio_id, &contact.fields.studio_ids)
            && in_list(&self.list_id, &contact.fields.list_ids)
    }
}

pub(super) async fn list(State(account): State<Arc<Account>>, filter: Result<Query<Filter>, QueryRejection>) -> Answer {
    let Query(filter) = filter.map_err(bad_query)?;
    let books = account.books();
    let shown = books.contacts.iter().filter(|contact| filter.shows(contact));
    let (contacts, next) = page(shown, |contact| &contact.id, filter.cursor.as_deref(), filter.limit)?;
    let contacts: Vec<_> = contacts.into_iter().map(view::contact).collect();
    Ok(Json(json!({ "data": contacts, "next_cursor": next })))
}

pub(super) async fn create(State(account): State<Arc<Account>>, body: Bytes) -> Created {
    let contact = account.create_contact(parsed(&body)?)?;
    Ok((StatusCode::CREATED, Json(view::contact(&contact))))
}

pub(super) async fn one(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Answer {
    let contact = view::contact(account.books().contact(&id)?);
    Ok(Json(contact))
}

pub(super) async fn change(State(account): State<Arc<Account>>, Path(id): Path<String>, body: Bytes) -> Answer {
    let fields: Fields = parsed(&body)?;
    let contact = account.change_contact(&id, fields)?;
    Ok(Json(view::contact(&contact)))
}
