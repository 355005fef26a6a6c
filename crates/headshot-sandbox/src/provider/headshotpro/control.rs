//! What the control API does at this provider.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::post,
};
use serde_json::json;

use super::{
    organization::Organization,
    session::{Session, Status},
    studio::MINIMUM_PHOTOS,
};
use crate::{
    control::{self, Answer, Controls, OwnAction, Refused, SessionView},
    provider::Provider,
    stand_in::base_of,
    time::text,
};

pub(super) fn router() -> Router<Arc<Organization>> {
    control::router(Router::new().route("/sessions/{id}/admin-retry", post(admin_retry)))
}

async fn admin_retry(State(organization): State<Arc<Organization>>, Path(id): Path<String>) -> Answer {
    let session = Organization::set_status(&organization, &id, Status::Onboarding)?;
    Ok(Json(json!(view(&organization, &session))))
}

impl Controls for Organization {
    fn statuses() -> Vec<&'static str> {
        Status::ALL.map(Status::as_str).to_vec()
    }

    fn own_actions() -> &'static [OwnAction] {
        &[OwnAction { label: "Admin's retry", path: "sessions/{id}/admin-retry", asks: None }]
    }

    fn api_base(&self) -> String {
        format!("{}/api/v2", base_of(&self.public_url))
    }

    fn webhook_url(&self) -> Option<String> {
        self.webhook_url.as_ref().map(ToString::to_string)
    }

    fn sessions(&self) -> Vec<SessionView> {
        Organization::sessions(self).iter().map(|session| view(self, session)).collect()
    }

    fn session(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::session(self, id)?))
    }

    fn submit(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::submit(self, id, MINIMUM_PHOTOS)?))
    }

    fn set_status(self: &Arc<Self>, id: &str, status: &str) -> Result<SessionView, Refused> {
        let status = Status::from_word(status).ok_or_else(|| Refused::no_status::<Self>(status))?;
        Ok(view(self, &Organization::set_status(self, id, status)?))
    }

    fn complete(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::set_status(self, id, Status::Active)?))
    }

    fn fail(self: &Arc<Self>, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::fail(self, id)?))
    }

    fn expire_links(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::expire_links(self, id)?))
    }

    fn delete(&self, id: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::delete(self, id)?))
    }

    fn choose_favorite(&self, id: &str, photo: &str) -> Result<SessionView, Refused> {
        Ok(view(self, &Organization::choose_favorite(self, id, photo)?))
    }
}

fn view(organization: &Organization, session: &Session) -> SessionView {
    let page = organization.signed_url(session);
    SessionView {
        id: session.id.clone(),
        provider: Provider::HeadshotPro,
        email: Some(session.email.clone()),
        status: session.status.as_str(),
        received_photos: session.received_photos,
        photos: session.photos.iter().map(|photo| photo.id.clone()).collect(),
        favorite: session.favorite.clone(),
        created_at: text(session.created_at),
        own: json!({ "testMode": session.test_mode, "signedUrl": page }),
        page: Some(page),
    }
}
