use headshot_api::{Photo, Progress, Session, State, Surface};

use super::{
    fault::Fault,
    words::{self, Sentence},
};
use crate::EmbedEvent;

/// Everything the widget knows. What it shows is computed from this, and every change says which events it makes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    session_id: String,
    session: Option<Session>,
    /// The provider's link for the person, once checked.
    link: Option<String>,
    tiles: Vec<Tile>,
    faults: Faults,
}

/// What stands in the way, by where it comes from: each comes and goes on its own.
#[derive(Clone, Debug, Default)]
struct Faults {
    server: Option<Fault>,
    link: Option<Fault>,
    frame: Option<Fault>,
    photos: Option<Fault>,
    camera: Option<Fault>,
}

/// What the live region says and where the progress bar stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// The state's word, for style sheets and tests.
    pub(crate) state: String,
    pub(crate) sentence: Sentence,
    /// How many steps are done; `None` where there is nothing to come.
    pub(crate) steps_done: Option<usize>,
    /// Whether something goes on at the provider without the person.
    pub(crate) is_working: bool,
}

impl Status {
    fn without_session(state: &str, sentence: Sentence, steps_done: Option<usize>) -> Self {
        Self { state: state.to_owned(), sentence, steps_done, is_working: false }
    }
}

/// One photo of the grid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tile {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) is_favorite: bool,
    pub(crate) image: Image,
}

/// How loading the image went. A link may have expired: it is renewed once before the photo counts as lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Image {
    Fine,
    Renewing,
    Renewed,
    Lost,
}

impl Model {
    pub(crate) fn new(session_id: String) -> Self {
        Self { session_id, ..Self::default() }
    }

    /// Takes the server's answer, with the verdict on its link.
    pub(crate) fn receive(&mut self, session: Session, link: Option<Result<String, Fault>>) -> Vec<EmbedEvent> {
        let mut events = self.changes(&session);
        let (link, link_fault) = split(link);
        self.link = link;
        self.tiles = session.photos.iter().map(|photo| self.tile(photo, &session)).collect();
        let server_fault = (session.state == State::Deleted).then_some(Fault::SessionDeleted);
        self.session = Some(session);
        events.extend(note(&self.session_id, &mut self.faults.server, server_fault));
        events.extend(note(&self.session_id, &mut self.faults.link, link_fault));
        events
    }

    /// The server answers again, with nothing new.
    pub(crate) fn receive_nothing_new(&mut self) -> Option<EmbedEvent> {
        note(&self.session_id, &mut self.faults.server, None)
    }

    /// The server did not answer with the session.
    pub(crate) fn lose_server(&mut self, fault: Fault) -> Option<EmbedEvent> {
        note(&self.session_id, &mut self.faults.server, Some(fault))
    }

    /// What is known of the frame. That the page forbids it stays so.
    pub(crate) fn learn_frame(&mut self, fault: Option<Fault>) -> Option<EmbedEvent> {
        let is_forbidden = self.faults.frame.as_ref().is_some_and(Fault::is_fatal);
        if is_forbidden { None } else { note(&self.session_id, &mut self.faults.frame, fault) }
    }

    /// The page forbids the photos.
    pub(crate) fn lose_photos(&mut self, fault: Fault) -> Option<EmbedEvent> {
        note(&self.session_id, &mut self.faults.photos, Some(fault))
    }

    /// What the browser says about the camera.
    pub(crate) fn learn_camera(&mut self, fault: Option<Fault>) -> Option<EmbedEvent> {
        note(&self.session_id, &mut self.faults.camera, fault)
    }

    /// An image did not load. True when fresh links should be asked for: once for all that fail together.
    pub(crate) fn lose_image(&mut self, photo_id: &str) -> bool {
        let are_asked_for = self.tiles.iter().any(|tile| tile.image == Image::Renewing);
        let Some(tile) = self.tiles.iter_mut().find(|tile| tile.id == photo_id) else { return false };
        tile.image = if tile.image == Image::Fine { Image::Renewing } else { Image::Lost };
        tile.image == Image::Renewing && !are_asked_for
    }

    pub(crate) fn status(&self) -> Status {
        let stopped = self.faults.server.as_ref().filter(|fault| fault.is_fatal());
        let session = match (&self.session, stopped) {
            (_, Some(Fault::SessionDeleted)) => return Status::without_session("deleted", words::STOPPED, None),
            (None, Some(_)) => return Status::without_session("stopped", words::STOPPED, None),
            (None, None) => return Status::without_session("opening", words::OPENING, Some(0)),
            (Some(session), _) => session,
        };
        Status {
            state: session.state.as_str().to_owned(),
            sentence: words::status(session),
            steps_done: Some(steps_done(session)),
            is_working: matches!(session.state, State::Processing | State::InReview),
        }
    }

    /// The one thing to tell about: what ends the session first, what can be lived with last.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        let Faults { server, link, frame, photos, camera } = &self.faults;
        let fatal = server.as_ref().filter(|fault| fault.is_fatal());
        let camera = camera.as_ref().filter(|_| self.awaits_user());
        let lasting = link.as_ref().or(frame.as_ref());
        fatal.or(lasting).or(server.as_ref()).or(photos.as_ref()).or(camera)
    }

    pub(crate) fn tiles(&self) -> &[Tile] {
        &self.tiles
    }

    /// The checked link, as long as there is something behind it.
    pub(crate) fn link(&self) -> Option<&str> {
        self.link.as_deref().filter(|_| !self.is_deleted())
    }

    pub(crate) fn shows_frame(&self) -> bool {
        let is_framed = matches!(self.surface(), Some(Surface::Frame { .. }));
        is_framed && self.link().is_some() && !self.faults.frame.as_ref().is_some_and(Fault::is_fatal)
    }

    /// Whether the provider's page is there, but may not be framed.
    pub(crate) fn shows_door(&self) -> bool {
        matches!(self.surface(), Some(Surface::Link { .. })) && self.link().is_some()
    }

    /// Whether the person's photos are collected here, because the provider has no page that does.
    pub(crate) fn shows_capture(&self) -> bool {
        matches!(self.surface(), Some(Surface::Upload { .. })) && self.awaits_user() && !self.is_deleted()
    }

    /// Whether to keep the stage's place free: something is on it, or may still come.
    pub(crate) fn reserves_stage(&self) -> bool {
        let may_come = self.session.is_none() && !self.fault().is_some_and(Fault::is_fatal);
        self.shows_frame() || self.shows_capture() || may_come
    }

    fn surface(&self) -> Option<&Surface> {
        self.session.as_ref()?.surface.as_ref()
    }

    pub(crate) fn awaits_user(&self) -> bool {
        self.session.as_ref().is_none_or(|session| session.state == State::AwaitingUser)
    }

    fn is_deleted(&self) -> bool {
        self.faults.server == Some(Fault::SessionDeleted)
    }

    /// The events that tell the way from the session as it was to `new`.
    fn changes(&self, new: &Session) -> Vec<EmbedEvent> {
        let old = self.session.as_ref();
        let restored = old.is_none();
        let id = || self.session_id.clone();
        let mut events = Vec::new();
        if old.is_none_or(|old| (&old.state, &old.provider_status) != (&new.state, &new.provider_status)) {
            let (state, provider_status) = (new.state.clone(), new.provider_status.clone());
            events.push(EmbedEvent::Status { session: id(), state, provider_status, restored });
        }
        let had_photos = old.map_or(&[][..], |old| &old.photos);
        if !had_photos.iter().map(|photo| &photo.id).eq(new.photos.iter().map(|photo| &photo.id)) {
            events.push(EmbedEvent::Photos { session: id(), photos: new.photos.clone(), restored });
        }
        let had_favorite = old.and_then(Session::favorite_photo).map(|photo| &photo.id);
        if let Some(photo) = new.favorite_photo().filter(|photo| Some(&photo.id) != had_favorite) {
            events.push(EmbedEvent::Favorite { session: id(), photo: photo.clone(), restored });
        }
        events
    }

    /// A photo keeps the link it was first shown with, or the grid would load every image again with each answer.
    fn tile(&self, photo: &Photo, session: &Session) -> Tile {
        let shown = self.tiles.iter().find(|tile| tile.id == photo.id);
        let (url, image) = match shown {
            Some(tile) if tile.image == Image::Renewing => (&photo.url, Image::Renewed),
            Some(tile) => (&tile.url, tile.image),
            None => (&photo.url, Image::Fine),
        };
        let is_favorite = session.favorite_photo_id.as_ref() == Some(&photo.id);
        Tile { id: photo.id.clone(), url: url.clone(), is_favorite, image }
    }
}

fn split(link: Option<Result<String, Fault>>) -> (Option<String>, Option<Fault>) {
    match link {
        None => (None, None),
        Some(Ok(link)) => (Some(link), None),
        Some(Err(fault)) => (None, Some(fault)),
    }
}

/// Remembers a fault; the event is for one that was not there before, or is there no longer.
fn note(session_id: &str, slot: &mut Option<Fault>, fault: Option<Fault>) -> Option<EmbedEvent> {
    let session = session_id.to_owned();
    let old_code = slot.as_ref().map(Fault::code);
    slot.clone_from(&fault);
    match (old_code, fault) {
        (Some(code), None) => Some(EmbedEvent::Recovered { session, code }),
        (old_code, Some(fault)) if old_code != Some(fault.code()) => Some(EmbedEvent::Error {
            session,
            code: fault.code(),
            message: fault.explanation(),
            fatal: fault.is_fatal(),
        }),
        _ => None,
    }
}

fn steps_done(session: &Session) -> usize {
    match (&session.state, &session.progress) {
        (State::InReview, _) | (State::Processing, Some(Progress::Queued)) => 1,
        (State::Processing | State::Failed, _) => 2,
        (State::Ready, _) => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
