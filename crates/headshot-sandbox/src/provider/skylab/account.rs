use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

use super::{
    books::{Books, NO_PHOTO, NO_PROFILE},
    config::Config,
    job::{Job, State, Wanted},
    lifecycle, notice,
    photo::{Owner, Photo},
    profile::Profile,
    refusal::Refusal,
    signature::JobSigner,
    storage::Storage,
};
use crate::{
    gate::RateLimit,
    portrait::Portraits,
    provider::Provider,
    stand_in::{Backstage, StandIn, World, origin},
};

/// The id of the one account that the sandbox plays.
pub(super) const ACCOUNT_ID: u64 = 1;
/// The id of the profile that is there from the start.
pub(super) const FIRST_PROFILE: u64 = 1;

/// How many URLs for uploads may be asked for in a second \[k-openapi\].
const UPLOAD_URLS_PER_SECOND: u32 = 50;

/// The one account that the sandbox knows, with all that happened to it; in memory only.
pub(crate) struct Account {
    pub(super) config: Config,
    pub(super) public_url: Url,
    pub(super) storage: Storage,
    pub(super) portraits: Portraits,
    pub(super) upload_rate: RateLimit,
    backstage: Backstage,
    books: Mutex<Books>,
}

impl StandIn for Account {
    fn backstage(&self) -> &Backstage {
        &self.backstage
    }
}

impl Account {
    /// An account with one profile and nothing else.
    pub(super) fn new(config: Config, world: World) -> Arc<Self> {
        let signer = JobSigner { secret: config.webhook_secret.clone() };
        let rate = config.requests_per_minute;
        let backstage = Backstage::new(Provider::Skylab, world, notice::MANNER, Box::new(signer), rate);
        let public_url = config.public_url.clone().unwrap_or_else(|| origin(config.listen));
        let storage_url = config.storage_url.as_ref().unwrap_or(&public_url);
        Arc::new(Self {
            storage: Storage::new(storage_url, backstage.ids.key("storage"), backstage.speed),
            public_url,
            config,
            portraits: Portraits::default(),
            upload_rate: RateLimit::new(UPLOAD_URLS_PER_SECOND, Duration::from_secs(1)),
            backstage,
            books: Mutex::new(Books::with(first_profile())),
        })
    }

    // ---- jobs ----

    pub(super) fn create_job(&self, wanted: Wanted) -> Result<Job, Refusal> {
        let mut books = self.books();
        check_name(&books, &wanted.name)?;
        check_profile(&books, wanted.profile_id)?;
        let job = Job::new(books.next_id(), wanted, self.backstage.ids.object_id());
        books.jobs.insert(job.id, job.clone());
        Ok(job)
    }

    /// Gives a job another name or profile.
    pub(super) fn change_job(&self, id: u64, name: Option<String>, profile: Option<u64>) -> Result<Job, Refusal> {
        let mut books = self.books();
        let known = books.job(id)?.clone();
        let name = name.unwrap_or_else(|| known.name.clone());
        if name != known.name {
            check_name(&books, &name)?;
        }
        check_profile(&books, profile)?;
        let job = books.job_mut(id)?;
        (job.name, job.profile_id) = (name, profile.or(known.profile_id));
        job.updated_at = Timestamp::now();
        Ok(job.clone())
    }

    /// Deletes a job with its photos.
    pub(super) fn delete_job(&self, id: u64) -> Result<Job, Refusal> {
        let mut books = self.books();
        let job = books.job_mut(id)?;
        let deleted = job.clone();
        (job.is_deleted, job.walk) = (true, job.walk + 1);
        books.photos.retain(|_, photo| photo.owner != Owner::Job(id));
        Ok(deleted)
    }

    /// Takes a job into work; its photos are checked first, unless that is to be skipped \[k-openapi\].
    pub(super) fn queue(
        self: &Arc<Self>,
        id: u64,
        callback_url: Option<Url>,
        skips_check: bool,
    ) -> Result<Job, Refusal> {
        let mut books = self.books();
        let has_photos = books.photos_of(Owner::Job(id)).next().is_some();
        let job = books.job_mut(id)?;
        if job.state != State::Pending || job.submitted_at.is_some() {
            return Err(Refusal::invalid("state", "must be pending to be queued"));
        }
        if !has_photos {
            return Err(Refusal::invalid("photos", "can't be blank"));
        }
        job.callback_url = callback_url.or(job.callback_url.take());
        job.submitted_at = Some(Timestamp::now());
        job.updated_at = Timestamp::now();
        job.walk += 1;
        let job = job.clone();
        drop(books);
        lifecycle::walk(self, &job, skips_check);
        Ok(job)
    }

    /// Takes a job out of work, back to `pending` \[k-openapi\].
    pub(super) fn cancel(&self, id: u64) -> Result<Job, Refusal> {
        let mut books = self.books();
        let job = books.job(id)?;
        if !matches!(job.state, State::Queued | State::Processing) {
            return Err(Refusal::invalid("state", "must be queued or processing to be cancelled"));
        }
        self.enter(&mut books, id, State::Pending, Vec::new())
    }

    /// Puts a job into a state, in which it stays until told otherwise.
    pub(super) fn set_state(&self, id: u64, state: State, errors: Vec<String>) -> Result<Job, Refusal> {
        self.enter(&mut self.books(), id, state, errors)
    }

    /// Goes on to the state that `next` says if the walk that wants it is still in charge.
    pub(super) fn advance(
        &self,
        id: u64,
        walk: u64,
        next: impl FnOnce(&Books) -> (State, Vec<String>),
    ) -> Result<State, Refusal> {
        let mut books = self.books();
        if books.job(id)?.walk != walk {
            return Err(Refusal::invalid("state", "is led by another walk"));
        }
        let (state, errors) = next(&books);
        self.enter(&mut books, id, state, errors)?;
        books.job_mut(id)?.walk = walk;
        Ok(state)
    }

    /// Enters a state and tells who wants to know; ends any walk that was under way.
    fn enter(&self, books: &mut Books, id: u64, state: State, errors: Vec<String>) -> Result<Job, Refusal> {
        let now = Timestamp::now();
        let job = books.job_mut(id)?;
        job.walk += 1;
        (job.state, job.errors, job.updated_at) = (state, errors, now);
        match state {
            State::Pending => (job.submitted_at, job.completed_at, job.expires_at) = (None, None, None),
            State::Complete => {
                (job.completed_at, job.expires_at) = (Some(now), Some(lifecycle::expiry(now, self.backstage.speed)));
            }
            State::Queued | State::Processing | State::Error => {}
        }
        let job = job.clone();
        notice::announce(self, books, &job);
        Ok(job)
    }

    /// Ends every presigned URL of a job that was made before now.
    pub(super) fn expire_links(&self, id: u64) -> Result<Job, Refusal> {
        let mut books = self.books();
        let job = books.job_mut(id)?;
        job.link_series += 1;
        Ok(job.clone())
    }

    /// Ends the life of a job's files at once.
    pub(super) fn expire_files(&self, id: u64) -> Result<Job, Refusal> {
        let mut books = self.books();
        let job = books.job_mut(id)?;
        job.expires_at = Some(Timestamp::now());
        Ok(job.clone())
    }

    // ---- photos ----

    pub(super) fn add_photo(&self, owner: Owner, name: &str) -> Result<Photo, Refusal> {
        let mut books = self.books();
        match owner {
            Owner::Job(id) if books.job(id)?.submitted_at.is_some() => {
                return Err(Refusal::invalid("job", "is no longer pending"));
            }
            Owner::Job(_) => {}
            Owner::Profile(id) => drop(books.profile(id)?),
        }
        if name.is_empty() {
            return Err(Refusal::invalid("name", "can't be blank"));
        }
        if books.photos_of(owner).any(|photo| photo.name == name) {
            return Err(Refusal::invalid("name", "has already been taken"));
        }
        let (id, key, now) = (books.next_id(), self.backstage.ids.object_id(), Timestamp::now());
        let photo = Photo { id, owner, name: name.to_owned(), key, created_at: now, updated_at: now, file: None };
        books.photos.insert(id, photo.clone());
        Ok(photo)
    }

    pub(super) fn delete_photo(&self, id: u64) -> Result<Photo, Refusal> {
        self.books().photos.remove(&id).ok_or(NO_PHOTO)
    }

    /// Keeps the file of a photo, in place of any before.
    pub(super) fn keep_file(&self, id: u64, file: Bytes) -> Result<(), Refusal> {
        let mut books = self.books();
        let photo = books.photos.get_mut(&id).ok_or(NO_PHOTO)?;
        (photo.file, photo.updated_at) = (Some(file), Timestamp::now());
        Ok(())
    }

    // ---- profiles ----

    pub(super) fn create_profile(&self, wanted: &Map<String, Value>) -> Result<Profile, Refusal> {
        let mut books = self.books();
        let profile = Profile::new(books.next_id(), wanted)?;
        books.profiles.insert(profile.id, profile.clone());
        Ok(profile)
    }

    pub(super) fn change_profile(&self, id: u64, wanted: &Map<String, Value>) -> Result<Profile, Refusal> {
        let mut books = self.books();
        let profile = books.profiles.get_mut(&id).ok_or(NO_PROFILE)?;
        profile.change(wanted);
        Ok(profile.clone())
    }

    pub(super) fn delete_profile(&self, id: u64) -> Result<Profile, Refusal> {
        self.books().profiles.remove(&id).ok_or(NO_PROFILE)
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn first_profile() -> Profile {
    let options = json!({ "name": "Sandbox headshots", "enable_crop": false, "enable_retouch": true });
    let options = options.as_object().cloned().unwrap_or_default();
    Profile::new(FIRST_PROFILE, &options).expect("it has a name and does not crop")
}

fn check_name(books: &Books, name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::invalid("name", "can't be blank"));
    }
    match books.job_by_name(name) {
        Ok(_) => Err(Refusal::invalid("name", "has already been taken")),
        Err(_) => Ok(()),
    }
}

fn check_profile(books: &Books, profile: Option<u64>) -> Result<(), Refusal> {
    match profile {
        Some(id) if books.profile(id).is_err() => Err(Refusal::invalid("profile", "must exist")),
        _ => Ok(()),
    }
}
