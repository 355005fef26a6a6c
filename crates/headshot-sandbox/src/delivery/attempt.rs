use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::Flaw;
use crate::{plain_http::Silence, time::text};

/// One request to the receiver, and how it ended.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attempt {
    #[serde(serialize_with = "as_text")]
    pub(super) at: Timestamp,
    #[serde(serialize_with = "as_map")]
    headers: Vec<(&'static str, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flaw: Option<Flaw>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
}

impl Attempt {
    pub(super) fn new(
        at: Timestamp,
        headers: Vec<(&'static str, String)>,
        flaw: Option<Flaw>,
        answer: Result<StatusCode, Silence>,
    ) -> Self {
        let error = answer.err().map(Silence::as_str);
        Self { at, headers, flaw, status: answer.ok().map(|status| status.as_u16()), error }
    }
}

fn as_text<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*at))
}

fn as_map<S: Serializer>(headers: &[(&'static str, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(headers.len()))?;
    headers.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
    map.end()
}
