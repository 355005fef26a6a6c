use std::{
    any::Any,
    cell::RefCell,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use gloo_timers::future::TimeoutFuture;
use headshot_api::{Session, Surface};
use js_sys::{Date, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventTarget, HtmlElement};

use super::{
    camera::CameraWatch,
    capture::Capture,
    dispatch::dispatch,
    dom, figures, focus,
    follow::Follower,
    frame::{self, Frame},
    phone, photos,
    place::Place,
    policy::Policies,
    request::Answer,
    style::Style,
};
use crate::{
    EmbedEvent, Language, Way,
    language::Phrase,
    session::{
        fault::Fault,
        link,
        model::{Copying, Model},
        policy::{Needs, Violation},
    },
    view::{self, Act, STYLE},
};

/// How long a link must still work to be handed on to another device.
const LEEWAY_MS: f64 = 60_000.0;

/// What to show.
pub(crate) struct Options {
    /// The base address of the headshot server.
    pub(crate) server: String,
    pub(crate) session: String,
    pub(crate) token: String,
    /// Where the provider's page opens.
    pub(crate) surface: Way,
    pub(crate) language: Language,
    /// The server's answer, if the page has asked for it already.
    pub(crate) early: Option<Promise>,
}

/// A widget on the page. Dropping it ends its request, takes out its listeners, timers and style, and removes its frame.
pub(crate) struct Mounted {
    widget: Rc<Widget>,
    _view: Box<dyn Any>,
    _style: Option<Style>,
}

impl Mounted {
    /// Goes on with another client token for the same session, without touching the frame.
    pub(crate) fn renew_token(&self, token: String) {
        self.widget.renew_token(token);
    }

    /// Opens the provider's page elsewhere from now on.
    pub(crate) fn present(&self, surface: Way) {
        self.widget.change_place(|model| model.wish(surface));
    }

    /// Says everything in another language from now on.
    pub(crate) fn speak(&self, language: Language) {
        self.widget.speak(language);
    }

    /// Asks no more, and touches nothing else.
    #[cfg(feature = "embed")]
    pub(crate) fn abandon(&self) {
        self.widget.follower.stop();
    }

    /// Takes note of what the page's policies have stopped before the widget listened.
    #[cfg(feature = "embed")]
    pub(crate) fn hear_violations(&self, events: Vec<web_sys::SecurityPolicyViolationEvent>) {
        for event in events {
            self.widget.hear_violation(super::policy::content_violation(&event));
        }
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.widget.stop();
    }
}

/// Shows a session in `place`. The events come from `host`, and then to `hear`.
pub(crate) fn mount(
    host: &HtmlElement,
    place: Place,
    options: Options,
    hear: impl Fn(EmbedEvent) + 'static,
) -> Mounted {
    let style = Style::put_into(&place, STYLE);
    let model = ArcRwSignal::new(Model::new(options.session.clone(), options.surface));
    let language = ArcRwSignal::new(options.language.clone());
    let (shown, spoken) = (model.clone(), language.clone());
    let target = host.clone();
    let emit = Box::new(move |event| {
        dispatch(&target, &event);
        hear(event);
    });
    let view = place.view.clone();
    let had_focus = focus::focused(&view).is_some();
    let widget =
        Rc::new_cyclic(|widget: &Weak<Widget>| Widget::new(widget.clone(), model, language, place, options, emit));
    let acting = Rc::downgrade(&widget);
    view.replace_children_with_node_0();
    let handle = leptos::mount::mount_to_renderer(&view, move || view::scene(shown, spoken, acting));
    if had_focus {
        focus::focus_status(&view);
    }
    widget.start();
    Mounted { widget, _view: Box::new(handle), _style: style }
}

/// Carries what happens in the browser into the model, and what the model says into the frame and the events.
pub(crate) struct Widget {
    this: Weak<Self>,
    model: ArcRwSignal<Model>,
    language: ArcRwSignal<Language>,
    place: Place,
    emit: Box<dyn Fn(EmbedEvent)>,
    server: String,
    session: String,
    follower: Follower,
    needs: RefCell<Needs>,
    /// What the page's policies have stopped before the session said what is ours.
    early_violations: RefCell<Vec<Violation>>,
    frame: RefCell<Option<Frame>>,
    capture: RefCell<Option<Capture>>,
    /// The link that the code for the phone holds.
    coded: RefCell<Option<String>>,
    camera: RefCell<Option<Rc<CameraWatch>>>,
    policies: RefCell<Option<Policies>>,
    listeners: RefCell<Vec<EventListener>>,
}

impl Widget {
    fn new(
        this: Weak<Self>,
        model: ArcRwSignal<Model>,
        language: ArcRwSignal<Language>,
        place: Place,
        options: Options,
        emit: Box<dyn Fn(EmbedEvent)>,
    ) -> Self {
        let needs = Needs { server_origin: dom::origin(&options.server), ..Needs::default() };
        let (server, session) = (options.server.clone(), options.session.clone());
        let reported = this.clone();
        let follower = Follower::new(options, place.document.clone(), move |answer| {
            if let Some(widget) = reported.upgrade() {
                widget.take(answer);
            }
        });
        Self {
            this,
            model,
            language,
            place,
            emit,
            server,
            session,
            follower,
            needs: RefCell::new(needs),
            early_violations: RefCell::default(),
            frame: RefCell::default(),
            capture: RefCell::default(),
            coded: RefCell::default(),
            camera: RefCell::default(),
            policies: RefCell::default(),
            listeners: RefCell::default(),
        }
    }

    /// Does what the person wants.
    pub(crate) fn act(&self, act: Act, event: &Event) {
        match act {
            Act::AskAgain => self.follower.ask_again(),
            Act::Reopen => self.reopen(),
            Act::OpenTab => self.open_tab(),
            Act::GoThere => self.go_there(),
            Act::Enter => self.change_place(Model::enter),
            Act::TogglePhone => self.change_place(Model::toggle_phone),
            Act::CopyLink => self.copy_link(),
            Act::Enlarge(photo_id) => self.enlarge(photo_id),
            Act::WalkGrid => focus::walk_grid(event.unchecked_ref()),
            Act::WalkViewer => focus::walk_viewer(event.unchecked_ref()),
            Act::CloseViewer => photos::close(&self.place.view),
            Act::StopEnlarging => self.change_place(|model| model.enlarge(None)),
            Act::Save { url, number } => photos::save(&self.place.document, &url, number),
            Act::LoseImage(photo_id) => self.lose_image(&photo_id),
            Act::Nothing => {}
        }
    }

    /// The person wants the provider's page in a tab of its own.
    fn open_tab(&self) {
        if let Some(link) = self.model.with_untracked(|model| model.link().map(str::to_owned)) {
            _ = dom::window().open_with_url_and_target_and_features(&link, "_blank", "noopener,noreferrer");
        }
    }

    /// The person wants it in the place of this page, and comes back through the history.
    fn go_there(&self) {
        if let Some(link) = self.model.with_untracked(|model| model.link().map(str::to_owned)) {
            _ = dom::window().location().assign(&link);
        }
    }

    fn leave(&self) {
        self.change_place(Model::leave);
    }

    /// The person wants the link, to open it elsewhere.
    fn copy_link(&self) {
        let Some(link) = self.model.with_untracked(|model| model.link().map(str::to_owned)) else { return };
        let widget = self.this.clone();
        spawn_local(async move {
            let copying = if phone::copy(link).await { Copying::Done } else { Copying::ByHand };
            if let Some(widget) = widget.upgrade() {
                widget.change_place(|model| model.know_phone(|phone| phone.copying = copying));
            }
        });
    }

    /// The person wants to see a photo large, or another one.
    fn enlarge(&self, photo_id: String) {
        self.change_place(|model| model.enlarge(Some(photo_id)));
        photos::open(&self.place.view);
    }

    /// A photo's image did not load: its link may have expired.
    fn lose_image(&self, photo_id: &str) {
        if self.model.try_update(|model| model.lose_image(photo_id)) == Some(true) {
            self.follower.renew_links();
        }
    }

    fn start(&self) {
        let document = &self.place.document;
        self.speak(self.language.get_untracked());
        self.arrange();
        self.listeners.borrow_mut().extend([
            self.listen(self.place.close_button(), "click", |widget, _| widget.leave()),
            // By the Escape key too.
            self.listen(&self.place.room, "close", |widget, _| widget.leave()),
            // Back from the studio that took the place of this page.
            self.listen(&dom::window(), "pageshow", |widget, _| widget.follower.resume()),
            self.listen(document, "visibilitychange", |widget, _| widget.follow_visibility()),
            self.listen(&dom::window(), "online", |widget, _| widget.follower.resume()),
            // The only news that there is of what goes on in the frame.
            self.listen(&dom::window(), "blur", |widget, _| widget.follower.engage(widget.place.has_person_in_frame())),
            self.listen(&dom::window(), "focus", |widget, _| widget.follower.engage(false)),
        ]);
        let hear = self.acting(Self::hear_violation);
        *self.policies.borrow_mut() = Some(Policies::watch(document, hear));
        self.follower.begin();
    }

    fn stop(&self) {
        self.follower.stop();
        self.listeners.borrow_mut().clear();
        *self.policies.borrow_mut() = None;
        *self.camera.borrow_mut() = None;
        *self.frame.borrow_mut() = None;
        *self.capture.borrow_mut() = None;
    }

    fn listen(&self, target: &EventTarget, event: &'static str, act: fn(&Self, &Event)) -> EventListener {
        let widget = self.this.clone();
        EventListener::new(target, event, move |event| {
            if let Some(widget) = widget.upgrade() {
                act(&widget, event);
            }
        })
    }

    /// What the widget does with something that happens, as long as it is there.
    fn acting<T: 'static>(&self, act: fn(&Self, T)) -> impl Fn(T) + Clone + 'static + use<T> {
        let widget = self.this.clone();
        move |happened| {
            if let Some(widget) = widget.upgrade() {
                act(&widget, happened);
            }
        }
    }

    fn follow_visibility(&self) {
        if dom::is_hidden(&self.place.document) { self.follower.pause() } else { self.follower.resume() }
    }

    fn take(&self, answer: Answer) {
        match answer {
            Answer::Session { session, .. } => self.take_session(*session),
            Answer::NothingNew => self.change(Model::receive_nothing_new),
            Answer::Failed { fault, .. } => self.change(|model| model.lose_server(fault)),
        }
        self.arrange();
    }

    fn take_session(&self, session: Session) {
        let origins = match &session.surface {
            Some(Surface::Frame { origins, .. }) => frame::known(origins.clone()),
            // No page is trusted by being framed, so whichever it is may be opened, if it is a page at all.
            Some(Surface::Link { url, .. }) => vec![dom::origin(url)],
            _ => Vec::new(),
        };
        let admit = |link: &str| {
            let refusal = frame::refusal(link, origins.clone());
            link::admit(link.to_owned(), refusal)
        };
        let link = session.surface.as_ref().and_then(Surface::url).map(admit);
        let expires_at_ms = session.surface.as_ref().and_then(Surface::expires_at).map_or(f64::INFINITY, Date::parse);
        let is_stale = Date::now() + LEEWAY_MS > expires_at_ms;
        {
            let mut needs = self.needs.borrow_mut();
            needs.photo_origins = session.photos.iter().map(|photo| dom::origin(&photo.url)).collect();
            needs.frame_origins = origins;
        }
        self.change(|model| {
            model.learn_expiry(is_stale);
            model.receive(session, link)
        });
        self.early_violations.take().into_iter().for_each(|violation| self.hear_violation(violation));
        if self.model.with_untracked(|model| model.awaits_user() && model.link().is_some()) {
            self.watch_camera();
        }
    }

    /// Makes the frame or the capture when it first may be shown, drops it when it no longer may, and gives its place back.
    fn arrange(&self) {
        let (link, is_reserved, is_framed, is_captured) = self.model.with_untracked(|model| {
            (model.link().map(str::to_owned), model.reserves_stage(), model.shows_frame(), model.shows_capture())
        });
        let title = self.language.with_untracked(|language| language.text(Phrase::Studio));
        let mut frame = self.frame.borrow_mut();
        match link.filter(|_| is_framed) {
            Some(link) if frame.is_none() => {
                let hear = self.acting(Self::hear_frame);
                *frame = Some(Frame::open(&self.place.stage, &link, &self.needs.borrow().frame_origins, &title, hear));
                _ = self.model.try_update(Model::open_frame);
            }
            Some(_) => {}
            None => {
                *frame = None;
                // As long as nothing is known, what the element has opened may be right.
                if !self.model.with_untracked(Model::may_still_come) {
                    Frame::discard_early(&self.place.stage);
                }
            }
        }
        let mut capture = self.capture.borrow_mut();
        if !is_captured {
            *capture = None;
        } else if capture.is_none() {
            let token = self.follower.token();
            let language = self.language.get_untracked();
            *capture = Capture::open(&self.place.stage, [&self.server, &self.session, &token], &language);
        }
        self.place.arrange(is_reserved, !is_framed && !is_captured);
        let (is_modal, is_over) = self.model.with_untracked(|model| (model.way() == Way::Modal, model.is_over()));
        self.place.present(!is_modal, is_over);
        self.draw_code();
    }

    /// As the person wishes, who sees whether something would be lost by it.
    fn reopen(&self) {
        *self.frame.borrow_mut() = None;
        self.arrange();
    }

    /// Draws the code for the phone where it is shown, once for each link; a phone itself could not scan it.
    fn draw_code(&self) {
        let wanted = self.model.with_untracked(|model| model.phone().and(model.link()).map(str::to_owned));
        if phone::is_phone(&dom::window()) || *self.coded.borrow() == wanted {
            return;
        }
        self.coded.borrow_mut().clone_from(&wanted);
        let (widget, view) = (self.this.clone(), self.place.view.clone());
        spawn_local(async move {
            // Leptos brings the canvas onto the page a moment after the model has changed.
            TimeoutFuture::new(0).await;
            let canvas = view.query_selector("[part~=code]").ok().flatten();
            let has_code = match canvas.zip(wanted) {
                Some((canvas, link)) => phone::draw(canvas.unchecked_into(), link).await,
                None => false,
            };
            if let Some(widget) = widget.upgrade() {
                _ = widget.model.try_update(|model| model.know_phone(|phone| phone.has_code = has_code));
            }
        });
    }

    fn speak(&self, language: Language) {
        let language = language.with_figures(figures::written);
        self.place.speak(&language);
        if let Some(frame) = &*self.frame.borrow() {
            frame.set_title(&language.text(Phrase::Studio));
        }
        #[cfg(feature = "capture")]
        if let Some(capture) = &*self.capture.borrow() {
            capture.speak(&language);
        }
        self.language.set(language);
    }

    /// Changes what the person sees where, of which the host hears nothing.
    fn change_place(&self, change: impl FnOnce(&mut Model)) {
        self.change(|model| {
            change(model);
            None
        });
        self.arrange();
    }

    fn renew_token(&self, token: String) {
        if let Some(capture) = &*self.capture.borrow() {
            capture.renew_token(&token);
        }
        self.follower.renew_token(token);
    }

    fn watch_camera(&self) {
        let mut camera = self.camera.borrow_mut();
        if camera.is_none() {
            let origins = self.needs.borrow().frame_origins.clone();
            let widget = self.this.clone();
            *camera = Some(CameraWatch::start(&self.place, &origins.clone(), move |facts| {
                if let Some(widget) = widget.upgrade() {
                    let fault = facts.diagnose(&origins);
                    widget.change(|model| model.learn_camera(fault));
                    // Without a camera here, the phone comes forward.
                    widget.arrange();
                }
            }));
        }
    }

    fn hear_frame(&self, has_come: bool) {
        let fault = (!has_come).then_some(Fault::FrameUnanswered);
        self.change(|model| model.learn_frame(fault));
    }

    fn hear_violation(&self, violation: Violation) {
        if self.needs.borrow().frame_origins.is_empty() {
            self.early_violations.borrow_mut().push(violation.clone());
        }
        let fault = self.needs.borrow().diagnose(violation);
        match fault {
            None => return,
            Some(fault @ Fault::ServerForbidden(_)) => {
                self.follower.rest();
                self.change(|model| model.lose_server(fault));
            }
            Some(fault @ Fault::PhotosForbidden(_)) => self.change(|model| model.lose_photos(fault)),
            Some(fault) => self.change(|model| model.learn_frame(Some(fault))),
        }
        self.arrange();
    }

    /// Changes the model and tells the host what came of it; the developer reads of faults in the console too.
    fn change<E: IntoIterator<Item = EmbedEvent>>(&self, change: impl FnOnce(&mut Model) -> E) {
        focus::keep(&self.place.view);
        for event in self.model.try_update(change).into_iter().flatten() {
            if let EmbedEvent::Error { message, .. } = &event {
                dom::warn(message);
            }
            (self.emit)(event);
        }
    }
}
