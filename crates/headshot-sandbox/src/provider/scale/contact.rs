use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A person whose headshots are taken.
#[derive(Clone)]
pub(super) struct Contact {
    pub(super) id: String,
    pub(super) fields: Fields,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// What a caller says about a contact \[003\]; what is absent stays as it is.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Fields {
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) email: Option<String>,
    pub(super) studio_ids: Option<Vec<String>>,
    pub(super) custom_attributes: Option<Map<String, Value>>,
    pub(super) list_ids: Option<Vec<String>>,
}

impl Fields {
    /// Refuses an address that is none, and studios that there are not.
    pub(super) fn check(&self, studio: &str) -> Result<(), Refusal> {
        if self.email.as_deref().is_some_and(|email| !is_email(email)) {
            return Err(Refusal::invalid("email is not an e-mail address"));
        }
        match self.studio_ids.iter().flatten().find(|id| *id != studio) {
            Some(unknown) => Err(Refusal::invalid(format!("there is no studio {unknown}"))),
            None => Ok(()),
        }
    }

    /// Takes over what `other` says.
    pub(super) fn change(&mut self, other: Self) {
        let Self { first_name, last_name, email, studio_ids, custom_attributes, list_ids } = other;
        self.first_name = first_name.or(self.first_name.take());
        self.last_name = last_name.or(self.last_name.take());
        self.email = email.or(self.email.take());
        self.studio_ids = studio_ids.or(self.studio_ids.take());
        self.custom_attributes = custom_attributes.or(self.custom_attributes.take());
        self.list_ids = list_ids.or(self.list_ids.take());
    }
}

impl Contact {
    /// Whether this is the contact with that address, however it is capitalized.
    pub(super) fn has_email(&self, email: &str) -> bool {
        self.fields.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email))
    }
}

fn is_email(text: &str) -> bool {
    let (local, domain) = text.split_once('@').unwrap_or_default();
    !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
}
