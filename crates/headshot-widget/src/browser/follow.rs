use std::{
    cell::{Cell, RefCell},
    ops::Deref,
    rc::{Rc, Weak},
};

use gloo_timers::callback::Timeout;
use headshot_api::State;
use js_sys::{Date, Math, Promise};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, Document};

use super::{
    dom,
    request::{self, Answer, Question},
    widget::Options,
};
use crate::session::{
    fault::Fault,
    pace::{Next, Outcome, Pace},
};

/// How long more news may follow on some.
const AFTERMATH_MS: f64 = 120_000.0;

thread_local! {
    /// What is followed on this page. A session is asked for once, however many widgets show it.
    static FEEDS: RefCell<Vec<Weak<Feed>>> = const { RefCell::new(Vec::new()) };
}

/// One widget's part in following a session.
pub(super) struct Follower {
    feed: Rc<Feed>,
    hearer: Rc<Hearer>,
}

/// Whoever is told what the server answers.
struct Hearer {
    report: Box<dyn Fn(Answer)>,
    /// Whether the person is in this one's studio.
    is_engaged: Cell<bool>,
}

/// Follows one session at the server: one request at a time, none while the page is hidden, none when nobody hears it.
pub(super) struct Feed {
    url: String,
    document: Document,
    hearers: RefCell<Vec<Rc<Hearer>>>,
    /// The session and its photos as they were heard of last.
    latest: RefCell<Option<Answer>>,
    course: RefCell<Course>,
}

#[derive(Default)]
struct Course {
    token: String,
    /// The answer to the first request, if the page has made it already.
    early: Option<Promise>,
    etag: Option<String>,
    pace: Pace,
    /// What is under way; an answer to an earlier request than this is not for us any more.
    asked: u32,
    request: Option<AbortController>,
    timer: Option<Timeout>,
    /// Until when the server wants to be left alone, in milliseconds since 1970.
    not_before_ms: f64,
    /// Whether only the person or a new token can help.
    rests: bool,
    /// Whether the headshots are there, so that only the person in the studio makes news.
    is_ready: bool,
    /// Until when there may be news all the same: photos that still arrive, a favourite that is being chosen.
    busy_until_ms: f64,
    is_stopped: bool,
}

impl Follower {
    /// Joins those who follow the session with the same token in the same document, or is the first.
    pub(super) fn new(options: Options, document: Document, report: impl Fn(Answer) + 'static) -> Self {
        let Options { server, session, token, early, .. } = options;
        let id = String::from(js_sys::encode_uri_component(&session));
        let url = [server.trim_end_matches('/'), "/v1/sessions/", &id].concat();
        let feed = Feed::shared(&url, &document, &token).unwrap_or_else(|| {
            let course = RefCell::new(Course { token, early, ..Course::default() });
            let feed = Feed { url, document, hearers: RefCell::default(), latest: RefCell::default(), course };
            let feed = Rc::new(feed);
            FEEDS.with_borrow_mut(|feeds| feeds.push(Rc::downgrade(&feed)));
            feed
        });
        let hearer = Rc::new(Hearer { report: Box::new(report), is_engaged: Cell::new(false) });
        Self { feed, hearer }
    }

    /// Hears of the session from now on; what others know already at once.
    pub(super) fn begin(&self) {
        let is_first = self.feed.hearers.borrow().is_empty();
        self.feed.hearers.borrow_mut().push(Rc::clone(&self.hearer));
        let latest = self.feed.latest.borrow().clone();
        match latest {
            Some(answer) => (self.hearer.report)(answer),
            None if is_first => self.feed.ask_again(),
            None => {}
        }
    }

    /// The person has gone into the studio or left it: what they choose there is news at once.
    pub(super) fn engage(&self, is_engaged: bool) {
        self.hearer.is_engaged.set(is_engaged);
        self.feed.engage();
    }

    /// Hears no more; the last one ends what is under way.
    pub(super) fn stop(&self) {
        self.feed.hearers.borrow_mut().retain(|hearer| !Rc::ptr_eq(hearer, &self.hearer));
        if self.feed.hearers.borrow().is_empty() {
            self.feed.stop();
        }
    }
}

impl Deref for Follower {
    type Target = Rc<Feed>;

    fn deref(&self) -> &Rc<Feed> {
        &self.feed
    }
}

impl Feed {
    fn shared(url: &str, document: &Document, token: &str) -> Option<Rc<Self>> {
        FEEDS.with_borrow_mut(|feeds| {
            feeds.retain(|feed| feed.strong_count() > 0);
            feeds.iter().filter_map(Weak::upgrade).find(|feed| {
                let course = feed.course.borrow();
                !course.is_stopped && course.token == token && feed.url == url && feed.document == *document
            })
        })
    }

    /// Asks at once, whatever came before: the start, a click on "try again", a new token.
    pub(super) fn ask_again(self: &Rc<Self>) {
        {
            let mut course = self.course.borrow_mut();
            course.rests = false;
            course.not_before_ms = 0.0;
        }
        self.resume();
    }

    /// Asks at once unless asking cannot help: the page is seen again, the network is back.
    pub(super) fn resume(self: &Rc<Self>) {
        self.pause();
        if self.course.borrow().rests || dom::is_hidden(&self.document) {
            return;
        }
        let wait_ms = self.course.borrow().not_before_ms - Date::now();
        if wait_ms > 0.0 { self.ask_in(whole(wait_ms)) } else { self.ask(false) }
    }

    fn engage(self: &Rc<Self>) {
        let is_engaged = self.hearers.borrow().iter().any(|hearer| hearer.is_engaged.get());
        let was_settled = self.course.borrow().is_settled();
        self.course.borrow_mut().busy_until_ms = if is_engaged { f64::INFINITY } else { Date::now() + AFTERMATH_MS };
        if was_settled {
            self.resume();
        }
    }

    /// Asks no more until woken, because asking cannot help.
    pub(super) fn rest(&self) {
        self.course.borrow_mut().rests = true;
        self.pause();
    }

    /// Ends what is under way.
    pub(super) fn pause(&self) {
        let mut course = self.course.borrow_mut();
        course.asked += 1;
        course.timer = None;
        if let Some(request) = course.request.take() {
            request.abort();
        }
    }

    /// Asks for the whole session, changed or not, because its links have expired.
    pub(super) fn renew_links(self: &Rc<Self>) {
        self.course.borrow_mut().etag = None;
        self.resume();
    }

    /// The client token that is in use.
    pub(super) fn token(&self) -> String {
        self.course.borrow().token.clone()
    }

    pub(super) fn renew_token(self: &Rc<Self>, token: String) {
        self.course.borrow_mut().token = token;
        self.ask_again();
    }

    fn stop(&self) {
        self.course.borrow_mut().is_stopped = true;
        self.pause();
    }

    fn ask(self: &Rc<Self>, may_wait: bool) {
        let mut course = self.course.borrow_mut();
        let Ok(controller) = AbortController::new() else { return };
        if course.is_stopped {
            return;
        }
        course.request = Some(controller.clone());
        let may_wait = may_wait && course.pace.may_wait();
        let (number, token, etag, early) =
            (course.asked, course.token.clone(), course.etag.clone(), course.early.take());
        let feed = Rc::clone(self);
        spawn_local(async move {
            let began = Date::now();
            let question = Question { url: &feed.url, token: &token, etag: etag.as_deref(), may_wait, early };
            let answer = request::ask(question, &controller).await;
            feed.take(number, &answer, Date::now() - began);
        });
    }

    fn take(self: &Rc<Self>, number: u32, answer: &Answer, elapsed_ms: f64) {
        if self.course.borrow().asked != number {
            return;
        }
        let next = self.course.borrow_mut().note(answer, elapsed_ms);
        if let Next::AskIn(delay_ms) = next {
            self.ask_in(delay_ms);
        }
        let is_passing = matches!(answer, Answer::Failed { .. }) && !self.course.borrow().has_failed();
        if is_passing {
            return;
        }
        if matches!(answer, Answer::Session { .. }) {
            self.latest.replace(Some(answer.clone()));
        }
        // Last, because a report may stop, renew or resume us.
        let hearers = self.hearers.borrow().clone();
        for hearer in hearers {
            (hearer.report)(answer.clone());
        }
    }

    fn ask_in(self: &Rc<Self>, delay_ms: u32) {
        let feed = Rc::downgrade(self);
        let timer = Timeout::new(delay_ms, move || {
            if let Some(feed) = feed.upgrade() {
                feed.ask(true);
            }
        });
        self.course.borrow_mut().timer = Some(timer);
    }
}

impl Course {
    fn note(&mut self, answer: &Answer, elapsed_ms: f64) -> Next {
        self.request = None;
        if let Answer::Session { etag, session } = answer {
            self.etag.clone_from(etag);
            self.is_ready = session.state == State::Ready;
            self.busy_until_ms = self.busy_until_ms.max(Date::now() + AFTERMATH_MS);
        }
        let next = self.pace.next(&self.outcome(answer), whole(elapsed_ms), Math::random());
        self.rests = next == Next::Rest;
        let has_asked_for_time = matches!(answer, Answer::Failed { retry_after_s: Some(_), .. });
        self.not_before_ms = match next {
            Next::AskIn(delay_ms) if has_asked_for_time => Date::now() + f64::from(delay_ms),
            _ => 0.0,
        };
        next
    }

    fn is_settled(&self) -> bool {
        self.is_ready && Date::now() >= self.busy_until_ms
    }

    /// Whether there is something to tell: one failure alone is repeated first.
    fn has_failed(&self) -> bool {
        self.rests || self.pace.is_failing()
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        match answer {
            Answer::Session { session, .. } if session.state == State::Deleted => {
                Outcome::Failed { fault: Fault::SessionDeleted, retry_after_s: None }
            }
            Answer::Session { .. } | Answer::NothingNew => {
                Outcome::Answered { can_wait: self.etag.is_some(), is_settled: self.is_settled() }
            }
            Answer::Failed { fault, retry_after_s } => {
                Outcome::Failed { fault: fault.clone(), retry_after_s: *retry_after_s }
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float cast saturates")]
fn whole(milliseconds: f64) -> u32 {
    milliseconds as u32
}
