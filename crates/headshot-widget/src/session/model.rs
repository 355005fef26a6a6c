use headshot_api::{Photo, Progress, Session, State, Surface};

use super::{
    fault::Fault,
    way::Way,
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
    /// The link that the frame was opened with, if it is one that runs out.
    framed: Option<String>,
    tiles: Vec<Tile>,
    /// The photo that is shown large.
    enlarged: Option<String>,
    faults: Faults,
    wish: Way,
    /// Whether the person has opened the studio over the page, and whether it is open now.
    has_entered: bool,
    is_over: bool,
    phone: Phone,
}

/// The way to the person's phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phone {
    is_wanted: bool,
    /// Whether the link may have run out.
    is_stale: bool,
    pub(crate) has_code: bool,
    pub(crate) copying: Copying,
}

/// What came of copying the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Copying {
    #[default]
    NotYet,
    Done,
    /// The browser does not do it: the person has to.
    ByHand,
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
    pub(crate) fn new(session_id: String, wish: Way) -> Self {
        Self { session_id, wish, ..Self::default() }
    }

    /// The host wants the studio to open elsewhere.
    pub(crate) fn wish(&mut self, wish: Way) {
        self.wish = wish;
        self.is_over = false;
    }

    /// The person opens the studio over the page.
    pub(crate) fn enter(&mut self) {
        self.has_entered = true;
        self.is_over = true;
    }

    /// The person closes it; what goes on in it goes on.
    pub(crate) fn leave(&mut self) {
        self.is_over = false;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over && self.way() == Way::Modal && self.shows_stage()
    }

    /// Where the studio opens: as the host wishes, if that works.
    pub(crate) fn way(&self) -> Way {
        let may_be_framed = match self.surface() {
            Some(Surface::Link { .. }) => false,
            _ => !self.faults.frame.as_ref().is_some_and(Fault::is_fatal),
        };
        self.wish.that_works(may_be_framed)
    }

    /// The person wants to go on by phone, or no longer.
    pub(crate) fn toggle_phone(&mut self) {
        self.phone.is_wanted = !self.phone.is_wanted;
    }

    pub(crate) fn know_phone(&mut self, change: impl FnOnce(&mut Phone)) {
        change(&mut self.phone);
    }

    /// The way to the phone, where it is shown: it was chosen, or there is no camera here.
    pub(crate) fn phone(&self) -> Option<Phone> {
        (self.offers_phone() && (self.needs_phone() || self.phone.is_wanted)).then_some(self.phone)
    }

    /// Whether the way to the phone is shown unasked.
    pub(crate) fn needs_phone(&self) -> bool {
        self.awaits_user() && (self.way() == Way::Phone || self.fault().is_some_and(Fault::needs_phone))
    }

    /// Whether the link may be handed on to another device: not where it may have run out before it is used.
    pub(crate) fn offers_phone(&self) -> bool {
        self.link().is_some() && !self.phone.is_stale
    }

    /// Whether the link has run out, or is about to.
    pub(crate) fn learn_expiry(&mut self, is_stale: bool) {
        self.phone.is_stale = is_stale;
    }

    /// The person wants to see a photo large, or no photo.
    pub(crate) fn enlarge(&mut self, photo_id: Option<String>) {
        self.enlarged = photo_id;
    }

    /// The photo that is shown large, by its place in the grid.
    pub(crate) fn enlarged(&self) -> Option<usize> {
        let id = self.enlarged.as_ref()?;
        self.tiles.iter().position(|tile| tile.id == *id)
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

    /// The frame is opened, with the link of now.
    pub(crate) fn open_frame(&mut self) {
        let runs_out = self.surface().and_then(Surface::expires_at).is_some();
        self.framed = self.link.clone().filter(|_| runs_out);
    }

    /// Whether the frame has a link that runs out, and there is a newer one. Only the person knows whether that matters.
    pub(crate) fn frame_is_old(&self) -> bool {
        self.shows_frame() && self.framed.as_deref().is_some_and(|framed| self.link() != Some(framed))
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
            sentence: words::status(session, self.way()),
            steps_done: Some(steps_done(session)),
            is_working: matches!(session.state, State::Processing | State::InReview),
        }
    }

    /// The one thing to tell about: what ends the session first, what can be lived with last.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        let Faults { server, link, frame, photos, camera } = &self.faults;
        let fatal = server.as_ref().filter(|fault| fault.is_fatal());
        let camera = camera.as_ref().filter(|fault| self.awaits_user() && self.way().minds(fault));
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
        is_framed && self.link().is_some() && self.shows_stage()
    }

    /// Whether the studio has a way in other than the frame that is there at once.
    pub(crate) fn shows_door(&self) -> bool {
        let is_collected_here = matches!(self.surface(), Some(Surface::Upload { .. })) && self.awaits_user();
        let opens_over = is_collected_here && self.way() == Way::Modal && !self.is_deleted();
        opens_over || (self.link().is_some() && !matches!(self.way(), Way::Inline | Way::Phone))
    }

    /// Whether the person's photos are collected here, because the provider has no page that does.
    pub(crate) fn shows_capture(&self) -> bool {
        let is_collected_here = matches!(self.surface(), Some(Surface::Upload { .. })) && !self.is_deleted();
        is_collected_here && self.awaits_user() && (self.way() != Way::Modal || self.shows_stage())
    }

    /// Whether the stage is on the page, or over it.
    fn shows_stage(&self) -> bool {
        match self.way() {
            Way::Inline => true,
            Way::Modal => self.has_entered,
            _ => false,
        }
    }

    /// Whether to keep the stage's place free: something is on it, or may still come.
    pub(crate) fn reserves_stage(&self) -> bool {
        self.shows_frame() || self.shows_capture() || self.may_still_come()
    }

    /// Whether nothing is known yet, and the stage may be needed.
    pub(crate) fn may_still_come(&self) -> bool {
        self.session.is_none() && !self.fault().is_some_and(Fault::is_fatal) && self.shows_stage()
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
