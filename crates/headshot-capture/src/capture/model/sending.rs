use super::{
    super::{
        check::Unfit,
        fault::{Failure, Verdict},
        message::{Arrivals, Effect},
        name,
        photo::{Arrival, Photo, PhotoId, Stage},
        words::Phrase,
    },
    Model, Phase,
};

/// How many photos travel at once: a second one fills the gaps of the first.
const LANES: usize = 2;

impl Model {
    pub(super) fn take_list(&mut self, Arrivals { photos, is_open, limits }: Arrivals) -> Vec<Effect> {
        let mut effects = self.recover();
        self.is_listing = false;
        self.limits = Some(limits);
        effects.extend(self.forget_all_but(&photos));
        for arrival in photos {
            match self.photos.iter_mut().find(|photo| photo.upload() == Some(&arrival.upload)) {
                Some(known) if known.stage.is_leaving() => {}
                Some(known) => known.stage = arrival.stage(),
                None => {
                    let stage = arrival.stage();
                    self.push(arrival.name, arrival.bytes, stage).sha256 = Some(arrival.sha256);
                }
            }
        }
        if !is_open {
            effects.extend(self.finish(self.phase == Phase::Opening));
        } else if self.phase == Phase::Opening {
            self.phase = Phase::Collecting;
        }
        effects
    }

    pub(super) fn add(&mut self, files: Vec<(String, u64)>) -> Vec<Effect> {
        if self.phase != Phase::Collecting || files.is_empty() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        let mut names = Vec::new();
        for (wanted, bytes) in files {
            let name = name::unique(&wanted, &self.names());
            names.push(name.clone());
            let stage = self.stage_of_new();
            effects.extend((stage == Stage::Checking).then_some(Effect::Check(self.next_id())));
            self.push(name, bytes, stage).is_here = true;
        }
        effects.push(Effect::Announce(self.language.added(&names)));
        effects
    }

    pub(super) fn take_check(&mut self, id: PhotoId, outcome: Result<Option<String>, Unfit>) -> Vec<Effect> {
        // It may have been removed meanwhile.
        if self.photo(id).is_none_or(|photo| photo.stage != Stage::Checking) {
            return Vec::new();
        }
        match outcome {
            Ok(sha256) => match self.twin(id, |other| sha256.is_some() && other.sha256 == sha256) {
                Some(twin) => self.merge(id, twin),
                None => self.set_stage(id, Stage::Waiting),
            },
            Err(unfit) => self.refuse(id, Stage::Unfit(unfit)),
        }
    }

    pub(super) fn note_progress(&mut self, id: PhotoId, percent: u8) -> Vec<Effect> {
        match self.photo(id) {
            Some(Photo { stage: Stage::Sending { .. }, .. }) => self.set_stage(id, Stage::Sending { percent }),
            _ => Vec::new(),
        }
    }

    pub(super) fn take_arrival(&mut self, id: PhotoId, arrival: Arrival) -> Vec<Effect> {
        let mut effects = self.recover();
        // The server tells pictures apart by their bytes, and names the one that it had.
        if let Some(twin) = self.twin(id, |other| other.upload() == Some(&arrival.upload)) {
            effects.extend(self.merge(id, twin));
            return effects;
        }
        self.fresh.push(arrival.upload.clone());
        let Some(photo) = self.photo_mut(id) else { return effects };
        let was_unwanted = photo.stage == Stage::Unwanted;
        photo.stage = arrival.stage();
        photo.sha256 = Some(arrival.sha256);
        photo.failures = 0;
        if was_unwanted {
            effects.extend(self.withdraw(id, arrival.upload));
        }
        effects
    }

    pub(super) fn take_refusal(&mut self, id: PhotoId, failure: &Failure) -> Vec<Effect> {
        let Some(photo) = self.photo_mut(id) else { return Vec::new() };
        if photo.stage == Stage::Unwanted {
            return self.forget(id);
        }
        photo.stage = Stage::Waiting;
        match failure.verdict() {
            Verdict::Refuse(refusal) => {
                [self.recover(), self.refuse(id, Stage::Refused { refusal, upload: None })].concat()
            }
            Verdict::Rename => self.rename(id),
            _ => {
                photo.failures += 1;
                self.fail(failure)
            }
        }
    }

    pub(super) fn remove(&mut self, id: PhotoId) -> Vec<Effect> {
        let Some(photo) = self.photo(id).filter(|photo| !photo.stage.is_leaving()) else { return Vec::new() };
        if self.phase != Phase::Collecting {
            return Vec::new();
        }
        let removed = Effect::Announce(self.language.filled(Phrase::Removed, &[("name", &photo.name)]));
        let mut effects = match (photo.upload().map(str::to_owned), &photo.stage) {
            (Some(upload), _) => self.withdraw(id, upload),
            // The server has all of it and is about to say so.
            (None, Stage::Sending { percent: 100 }) => self.set_stage(id, Stage::Unwanted),
            (None, _) => self.forget(id),
        };
        effects.push(removed);
        effects
    }

    pub(super) fn take_withdrawal(&mut self, id: PhotoId, outcome: Result<(), Failure>) -> Vec<Effect> {
        let Err(failure) = outcome else { return [self.recover(), self.forget(id)].concat() };
        if let Some(Photo { stage: Stage::Leaving { is_asked, .. }, .. }) = self.photo_mut(id) {
            *is_asked = false;
        }
        // Already gone, or handed in meanwhile: the list will say.
        if failure.verdict() == Verdict::LookAgain {
            let stage = self.photo(id).and_then(Photo::upload).map(|upload| Stage::Arrived(upload.to_owned()));
            if let Some(stage) = stage {
                self.set_stage(id, stage);
            }
        }
        self.fail(&failure)
    }

    /// Sends as many as there are lanes, those first that have failed least.
    pub(super) fn start_sending(&mut self) -> Vec<Effect> {
        let is_held = self.is_listing || self.is_paused || self.is_stopped() || self.phase != Phase::Collecting;
        // A photo that is removed and added again would be taken for the one that is leaving.
        if is_held || self.photos.iter().any(|photo| photo.stage.is_leaving()) {
            return Vec::new();
        }
        let busy = self.photos.iter().filter(|photo| matches!(photo.stage, Stage::Sending { .. })).count();
        (busy..LANES).map_while(|_| self.send_next()).collect()
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.photos.iter().map(|photo| photo.name.as_str()).collect()
    }

    fn send_next(&mut self) -> Option<Effect> {
        let waiting = self.photos.iter_mut().filter(|photo| photo.stage == Stage::Waiting);
        let next = waiting.min_by_key(|photo| photo.failures)?;
        next.stage = Stage::Sending { percent: 0 };
        Some(Effect::Send(next.id))
    }

    fn forget_all_but(&mut self, listed: &[Arrival]) -> Vec<Effect> {
        let is_known = |upload: &str| {
            listed.iter().any(|arrival| arrival.upload == upload) || self.fresh.iter().any(|fresh| fresh == upload)
        };
        let is_gone = |photo: &&Photo| photo.upload().is_some_and(|upload| !is_known(upload));
        let gone: Vec<PhotoId> = self.photos.iter().filter(is_gone).map(|photo| photo.id).collect();
        gone.into_iter().flat_map(|id| self.forget(id)).collect()
    }

    fn stage_of_new(&self) -> Stage {
        let limit = self.limits.as_ref().map_or(0, |limits| limits.photos);
        let taken = self.photos.iter().filter(|photo| photo.takes_room()).count();
        if taken < limit as usize { Stage::Checking } else { Stage::Unfit(Unfit::NoRoom { limit }) }
    }

    /// The photo is one that is there already: it lends it its bytes, or it is one too many.
    fn merge(&mut self, id: PhotoId, twin: PhotoId) -> Vec<Effect> {
        let was_here = self.photo_mut(twin).is_none_or(|twin| std::mem::replace(&mut twin.is_here, true));
        if was_here {
            return self.refuse(id, Stage::Unfit(Unfit::Twice));
        }
        self.photos.retain(|photo| photo.id != id);
        vec![Effect::Adopt { from: id, to: twin }]
    }

    /// Another page has given its name to another picture.
    fn rename(&mut self, id: PhotoId) -> Vec<Effect> {
        let name = self.photo(id).map(|photo| name::unique(&photo.name, &self.names()));
        if let Some((photo, name)) = self.photo_mut(id).zip(name) {
            photo.name = name;
        }
        Vec::new()
    }

    fn refuse(&mut self, id: PhotoId, stage: Stage) -> Vec<Effect> {
        self.set_stage(id, stage);
        let limits = self.limits.as_ref();
        let said = self
            .photo(id)
            .zip(limits)
            .map(|(photo, limits)| [&photo.name, ": ", &self.language.stage(photo, limits)].concat());
        said.map(Effect::Announce).into_iter().collect()
    }

    fn withdraw(&mut self, id: PhotoId, upload: String) -> Vec<Effect> {
        self.set_stage(id, Stage::Leaving { upload: upload.clone(), is_asked: true });
        vec![Effect::Withdraw(id, upload)]
    }

    fn forget(&mut self, id: PhotoId) -> Vec<Effect> {
        self.photos.retain(|photo| photo.id != id);
        vec![Effect::Forget(id)]
    }

    fn push(&mut self, name: String, bytes: u64, stage: Stage) -> &mut Photo {
        let id = self.next_id();
        self.next_id += 1;
        self.photos.push(Photo { id, name, bytes, sha256: None, is_here: false, stage, failures: 0 });
        self.photos.last_mut().expect("it was just pushed")
    }

    fn twin(&self, id: PhotoId, is_same: impl Fn(&Photo) -> bool) -> Option<PhotoId> {
        let others = self.photos.iter().filter(|photo| photo.id != id && !photo.stage.is_leaving());
        others.into_iter().find(|photo| is_same(photo)).map(|photo| photo.id)
    }

    fn set_stage(&mut self, id: PhotoId, stage: Stage) -> Vec<Effect> {
        if let Some(photo) = self.photo_mut(id) {
            photo.stage = stage;
        }
        Vec::new()
    }

    fn photo_mut(&mut self, id: PhotoId) -> Option<&mut Photo> {
        self.photos.iter_mut().find(|photo| photo.id == id)
    }
}
