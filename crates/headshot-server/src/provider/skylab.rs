//! Skylab Studio: jobs are its sessions. It has no page for the person, so our server takes the photos and passes them
//! on. Facts are named by their source, as `[k-openapi]` and so on.

mod inbound;
mod settings;
mod storage;
mod wire;

use async_trait::async_trait;
use headshot_api::{OpenSession, Progress, State, UploadLimits};
use headshot_explain::Explanation;
use headshot_verify::provider::skylab::Skylab as Scheme;
use headshot_verify::{Secrets, Verifier};
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::json;

pub use self::settings::{Args, Settings};
use self::storage::{Storage, TRIES};
use super::client::Client;
use super::{
    Allowed, Gate, Inbound, Opened, OutgoingPhoto, Provider, ProviderError, Refusal, TakesUploads, Urgency, checks,
    http,
};
use crate::guard::Guard;
use crate::ids::{ProviderPhotoId, SessionId};
use crate::random;
use crate::references::{CALLBACK, References};
use crate::store::{Living, NewDelivery, Offer, Reading, SourcePhoto, Standing, Surface};

/// The provider's name.
pub const NAME: &str = "skylab";

const API_KEY: HeaderName = HeaderName::from_static("x-slt-api-key");

/// What the provider knows a session by.
const JOB: &str = "job";

/// So many pages are read at most: a list that never ends must not hold us.
const PAGES: usize = 10;

/// Skylab's API, storage and notifications.
pub struct Skylab {
    client: Client,
    storage: Storage,
    verifier: Verifier<Scheme>,
    no_pages: Allowed,
    photo_hosts: Allowed,
    settings: Settings,
}

impl Skylab {
    /// Makes the provider from its checked settings.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or a signing secret is empty.
    pub(crate) fn new(settings: &Settings, gate: Gate, guard: &Guard) -> anyhow::Result<Self> {
        let secrets = settings.signing_secrets.iter().map(|secret| secret.reveal().as_bytes().to_vec());
        let credential = (API_KEY, settings.api_key.reveal());
        let photo_hosts = Allowed { setting: "SKYLAB_PHOTO_HOSTS", entries: settings.photo_hosts.clone() };
        Ok(Self {
            client: Client::with_credential(settings.base_url.clone(), credential, gate, wire::refusal)?,
            storage: Storage::new(photo_hosts.clone(), guard)?,
            verifier: Verifier::new(Scheme::default(), Secrets::new(secrets)?)
                .with_tolerance(settings.signature_tolerance),
            no_pages: Allowed { setting: "", entries: Vec::new() },
            photo_hosts,
            settings: settings.clone(),
        })
    }

    async fn create_job(&self, name: &str, profile_id: Option<u64>) -> Result<wire::Job, ProviderError> {
        let body = json!({ "name": name, "profile_id": profile_id });
        let answer = self.client.send(Method::POST, "jobs", Some(&body)).await;
        match answer.and_then(|answer| wire::job(&answer).ok_or_else(no_job)) {
            // Names are unique, so that a job of this name is the one whose answer was lost.
            Err(ProviderError::AnswerLost(reason)) => {
                let found = self.job(&format!("jobs/find_by_name?name={name}"), Urgency::Person).await;
                found.map_err(|_| ProviderError::AnswerLost(reason))
            }
            created => created,
        }
    }

    async fn job(&self, path: &str, urgency: Urgency) -> Result<wire::Job, ProviderError> {
        let answer = self.client.get(path, urgency).await?;
        wire::job(&answer).ok_or_else(no_job)
    }

    /// The photos at the provider, finished or not. No document says whether this list has pages, and of which size, so
    /// pages are asked for until one brings nothing new.
    async fn photos(&self, job: &str, urgency: Urgency) -> Result<Vec<wire::Photo>, ProviderError> {
        let mut photos: Vec<wire::Photo> = Vec::new();
        for page in 1..=PAGES {
            let urgency = if page == 1 { urgency } else { Urgency::UnderWay };
            let path = format!("photos/list_for_job?job_id={job}&page={page}");
            let answer = self.client.get(&path, urgency).await?;
            let listed = wire::photos(&answer)
                .ok_or_else(|| ProviderError::AnswerLost("the answer holds no list of photos".into()))?;
            let is_new = |photo: &wire::Photo| photos.iter().all(|known| known.id != photo.id);
            let new: Vec<_> = listed.into_iter().filter(is_new).collect();
            if new.is_empty() {
                break;
            }
            photos.extend(new);
        }
        Ok(photos)
    }

    /// The finished photos, one by one: a job is not bound to show their links.
    async fn finished_photos(&self, job: &str) -> Result<Vec<SourcePhoto>, ProviderError> {
        let mut finished = Vec::new();
        for photo in self.photos(job, Urgency::UnderWay).await? {
            let url = match photo.finished_url {
                Some(url) => Some(url),
                None => wire::photo(&self.client.get(&format!("photos/{}", photo.id), Urgency::UnderWay).await?)
                    .and_then(|photo| photo.finished_url),
            };
            if let Some(url) = url {
                finished.push(SourcePhoto { id: ProviderPhotoId(photo.name), url: Some(url), url_expires_at: None });
            }
        }
        Ok(finished)
    }

    async fn photo_named(&self, job: &str, name: &str) -> Result<Option<String>, ProviderError> {
        Ok(self.photos(job, Urgency::Worker).await?.into_iter().find(|photo| photo.name == name).map(|photo| photo.id))
    }

    /// The photo's record at the provider. Names are unique, so what has this one was made by an earlier attempt.
    async fn record(&self, job: &str, name: &str) -> Result<String, ProviderError> {
        if let Some(id) = self.photo_named(job, name).await? {
            return Ok(id);
        }
        let job: Option<u64> = job.parse().ok();
        let body = json!({ "name": name, "job_id": job, "use_cache_upload": false });
        let answer = self.client.call(Method::POST, "photos", Some(&body), Urgency::UnderWay).await?;
        let photo = wire::photo(&answer);
        photo.map(|photo| photo.id).ok_or_else(no_photo)
    }

    async fn upload_url(&self, photo: &str, md5: &str) -> Result<String, ProviderError> {
        let md5: String = url::form_urlencoded::byte_serialize(md5.as_bytes()).collect();
        let path = format!("photos/upload_url?photo_id={photo}&use_cache_upload=false&content_md5={md5}");
        let answer = self.client.get(&path, Urgency::UnderWay).await?;
        wire::upload_url(&answer).ok_or_else(|| ProviderError::AnswerLost("the answer holds no link".into()))
    }
}

#[async_trait]
impl Provider for Skylab {
    fn name(&self) -> &'static str {
        NAME
    }

    fn page_origins(&self) -> &Allowed {
        &self.no_pages
    }

    fn photo_hosts(&self) -> &Allowed {
        &self.photo_hosts
    }

    fn progress(&self, provider_status: &str) -> Progress {
        if provider_status == "processing" { Progress::Making } else { Progress::Queued }
    }

    fn check(&self, request: &OpenSession) -> Vec<(&'static str, &'static str)> {
        let mut wrong = checks::unused(&[
            ("/email", request.email.is_some()),
            ("/firstName", request.first_name.is_some()),
            ("/lastName", request.last_name.is_some()),
            ("/teamId", request.team_id.is_some()),
            ("/customAttributes", !request.custom_attributes.is_empty()),
            ("/listIds", !request.list_ids.is_empty()),
            ("/testMode", request.test_mode),
        ]);
        if request.profile_id.or(self.settings.profile_id).is_none() {
            wrong.push(("/profileId", "is missing, and the server has no SKYLAB_PROFILE_ID"));
        }
        wrong
    }

    async fn open(&self, id: &SessionId, request: &OpenSession) -> Result<Opened, ProviderError> {
        let created = self.create_job(id.as_str(), request.profile_id.or(self.settings.profile_id)).await;
        let job = created.map_err(|error| wire::as_unknown_profile(error, request.profile_id))?;
        Ok(Opened {
            references: References::none().and(JOB, &job.id).and(CALLBACK, &random::hex::<16>()),
            standing: job.standing,
            offer: Some(Offer::of(Surface::Upload)),
        })
    }

    async fn read(&self, references: &References, _opened_at: Timestamp) -> Result<Reading, ProviderError> {
        let id = job_id(references)?;
        let job = match self.job(&format!("jobs/{id}"), Urgency::Worker).await {
            Ok(job) => job,
            Err(ProviderError::NotFound) => return Ok(Reading::Gone),
            Err(error) => return Err(error),
        };
        let mut living = Living { run: job.completed_at, photos_until: job.expires_at, ..Living::at(job.standing) };
        if living.standing.state == State::Ready {
            let listed = if job.photos.is_empty() { self.finished_photos(id).await? } else { job.photos };
            living.photos = Some(listed);
        }
        Ok(Reading::Living(living))
    }

    async fn delete(&self, references: &References) -> Result<(), ProviderError> {
        let path = format!("jobs/{}", job_id(references)?);
        // What is not queued cannot be cancelled, which is no reason to keep it.
        match self.client.send(Method::POST, &format!("{path}/cancel"), None).await {
            Ok(_) | Err(ProviderError::NotFound | ProviderError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        match self.client.send(Method::DELETE, &path, None).await {
            Ok(answer) => wire::job(&answer).map(drop).ok_or_else(no_job),
            Err(ProviderError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
        inbound::verify(&self.verifier, self.settings.takes_unsigned, inbound)
    }

    fn uploads(&self) -> Option<&dyn TakesUploads> {
        Some(self)
    }

    fn explain(&self, inbound: &Inbound<'_>) -> Explanation {
        let Settings { signing_secrets, signature_tolerance, .. } = &self.settings;
        inbound.explain(&Scheme::default(), signing_secrets, Some(*signature_tolerance))
    }
}

#[async_trait]
impl TakesUploads for Skylab {
    /// The smaller number where the documents disagree (providers 3.3).
    fn limits(&self) -> UploadLimits {
        UploadLimits {
            photos: 40,
            bytes: 27_000_000,
            pixels: 27_000_000,
            longest_side: 6400,
            media_types: vec!["image/jpeg".into(), "image/png".into()],
        }
    }

    async fn push(&self, references: &References, photo: OutgoingPhoto<'_>) -> Result<(), ProviderError> {
        let record = self.record(job_id(references)?, photo.name).await?;
        let md5 = storage::md5_text(&photo.md5);
        let mut outcome = Ok(());
        for _ in 0..TRIES {
            let url = self.upload_url(&record, &md5).await?;
            outcome = self.storage.put(&url, photo, &md5).await;
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    async fn withdraw(&self, references: &References, name: &str) -> Result<(), ProviderError> {
        let Some(id) = self.photo_named(job_id(references)?, name).await? else { return Ok(()) };
        match self.client.call(Method::DELETE, &format!("photos/{id}"), None, Urgency::UnderWay).await {
            Ok(answer) => wire::photo(&answer).map(drop).ok_or_else(no_photo),
            Err(ProviderError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn submit(&self, references: &References, webhook_url: &str) -> Result<Standing, ProviderError> {
        let path = format!("jobs/{}", job_id(references)?);
        let tail = references.get(CALLBACK).unwrap_or_default();
        let body = json!({ "callback_url": format!("{webhook_url}/{tail}") });
        match self.client.send(Method::POST, &format!("{path}/queue"), Some(&body)).await {
            Ok(answer) => wire::job(&answer).map(|job| job.standing).ok_or_else(no_job),
            // An earlier attempt may have queued it, and its answer been lost.
            Err(error @ ProviderError::Refused { .. }) => {
                let standing = self.job(&path, Urgency::UnderWay).await?.standing;
                if standing.state == State::AwaitingUser { Err(error) } else { Ok(standing) }
            }
            Err(error) => Err(error),
        }
    }
}

fn no_job() -> ProviderError {
    ProviderError::AnswerLost("the answer holds no job with a state".into())
}

fn no_photo() -> ProviderError {
    ProviderError::AnswerLost("the answer holds no photo".into())
}

/// The id goes into a path, so it must be one segment; the provider's are numbers [k-openapi].
fn job_id(references: &References) -> Result<&str, ProviderError> {
    references.get(JOB).filter(|id| http::is_path_segment(id)).ok_or(ProviderError::NotFound)
}

/// The provider's word in words that all providers share (providers 4.1). A word that we do not know is one more step on
/// the way.
fn standing(status: &str) -> Standing {
    let state = match status {
        "pending" => State::AwaitingUser,
        "complete" => State::Ready,
        "error" => State::Failed,
        _ => State::Processing,
    };
    Standing { provider_status: status.to_owned(), state }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_has_a_state() {
        let mapped = [
            ("pending", State::AwaitingUser),
            ("queued", State::Processing),
            ("processing", State::Processing),
            ("complete", State::Ready),
            ("error", State::Failed),
            ("failed", State::Processing),
            ("polishing", State::Processing),
        ];
        for (status, state) in mapped {
            assert_eq!(standing(status), Standing { provider_status: status.into(), state });
        }
    }

    #[test]
    fn a_job_id_cannot_lead_to_another_path() {
        for id in ["", "../profiles", "a/b", "a?b", "a%2fb"] {
            assert_eq!(job_id(&References::none().and(JOB, id)), Err(ProviderError::NotFound), "{id}");
        }
    }
}
