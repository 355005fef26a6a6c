use std::sync::Arc;

use axum::{Json, body::Bytes, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::{Created, parsed};
use crate::provider::scale::{account::Account, contact::Fields, refusal::Refusal, view};

/// Who comes: a contact that exists, or an e-mail address that may be one's.
#[derive(Deserialize)]
struct Wanted {
    studio_id: Option<String>,
    contact_id: Option<String>,
    redirect_url: Option<String>,
    #[serde(default)]
    metadata: Value,
    #[serde(flatten)]
    fields: Fields,
}

pub(super) async fn create(State(account): State<Arc<Account>>, body: Bytes) -> Created {
    let wanted: Wanted = parsed(&body)?;
    match wanted.studio_id {
        None => return Err(Refusal::invalid("studio_id can't be blank")),
        Some(id) if id != account.config.studio_id => return Err(Refusal::invalid(format!("there is no studio {id}"))),
        Some(_) => {}
    }
    let contact_id = match wanted.contact_id {
        Some(id) => id,
        None => account.contact_for(wanted.fields)?.id,
    };
    let session = account.open_session(&contact_id, wanted.redirect_url, wanted.metadata)?;
    Ok((StatusCode::CREATED, Json(view::session(&account, &session))))
}
