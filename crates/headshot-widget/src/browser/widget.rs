use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo_events::EventListener;
use headshot_api::{Session, State};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, UnwrapThrowExt as _};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, SecurityPolicyViolationEvent};

use super::{camera, dispatch::dispatch, dom, follow::Follower, frame::Frame, request::Answer, style::Adopted};
use crate::{
    EmbedEvent,
    session::{camera::CameraFacts, fault::Fault, link, model::Model},
    view::{self, STYLE},
};

/// What to show.
pub(crate) struct Options {
    /// The base address of the headshot server.
    pub(crate) server: String,
    pub(crate) session: String,
    pub(crate) token: String,
}

/// A widget on the page. Dropping it ends its request, takes out its listeners, timers and style, and removes its frame.
pub(crate) struct Mounted {
    widget: Rc<Widget>,
    _view: Box<dyn Any>,
    _style: Option<Adopted>,
}

impl Mounted {
    /// Goes on with another client token for the same session, without touching the frame.
    pub(crate) fn renew_token(&self, token: String) {
        self.widget.follower.renew_token(token);
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.widget.stop();
    }
}

/// Shows a session in `place`, an empty element in the shadow root of `host`. The events come from `host`, and then to
/// `hear`.
pub(crate) fn mount(
    host: &HtmlElement,
    place: &HtmlElement,
    options: &Options,
    hear: impl Fn(EmbedEvent) + 'static,
) -> Mounted {
    let style = Adopted::into_root_of(place, STYLE);
    let model = ArcRwSignal::new(Model::new(options.session.clone()));
    let shown = model.clone();
    let target = host.clone();
    let emit = Box::new(move |event| {
        dispatch(&target, &event);
        hear(event);
    });
    let widget = Rc::new_cyclic(|widget: &Weak<Widget>| Widget::new(widget.clone(), model, options, emit));
    let acting = Rc::downgrade(&widget);
    let view = leptos::mount::mount_to(place.clone(), move || view::view(shown, acting));
    widget.start(place);
    Mounted { widget, _view: Box::new(view), _style: style }
}

/// Carries what happens in the browser into the model, and what the model says into the frame and the events.
pub(crate) struct Widget {
    this: Weak<Self>,
    model: ArcRwSignal<Model>,
    emit: Box<dyn Fn(EmbedEvent)>,
    follower: Rc<Follower>,
    stage: RefCell<Option<HtmlElement>>,
    frame: RefCell<Option<Frame>>,
    listeners: RefCell<Vec<EventListener>>,
    frame_origins: RefCell<Vec<String>>,
    camera_facts: RefCell<CameraFacts>,
    has_asked_camera: Cell<bool>,
}

impl Widget {
    fn new(this: Weak<Self>, model: ArcRwSignal<Model>, options: &Options, emit: Box<dyn Fn(EmbedEvent)>) -> Self {
        let reported = this.clone();
        let follower = Follower::new(&options.server, &options.session, options.token.clone(), move |answer| {
            if let Some(widget) = reported.upgrade() {
                widget.take(answer);
            }
        });
        Self {
            this,
            model,
            emit,
            follower,
            stage: RefCell::default(),
            frame: RefCell::default(),
            listeners: RefCell::default(),
            frame_origins: RefCell::default(),
            camera_facts: RefCell::default(),
            has_asked_camera: Cell::new(false),
        }
    }

    /// The person wants another attempt.
    pub(crate) fn ask_again(&self) {
        self.follower.ask_again();
    }

    /// A photo's image did not load: its link may have expired.
    pub(crate) fn lose_image(&self, photo_id: &str) {
        if self.model.try_update(|model| model.lose_image(photo_id)) == Some(true) {
            self.follower.renew_links();
        }
    }

    fn start(&self, place: &HtmlElement) {
        let stage = place.query_selector("[part=stage]").ok().flatten().expect_throw("the view's stage");
        *self.stage.borrow_mut() = Some(stage.unchecked_into());
        let (window, document) = (dom::window(), dom::document());
        self.listeners.borrow_mut().extend([
            self.listen(&document, "visibilitychange", |widget, _| widget.follow_visibility()),
            self.listen(&window, "online", |widget, _| widget.follower.resume()),
            self.listen(&document, "securitypolicyviolation", Self::hear_violation),
        ]);
        self.follower.ask_again();
    }

    fn stop(&self) {
        self.follower.stop();
        self.listeners.borrow_mut().clear();
        *self.frame.borrow_mut() = None;
    }

    fn listen(&self, target: &web_sys::EventTarget, event: &'static str, act: fn(&Self, &Event)) -> EventListener {
        let widget = self.this.clone();
        EventListener::new(target, event, move |event| {
            if let Some(widget) = widget.upgrade() {
                act(&widget, event);
            }
        })
    }

    fn follow_visibility(&self) {
        if dom::is_hidden() { self.follower.pause() } else { self.follower.resume() }
    }

    fn take(&self, answer: Answer) {
        match answer {
            Answer::Session { session, .. } => self.take_session(*session),
            Answer::NothingNew => self.model.update(Model::receive_nothing_new),
            Answer::Failed { fault, .. } => self.change(|model| model.lose_server(fault)),
        }
    }

    fn take_session(&self, session: Session) {
        let origins = dom::origins(&session.frame_origins);
        let link = session.signed_url.as_deref().map(|url| link::admit(dom::address(url).as_ref(), &origins));
        let awaits_user = session.state == State::AwaitingUser;
        *self.frame_origins.borrow_mut() = origins;
        self.change(|model| model.receive(session, link));
        if awaits_user && self.model.with_untracked(Model::shows_frame) {
            self.ask_camera();
        }
        self.arrange_frame();
    }

    /// Makes the frame when it first may be shown, and drops it when it no longer may.
    fn arrange_frame(&self) {
        let link = self.model.with_untracked(|model| model.link().filter(|_| model.shows_frame()).map(str::to_owned));
        let mut frame = self.frame.borrow_mut();
        let Some(link) = link else { return *frame = None };
        if let (None, Some(stage)) = (&*frame, &*self.stage.borrow()) {
            let widget = self.this.clone();
            *frame = Some(Frame::open(stage, &link, &self.frame_origins.borrow(), move |is_slow| {
                if let Some(widget) = widget.upgrade() {
                    widget.model.update(|model| model.set_frame_slow(is_slow));
                }
            }));
        }
    }

    /// Asks the browser about the camera: what it knows at once, and the person's standing answer when it comes.
    fn ask_camera(&self) {
        if self.has_asked_camera.replace(true) {
            return;
        }
        if let Some(stage) = &*self.stage.borrow() {
            *self.camera_facts.borrow_mut() = CameraFacts {
                is_secure: dom::window().is_secure_context(),
                forbidden_origins: camera::forbidden_origins(stage, &self.frame_origins.borrow()),
                is_denied: false,
            };
        }
        self.diagnose_camera();
        let widget = self.this.clone();
        spawn_local(async move {
            let permission = camera::permission().await;
            if let (Some(widget), Some(permission)) = (widget.upgrade(), permission) {
                widget.learn_permission(&permission);
                let listener = widget.listen(&permission, "change", |widget, event| {
                    if let Some(permission) = event.target().and_then(|target| target.dyn_into().ok()) {
                        widget.learn_permission(&permission);
                    }
                });
                widget.listeners.borrow_mut().push(listener);
            }
        });
    }

    fn learn_permission(&self, permission: &web_sys::PermissionStatus) {
        self.camera_facts.borrow_mut().is_denied = camera::is_denied(permission);
        self.diagnose_camera();
    }

    fn diagnose_camera(&self) {
        let fault = self.camera_facts.borrow().diagnose(&self.frame_origins.borrow());
        self.change(|model| model.learn_camera(fault));
    }

    fn hear_violation(&self, event: &Event) {
        let violation: &SecurityPolicyViolationEvent = event.unchecked_ref();
        let origins = self.frame_origins.borrow().clone();
        let blocked = dom::address(&violation.blocked_uri());
        if link::concerns_frame(&violation.effective_directive(), blocked.as_ref(), &origins) {
            self.change(|model| model.lose_frame(Fault::FrameForbidden(origins)));
            self.arrange_frame();
        }
    }

    /// Changes the model and tells the host what came of it; the developer reads of faults in the console too.
    fn change<E: IntoIterator<Item = EmbedEvent>>(&self, change: impl FnOnce(&mut Model) -> E) {
        for event in self.model.try_update(change).into_iter().flatten() {
            if let EmbedEvent::Error { message, .. } = &event {
                dom::warn(message);
            }
            (self.emit)(event);
        }
    }
}
