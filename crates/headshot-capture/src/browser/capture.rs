use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::Math;
use litemap::LiteMap;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlElement};

use super::{
    camera::{self, Stream},
    dispatch::dispatch,
    dom, grammar, photo_file, preview,
    request::{OnProgress, Request},
    server::{OnEnd, Server},
    style::Adopted,
};
use crate::{
    capture::{
        camera::CameraFault,
        fault::Failure,
        message::{Effect, Message},
        model::Model,
        pace,
        photo::PhotoId,
        words::Language,
    },
    view::{Act, STYLE, View},
};

/// Whose photos are collected, and where they go.
pub(crate) struct Options {
    /// The base address of the headshot server, as the browser reaches it.
    pub(crate) server: String,
    /// The session's id.
    pub(crate) session: String,
    /// The client token of that session.
    pub(crate) token: String,
    pub(crate) language: Language,
}

/// A capture on the page. Dropping it turns the camera off, ends its requests, and takes out its listeners, timers,
/// style and elements.
pub(crate) struct Mounted {
    capture: Rc<Capture>,
    _style: Option<Adopted>,
}

impl Mounted {
    /// Goes on with another client token for the same session.
    pub(crate) fn renew_token(&self, token: String) {
        if self.capture.server.renew_token(token) {
            self.capture.tell(Message::Resume);
        }
    }

    /// Says everything in another language from now on.
    pub(crate) fn speak(&self, language: Language) {
        self.capture.tell(Message::Speak(language.with_grammar(grammar::KNOWN)));
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.capture.stop();
    }
}

/// Collects the photos of a session in `place`, an empty element in a shadow root; the events come from `host`.
pub(crate) fn mount(host: &HtmlElement, place: &HtmlElement, options: Options) -> Mounted {
    let style = Adopted::into_root_of(place, STYLE);
    let language = options.language.clone().with_grammar(grammar::KNOWN);
    let (model, beginning) = Model::new(CameraFault::of_page(camera::page()), language);
    let capture = Rc::new_cyclic(|this| Capture::new(this.clone(), model, host, place, options));
    for effect in beginning {
        capture.carry_out(effect);
    }
    capture.refresh();
    Mounted { capture, _style: style }
}

/// What a request is about; a second one about the same takes the place of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    List,
    Submit,
    Photo(PhotoId),
}

struct Capture {
    this: Weak<Self>,
    host: HtmlElement,
    session: String,
    server: Server,
    model: RefCell<Model>,
    view: View,
    /// The bytes of the photos that are here.
    files: RefCell<LiteMap<PhotoId, Blob>>,
    /// Photos are looked at one after the other: each takes four bytes a pixel while it is drawn.
    unchecked: RefCell<VecDeque<PhotoId>>,
    is_checking: Cell<bool>,
    requests: RefCell<LiteMap<About, Request>>,
    stream: RefCell<Option<Stream>>,
    pause: RefCell<Option<Timeout>>,
    tick: RefCell<Option<Timeout>>,
    /// Asks before the page is left while photos are on their way.
    leaving: RefCell<Option<EventListener>>,
    unplugged: RefCell<Option<EventListener>>,
    online: RefCell<Option<EventListener>>,
}

impl Capture {
    fn new(this: Weak<Self>, model: Model, host: &HtmlElement, place: &HtmlElement, options: Options) -> Self {
        let acting = this.clone();
        let view = View::new(place, move |act| {
            if let Some(capture) = acting.upgrade() {
                capture.act(act);
            }
        });
        let awake = this.clone();
        let online = dom::listen(&dom::window(), "online", move |_| tell(&awake, Message::Resume));
        Self {
            this,
            host: host.clone(),
            server: Server::new(&options.server, &options.session, options.token),
            session: options.session,
            model: RefCell::new(model),
            view,
            files: RefCell::default(),
            unchecked: RefCell::default(),
            is_checking: Cell::new(false),
            requests: RefCell::default(),
            stream: RefCell::default(),
            pause: RefCell::default(),
            tick: RefCell::default(),
            leaving: RefCell::default(),
            unplugged: RefCell::default(),
            online: RefCell::new(Some(online)),
        }
    }

    fn stop(&self) {
        self.requests.take();
        self.pause.take();
        self.tick.take();
        self.leaving.take();
        self.online.take();
        self.close_camera();
        self.files.take();
        self.view.clear();
    }

    fn act(&self, act: Act) {
        match act {
            Act::Tell(message) => self.tell(message),
            Act::Files(files) => self.add(files),
            Act::KeepShot => self.keep_shot(),
        }
    }

    fn tell(&self, message: Message) {
        let effects = self.model.borrow_mut().update(message);
        for effect in effects {
            self.carry_out(effect);
        }
        self.refresh();
    }

    fn refresh(&self) {
        let model = self.model.borrow();
        self.view.show(&model);
        let is_pending = model.counts().pending > 0;
        if is_pending != self.leaving.borrow().is_some() {
            let listener = || dom::intercept(&dom::window(), "beforeunload", web_sys::Event::prevent_default);
            self.leaving.replace(is_pending.then(listener));
        }
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::List => self.list(),
            Effect::Check(id) => self.check_later(id),
            Effect::Send(id) => self.send(id),
            Effect::Forget(id) => self.forget(id),
            Effect::Adopt { from, to } => self.adopt(from, to),
            Effect::Withdraw(id, upload) => self.withdraw(id, &upload),
            Effect::Submit => self.submit(),
            Effect::Pause { failures, retry_after_s } => {
                let ms = pace::back_off_ms(failures, retry_after_s, Math::random());
                self.pause.replace(Some(self.later(ms, Message::Resume)));
            }
            Effect::OpenCamera => self.open_camera(),
            Effect::CloseCamera => self.close_camera(),
            Effect::Tick => drop(self.tick.replace(Some(self.later(1_000, Message::Tick)))),
            Effect::Shoot => camera::shoot(&self.view.camera.video, &self.view.camera.shot),
            Effect::Announce(text) => self.view.announce(&text),
            Effect::Emit(event) => dispatch(&self.host, &self.session, &event),
        }
    }

    fn later(&self, ms: u32, message: Message) -> Timeout {
        let this = self.this.clone();
        Timeout::new(ms, move || tell(&this, message))
    }

    fn list(&self) {
        self.request(About::List, Message::Listed, |on_end| self.server.list(on_end));
    }

    fn submit(&self) {
        self.request(About::Submit, Message::Submitted, |on_end| self.server.submit(on_end));
    }

    fn send(&self, id: PhotoId) {
        let (model, files) = (self.model.borrow(), self.files.borrow());
        let Some((photo, file)) = model.photo(id).zip(files.get(&id)) else { return };
        let this = self.this.clone();
        let on_progress: OnProgress = Box::new(move |percent| tell(&this, Message::Progress(id, percent)));
        let as_sent = move |outcome| Message::Sent(id, outcome);
        self.request(About::Photo(id), as_sent, |on_end| self.server.add(photo, file, on_progress, on_end));
    }

    fn withdraw(&self, id: PhotoId, upload: &str) {
        let as_withdrawn = move |outcome| Message::Withdrawn(id, outcome);
        self.request(About::Photo(id), as_withdrawn, |on_end| self.server.withdraw(upload, on_end));
    }

    /// Begins a request whose outcome becomes a message.
    fn request<T: 'static>(
        &self,
        about: About,
        as_message: impl Fn(Result<T, Failure>) -> Message + Clone + 'static,
        begin: impl FnOnce(OnEnd<T>) -> Option<Request>,
    ) {
        let (this, as_ended) = (self.this.clone(), as_message.clone());
        if let Some(request) = begin(Box::new(move |outcome| tell(&this, as_ended(outcome)))) {
            self.requests.borrow_mut().insert(about, request);
            return;
        }
        // The browser refuses to ask at such an address.
        let this = self.this.clone();
        spawn_local(async move { tell(&this, as_message(Err(Failure::Unreachable))) });
    }

    fn add(&self, files: Vec<(String, Blob)>) {
        let PhotoId(mut next) = self.model.borrow().next_id();
        let mut added = Vec::new();
        for (name, file) in files {
            added.push((name, photo_file::size(&file)));
            self.files.borrow_mut().insert(PhotoId(next), file);
            next += 1;
        }
        self.tell(Message::Added(added));
        self.let_go();
    }

    fn keep_shot(&self) {
        let this = self.this.clone();
        camera::encode(&self.view.camera.shot, move |file| {
            let Some(capture) = this.upgrade() else { return };
            let (id, size) = (capture.model.borrow().next_id(), photo_file::size(&file));
            capture.files.borrow_mut().insert(id, file);
            capture.tell(Message::Kept(size));
            capture.let_go();
        });
    }

    /// Keeps no file that the model has not taken: there may be nothing to add to any more.
    fn let_go(&self) {
        let model = self.model.borrow();
        self.files.borrow_mut().retain(|id, _| model.photo(*id).is_some());
    }

    fn forget(&self, id: PhotoId) {
        self.requests.borrow_mut().remove(&About::Photo(id));
        self.files.borrow_mut().remove(&id);
    }

    fn adopt(&self, from: PhotoId, to: PhotoId) {
        self.view.adopt(from, to);
        self.forget(from);
    }

    fn check_later(&self, id: PhotoId) {
        self.unchecked.borrow_mut().push_back(id);
        if !self.is_checking.replace(true) {
            spawn_local(check_all(self.this.clone()));
        }
    }

    fn open_camera(&self) {
        let this = self.this.clone();
        spawn_local(async move {
            let opened = Stream::open().await;
            // Whoever went away meanwhile leaves no camera on: the stream is dropped.
            let Some(capture) = this.upgrade() else { return };
            match opened {
                Ok(stream) => capture.take_stream(stream),
                Err(fault) => capture.tell(Message::CameraFailed(fault)),
            }
        });
    }

    fn take_stream(&self, stream: Stream) {
        if !self.model.borrow().awaits_camera() {
            return;
        }
        stream.show_in(&self.view.camera.video);
        let this = self.this.clone();
        let unplugged = stream
            .track()
            .map(|track| dom::listen(&track, "ended", move |_| tell(&this, Message::CameraFailed(CameraFault::Busy))));
        self.unplugged.replace(unplugged);
        self.stream.replace(Some(stream));
        self.tell(Message::CameraOpened);
    }

    fn close_camera(&self) {
        self.unplugged.take();
        self.stream.take();
        self.view.camera.video.set_src_object(None);
    }
}

fn tell(capture: &Weak<Capture>, message: Message) {
    if let Some(capture) = capture.upgrade() {
        capture.tell(message);
    }
}

/// Looks at the photos that nobody has looked at, until there is none left or the capture is gone.
async fn check_all(capture: Weak<Capture>) {
    while let Some((id, file, limits)) = next_unchecked(&capture) {
        let mut outcome = photo_file::check(&file, &limits).await.map(|()| None);
        if outcome.is_ok() {
            let may_have = |capture: Rc<Capture>| capture.model.borrow().may_have(photo_file::size(&file));
            if capture.upgrade().is_some_and(may_have) {
                outcome = Ok(photo_file::sha256(&file).await);
            }
            let drawn = preview::draw(&file).await;
            if let Some((capture, canvas)) = capture.upgrade().zip(drawn) {
                capture.view.set_preview(id, &canvas);
            }
        }
        tell(&capture, Message::Checked(id, outcome));
    }
    if let Some(capture) = capture.upgrade() {
        capture.is_checking.set(false);
    }
}

fn next_unchecked(capture: &Weak<Capture>) -> Option<(PhotoId, Blob, headshot_api::UploadLimits)> {
    let capture = capture.upgrade()?;
    let limits = capture.model.borrow().limits.clone()?;
    let files = capture.files.borrow();
    loop {
        let id = capture.unchecked.borrow_mut().pop_front()?;
        // It may have been removed meanwhile.
        if let Some(file) = files.get(&id) {
            return Some((id, file.clone(), limits));
        }
    }
}
