use super::{
    super::{
        fault::{Failure, Fault, Verdict},
        message::{Effect, Event},
        photo::Stage,
    },
    Model, Phase, Trouble,
};

impl Model {
    /// A request failed for a reason that does not lie in one photo.
    pub(super) fn fail(&mut self, failure: &Failure) -> Vec<Effect> {
        match failure.verdict() {
            Verdict::Again(fault) => self.pause(fault, failure),
            Verdict::Stop(fault) => self.trouble(Trouble { fault, is_fatal: true }, failure),
            Verdict::LookAgain => {
                self.collect();
                self.list()
            }
            // Only a photo can be refused or have another name: this is no server that we know.
            Verdict::Refuse(_) | Verdict::Rename => {
                self.collect();
                self.trouble(Trouble { fault: Fault::ServerError, is_fatal: true }, failure)
            }
        }
    }

    /// Goes on with everything that a failure has stopped.
    pub(super) fn resume(&mut self) -> Vec<Effect> {
        if !self.is_paused && !self.is_stopped() {
            return Vec::new();
        }
        self.is_paused = false;
        let mut effects = Vec::new();
        if self.is_stopped() {
            self.trouble = None;
            effects.extend(self.list());
        } else if self.is_listing {
            effects.push(Effect::List);
        }
        if self.phase == Phase::Submitting {
            effects.push(Effect::Submit);
        }
        effects.extend(self.withdraw_again());
        effects
    }

    /// The server answers.
    pub(super) fn recover(&mut self) -> Vec<Effect> {
        self.is_paused = false;
        self.failures = 0;
        let over = self.trouble.take().map(|trouble| Effect::Emit(Event::Recovered { code: trouble.fault.code() }));
        over.into_iter().chain(self.withdraw_again()).collect()
    }

    pub(super) fn list(&mut self) -> Vec<Effect> {
        self.is_listing = true;
        self.fresh.clear();
        vec![Effect::List]
    }

    /// Both lanes may fail, and only one pause is needed.
    fn pause(&mut self, fault: Fault, failure: &Failure) -> Vec<Effect> {
        let mut effects = self.trouble(Trouble { fault, is_fatal: false }, failure);
        if !self.is_paused {
            self.is_paused = true;
            self.failures += 1;
            effects.push(Effect::Pause { failures: self.failures, retry_after_s: failure.retry_after_s() });
        }
        effects
    }

    fn trouble(&mut self, trouble: Trouble, failure: &Failure) -> Vec<Effect> {
        if self.trouble.replace(trouble) == Some(trouble) {
            return Vec::new();
        }
        let Trouble { fault, is_fatal } = trouble;
        let mut effects = if is_fatal { self.close_camera() } else { Vec::new() };
        effects.push(Effect::Emit(Event::Error { code: fault.code(), message: failure.message(), is_fatal }));
        effects
    }

    fn withdraw_again(&mut self) -> Vec<Effect> {
        let unasked = self.photos.iter_mut().filter_map(|photo| match &mut photo.stage {
            Stage::Leaving { upload, is_asked } if !*is_asked => {
                *is_asked = true;
                Some(Effect::Withdraw(photo.id, upload.clone()))
            }
            _ => None,
        });
        unasked.collect()
    }

    fn collect(&mut self) {
        if self.phase == Phase::Submitting {
            self.phase = Phase::Collecting;
        }
    }
}
