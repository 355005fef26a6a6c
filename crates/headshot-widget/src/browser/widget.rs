use std::{
    any::Any,
    cell::RefCell,
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use headshot_api::{Session, Surface};
use js_sys::Promise;
use leptos::prelude::*;
use web_sys::{Event, EventTarget, HtmlElement};

use super::{
    camera::CameraWatch,
    capture::Capture,
    dispatch::dispatch,
    dom, focus,
    follow::Follower,
    frame::{self, Frame},
    place::Place,
    policy::Policies,
    request::Answer,
    style::Style,
};
use crate::{
    EmbedEvent,
    session::{
        fault::Fault,
        link,
        model::Model,
        policy::{Needs, Violation},
    },
    view::{self, STYLE},
};

/// What to show.
pub(crate) struct Options {
    /// The base address of the headshot server.
    pub(crate) server: String,
    pub(crate) session: String,
    pub(crate) token: String,
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
    let model = ArcRwSignal::new(Model::new(options.session.clone()));
    let shown = model.clone();
    let target = host.clone();
    let emit = Box::new(move |event| {
        dispatch(&target, &event);
        hear(event);
    });
    let view = place.view.clone();
    let had_focus = focus::focused(&view).is_some();
    let widget = Rc::new_cyclic(|widget: &Weak<Widget>| Widget::new(widget.clone(), model, place, options, emit));
    let acting = Rc::downgrade(&widget);
    view.replace_children_with_node_0();
    let handle = leptos::mount::mount_to(view.clone(), move || view::view(shown, acting));
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
    place: Place,
    emit: Box<dyn Fn(EmbedEvent)>,
    server: String,
    session: String,
    follower: Rc<Follower>,
    needs: RefCell<Needs>,
    /// What the page's policies have stopped before the session said what is ours.
    early_violations: RefCell<Vec<Violation>>,
    frame: RefCell<Option<Frame>>,
    capture: RefCell<Option<Capture>>,
    camera: RefCell<Option<Rc<CameraWatch>>>,
    policies: RefCell<Option<Policies>>,
    listeners: RefCell<Vec<EventListener>>,
}

impl Widget {
    fn new(
        this: Weak<Self>,
        model: ArcRwSignal<Model>,
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
            place,
            emit,
            server,
            session,
            follower,
            needs: RefCell::new(needs),
            early_violations: RefCell::default(),
            frame: RefCell::default(),
            capture: RefCell::default(),
            camera: RefCell::default(),
            policies: RefCell::default(),
            listeners: RefCell::default(),
        }
    }

    /// The person wants another attempt.
    pub(crate) fn ask_again(&self) {
        self.follower.ask_again();
    }

    /// The person wants the provider's page in a tab of its own.
    pub(crate) fn open_tab(&self) {
        if let Some(link) = self.model.with_untracked(|model| model.link().map(str::to_owned)) {
            _ = dom::window().open_with_url_and_target_and_features(&link, "_blank", "noopener,noreferrer");
        }
    }

    /// A photo's image did not load: its link may have expired.
    pub(crate) fn lose_image(&self, photo_id: &str) {
        if self.model.try_update(|model| model.lose_image(photo_id)) == Some(true) {
            self.follower.renew_links();
        }
    }

    fn start(&self) {
        let document = &self.place.document;
        self.listeners.borrow_mut().extend([
            self.listen(document, "visibilitychange", |widget, _| widget.follow_visibility()),
            self.listen(&dom::window(), "online", |widget, _| widget.follower.resume()),
            // The only news that there is of what goes on in the frame.
            self.listen(&dom::window(), "blur", |widget, _| widget.follower.engage(widget.place.has_person_in_frame())),
            self.listen(&dom::window(), "focus", |widget, _| widget.follower.engage(false)),
        ]);
        let hear = self.acting(Self::hear_violation);
        *self.policies.borrow_mut() = Some(Policies::watch(document, hear));
        self.follower.ask_again();
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
        {
            let mut needs = self.needs.borrow_mut();
            needs.photo_origins = session.photos.iter().map(|photo| dom::origin(&photo.url)).collect();
            needs.frame_origins = origins;
        }
        self.change(|model| model.receive(session, link));
        self.early_violations.take().into_iter().for_each(|violation| self.hear_violation(violation));
        if self.model.with_untracked(|model| model.awaits_user() && model.shows_frame()) {
            self.watch_camera();
        }
    }

    /// Makes the frame or the capture when it first may be shown, drops it when it no longer may, and gives its place back.
    fn arrange(&self) {
        let (link, is_reserved, is_framed, is_captured) = self.model.with_untracked(|model| {
            (model.link().map(str::to_owned), model.reserves_stage(), model.shows_frame(), model.shows_capture())
        });
        let mut frame = self.frame.borrow_mut();
        match link.filter(|_| is_framed) {
            Some(link) if frame.is_none() => {
                let hear = self.acting(Self::hear_frame);
                *frame = Some(Frame::open(&self.place.stage, &link, &self.needs.borrow().frame_origins, hear));
            }
            Some(_) => {}
            None => {
                *frame = None;
                Frame::discard_early(&self.place.stage);
            }
        }
        let mut capture = self.capture.borrow_mut();
        if !is_captured {
            *capture = None;
        } else if capture.is_none() {
            *capture = Capture::open(&self.place.stage, &self.server, &self.session, &self.follower.token());
        }
        self.place.arrange(is_reserved, !is_framed && !is_captured);
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
