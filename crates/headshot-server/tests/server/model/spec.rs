//! What a store is to do, in memory and in few words: the specification that the stores are compared with.
//!
//! Left out are uploads, favourites, quotas and the removal of what is old, which the contract of all stores has.

use std::collections::BTreeSet;
use std::time::Duration;

use headshot_api::State;
use headshot_server::pace;
use headshot_server::store::Trust;
use jiff::Timestamp;

use crate::common::NOW;

const DAY: Duration = Duration::from_hours(24);

/// One transaction, or time that passes. Numbers mean one of those that there are, so that every sequence makes sense.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Wait(Duration),
    Open {
        model: u8,
    },
    Deliver {
        event: Option<u8>,
        about: About,
        tells: Tells,
        trust: Trust,
    },
    Remove {
        session: usize,
    },
    Claim {
        is_resting: bool,
    },
    /// What came of a row that was claimed, perhaps long ago.
    Report {
        held: usize,
        says: Says,
    },
    Fail {
        held: usize,
        how: Failure,
    },
    Subscribe {
        is_on: bool,
        to: Vec<&'static str>,
    },
    ClaimSendings,
    Settle {
        held: usize,
        arrives: Arrival,
    },
}

/// The ids that a provider knows a session by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    Model(u8),
    Submission(u8),
}

/// What an event says: where the session stood, and so many seconds ago; without a time, none.
#[derive(Clone, Debug)]
pub(super) struct Tells {
    pub(super) state: State,
    pub(super) ago: Option<u64>,
}

/// What the provider answered.
#[derive(Clone, Debug)]
pub(super) enum Says {
    Gone,
    Stands(State, Option<Vec<u8>>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Failure {
    Postpone,
    Return,
    Finish,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Arrival {
    Arrives,
    Later,
    GivenUp,
    Unwanted,
}

/// What a transaction answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Answer {
    #[default]
    Nothing,
    Opened(bool),
    Recorded {
        is_new: bool,
        sessions: Vec<usize>,
    },
    Claimed(Vec<Claimed>),
    ToBeTold(Vec<Told>),
}

/// The kind of work, what it is about, and how often it was attempted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Claimed {
    pub(super) task: Task,
    pub(super) attempts: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    Refresh(usize),
    Resolve(About),
    Copy(usize, u8),
    /// A file's name tells nobody outside what is in it.
    RemoveFile,
}

/// An event by its place in the stream, the attempts to tell it, and the failures of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) seq: usize,
    pub(super) attempts: u32,
    pub(super) failures: u32,
}

/// All that can be seen from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) sessions: Vec<Seen>,
    pub(super) events: Vec<(usize, String)>,
    pub(super) work_due_at: Option<Timestamp>,
    pub(super) sending_due_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) state: State,
    pub(super) standing_at: Timestamp,
    pub(super) gone_since: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
    pub(super) is_removed: bool,
    pub(super) references: BTreeSet<About>,
    pub(super) photos: Vec<u8>,
    pub(super) photos_missing: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) now: Timestamp,
    pub(super) answer: Answer,
    sessions: Vec<Session>,
    deliveries: Vec<Delivery>,
    work: Vec<Row>,
    rows: u64,
    held: Vec<Held>,
    events: Vec<(usize, &'static str)>,
    address: Address,
    outbox: Vec<Sending>,
    held_sendings: Vec<(usize, u32)>,
}

#[derive(Clone, Debug)]
struct Session {
    state: State,
    standing_at: Timestamp,
    gone_since: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    is_removed: bool,
    references: BTreeSet<About>,
    photos: Vec<Photo>,
}

#[derive(Clone, Debug)]
struct Photo {
    name: u8,
    /// Tells it from another one of the same name that was there before.
    id: u64,
    position: usize,
    is_copied: bool,
    is_dropped: bool,
}

#[derive(Clone, Debug)]
struct Delivery {
    event: Option<u8>,
    about: About,
    tells: State,
    at: Timestamp,
}

#[derive(Clone, Debug)]
struct Row {
    id: u64,
    work: Work,
    due_at: Timestamp,
    held_until: Option<Timestamp>,
    wishes: u32,
    attempts: u32,
    lease: u32,
    lease_until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Refresh(usize),
    Resolve(About),
    Copy(usize, u64),
    RemoveFile(u64),
}

#[derive(Clone, Debug)]
struct Held {
    row: u64,
    lease: u32,
    wishes: u32,
    work: Work,
}

#[derive(Clone, Debug, Default)]
struct Address {
    is_on: bool,
    types: Vec<&'static str>,
    failures: u32,
    sick_until: Timestamp,
}

#[derive(Clone, Debug)]
struct Sending {
    seq: usize,
    is_due: bool,
    due_at: Timestamp,
    attempts: u32,
    lease: u32,
    lease_until: Option<Timestamp>,
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            now: NOW,
            answer: Answer::Nothing,
            sessions: Vec::new(),
            deliveries: Vec::new(),
            work: Vec::new(),
            rows: 0,
            held: Vec::new(),
            events: Vec::new(),
            address: Address::default(),
            outbox: Vec::new(),
            held_sendings: Vec::new(),
        }
    }

    pub(super) fn has_sessions(&self) -> bool {
        !self.sessions.is_empty()
    }

    pub(super) fn is_work_due(&self) -> bool {
        self.work.iter().any(|row| row.due_at <= self.now && row.lease_until.is_none_or(|until| until <= self.now))
    }

    pub(super) fn holds_work(&self) -> bool {
        !self.held.is_empty()
    }

    pub(super) fn holds_sendings(&self) -> bool {
        !self.held_sendings.is_empty()
    }

    pub(super) fn apply(&mut self, step: &Step) {
        self.answer = match step {
            Step::Wait(time) => {
                self.now += *time;
                Answer::Nothing
            }
            Step::Open { model } => self.open(About::Model(*model)),
            Step::Deliver { event, about, tells, trust } => self.deliver(*event, *about, tells, *trust),
            Step::Remove { session } => {
                if let Some(session) = one_of(self.sessions.len(), *session) {
                    let now = self.now;
                    self.change(session, |model| model.remove(session, now, None));
                }
                Answer::Nothing
            }
            Step::Claim { is_resting } => self.claim(*is_resting),
            Step::Report { held, says } => {
                if let Some(held) = one_of(self.held.len(), *held) {
                    let held = self.held.remove(held);
                    self.report(&held, says);
                }
                Answer::Nothing
            }
            Step::Fail { held, how } => {
                if let Some(held) = one_of(self.held.len(), *held) {
                    let held = self.held.remove(held);
                    self.fail(&held, *how);
                }
                Answer::Nothing
            }
            Step::Subscribe { is_on, to } => {
                self.address.is_on = *is_on;
                if *is_on {
                    self.address = Address { is_on: true, types: to.clone(), ..Address::default() };
                }
                Answer::Nothing
            }
            Step::ClaimSendings => self.claim_sendings(),
            Step::Settle { held, arrives } => {
                if let Some(held) = one_of(self.held_sendings.len(), *held) {
                    let (seq, lease) = self.held_sendings.remove(held);
                    self.settle(seq, lease, *arrives);
                }
                Answer::Nothing
            }
        }
    }

    /// An id of the provider is one session's for ever. What the provider told before is to be read.
    fn open(&mut self, about: About) -> Answer {
        if !self.sessions_of(about).is_empty() {
            return Answer::Opened(false);
        }
        let now = self.now;
        let session = Session {
            state: State::AwaitingUser,
            standing_at: now,
            gone_since: None,
            created_at: now,
            updated_at: now,
            is_removed: false,
            references: [about].into(),
            photos: Vec::new(),
        };
        let came_before = self.deliveries.iter().any(|it| it.about == about);
        let due_at = next_reread(&session, now).filter(|_| !came_before).unwrap_or(now);
        self.sessions.push(session);
        let session = self.sessions.len() - 1;
        self.tell(session, "session.opened");
        self.wish(Work::Refresh(session), due_at);
        Answer::Opened(true)
    }

    /// A delivery is kept once. What it says is shown if it is new, believed, and not older than what is known; and every
    /// one makes its sessions be read again.
    fn deliver(&mut self, event: Option<u8>, about: About, tells: &Tells, trust: Trust) -> Answer {
        let now = self.now;
        // The same id about the same, or where there is none, the same words a moment ago.
        let is_same = |it: &Delivery| {
            let is_lately = it.at + pace::REPEATED_BODY_WINDOW >= now;
            it.event == event && it.about == about && (event.is_some() || it.tells == tells.state && is_lately)
        };
        let is_new = !self.deliveries.iter().any(is_same);
        if is_new {
            self.deliveries.push(Delivery { event, about, tells: tells.state.clone(), at: now });
        }
        let known = self.sessions_of(about);
        let living: Vec<_> = known.iter().copied().filter(|it| !self.sessions[*it].is_removed).collect();
        for &session in &living {
            if is_new && trust == Trust::Body {
                let before = &self.sessions[session];
                let happened_at = tells.ago.map(|ago| now - Duration::from_secs(ago));
                let is_news = match happened_at {
                    Some(at) => before.standing_at <= at,
                    None => progress(&tells.state) >= progress(&before.state),
                };
                let at = happened_at.unwrap_or(now);
                if is_news {
                    self.change(session, |model| model.stand(session, &tells.state, at, None));
                }
            }
            self.wish(Work::Refresh(session), now);
        }
        if known.is_empty() && trust == Trust::Doorbell {
            self.wish(Work::Resolve(about), now);
        }
        Answer::Recorded { is_new, sessions: living }
    }

    /// Every row that is due and nobody's becomes ours for a while.
    fn claim(&mut self, is_resting: bool) -> Answer {
        let now = self.now;
        let mut claimed = Vec::new();
        for row in &mut self.work {
            let calls = matches!(row.work, Work::Refresh(_) | Work::Resolve(_));
            if row.due_at > now || row.lease_until.is_some_and(|until| until > now) || (calls && is_resting) {
                continue;
            }
            row.lease += 1;
            row.attempts += 1;
            row.lease_until = Some(now + pace::LEASE);
            let task = match &row.work {
                Work::Refresh(session) => Task::Refresh(*session),
                Work::Resolve(about) => Task::Resolve(*about),
                Work::Copy(session, id) => Task::Copy(*session, self.sessions[*session].photo(*id).unwrap().name),
                Work::RemoveFile(_) => Task::RemoveFile,
            };
            let held = Held { row: row.id, lease: row.lease, wishes: row.wishes, work: row.work.clone() };
            claimed.push((Claimed { task, attempts: row.attempts }, held));
        }
        claimed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (claimed, held): (Vec<_>, Vec<_>) = claimed.into_iter().unzip();
        self.held.extend(held);
        Answer::Claimed(claimed)
    }

    fn report(&mut self, held: &Held, says: &Says) {
        match held.work {
            Work::Refresh(session) => self.read(held, session, says),
            Work::Resolve(about) => self.resolve(held, about, says),
            Work::Copy(session, photo) => self.copy(held, session, photo),
            Work::RemoveFile(_) => self.finish(held),
        }
    }

    /// What the provider answered has the last word, unless a delivery came while it was asked.
    fn read(&mut self, held: &Held, session: usize, says: &Says) {
        if !self.is_current(held) {
            return self.release(held);
        }
        let (before, now) = (self.sessions[session].clone(), self.now);
        self.change(session, |model| match says {
            Says::Gone => {
                let since = before.gone_since.unwrap_or(now);
                let is_sure = before.state == State::Deleted && before.gone_since.is_none();
                if is_sure || now >= since + pace::GONE_FOR_GOOD {
                    model.remove(session, now, Some(since));
                } else {
                    model.stand(session, &State::Deleted, now, Some(since));
                }
            }
            Says::Stands(State::Deleted, _) => model.remove(session, now, None),
            Says::Stands(state, listed) => {
                model.stand(session, state, now, None);
                if let Some(listed) = listed {
                    model.list(session, listed);
                }
            }
        });
        let after = &self.sessions[session];
        if after.state == State::Ready {
            let uncopied = after.photos.iter().filter(|it| !it.is_copied).map(|it| Work::Copy(session, it.id));
            for copy in uncopied.collect::<Vec<_>>() {
                if self.work.iter().all(|row| row.work != copy) {
                    self.wish(copy, now);
                }
            }
        }
        match next_reread(&self.sessions[session], now) {
            None => self.finish(held),
            Some(due_at) => {
                if let Some(row) = self.leased(held) {
                    *row = Row { due_at, lease_until: None, held_until: None, attempts: 0, ..row.clone() };
                }
            }
        }
    }

    /// Whose it is has all the ids that the provider names.
    fn resolve(&mut self, held: &Held, about: About, says: &Says) {
        if !self.is_current(held) {
            return self.release(held);
        }
        let found = match says {
            Says::Gone => vec![],
            Says::Stands(_, listed) => vec![about, model_of(listed.as_deref())],
        };
        let of_first = found.iter().map(|about| self.sessions_of(*about)).find(|sessions| !sessions.is_empty());
        for session in of_first.unwrap_or_default() {
            if !self.sessions[session].is_removed {
                self.sessions[session].references.extend(&found);
                self.wish(Work::Refresh(session), self.now);
            }
        }
        self.finish(held);
    }

    /// A copy is shown; where nobody wants it any more, its file goes.
    fn copy(&mut self, held: &Held, session: usize, photo: u64) {
        let before = self.sessions[session].clone();
        match self.sessions[session].photos.iter_mut().find(|it| it.id == photo) {
            Some(photo) => photo.is_copied = true,
            None => self.wish(Work::RemoveFile(photo), self.now),
        }
        self.tell_difference(&before, session);
        self.work.retain(|row| row.work != held.work);
    }

    fn fail(&mut self, held: &Held, how: Failure) {
        let now = self.now;
        match (how, &held.work) {
            (Failure::Finish, _) => self.finish(held),
            (Failure::Return, Work::Refresh(_) | Work::Resolve(_) | Work::Copy(..)) => {
                if let Some(row) = self.leased(held) {
                    row.lease_until = None;
                    row.attempts -= 1;
                }
            }
            (_, work) => {
                // Perhaps the link has ended: a reading has a fresh one.
                if let Work::Copy(session, _) = work {
                    self.wish(Work::Refresh(*session), Timestamp::UNIX_EPOCH);
                }
                if let Some(row) = self.leased(held) {
                    row.due_at = now + pace::LEASE / 2;
                    row.held_until = Some(row.due_at);
                    row.lease_until = None;
                }
            }
        }
    }

    /// Each session is told about in order: of several events only the first is due.
    fn claim_sendings(&mut self) -> Answer {
        let (now, address) = (self.now, self.address.clone());
        let mut told = Vec::new();
        if address.is_on && address.sick_until <= now {
            let due = self.outbox.clone();
            let is_first = |it: &Sending| {
                let session = |seq: usize| self.events[seq - 1].0;
                !due.iter().any(|other| other.is_due && other.seq < it.seq && session(other.seq) == session(it.seq))
            };
            let mut rows: Vec<_> = self.outbox.iter_mut().collect();
            rows.sort_by_key(|row| (row.due_at, row.seq));
            for row in rows {
                let is_free = row.lease_until.is_none_or(|until| until <= now);
                if row.is_due && row.due_at <= now && is_free && is_first(row) {
                    row.lease += 1;
                    row.attempts += 1;
                    row.lease_until = Some(now + pace::LEASE);
                    self.held_sendings.push((row.seq, row.lease));
                    told.push(Told { seq: row.seq, attempts: row.attempts, failures: address.failures });
                }
            }
        }
        Answer::ToBeTold(told)
    }

    fn settle(&mut self, seq: usize, lease: u32, arrives: Arrival) {
        let (now, address) = (self.now, &mut self.address);
        let Some(row) = self.outbox.iter_mut().find(|it| it.seq == seq && it.lease == lease) else { return };
        row.lease_until = None;
        row.is_due = matches!(arrives, Arrival::Later);
        row.due_at = if row.is_due { now + pace::LEASE / 2 } else { now };
        address.failures = if matches!(arrives, Arrival::Arrives) { 0 } else { address.failures + 1 };
        address.sick_until = if row.is_due { now + pace::LEASE / 4 } else { Timestamp::UNIX_EPOCH };
        address.is_on &= !matches!(arrives, Arrival::Unwanted);
    }

    pub(super) fn view(&self) -> View {
        let work = self.work.iter().map(|it| it.lease_until.map_or(it.due_at, |until| until.max(it.due_at)));
        let due = self.outbox.iter().filter(|it| it.is_due && self.address.is_on);
        let sendings = due.map(|it| it.due_at.max(it.lease_until.unwrap_or_default()).max(self.address.sick_until));
        View {
            sessions: self.sessions.iter().map(Session::seen).collect(),
            events: self.events.iter().map(|(session, kind)| (*session, (*kind).to_owned())).collect(),
            work_due_at: work.min(),
            sending_due_at: sendings.min(),
        }
    }

    fn sessions_of(&self, about: About) -> Vec<usize> {
        (0..self.sessions.len()).filter(|it| self.sessions[*it].references.contains(&about)).collect()
    }

    /// What is removed stays as it is; of everything else the host application is told.
    fn change(&mut self, session: usize, how: impl FnOnce(&mut Self)) {
        let before = self.sessions[session].clone();
        if !before.is_removed {
            how(self);
            self.tell_difference(&before, session);
        }
    }

    /// Results of a run that the provider went back on are shown no more.
    fn stand(&mut self, session: usize, state: &State, at: Timestamp, gone_since: Option<Timestamp>) {
        let it = &mut self.sessions[session];
        (it.state, it.standing_at, it.gone_since) = (state.clone(), it.standing_at.max(at), gone_since);
        if *state != State::Ready {
            self.forget_uncopied(session, &[]);
            self.sessions[session].photos.iter_mut().for_each(|photo| photo.is_dropped = true);
        }
    }

    /// Nothing is left to do but to remove its files.
    fn remove(&mut self, session: usize, at: Timestamp, gone_since: Option<Timestamp>) {
        self.stand(session, &State::Deleted, at, gone_since);
        self.work.retain(|row| !matches!(row.work, Work::Refresh(it) | Work::Copy(it, _) if it == session));
        for photo in std::mem::take(&mut self.sessions[session].photos) {
            self.wish(Work::RemoveFile(photo.id), self.now);
        }
        self.sessions[session].is_removed = true;
    }

    fn list(&mut self, session: usize, listed: &[u8]) {
        for (position, name) in listed.iter().enumerate() {
            self.rows += 1;
            let id = self.rows;
            let photos = &mut self.sessions[session].photos;
            match photos.iter_mut().find(|it| it.name == *name) {
                Some(photo) => (photo.position, photo.is_dropped) = (position, false),
                None => photos.push(Photo { name: *name, id, position, is_copied: false, is_dropped: false }),
            }
        }
        self.forget_uncopied(session, listed);
    }

    /// An attempt may have left a file.
    fn forget_uncopied(&mut self, session: usize, listed: &[u8]) {
        let photos = &mut self.sessions[session].photos;
        let gone = photos.extract_if(.., |it| !it.is_copied && !listed.contains(&it.name)).collect::<Vec<_>>();
        for photo in gone {
            self.work.retain(|row| row.work != Work::Copy(session, photo.id));
            self.wish(Work::RemoveFile(photo.id), self.now);
        }
    }

    /// The host application is told what a session is now that it was not before.
    fn tell_difference(&mut self, before: &Session, session: usize) {
        let after = self.sessions[session].clone();
        let entered = |state: State| after.state == state && before.state != state;
        let is_told = [
            (after.state != before.state, "session.status_changed"),
            (entered(State::Failed), "session.failed"),
            (after.is_complete() && (!before.is_complete() || after.shown() != before.shown()), "session.photos_ready"),
            (entered(State::Deleted), "session.deleted"),
        ];
        for (_, kind) in is_told.into_iter().filter(|(is_told, _)| *is_told) {
            self.tell(session, kind);
        }
        let looks_alike =
            after.state == before.state && after.shown() == before.shown() && after.is_removed == before.is_removed;
        if !looks_alike {
            let updated_at = after.updated_at.max(self.now);
            self.sessions[session].updated_at = updated_at;
        }
    }

    fn tell(&mut self, session: usize, kind: &'static str) {
        self.events.push((session, kind));
        if self.address.is_on && (self.address.types.is_empty() || self.address.types.contains(&kind)) {
            let (seq, due_at) = (self.events.len(), self.now);
            self.outbox.push(Sending { seq, is_due: true, due_at, attempts: 0, lease: 0, lease_until: None });
        }
    }

    /// There is one row for one thing to do. A reason more makes it due, but not before what a failure holds it back to.
    fn wish(&mut self, work: Work, at: Timestamp) {
        match self.work.iter_mut().find(|row| row.work == work) {
            Some(row) if matches!(work, Work::RemoveFile(_)) => row.wishes += 1,
            Some(row) => {
                row.due_at = row.due_at.min(at.max(row.held_until.unwrap_or(Timestamp::UNIX_EPOCH)));
                row.wishes += 1;
            }
            None => {
                self.rows += 1;
                let (id, lease_until, held_until) = (self.rows, None, None);
                let row = Row { id, work, due_at: at, held_until, wishes: 1, attempts: 0, lease: 0, lease_until };
                self.work.push(row);
            }
        }
    }

    /// The row, as long as nobody has got it since.
    fn leased(&mut self, held: &Held) -> Option<&mut Row> {
        self.work.iter_mut().find(|row| row.id == held.row && row.lease == held.lease)
    }

    fn is_current(&mut self, held: &Held) -> bool {
        self.leased(held).is_some_and(|row| row.wishes == held.wishes)
    }

    fn release(&mut self, held: &Held) {
        if let Some(row) = self.leased(held) {
            row.lease_until = None;
        }
    }

    fn finish(&mut self, held: &Held) {
        self.work.retain(|row| row.id != held.row || row.lease != held.lease);
    }
}

impl Session {
    fn seen(&self) -> Seen {
        Seen {
            state: self.state.clone(),
            standing_at: self.standing_at,
            gone_since: self.gone_since,
            updated_at: self.updated_at,
            is_removed: self.is_removed,
            references: self.references.clone(),
            photos: self.shown(),
            photos_missing: self.missing(),
        }
    }

    fn photo(&self, id: u64) -> Option<&Photo> {
        self.photos.iter().find(|it| it.id == id)
    }

    fn shown(&self) -> Vec<u8> {
        let mut shown: Vec<_> = self.photos.iter().filter(|it| it.is_copied && !it.is_dropped).collect();
        shown.sort_by_key(|it| it.position);
        shown.into_iter().map(|it| it.name).collect()
    }

    fn missing(&self) -> usize {
        self.photos.iter().filter(|it| !it.is_copied && !it.is_dropped).count()
    }

    fn is_complete(&self) -> bool {
        self.state == State::Ready && self.missing() == 0 && !self.shown().is_empty()
    }
}

/// Half of the time since the last change, within bounds. What nobody ever began is left alone after a while.
fn next_reread(session: &Session, now: Timestamp) -> Option<Timestamp> {
    let still = Duration::try_from(now.duration_since(session.updated_at)).unwrap();
    let is_untouched = session.state == State::AwaitingUser && session.updated_at == session.created_at;
    if session.is_removed || is_untouched && still >= pace::ABANDONED {
        return None;
    }
    let is_on_the_way = !matches!(session.state, State::Ready | State::Deleted) || session.missing() > 0;
    let longest = match still {
        _ if still < DAY && is_on_the_way => Duration::from_mins(15),
        _ if still < 30 * DAY => DAY / 4,
        _ if still < 90 * DAY => DAY,
        _ => 30 * DAY,
    };
    Some(now + (still / 2).clamp(Duration::from_secs(30), longest))
}

fn progress(state: &State) -> u8 {
    match state {
        State::AwaitingUser => 0,
        State::InReview => 1,
        State::Ready | State::Failed => 3,
        State::Deleted => 4,
        _ => 2,
    }
}

/// The session's id that a submission's reading names beside it.
pub(super) fn model_of(listed: Option<&[u8]>) -> About {
    About::Model(listed.and_then(|names| names.first()).copied().unwrap_or_default())
}

/// Which one is meant, if there is any.
pub(super) fn one_of(there_are: usize, number: usize) -> Option<usize> {
    (there_are > 0).then(|| number % there_are)
}
