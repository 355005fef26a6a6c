//! From a request to a delivery that the store can keep.

use axum::http::{HeaderMap, HeaderValue};
use headshot_verify::provider::headshotpro::{Event, HeadshotPro, Photo};
use headshot_verify::{Delivery, EventError, UnixSeconds, Verifier, VerifyError};
use jiff::Timestamp;

use super::{NAME, standing};
use crate::ids::{ProviderPhotoId, ProviderSessionId};
use crate::provider::Refusal;
use crate::store::{EventSummary, NewDelivery, SourcePhoto};

pub(super) fn verify(
    verifier: &Verifier<HeadshotPro>,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<NewDelivery, Refusal> {
    let headers = |name: &str| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let now_seconds = UnixSeconds::new(now.as_second().try_into().unwrap_or_default());
    let genuine = verifier.verify(&Delivery::new(headers, body), now_seconds)?;
    let event = genuine.event().map_or_else(|error| unread(&error, body), summary);
    Ok(NewDelivery {
        provider: NAME.into(),
        proof: genuine.scheme().into(),
        body: body.into(),
        event,
        received_at: now,
    })
}

impl From<VerifyError> for Refusal {
    fn from(error: VerifyError) -> Self {
        Self { code: error.code(), detail: error.to_string() }
    }
}

/// What is genuine is kept, read or not.
fn unread(error: &EventError, body: &[u8]) -> EventSummary {
    tracing::warn!(%error, bytes = body.len(), "a genuine delivery is not an event that we can read");
    EventSummary::default()
}

fn summary(event: Event) -> EventSummary {
    let model = event.model;
    let status = model.as_ref().and_then(|model| model.status.as_ref());
    EventSummary {
        id: event.id,
        kind: Some(event.kind.as_str().to_owned()),
        created_at: event.created_at.and_then(|text| text.parse().ok()),
        standing: status.map(|status| standing(status.as_str())),
        provider_session_id: model.map(|model| ProviderSessionId(model.id)),
        favorite: event.favorite_photo.map(source),
    }
}

fn source(photo: Photo) -> SourcePhoto {
    SourcePhoto {
        url: photo.preferred_url().map(str::to_owned),
        url_expires_at: photo.expires_at.and_then(|text| text.parse().ok()),
        id: ProviderPhotoId(photo.id),
    }
}
