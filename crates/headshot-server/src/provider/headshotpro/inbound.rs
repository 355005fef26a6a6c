//! From a request to a delivery that the store can keep.

use axum::http::Method;
use headshot_verify::Verifier;
use headshot_verify::provider::headshotpro::{Event, HeadshotPro, Photo};

use super::{MODEL, NAME, standing};
use crate::ids::ProviderPhotoId;
use crate::provider::{Inbound, Refusal};
use crate::references::{References, is_id};
use crate::store::{EventSummary, NewDelivery, SourcePhoto};

pub(super) fn verify(verifier: &Verifier<HeadshotPro>, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
    inbound.expect(&Method::POST)?;
    let receipt = inbound.receive(verifier)?;
    let model = receipt.references().session.unwrap_or_default();
    Ok(inbound.delivery(NAME, References::none().and(MODEL, &model), receipt, summary))
}

fn summary(event: Event) -> EventSummary {
    let status = event.model.as_ref().and_then(|model| model.status.as_ref());
    EventSummary {
        standing: status.map(|status| standing(status.as_str())),
        id: event.id.filter(|id| is_id(id)),
        kind: Some(event.kind.as_str().to_owned()),
        created_at: event.created_at.and_then(|text| text.parse().ok()),
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
