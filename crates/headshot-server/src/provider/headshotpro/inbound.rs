//! From a request to a delivery that the store can keep.

use axum::http::{HeaderValue, Method};
use headshot_verify::provider::headshotpro::{Event, HeadshotPro, Photo};
use headshot_verify::{Delivery, UnixSeconds, Verifier};

use super::{MODEL, NAME, standing};
use crate::ids::ProviderPhotoId;
use crate::provider::{Inbound, Refusal};
use crate::references::{References, is_id};
use crate::store::{EventSummary, NewDelivery, SourcePhoto, Trust};

pub(super) fn verify(verifier: &Verifier<HeadshotPro>, inbound: &Inbound<'_>) -> Result<NewDelivery, Refusal> {
    inbound.expect(&Method::POST)?;
    let headers = |name: &str| inbound.headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let now = UnixSeconds::new(inbound.now.as_second().try_into().unwrap_or_default());
    let genuine = verifier.verify(&Delivery::new(headers, inbound.body), now)?;
    let (event, unread) = match genuine.event() {
        Ok(event) => (Some(event), None),
        Err(error) => (None, Some(error.code())),
    };
    let model = event.as_ref().and_then(|event| event.model.as_ref()).map(|model| model.id.clone());
    Ok(NewDelivery {
        provider: NAME.into(),
        proof: genuine.scheme().into(),
        trust: Trust::Body,
        body: inbound.body.clone(),
        references: References::none().and(MODEL, model.as_deref().unwrap_or_default()),
        event: event.map(summary),
        unread,
        received_at: inbound.now,
    })
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
