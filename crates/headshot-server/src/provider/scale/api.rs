//! The calls of the provider's API.

use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::Settings;
use super::wire::{self, Contact, Page, StudioSession, Submission};
use crate::provider::client::Client;
use crate::provider::{Gate, ProviderError, Urgency, http};

/// So much is asked for at once.
const PAGE: &str = "100";

/// So many pages are read at most: a list that never ends must not hold us.
const PAGES: usize = 20;

pub(super) struct Api {
    client: Client,
    studio_id: String,
}

impl Api {
    pub(super) fn new(settings: &Settings, gate: Gate) -> anyhow::Result<Self> {
        let client = Client::new(settings.base_url.clone(), &settings.api_key, gate, wire::refusal)?;
        Ok(Self { client, studio_id: settings.studio_id.clone() })
    }

    /// The person with this address. Whether the list can be asked for one address is not documented, so each is looked
    /// at.
    pub(super) async fn find_contact(&self, email: &str, urgency: Urgency) -> Result<Option<Contact>, ProviderError> {
        let wanted = normal(email);
        let is_it = |contact: &Contact| contact.email.as_deref().map(normal).as_deref() == Some(&wanted);
        let is_enough = |page: &[Contact]| page.iter().any(is_it);
        let listed = self.list("contacts", &[("email", email)], urgency, wire::contacts, is_enough).await?;
        Ok(listed.into_iter().find(is_it))
    }

    pub(super) async fn contact(&self, id: &str, urgency: Urgency) -> Result<Option<Contact>, ProviderError> {
        self.one("contacts", id, urgency, wire::contact).await
    }

    pub(super) async fn create_contact(&self, fields: &Value) -> Result<String, ProviderError> {
        let answer = self.client.send(Method::POST, "contacts", Some(fields)).await;
        let created = wire::contact(&answer.map_err(wire::as_email_exists)?);
        created.map(|contact| contact.id).ok_or_else(|| unusable("contact"))
    }

    /// By PUT: the one document that names a method names this one (S5).
    pub(super) async fn update_contact(&self, id: &str, fields: &Value) -> Result<(), ProviderError> {
        self.client.send(Method::PUT, &http::path_of("contacts", id)?, Some(fields)).await.map(drop)
    }

    pub(super) async fn open_studio_session(&self, contact: &str) -> Result<StudioSession, ProviderError> {
        let body = json!({ "studio_id": self.studio_id, "contact_id": contact });
        let answer = self.client.send(Method::POST, "studio_sessions", Some(&body)).await?;
        wire::studio_session(&answer).ok_or_else(|| unusable("studio session"))
    }

    pub(super) async fn submission(&self, id: &str, urgency: Urgency) -> Result<Option<Submission>, ProviderError> {
        self.one("submissions", id, urgency, wire::submission).await
    }

    /// A contact's submissions. Only the studio is documented to narrow the list, so it may hold everybody's.
    pub(super) async fn submissions(
        &self,
        contact: &str,
        urgency: Urgency,
        is_enough: impl Fn(&[Submission]) -> bool,
    ) -> Result<Vec<Submission>, ProviderError> {
        let query = [("studio_id", self.studio_id.as_str()), ("contact_id", contact)];
        self.list("submissions", &query, urgency, wire::submissions, is_enough).await
    }

    async fn one<T>(
        &self,
        name: &str,
        id: &str,
        urgency: Urgency,
        read: fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, ProviderError> {
        let Ok(path) = http::path_of(name, id) else { return Ok(None) };
        match self.client.get(&path, urgency).await {
            Ok(answer) => read(&answer).map(Some).ok_or_else(|| unusable(name)),
            Err(ProviderError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A list, page by page to its end, or until a page is enough.
    async fn list<T>(
        &self,
        name: &str,
        query: &[(&str, &str)],
        mut urgency: Urgency,
        read: fn(&Value) -> Option<Page<T>>,
        is_enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, ProviderError> {
        let (mut items, mut cursor) = (Vec::new(), None::<String>);
        for _ in 0..PAGES {
            let path = format!("{name}?{}", page_query(query, cursor.as_deref()));
            let answer = self.client.get(&path, urgency).await?;
            let page = read(&answer).ok_or_else(|| unusable(name))?;
            let is_last = page.next.is_none() || page.next == cursor || is_enough(&page.items);
            items.extend(page.items);
            if is_last {
                break;
            }
            cursor = page.next;
            urgency = urgency.going_on();
        }
        Ok(items)
    }
}

/// An address as it is compared.
pub(super) fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn page_query(query: &[(&str, &str)], cursor: Option<&str>) -> String {
    let mut pairs = Serializer::new(String::new());
    pairs.extend_pairs(query).append_pair("limit", PAGE).extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    pairs.finish()
}

fn unusable(what: &str) -> ProviderError {
    ProviderError::AnswerLost(format!("the answer holds no {what}"))
}
