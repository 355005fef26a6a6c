mod failing;
mod sending;
mod shooting;
#[cfg(test)]
mod tests;

use headshot_api::UploadLimits;

use super::{
    camera::{Camera, CameraFault},
    counts::Counts,
    fault::Fault,
    message::{Effect, Event, Message},
    photo::{Photo, PhotoId, Stage},
    words::{Language, Phrase},
};

/// Where the person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The server has not said yet what it takes.
    Opening,
    Collecting,
    Submitting,
    Done,
}

/// What stands in the way of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) fault: Fault,
    /// Whether nothing goes on until something is changed.
    pub(crate) is_fatal: bool,
}

/// The whole of it. Changed by [`Model::update`] alone.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) phase: Phase,
    pub(crate) limits: Option<UploadLimits>,
    pub(crate) photos: Vec<Photo>,
    pub(crate) trouble: Option<Trouble>,
    pub(crate) camera: Camera,
    pub(crate) camera_fault: Option<CameraFault>,
    pub(crate) language: Language,
    next_id: u32,
    /// Whether the server's list is awaited; until then nothing is sent.
    is_listing: bool,
    /// Whether a failure is being waited out.
    is_paused: bool,
    /// How many failures in a row.
    failures: u32,
    /// What arrived after the server was last asked for its list, and may be missing there.
    fresh: Vec<String>,
    told: Counts,
}

impl Model {
    /// The model, and what is to be done first.
    pub(crate) fn new(camera_fault: Option<CameraFault>, language: Language) -> (Self, Vec<Effect>) {
        let model = Self {
            phase: Phase::Opening,
            limits: None,
            photos: Vec::new(),
            trouble: None,
            camera: Camera::Off,
            camera_fault,
            language,
            next_id: 0,
            is_listing: true,
            is_paused: false,
            failures: 0,
            fresh: Vec::new(),
            told: Counts::default(),
        };
        let known = camera_fault.map(|fault| Effect::Emit(Event::of_camera(fault)));
        (model, known.into_iter().chain([Effect::List]).collect())
    }

    /// Takes in what happened and says what is to be done.
    pub(crate) fn update(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = match message {
            Message::Listed(Ok(arrivals)) => self.take_list(arrivals),
            Message::Listed(Err(failure)) | Message::Submitted(Err(failure)) => self.fail(&failure),
            Message::Added(files) => self.add(files),
            Message::Checked(id, outcome) => self.take_check(id, outcome),
            Message::Progress(id, percent) => self.note_progress(id, percent),
            Message::Sent(id, Ok(arrival)) => self.take_arrival(id, arrival),
            Message::Sent(id, Err(failure)) => self.take_refusal(id, &failure),
            Message::Remove(id) => self.remove(id),
            Message::Withdrawn(id, outcome) => self.take_withdrawal(id, outcome),
            Message::Submit => self.submit(),
            Message::Submitted(Ok(())) => self.finish(false),
            Message::Resume => self.resume(),
            Message::Speak(language) => {
                self.language = language;
                Vec::new()
            }
            message => self.update_camera(&message),
        };
        effects.extend(self.start_sending());
        effects.extend(self.tell_counts());
        effects
    }

    /// The id that the next photo gets; those added with it follow on.
    pub(crate) fn next_id(&self) -> PhotoId {
        PhotoId(self.next_id)
    }

    pub(crate) fn photo(&self, id: PhotoId) -> Option<&Photo> {
        self.photos.iter().find(|photo| photo.id == id)
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts::of(&self.photos)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.trouble.is_some_and(|trouble| trouble.is_fatal)
    }

    /// Whether asking for the camera can succeed: nobody but the page's owner changes what the page forbids.
    pub(crate) fn can_use_camera(&self) -> bool {
        !matches!(self.camera_fault, Some(CameraFault::Insecure | CameraFault::Forbidden))
    }

    /// Whether a camera is still wanted that has taken its time to start.
    pub(crate) fn awaits_camera(&self) -> bool {
        self.camera == Camera::Asking
    }

    /// Whether the server may have a photo of this size already, so that its hash is worth computing.
    pub(crate) fn may_have(&self, bytes: u64) -> bool {
        self.photos.iter().any(|photo| photo.bytes == bytes && photo.sha256.is_some())
    }

    /// What keeps the person from handing the photos in; `None` when nothing does.
    pub(crate) fn submit_bar(&self) -> Option<Phrase> {
        let counts = self.counts();
        let any = |test: fn(&Stage) -> bool| self.photos.iter().any(|photo| test(&photo.stage));
        if any(|stage| matches!(stage, Stage::Refused { upload: Some(_), .. })) {
            Some(Phrase::RemoveRefused)
        } else if counts.pending > 0 || any(Stage::is_leaving) {
            Some(Phrase::WhenArrived)
        } else if counts.arrived == 0 {
            Some(Phrase::NothingYet)
        } else {
            None
        }
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.phase != Phase::Collecting || self.submit_bar().is_some() || self.is_stopped() {
            return Vec::new();
        }
        self.phase = Phase::Submitting;
        let mut effects = self.close_camera();
        effects.push(Effect::Submit);
        effects
    }

    fn finish(&mut self, is_restored: bool) -> Vec<Effect> {
        let mut effects = self.recover();
        effects.extend(self.close_camera());
        if self.phase != Phase::Done {
            self.phase = Phase::Done;
            effects.push(Effect::Announce(self.language.phase(Phase::Done, false).title));
            effects.push(Effect::Emit(Event::Submitted { is_restored }));
        }
        effects
    }

    fn tell_counts(&mut self) -> Vec<Effect> {
        let counts = self.counts();
        let before = std::mem::replace(&mut self.told, counts);
        let mut effects = Vec::new();
        if before.pending > 0 && counts.pending == 0 && counts.arrived > before.arrived {
            effects.push(Effect::Announce(self.language.summary(counts)));
        }
        if before != counts {
            effects.push(Effect::Emit(Event::Uploads(counts)));
        }
        effects
    }
}
