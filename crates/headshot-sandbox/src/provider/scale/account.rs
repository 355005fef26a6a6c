use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{
    config::Config,
    contact::{Contact, Fields},
    lifecycle,
    refusal::Refusal,
    session::{Session, State, Submission},
    webhook::{self, TokenSigner},
};
use crate::{
    link::Links,
    portrait::Portraits,
    provider::Provider,
    stand_in::{Backstage, StandIn, World, base_of, origin},
};

/// The one account that the sandbox knows, with all that happened to it; in memory only.
pub(crate) struct Account {
    pub(super) config: Config,
    pub(super) public_url: Url,
    pub(super) studio_url: Url,
    pub(super) links: Links,
    pub(super) portraits: Portraits,
    backstage: Backstage,
    books: Mutex<Books>,
}

/// All that the account holds, in the order in which it was made.
#[derive(Default)]
pub(super) struct Books {
    pub(super) contacts: Vec<Contact>,
    pub(super) sessions: Vec<Session>,
    pub(super) submissions: Vec<Submission>,
}

impl StandIn for Account {
    fn backstage(&self) -> &Backstage {
        &self.backstage
    }
}

impl Account {
    /// An account with one studio and nothing else.
    pub(super) fn new(config: Config, world: World) -> Arc<Self> {
        let signer = TokenSigner::of(&config);
        let rate = config.requests_per_minute;
        let backstage = Backstage::new(Provider::Scale, world, webhook::MANNER, Box::new(signer), rate);
        let public_url = config.public_url.clone().unwrap_or_else(|| origin(config.listen));
        Arc::new(Self {
            studio_url: config.studio_url.clone().unwrap_or_else(|| public_url.clone()),
            links: Links::new(&public_url, backstage.ids.key("image links"), backstage.speed),
            public_url,
            config,
            portraits: Portraits::default(),
            backstage,
            books: Mutex::default(),
        })
    }

    // ---- contacts ----

    pub(super) fn create_contact(&self, fields: Fields) -> Result<Contact, Refusal> {
        fields.check(&self.config.studio_id)?;
        let mut books = self.books();
        let email = fields.email.as_deref().ok_or(Refusal::invalid("email can't be blank"))?;
        if books.contact_by_email(email).is_some() {
            return Err(Refusal::invalid("email has already been taken"));
        }
        let now = Timestamp::now();
        let contact = Contact { id: self.new_id("ctn"), fields, created_at: now, updated_at: now };
        books.contacts.push(contact.clone());
        Ok(contact)
    }

    pub(super) fn change_contact(&self, id: &str, fields: Fields) -> Result<Contact, Refusal> {
        fields.check(&self.config.studio_id)?;
        let mut books = self.books();
        let taken = fields.email.as_deref().and_then(|email| books.contact_by_email(email));
        if taken.is_some_and(|other| other.id != id) {
            return Err(Refusal::invalid("email has already been taken"));
        }
        let contact = books.contacts.iter_mut().find(|contact| contact.id == id).ok_or(NO_CONTACT)?;
        contact.fields.change(fields);
        contact.updated_at = Timestamp::now();
        Ok(contact.clone())
    }

    /// The contact with that address, made now if there was none.
    pub(super) fn contact_for(&self, fields: Fields) -> Result<Contact, Refusal> {
        let known = fields.email.as_deref().and_then(|email| self.books().contact_by_email(email).cloned());
        known.map_or_else(|| self.create_contact(fields), Ok)
    }

    // ---- sessions ----

    pub(super) fn open_session(
        &self,
        contact: &str,
        redirect_url: Option<String>,
        metadata: Value,
    ) -> Result<Session, Refusal> {
        let mut books = self.books();
        let contact_id = books.contact(contact)?.id.clone();
        let (id, token, created_at) = (self.new_id("ses"), self.backstage.ids.token(), Timestamp::now());
        let expires_at = lifecycle::session_end(created_at, self.backstage.speed);
        let (is_deleted, link_series) = (false, 0);
        let session =
            Session { id, contact_id, token, redirect_url, metadata, created_at, expires_at, is_deleted, link_series };
        books.sessions.push(session.clone());
        Ok(session)
    }

    /// Deletes a session with its submissions, as an admin does in the portal.
    pub(super) fn delete_session(&self, id: &str) -> Result<Session, Refusal> {
        let mut books = self.books();
        let session = books.session_mut(id)?;
        session.is_deleted = true;
        let session = session.clone();
        books.submissions.retain(|submission| submission.session_id != id);
        Ok(session)
    }

    /// Ends every image link of a session that was made before now.
    pub(super) fn expire_links(&self, id: &str) -> Result<Session, Refusal> {
        let mut books = self.books();
        let session = books.session_mut(id)?;
        session.link_series += 1;
        Ok(session.clone())
    }

    // ---- submissions ----

    /// Takes the photo of the person in this session; a second one only after a rejection.
    pub(super) fn submit(self: &Arc<Self>, id: &str) -> Result<Submission, Refusal> {
        let mut books = self.books();
        let session = books.session(id)?.clone();
        if books.submission_of(id).is_some_and(|submission| submission.state != State::Rejected) {
            return Err(Refusal::invalid("a photo was submitted before"));
        }
        let now = Timestamp::now();
        let submission = Submission {
            id: self.new_id("sub"),
            session_id: session.id,
            contact_id: session.contact_id,
            state: State::Pending,
            is_enhanced: false,
            is_announced: false,
            created_at: now,
            updated_at: now,
        };
        books.submissions.push(submission.clone());
        drop(books);
        lifecycle::work(self, &submission);
        Ok(submission)
    }

    /// Changes a submission, and tells its completion once it is accepted and enhanced.
    pub(super) fn change_submission(
        &self,
        id: &str,
        change: impl FnOnce(&mut Submission),
    ) -> Result<Submission, Refusal> {
        let mut books = self.books();
        let submission = books.submissions.iter_mut().find(|submission| submission.id == id).ok_or(NO_SUBMISSION)?;
        change(submission);
        submission.updated_at = Timestamp::now();
        if submission.is_complete() && !submission.is_announced {
            submission.is_announced = true;
            webhook::announce(self, submission);
        }
        Ok(submission.clone())
    }

    /// The moment that links shown now are made at: long ago if they are to end before their time.
    pub(super) fn links_made_at(&self, session: &str) -> Timestamp {
        let now = Timestamp::now();
        if self.backstage.links_are_dead(session) { self.links.over_at(now) } else { now }
    }

    /// The page that a session's link leads to.
    pub(super) fn page(&self, session: &Session) -> String {
        format!("{}/s/{}", base_of(&self.studio_url), session.token)
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_id(&self, prefix: &str) -> String {
        format!("{prefix}_{}", self.backstage.ids.object_id())
    }
}

pub(super) const NO_CONTACT: Refusal = Refusal::new(StatusCode::NOT_FOUND, "Contact not found");
pub(super) const NO_SESSION: Refusal = Refusal::new(StatusCode::NOT_FOUND, "Studio session not found");
pub(super) const NO_SUBMISSION: Refusal = Refusal::new(StatusCode::NOT_FOUND, "Submission not found");

impl Books {
    pub(super) fn contact(&self, id: &str) -> Result<&Contact, Refusal> {
        self.contacts.iter().find(|contact| contact.id == id).ok_or(NO_CONTACT)
    }

    pub(super) fn contact_by_email(&self, email: &str) -> Option<&Contact> {
        self.contacts.iter().find(|contact| contact.has_email(email))
    }

    /// A session that was not deleted.
    pub(super) fn session(&self, id: &str) -> Result<&Session, Refusal> {
        self.sessions.iter().find(|session| session.id == id && !session.is_deleted).ok_or(NO_SESSION)
    }

    /// The session that a link leads to, unless it was deleted or nobody came in time.
    pub(super) fn session_by_token(&self, token: &str, now: Timestamp) -> Option<&Session> {
        let session = self.sessions.iter().find(|session| session.token == token && !session.is_deleted)?;
        (now < session.expires_at || self.submission_of(&session.id).is_some()).then_some(session)
    }

    pub(super) fn submission(&self, id: &str) -> Result<&Submission, Refusal> {
        self.submissions.iter().find(|submission| submission.id == id).ok_or(NO_SUBMISSION)
    }

    /// The latest submission of a session.
    pub(super) fn submission_of(&self, session: &str) -> Option<&Submission> {
        self.submissions.iter().rev().find(|submission| submission.session_id == session)
    }

    fn session_mut(&mut self, id: &str) -> Result<&mut Session, Refusal> {
        self.sessions.iter_mut().find(|session| session.id == id && !session.is_deleted).ok_or(NO_SESSION)
    }
}
