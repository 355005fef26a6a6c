//! Scale Headshots: a person is a contact, whom a studio session leads to a submission. Facts are named by their source,
//! as `[003]` and so on. None of the API's shapes is documented, nor which session a submission came from.

mod api;
mod contact;
mod inbound;
mod settings;
mod submissions;
mod wire;

use async_trait::async_trait;
use headshot_api::OpenSession;
use headshot_explain::Explanation;
use jiff::Timestamp;

use self::api::Api;
use self::contact::Places;
use self::inbound::Doorkeeper;
pub use self::settings::{Args, Settings};
use self::submissions::{Whose, living};
use self::wire::{Contact, Submission};
use super::{Allowed, Gate, Inbound, Opened, Provider, ProviderError, Refusal, Urgency, checks};
use crate::ids::SessionId;
use crate::random;
use crate::references::{EMAIL, References};
use crate::secret::Secret;
use crate::store::{Living, NewDelivery, Offer, Reading, Surface};

/// The provider's name.
pub const NAME: &str = "scale";

/// What the provider knows a session by. One by the studio's own link has no id there, so that it gets one of ours.
const SESSION: &str = "session";
const LINK: &str = "link";
const CONTACT: &str = "contact";
const SUBMISSION: &str = "submission";

/// Scale Headshots' API and webhooks.
pub struct Scale {
    api: Api,
    doorkeeper: Doorkeeper,
    settings: Settings,
    link_origins: Allowed,
    photo_hosts: Allowed,
}

impl Scale {
    /// Makes the provider from its checked settings.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or a signing secret is empty.
    pub(crate) fn new(settings: &Settings, gate: Gate) -> anyhow::Result<Self> {
        Ok(Self {
            api: Api::new(settings, gate)?,
            doorkeeper: Doorkeeper::new(settings)?,
            link_origins: Allowed { setting: "SCALE_LINK_ORIGINS", entries: settings.link_origins.clone() },
            photo_hosts: Allowed { setting: "SCALE_PHOTO_HOSTS", entries: settings.photo_hosts.clone() },
            settings: settings.clone(),
        })
    }

    async fn open_session(&self, request: &OpenSession, known: Option<Contact>) -> Result<Opened, ProviderError> {
        let contact = self.bring_up_to_date(request, known).await?;
        let session = self.api.open_studio_session(&contact).await?;
        Ok(Opened {
            references: References::none().and(SESSION, &session.id).and(CONTACT, &contact),
            standing: wire::nothing_yet(),
            offer: session.link.map(|link| Offer { surface: self.surface(link), expires_at: session.expires_at }),
        })
    }

    /// The id of the person's contact, made or updated where it does not hold what the request says.
    async fn bring_up_to_date(&self, request: &OpenSession, known: Option<Contact>) -> Result<String, ProviderError> {
        let places = Places { studio_id: &self.settings.studio_id, list_ids: &self.settings.list_ids };
        let Some(known) = known else {
            return match self.api.create_contact(&contact::created(request, &places)).await {
                // Somebody else made it since we looked.
                Err(ProviderError::EmailExists) => self.id_of(request).await?.ok_or(ProviderError::EmailExists),
                created => created,
            };
        };
        if contact::updated(&known, request, &places).is_some() {
            // The list may not have shown all that the contact holds.
            let whole = self.api.contact(&known.id, Urgency::Person).await?.unwrap_or_else(|| known.clone());
            if let Some(fields) = contact::updated(&whole, request, &places) {
                self.api.update_contact(&known.id, &fields).await?;
            }
        }
        Ok(known.id)
    }

    async fn id_of(&self, request: &OpenSession) -> Result<Option<String>, ProviderError> {
        let email = request.email.as_deref().unwrap_or_default();
        Ok(self.api.find_contact(email, Urgency::Person).await?.map(|contact| contact.id))
    }

    /// The session of an account whose API only reads: the person goes by the studio's public link, and is known again
    /// by the contact, or by the address while there is no contact.
    fn linked(&self, link: &str, email: &str, contact: Option<&str>) -> Opened {
        let references = References::none().and(LINK, &random::hex::<16>());
        Opened {
            references: match contact {
                Some(contact) => references.and(CONTACT, contact),
                None => references.and(EMAIL, &api::normal(email)),
            },
            standing: wire::nothing_yet(),
            offer: Some(Offer::of(self.surface(link.to_owned()))),
        }
    }

    fn surface(&self, link: String) -> Surface {
        let link = Secret::new(link);
        if self.settings.is_framed { Surface::Frame(link) } else { Surface::Link(link) }
    }

    /// The person of a session; nobody while one who was sent by the studio's own link has not gone by it.
    async fn contact_of(&self, references: &References) -> Result<Option<String>, ProviderError> {
        if let Some(contact) = references.get(CONTACT) {
            return Ok(Some(contact.to_owned()));
        }
        let Some(email) = references.get(EMAIL) else { return Ok(None) };
        let found = self.api.find_contact(email, Urgency::Worker).await?;
        Ok(found.map(|contact| contact.id))
    }

    /// The address of a submission's person; empty where no session is known by an address alone.
    async fn address_of(&self, submission: &Submission) -> Result<String, ProviderError> {
        if self.settings.studio_link.is_none() {
            return Ok(String::new());
        }
        let email = match (&submission.email, &submission.contact) {
            (Some(email), _) => Some(email.clone()),
            (None, Some(contact)) => {
                self.api.contact(contact, Urgency::UnderWay).await?.and_then(|contact| contact.email)
            }
            (None, None) => None,
        };
        Ok(email.as_deref().map(api::normal).unwrap_or_default())
    }
}

#[async_trait]
impl Provider for Scale {
    fn name(&self) -> &'static str {
        NAME
    }

    fn page_origins(&self) -> &Allowed {
        &self.link_origins
    }

    fn photo_hosts(&self) -> &Allowed {
        &self.photo_hosts
    }

    fn check(&self, request: &OpenSession) -> Vec<(&'static str, &'static str)> {
        let mut wrong = checks::unused(&[
            ("/teamId", request.team_id.is_some()),
            ("/profileId", request.profile_id.is_some()),
            ("/testMode", request.test_mode),
        ]);
        wrong.extend(checks::email(request));
        if request.custom_attributes.keys().any(|name| name.trim().is_empty()) {
            wrong.push(("/customAttributes", "has an attribute without a name"));
        }
        if request.list_ids.iter().any(|id| id.trim().is_empty()) {
            wrong.push(("/listIds", "has an id that is empty"));
        }
        wrong
    }

    async fn open(&self, _: &SessionId, request: &OpenSession) -> Result<Opened, ProviderError> {
        let email = request.email.as_deref().unwrap_or_default();
        let known = self.api.find_contact(email, Urgency::Person).await.map_err(before_anything_was_sent)?;
        let contact = known.as_ref().map(|contact| contact.id.clone());
        match (self.open_session(request, known).await, &self.settings.studio_link) {
            (Err(error), Some(link)) if is_read_only(&error) => {
                tracing::warn!(%error, "Scale Headshots lets us only read, so the studio's own link is offered");
                Ok(self.linked(link.as_str(), email, contact.as_deref()))
            }
            (opened, _) => opened,
        }
    }

    async fn read(&self, references: &References, opened_at: Timestamp) -> Result<Reading, ProviderError> {
        let Some(contact) = self.contact_of(references).await? else {
            return Ok(Reading::Living(Living::at(wire::nothing_yet())));
        };
        let whose = Whose::new(&self.settings.studio_id, &contact, references, opened_at);
        // Looking for the contact was a call already.
        let urgency = if references.get(CONTACT).is_some() { Urgency::Worker } else { Urgency::UnderWay };
        let submissions = whose.submissions(&self.api, urgency).await?;
        let known = References::none().and(CONTACT, &contact);
        let references = submissions.iter().fold(known, |known, submission| known.and(SUBMISSION, &submission.id));
        Ok(Reading::Living(Living { references, ..living(&submissions) }))
    }

    async fn resolve(&self, references: &References) -> Result<References, ProviderError> {
        let submission = references.get(SUBMISSION).unwrap_or_default();
        let Some(submission) = self.api.submission(submission, Urgency::Worker).await? else {
            return Ok(References::none());
        };
        Ok(References::none()
            .and(SUBMISSION, &submission.id)
            .and(SESSION, submission.session.as_deref().unwrap_or_default())
            .and(CONTACT, submission.contact.as_deref().unwrap_or_default())
            .and(EMAIL, &self.address_of(&submission).await?))
    }

    /// No way to delete a session, a submission or a contact is documented: what the provider holds stays there.
    async fn delete(&self, _references: &References) -> Result<(), ProviderError> {
        Ok(())
    }

    fn verify(&self, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
        self.doorkeeper.verify(inbound)
    }

    fn explain(&self, inbound: &Inbound<'_>) -> Explanation {
        inbound.explain(&inbound::scheme(&self.settings), &self.settings.signing_secrets, None)
    }
}

/// A lost answer to a question leaves nothing behind at the provider.
fn before_anything_was_sent(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::AnswerLost(reason) => ProviderError::NotReached(reason),
        other => other,
    }
}

/// An account whose API only reads refuses what changes something, in a way that is not documented (S1). A key that is
/// wrong altogether has failed before, at reading.
fn is_read_only(error: &ProviderError) -> bool {
    matches!(error, ProviderError::NotFound | ProviderError::Refused { status: 401 | 403 | 404 | 405 | 501, .. })
}
