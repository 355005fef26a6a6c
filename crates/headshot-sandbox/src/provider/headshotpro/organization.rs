use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::Method;
use jiff::Timestamp;
use url::Url;

use super::{
    config::{Config, Envelope, FavoritePlace},
    event::{Event, Kind},
    lifecycle,
    photo_link::PhotoLinks,
    refusal::Refusal,
    session::{Photo, Session, Status},
    webhook::{WebhookSigner, manner},
};
use crate::{
    delivery::Outgoing,
    portrait::Portraits,
    provider::Provider,
    stand_in::{Backstage, StandIn, World, base_of, origin},
};

/// How many headshots a session yields.
const HEADSHOTS: usize = 9;

/// The one organization that the sandbox knows, with all that happened to it; in memory only.
pub(crate) struct Organization {
    pub(super) api_key: String,
    pub(super) public_url: Url,
    pub(super) webhook_url: Option<Url>,
    pub(super) wraps_data: bool,
    backstage: Backstage,
    studio_url: Url,
    envelope: Envelope,
    favorite_place: FavoritePlace,
    without_whitelabel: bool,
    links: PhotoLinks,
    portraits: Portraits,
    books: Mutex<Books>,
}

/// Sessions in the order of their creation, and the ways to find them.
struct Books {
    sessions: Vec<Session>,
    by_id: HashMap<String, usize>,
    by_token: HashMap<String, usize>,
    by_photo: HashMap<String, usize>,
    emails: HashSet<String>,
    credits: u32,
}

impl Organization {
    /// An organization without sessions.
    pub(crate) fn new(config: Config, world: World) -> Arc<Self> {
        let manner = manner(&config);
        let public_url = config.public_url.unwrap_or_else(|| origin(config.listen));
        let signer = WebhookSigner { scheme: config.signature_scheme, secret: config.webhook_secret };
        let provider = Provider::HeadshotPro;
        let backstage = Backstage::new(provider, world, manner, Box::new(signer), config.requests_per_minute);
        Arc::new(Self {
            api_key: config.api_key,
            webhook_url: config.webhook_url,
            wraps_data: config.wrap_data,
            studio_url: config.studio_url.unwrap_or_else(|| public_url.clone()),
            envelope: config.envelope,
            favorite_place: config.favorite_place,
            without_whitelabel: config.without_whitelabel,
            links: PhotoLinks::new(&public_url, backstage.ids.key("photo links"), backstage.speed),
            public_url,
            backstage,
            portraits: Portraits::default(),
            books: Mutex::new(Books::with_credits(config.credits)),
        })
    }

    /// Opens a session and makes the signed URL of \[000\].
    pub(super) fn open(&self, email: &str, team_id: Option<String>, test_mode: bool) -> Result<Session, Refusal> {
        let mut books = self.books();
        if self.without_whitelabel {
            return Err(Refusal::Forbidden("Whitelabel is not enabled for your organization"));
        }
        if !is_email(email) {
            return Err(Refusal::InvalidEmail);
        }
        if books.emails.contains(&email.to_lowercase()) {
            return Err(Refusal::AlreadyExists);
        }
        if books.credits == 0 && !test_mode {
            return Err(Refusal::InsufficientCredits);
        }
        let session = self.new_session(email, team_id, test_mode);
        books.add(session.clone());
        self.announce(&session, Kind::Created);
        Ok(session)
    }

    /// Deletes a session with its photos; a second time is refused \[h-errors\].
    pub(super) fn delete(&self, id: &str) -> Result<Session, Refusal> {
        self.change(id, |organization, session| {
            session.deleted_at = Some(Timestamp::now());
            session.forget_results();
            organization.enter(session, Status::Deleted);
            organization.announce(session, Kind::Deleted);
            Ok(())
        })
    }

    /// Takes the photos of the person with this token and starts the walk towards headshots.
    pub(super) fn submit(self: &Arc<Self>, id: &str, photos: usize) -> Result<Session, Refusal> {
        let mut spent = 0;
        let session = self.change(id, |organization, session| {
            if session.status != Status::Onboarding {
                return Err(Refusal::InvalidRequest("Photos were submitted before"));
            }
            spent = u32::from(!session.test_mode);
            session.received_photos = photos;
            session.making = Some(lifecycle::timeline(session.test_mode, organization.backstage.speed));
            organization.enter(session, Status::Waiting);
            Ok(())
        })?;
        let mut books = self.books();
        books.credits = books.credits.saturating_sub(spent);
        drop(books);
        lifecycle::walk(self, &session);
        Ok(session)
    }

    /// Lets training fail; the provider starts it again by itself \[h-models\].
    pub(super) fn fail(self: &Arc<Self>, id: &str) -> Result<Session, Refusal> {
        let session = self.change(id, |organization, session| {
            session.forget_results();
            organization.enter(session, Status::Failed);
            Ok(())
        })?;
        lifecycle::walk(self, &session);
        Ok(session)
    }

    /// Puts a session into a status, in which it stays until told otherwise. Back at `onboarding` the results are
    /// thrown away, as an admin's "retry" does \[h-retry\].
    pub(super) fn set_status(&self, id: &str, status: Status) -> Result<Session, Refusal> {
        if status == Status::Deleted {
            return self.delete(id);
        }
        self.change(id, |organization, session| {
            if status == Status::Onboarding {
                session.forget_results();
            }
            organization.enter(session, status);
            Ok(())
        })
    }

    /// Goes on to `status` if the walk that wants it is still in charge.
    pub(super) fn advance(&self, id: &str, walk: u64, status: Status) -> Result<Session, Refusal> {
        self.change(id, |organization, session| {
            if session.walk != walk {
                return Err(Refusal::InvalidRequest("Another walk is in charge"));
            }
            organization.enter(session, status);
            session.walk = walk;
            Ok(())
        })
    }

    /// Remembers the photo that the person likes best, in place of any one before.
    pub(super) fn choose_favorite(&self, id: &str, photo: &str) -> Result<Session, Refusal> {
        self.change(id, |organization, session| {
            let known = session.photos.iter().any(|known| known.id == photo);
            if !known {
                return Err(Refusal::NotFound("Photo not found"));
            }
            if session.favorite.as_deref() != Some(photo) {
                session.favorite = Some(photo.to_owned());
                organization.announce(session, Kind::FavoriteSelected);
            }
            Ok(())
        })
    }

    /// Ends every photo link of a session that was made before now.
    pub(super) fn expire_links(&self, id: &str) -> Result<Session, Refusal> {
        self.change(id, |_, session| {
            session.link_series += 1;
            Ok(())
        })
    }

    /// One session, also a deleted one.
    pub(super) fn session(&self, id: &str) -> Result<Session, Refusal> {
        self.books().by_id(id).cloned().ok_or(NO_SESSION)
    }

    /// The session that a signed URL leads to, unless it is deleted.
    pub(super) fn session_by_token(&self, token: &str) -> Option<Session> {
        let books = self.books();
        let session = books.sessions.get(*books.by_token.get(token)?)?;
        (session.status != Status::Deleted).then(|| session.clone())
    }

    /// The session that has this photo, and the photo's place in it.
    pub(super) fn photo_session(&self, photo: &str) -> Option<(Session, usize)> {
        let books = self.books();
        let session = books.sessions.get(*books.by_photo.get(photo)?)?;
        let index = session.photos.iter().position(|known| known.id == photo)?;
        Some((session.clone(), index))
    }

    /// All sessions, the oldest first.
    pub(super) fn sessions(&self) -> Vec<Session> {
        self.books().sessions.clone()
    }

    pub(super) fn credits(&self) -> u32 {
        self.books().credits
    }

    pub(super) fn links(&self) -> &PhotoLinks {
        &self.links
    }

    /// The moment that links shown now are made at: long ago if they are to end before their time.
    pub(super) fn links_made_at(&self, session: &Session) -> Timestamp {
        let now = Timestamp::now();
        if self.backstage.links_are_dead(&session.id) { self.links.over_at(now) } else { now }
    }

    pub(super) fn portraits(&self) -> &Portraits {
        &self.portraits
    }

    pub(super) fn signed_url(&self, session: &Session) -> String {
        let base = base_of(&self.public_url);
        format!("{base}/auth/social?token={}&anonymous=1", session.token)
    }

    pub(super) fn studio_page(&self, session: &Session) -> String {
        format!("{}/studio/{}", base_of(&self.studio_url), session.token)
    }

    /// Lets `action` change a living session, and gives back what became of it.
    fn change(
        &self,
        id: &str,
        action: impl FnOnce(&Self, &mut Session) -> Result<(), Refusal>,
    ) -> Result<Session, Refusal> {
        let mut books = self.books();
        let index = *books.by_id.get(id).ok_or(NO_SESSION)?;
        let session = &mut books.sessions[index];
        if session.status == Status::Deleted {
            return Err(Refusal::AlreadyDeleted);
        }
        action(self, session)?;
        let session = session.clone();
        books.by_photo.extend(session.photos.iter().map(|photo| (photo.id.clone(), index)));
        Ok(session)
    }

    /// Enters a status and tells the world; ends any walk that was under way.
    fn enter(&self, session: &mut Session, status: Status) {
        session.walk += 1;
        session.status = status;
        if status == Status::Active {
            self.finish(session);
        }
        self.announce(session, Kind::StatusUpdated);
        if status == Status::Active {
            self.announce(session, Kind::PhotosReady);
        }
    }

    fn finish(&self, session: &mut Session) {
        let now = Timestamp::now();
        session.finished_at = Some(now);
        if session.photos.is_empty() {
            session.photos =
                (0..HEADSHOTS).map(|_| Photo { id: self.backstage.ids.object_id(), created_at: now }).collect();
        }
    }

    fn announce(&self, session: &Session, kind: Kind) {
        let id = format!("evt_{}", self.backstage.ids.uuid());
        let shows_links = kind == Kind::FavoriteSelected;
        let links_made_at = if shows_links { self.links_made_at(session) } else { Timestamp::now() };
        let event = Event::new(&id, kind, session, links_made_at, &self.links);
        let body = serde_json::to_vec(&event.written(self.envelope, self.favorite_place));
        self.backstage.deliveries.send(Outgoing {
            id,
            session: session.id.clone(),
            event: kind.as_str(),
            method: Method::POST,
            url: self.webhook_url.clone(),
            content_type: "application/json",
            body: body.expect("an event has only text keys"),
            is_signed: true,
        });
    }

    fn new_session(&self, email: &str, team_id: Option<String>, test_mode: bool) -> Session {
        let id = self.backstage.ids.object_id();
        Session {
            uid: format!("anon_{}", &self.backstage.ids.object_id()[..12]),
            id,
            email: email.to_owned(),
            team_id,
            test_mode,
            status: Status::Onboarding,
            created_at: Timestamp::now(),
            finished_at: None,
            deleted_at: None,
            token: self.backstage.ids.token(),
            photos: Vec::new(),
            favorite: None,
            received_photos: 0,
            walk: 0,
            making: None,
            link_series: 0,
        }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StandIn for Organization {
    fn backstage(&self) -> &Backstage {
        &self.backstage
    }
}

impl Books {
    fn with_credits(credits: u32) -> Self {
        let (sessions, emails) = (Vec::new(), HashSet::new());
        let (by_id, by_token, by_photo) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { sessions, by_id, by_token, by_photo, emails, credits }
    }

    fn add(&mut self, session: Session) {
        let index = self.sessions.len();
        self.by_id.insert(session.id.clone(), index);
        self.by_token.insert(session.token.clone(), index);
        // The address stays taken after a deletion: the user behind it goes on to exist.
        self.emails.insert(session.email.to_lowercase());
        self.sessions.push(session);
    }

    fn by_id(&self, id: &str) -> Option<&Session> {
        self.sessions.get(*self.by_id.get(id)?)
    }
}

const NO_SESSION: Refusal = Refusal::NotFound("Model not found");

fn is_email(text: &str) -> bool {
    let plausible = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    let (local, domain) = text.split_once('@').unwrap_or_default();
    text.len() <= 254 && plausible(local) && plausible(domain) && domain.trim_matches('.').contains('.')
}
