//! HeadshotPro: models are its sessions. Facts are named by their source, as `[000]` and so on.

mod email;
mod inbound;
mod settings;
mod wire;

use async_trait::async_trait;
use headshot_api::{OpenSession, Progress, State};
use headshot_explain::Explanation;
use headshot_verify::provider::headshotpro::HeadshotPro as Scheme;
use headshot_verify::{Secrets, Verifier};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;

pub use self::settings::{Args, EmailRetry, Settings};
use super::client::Client;
use super::{Allowed, Gate, Inbound, Opened, Provider, ProviderError, Refusal, Urgency, checks, http};
use crate::ids::SessionId;
use crate::references::References;
use crate::store::{Living, NewDelivery, Reading, SourcePhoto, Standing};

/// The provider's name.
pub const NAME: &str = "headshotpro";

/// What the provider knows a session by.
const MODEL: &str = "model";

/// So many photos are asked for at once; the provider's own limit [h-photos].
const PAGE: usize = 200;

/// So many pages are read at most: a list that never ends must not hold us.
const PAGES: usize = 20;

const LONGEST_TEAM_ID: usize = 100;

/// HeadshotPro's API and webhooks.
pub struct HeadshotPro {
    client: Client,
    verifier: Verifier<Scheme>,
    settings: Settings,
    frame_origins: Allowed,
    photo_hosts: Allowed,
    email_retry: EmailRetry,
}

impl HeadshotPro {
    /// Makes the provider from its checked settings.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or a signing secret is empty.
    pub(crate) fn new(settings: &Settings, gate: Gate) -> anyhow::Result<Self> {
        let secrets = settings.signing_secrets.iter().map(|secret| secret.reveal().as_bytes().to_vec());
        let scheme = Scheme { scheme: settings.signature_scheme };
        Ok(Self {
            client: Client::new(settings.base_url.clone(), &settings.api_key, gate, wire::refusal)?,
            verifier: Verifier::new(scheme, Secrets::new(secrets)?).with_tolerance(settings.signature_tolerance),
            settings: settings.clone(),
            frame_origins: Allowed { setting: "HEADSHOTPRO_FRAME_ORIGINS", entries: settings.frame_origins.clone() },
            photo_hosts: Allowed { setting: "HEADSHOTPRO_PHOTO_HOSTS", entries: settings.photo_hosts.clone() },
            email_retry: settings.email_retry,
        })
    }

    async fn create_model(&self, email: &str, request: &OpenSession) -> Result<Opened, ProviderError> {
        let mut body = json!({ "email": email });
        if let Some(team_id) = &request.team_id {
            body["teamId"] = json!(team_id);
        }
        // Sent only when true: one reference does not know the field (H15).
        if request.test_mode {
            body["isDevelopment"] = json!(true);
        }
        let answer = self.client.send(Method::POST, "organization/models", Some(&body)).await;
        let answer = answer.map_err(wire::as_email_exists)?;
        wire::opened(&answer).ok_or_else(|| ProviderError::AnswerLost("the answer names no model".into()))
    }

    async fn photos(&self, model: &str) -> Result<Vec<SourcePhoto>, ProviderError> {
        let (mut photos, mut offset) = (Vec::new(), 0);
        for _ in 0..PAGES {
            let path = format!("{model}/photos?limit={PAGE}&offset={offset}");
            let answer = self.client.get(&path, Urgency::UnderWay).await?;
            let page = wire::photos(&answer)
                .ok_or_else(|| ProviderError::AnswerLost("the answer holds no list of photos".into()))?;
            photos.extend(page.photos);
            offset += page.held;
            if page.is_last {
                break;
            }
        }
        Ok(photos)
    }

    async fn favorite(&self, model: &str) -> Result<Option<SourcePhoto>, ProviderError> {
        let answer = self.client.get(&format!("{model}/photos/favorite"), Urgency::UnderWay).await;
        match answer {
            Ok(answer) => Ok(wire::favorite(&answer)),
            // None chosen yet is documented as null, and easily imagined as "not found".
            Err(ProviderError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Provider for HeadshotPro {
    fn name(&self) -> &'static str {
        NAME
    }

    fn page_origins(&self) -> &Allowed {
        &self.frame_origins
    }

    fn photo_hosts(&self) -> &Allowed {
        &self.photo_hosts
    }

    fn progress(&self, provider_status: &str) -> Progress {
        match provider_status {
            "waiting" => Progress::Queued,
            "pending" => Progress::Preparing,
            "failed" => Progress::Delayed,
            _ => Progress::Making,
        }
    }

    // "About an hour", and about three minutes in test mode: its page about the API of whitelabel sessions.
    fn usual_minutes(&self, test_mode: bool) -> Option<u32> {
        Some(if test_mode { 3 } else { 60 })
    }

    fn check(&self, request: &OpenSession) -> Vec<(&'static str, &'static str)> {
        let mut wrong = checks::unused(&[
            ("/firstName", request.first_name.is_some()),
            ("/lastName", request.last_name.is_some()),
            ("/profileId", request.profile_id.is_some()),
            ("/customAttributes", !request.custom_attributes.is_empty()),
            ("/listIds", !request.list_ids.is_empty()),
        ]);
        wrong.extend(checks::email(request));
        if request.team_id.as_ref().is_some_and(|id| id.is_empty() || id.len() > LONGEST_TEAM_ID) {
            wrong.push(("/teamId", "is empty or longer than 100 characters"));
        }
        wrong
    }

    async fn open(&self, _: &SessionId, request: &OpenSession) -> Result<Opened, ProviderError> {
        let email = request.email.as_deref().unwrap_or_default();
        match self.create_model(email, request).await {
            // A refusal, not a lost answer: nothing was made, so a second attempt with another address is safe [000].
            Err(ProviderError::EmailExists) if self.email_retry == EmailRetry::PlusSuffix => {
                let email = email::with_suffix(email).ok_or(ProviderError::EmailExists)?;
                self.create_model(&email, request).await
            }
            answer => answer,
        }
    }

    async fn read(&self, references: &References, _opened_at: Timestamp) -> Result<Reading, ProviderError> {
        let path = model_path(references)?;
        let model = match self.client.get(&path, Urgency::Worker).await {
            Ok(answer) => wire::model(&answer)
                .ok_or_else(|| ProviderError::AnswerLost("the answer holds no model with a status".into()))?,
            Err(ProviderError::NotFound) => return Ok(Reading::Gone),
            Err(error) => return Err(error),
        };
        let mut living = Living { run: model.finished_at, ..Living::at(model.standing) };
        if living.standing.state == State::Ready {
            living.photos = Some(self.photos(&path).await?);
            living.favorite = self.favorite(&path).await?;
        }
        Ok(Reading::Living(living))
    }

    async fn delete(&self, references: &References) -> Result<(), ProviderError> {
        match self.client.send(Method::DELETE, &model_path(references)?, None).await {
            Ok(_) | Err(ProviderError::NotFound) => Ok(()),
            Err(ProviderError::Refused { code: Some(code), .. }) if code == "ALREADY_DELETED" => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
        inbound::verify(&self.verifier, inbound)
    }

    fn explain(&self, inbound: &Inbound<'_>) -> Explanation {
        let Settings { signature_scheme: scheme, signing_secrets, signature_tolerance, .. } = &self.settings;
        inbound.explain(&Scheme { scheme: *scheme }, signing_secrets, Some(*signature_tolerance))
    }
}

/// The provider's ids are 24 hexadecimal digits [000].
fn model_path(references: &References) -> Result<String, ProviderError> {
    http::path_of("organization/models", references.get(MODEL).unwrap_or_default())
}

/// The provider's word in words that all providers share (providers 4.1). `failed` restarts by itself, and a word that
/// we do not know is one more step on the way (H12).
fn standing(status: &str) -> Standing {
    let state = match status {
        "onboarding" => State::AwaitingUser,
        "active" => State::Ready,
        "deleted" => State::Deleted,
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
            ("onboarding", State::AwaitingUser),
            ("waiting", State::Processing),
            ("pending", State::Processing),
            ("generatingHeadshots", State::Processing),
            ("active", State::Ready),
            ("failed", State::Processing),
            ("deleted", State::Deleted),
            ("polishing", State::Processing),
        ];
        for (status, state) in mapped {
            assert_eq!(standing(status), Standing { provider_status: status.into(), state });
        }
    }

    #[test]
    fn a_model_id_cannot_lead_to_another_path() {
        for id in ["", "../credits", "a/b", "a?b", "a%2fb"] {
            assert_eq!(model_path(&References::none().and(MODEL, id)), Err(ProviderError::NotFound), "{id}");
        }
    }
}
