//! What the whole page knows, and reading from the server for as long as somebody looks.

use gloo_timers::{callback::Timeout, future::TimeoutFuture};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    record::Kind,
    route::Route,
    server::{self, Refusal, Server},
    time, words,
};

/// So often the server is asked what is new.
const PAUSE_MS: u32 = 5_000;

/// So long is to be read what happened.
const SAID_MS: u32 = 8_000;

/// So often it is looked whether the page is shown again.
const HIDDEN_PAUSE_MS: u32 = 1_000;

/// What the whole page knows.
#[derive(Clone, Copy)]
pub(crate) struct Console {
    pub(crate) route: RwSignal<Route>,
    pub(crate) standing: RwSignal<Standing>,
    /// Whether the last request was answered.
    pub(crate) is_reached: RwSignal<bool>,
    /// Now, as of the last answer.
    pub(crate) now: RwSignal<i64>,
    /// What happened lately, for everybody to read and hear, each with a number of its own.
    pub(crate) said: RwSignal<Vec<(u32, String)>>,
    count: StoredValue<u32>,
    /// Grows with every wish to read at once.
    wishes: RwSignal<u32>,
}

/// Who is in front of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Unknown,
    SignedOut,
    SignedIn(Server),
}

/// What is read again and again: the last answer, and why there is none.
pub(crate) struct Followed<T: Send + Sync + 'static> {
    pub(crate) answer: RwSignal<Option<T>>,
    pub(crate) refusal: RwSignal<Option<Refusal>>,
}

impl<T: Send + Sync> Clone for Followed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Followed<T> {}

impl Console {
    pub(crate) fn new(route: Route) -> Self {
        Self {
            route: RwSignal::new(route),
            standing: RwSignal::new(Standing::Unknown),
            is_reached: RwSignal::new(true),
            now: RwSignal::new(time::now()),
            said: RwSignal::new(Vec::new()),
            count: StoredValue::new(0),
            wishes: RwSignal::new(0),
        }
    }

    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Finds out whether somebody is signed in.
    pub(crate) fn meet(self) {
        spawn_local(async move {
            match server::describe().await {
                Ok(server) => self.standing.set(Standing::SignedIn(server)),
                Err(refusal) => self.take_note(Some(refusal)),
            }
        });
    }

    /// What is to be read for a while, and heard.
    pub(crate) fn say(self, words: &str) {
        let number = self.count.get_value();
        self.count.set_value(number + 1);
        self.said.update(|said| said.push((number, words.to_owned())));
        let forget = move || self.said.update(|said| said.retain(|(known, _)| *known != number));
        Timeout::new(SAID_MS, forget).forget();
    }

    /// Reads again at once.
    pub(crate) fn refresh(self) {
        self.wishes.update(|wishes| *wishes += 1);
    }

    /// Sets a record going again, and says how that went.
    pub(crate) fn replay(self, kind: Kind, id: String) {
        spawn_local(async move {
            match server::replay(kind, &id).await {
                Ok(true) => self.say(words::replayed(kind)),
                Ok(false) => self.say("Nothing was set going again: its session is deleted, or its address is gone."),
                Err(Refusal::SignedOut) => self.standing.set(Standing::SignedOut),
                Err(_) => self.say("That did not reach the server. Try again."),
            }
            self.refresh();
        });
    }

    fn take_note(self, refusal: Option<Refusal>) {
        self.now.set(time::now());
        self.is_reached.set(refusal != Some(Refusal::Unreachable));
        if refusal == Some(Refusal::SignedOut) {
            self.standing.set(Standing::SignedOut);
        }
    }
}

/// Reads what `read` asks for now and every few seconds while the page is shown, and anew when what it depends on changes.
pub(crate) fn follow<T, F>(console: Console, read: impl Fn() -> F + 'static) -> Followed<T>
where
    T: PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, Refusal>> + 'static,
{
    let followed = Followed { answer: RwSignal::new(None), refusal: RwSignal::new(None) };
    let read = std::rc::Rc::new(read);
    let turns = StoredValue::new(0_u32);
    Effect::new(move || {
        console.wishes.track();
        // Called here, so that what it depends on is known.
        let mut reading = read();
        turns.update_value(|turn| *turn += 1);
        let turn = turns.get_value();
        let read = std::rc::Rc::clone(&read);
        spawn_local(async move {
            loop {
                let answer = reading.await;
                // Another turn has begun, or nobody looks any more.
                if turns.try_get_value() != Some(turn) {
                    return;
                }
                take(console, followed, answer);
                TimeoutFuture::new(PAUSE_MS).await;
                while document().hidden() {
                    TimeoutFuture::new(HIDDEN_PAUSE_MS).await;
                }
                if turns.try_get_value() != Some(turn) {
                    return;
                }
                reading = untrack(|| read());
            }
        });
    });
    followed
}

fn take<T: PartialEq + Send + Sync>(console: Console, followed: Followed<T>, answer: Result<T, Refusal>) {
    let refusal = answer.as_ref().err().copied();
    console.take_note(refusal);
    if followed.refusal.get_untracked() != refusal {
        followed.refusal.set(refusal);
    }
    if let Ok(answer) = answer
        && followed.answer.with_untracked(|known| known.as_ref() != Some(&answer))
    {
        followed.answer.set(Some(answer));
    }
}
