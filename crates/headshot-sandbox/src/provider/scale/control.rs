//! What the control API does at this provider. A studio session is a session there, its latest submission its result.

use std::sync::Arc;

use axum::{Json, Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};

use super::{
    account::{Account, NO_SESSION},
    contact::Fields,
    session::{Session, State as SubmissionState, Submission},
    webhook,
};
use crate::{
    control::{self, Controls, OwnAction, Refused, SessionView, parsed},
    provider::Provider,
    stand_in::base_of,
    time::text,
};

pub(super) fn router() -> Router<Arc<Account>> {
    let own = Router::new().route("/sessions", post(visit)).route("/webhooks/test", post(test_request));
    control::router(own)
}

/// Lets a person come by the studio's public page, without a call of the API.
async fn visit(State(account): State<Arc<Account>>, body: Bytes) -> Result<(StatusCode, Json<Value>), Refused> {
    let contact = account.contact_for(parsed::<Fields>(&body)?)?;
    let session = account.open_session(&contact.id, None, Value::Null)?;
    Ok((StatusCode::CREATED, Json(json!(view(&account, &session)))))
}

/// Sends what the portal's test button does: the most recent real submission's webhook once more \[s-postman\].
async fn test_request(State(account): State<Arc<Account>>) -> Result<(StatusCode, Json<Value>), Refused> {
    let latest = account.books().submissions.last().cloned();
    let latest = latest.ok_or(Refused::conflict("There is no submission yet"))?;
    webhook::announce(&account, &latest);
    Ok((StatusCode::ACCEPTED, Json(json!({ "submissionId": latest.id }))))
}

impl Controls for Account {
    fn statuses() -> Vec<&'static str> {
        SubmissionState::ALL.map(SubmissionState::as_str).to_vec()
    }

    fn own_actions() -> &'static [OwnAction] {
        &[
            OwnAction { label: "Visit the public page", path: "sessions", asks: Some("email") },
            OwnAction { label: "Send a test webhook", path: "webhooks/test", asks: None },
        ]
    }

    fn api_base(&self) -> String {
        format!("{}/api/v2", base_of(&self.public_url))
    }

    fn webhook_url(&self) -> Option<String> {
        self.config.webhook_url.as_ref().map(ToString::to_string)
    }

    fn sessions(&self) -> Vec<SessionView> {
        let sessions = self.books().sessions.clone();
        sessions.iter().map(|session| view(self, session)).collect()
    }

    fn session(&self, id: &str) -> Result<SessionView, Refused> {
        let session = self.books().sessions.iter().find(|session| session.id == id).cloned();
        Ok(view(self, &session.ok_or(NO_SESSION)?))
    }

    fn submit(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        Account::submit(self, id)?;
        Controls::session(&**self, id)
    }

    fn set_status(self: &Arc<Self>, id: &str, status: &str) -> Result<SessionView, Refused> {
        let state = SubmissionState::from_word(status).ok_or_else(|| Refused::no_status::<Self>(status))?;
        change(self, id, |submission| submission.state = state)
    }

    fn complete(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        if self.books().submission_of(id).is_none() {
            Account::submit(self, id)?;
        }
        change(self, id, |submission| (submission.state, submission.is_enhanced) = (SubmissionState::Accepted, true))
    }

    /// An admin rejects the photo.
    fn fail(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        change(self, id, |submission| submission.state = SubmissionState::Rejected)
    }

    fn expire_links(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Account::expire_links(self, id)?))
    }

    fn delete(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &self.delete_session(id)?))
    }
}

/// Changes the latest submission of a session.
fn change(account: &Account, id: &str, change: impl FnOnce(&mut Submission)) -> Result<SessionView, Refused> {
    account.books().session(id)?;
    let latest = account.books().submission_of(id).map(|submission| submission.id.clone());
    account.change_submission(&latest.ok_or(Refused::conflict("No photo was submitted yet"))?, change)?;
    Controls::session(account, id)
}

fn view(account: &Account, session: &Session) -> SessionView {
    let books = account.books();
    let latest = books.submission_of(&session.id);
    let email = books.contact(&session.contact_id).ok().and_then(|contact| contact.fields.email.clone());
    let submissions = books.submissions.iter().filter(|submission| submission.session_id == session.id);
    let ids: Vec<_> = submissions.map(|submission| submission.id.as_str()).collect();
    SessionView {
        id: session.id.clone(),
        provider: Provider::Scale,
        email,
        status: word(session, latest),
        received_photos: ids.len(),
        photos: latest.filter(|latest| latest.is_complete()).map(|latest| latest.id.clone()).into_iter().collect(),
        favorite: None,
        page: Some(account.page(session)),
        created_at: text(session.created_at),
        own: json!({
            "contactId": session.contact_id,
            "submissions": ids,
            "enhanced": latest.is_some_and(|latest| latest.is_enhanced),
        }),
    }
}

fn word(session: &Session, latest: Option<&Submission>) -> &'static str {
    match latest {
        _ if session.is_deleted => "deleted",
        None => "open",
        Some(latest) => latest.state.as_str(),
    }
}
