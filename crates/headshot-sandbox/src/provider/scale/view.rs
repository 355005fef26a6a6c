//! How the API shows things. No document has an example of an answer, so every shape is assumed.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    account::{Account, Books},
    contact::Contact,
    image::Image,
    session::{Session, Submission},
};

pub(super) fn contact(contact: &Contact) -> Value {
    let fields = &contact.fields;
    json!({
        "id": contact.id,
        "first_name": fields.first_name,
        "last_name": fields.last_name,
        "email": fields.email,
        "studio_ids": fields.studio_ids.clone().unwrap_or_default(),
        "custom_attributes": fields.custom_attributes.clone().unwrap_or_default(),
        "list_ids": fields.list_ids.clone().unwrap_or_default(),
        "created_at": time(contact.created_at),
        "updated_at": time(contact.updated_at),
    })
}

pub(super) fn session(account: &Account, session: &Session) -> Value {
    json!({
        "id": session.id,
        "studio_id": account.config.studio_id,
        "contact_id": session.contact_id,
        "url": account.page(session),
        "redirect_url": session.redirect_url,
        "metadata": session.metadata,
        "expires_at": time(session.expires_at),
        "created_at": time(session.created_at),
    })
}

pub(super) fn submission(account: &Account, books: &Books, submission: &Submission) -> Value {
    let series = books.session(&submission.session_id).map_or(0, |session| session.link_series);
    let now = account.links_made_at(&submission.session_id);
    let url = |image: Image| account.links.url(&image.path(&submission.id), series, now);
    json!({
        "id": submission.id,
        "studio_id": account.config.studio_id,
        "contact_id": submission.contact_id,
        "state": submission.state.as_str(),
        "original_url": url(Image::Original),
        "enhanced_url": submission.is_enhanced.then(|| url(Image::Enhanced)),
        "created_at": time(submission.created_at),
        "updated_at": time(submission.updated_at),
    })
}

fn time(at: Timestamp) -> String {
    crate::time::text(at)
}
