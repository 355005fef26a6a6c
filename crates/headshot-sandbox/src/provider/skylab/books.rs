use std::collections::BTreeMap;

use super::{
    job::Job,
    photo::{Owner, Photo},
    profile::Profile,
    refusal::Refusal,
};

/// All that the account holds, by id.
pub(super) struct Books {
    pub(super) jobs: BTreeMap<u64, Job>,
    pub(super) photos: BTreeMap<u64, Photo>,
    pub(super) profiles: BTreeMap<u64, Profile>,
    last_id: u64,
}

pub(super) const NO_JOB: Refusal = Refusal::NotFound("Job");
pub(super) const NO_PHOTO: Refusal = Refusal::NotFound("Photo");
pub(super) const NO_PROFILE: Refusal = Refusal::NotFound("Profile");

impl Books {
    /// With the profile that is there from the start.
    pub(super) fn with(profile: Profile) -> Self {
        let profiles = BTreeMap::from([(profile.id, profile)]);
        Self { jobs: BTreeMap::new(), photos: BTreeMap::new(), profiles, last_id: 1000 }
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// A job that was not deleted.
    pub(super) fn job(&self, id: u64) -> Result<&Job, Refusal> {
        self.jobs.get(&id).filter(|job| !job.is_deleted).ok_or(NO_JOB)
    }

    pub(super) fn job_mut(&mut self, id: u64) -> Result<&mut Job, Refusal> {
        self.jobs.get_mut(&id).filter(|job| !job.is_deleted).ok_or(NO_JOB)
    }

    pub(super) fn job_by_name(&self, name: &str) -> Result<&Job, Refusal> {
        self.jobs.values().find(|job| !job.is_deleted && job.name == name).ok_or(NO_JOB)
    }

    pub(super) fn photo(&self, id: u64) -> Result<&Photo, Refusal> {
        self.photos.get(&id).ok_or(NO_PHOTO)
    }

    pub(super) fn profile(&self, id: u64) -> Result<&Profile, Refusal> {
        self.profiles.get(&id).ok_or(NO_PROFILE)
    }

    /// The photos of a job or profile, in the order in which they were made.
    pub(super) fn photos_of(&self, owner: Owner) -> impl Iterator<Item = &Photo> {
        self.photos.values().filter(move |photo| photo.owner == owner)
    }

    /// The photo whose files have this key, and its place among those of its owner.
    pub(super) fn photo_by_key(&self, key: &str) -> Option<(&Photo, usize)> {
        let photo = self.photos.values().find(|photo| photo.key == key)?;
        let index = self.photos_of(photo.owner).position(|other| other.id == photo.id)?;
        Some((photo, index))
    }

    /// How many jobs stand in the queue before this one.
    pub(super) fn jobs_in_front(&self, job: &Job) -> usize {
        let waits = |other: &&Job| other.state == super::job::State::Queued && !other.is_deleted;
        self.jobs.values().filter(waits).filter(|other| other.submitted_at < job.submitted_at).count()
    }
}
