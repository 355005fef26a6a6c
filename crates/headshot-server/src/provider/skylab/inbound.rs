//! From a request to a delivery that the store can keep.

use axum::http::Method;
use headshot_verify::provider::skylab::{Event, Skylab};
use headshot_verify::{Payload, Verifier, VerifyError};

use super::{JOB, NAME, standing};
use crate::provider::{Inbound, Refusal};
use crate::references::References;
use crate::store::{EventSummary, NewDelivery, Trust};

/// A job's callback comes by PATCH and must be signed. The account's webhooks come by POST, and no document says whether
/// they are signed (K1): where the operator allows it, one that is not may ring.
pub(super) fn verify(
    verifier: &Verifier<Skylab>,
    takes_unsigned: bool,
    inbound: &Inbound<'_>,
) -> Result<NewDelivery, Refusal> {
    match inbound.receive(verifier) {
        Ok(receipt) => {
            let references = about(receipt.references());
            Ok(inbound.delivery(NAME, references, receipt, |event| summary(&event)))
        }
        Err(VerifyError::SignatureMissing { .. }) if takes_unsigned && is_unsigned_webhook(inbound) => {
            Ok(unsigned(inbound))
        }
        Err(error) => Err(error.into()),
    }
}

fn is_unsigned_webhook(inbound: &Inbound<'_>) -> bool {
    inbound.method == Method::POST && Skylab::HEADERS.iter().all(|name| !inbound.headers.contains_key(*name))
}

fn unsigned(inbound: &Inbound<'_>) -> NewDelivery {
    NewDelivery {
        provider: NAME.to_owned(),
        proof: "none".to_owned(),
        trust: Trust::Unsigned,
        body: inbound.body.clone(),
        references: about(Event::references(inbound.body)),
        event: None,
        unread: None,
        is_resolvable: false,
        received_at: inbound.now,
    }
}

fn about(named: headshot_verify::References) -> References {
    References::none().and(JOB, &named.session.unwrap_or_default())
}

/// No event has an id. Its time is that of the job's last change.
fn summary(event: &Event) -> EventSummary {
    let job = event.job.as_ref();
    EventSummary {
        id: None,
        kind: Some(event.kind.as_str().to_owned()),
        created_at: job.and_then(|job| job.updated_at.as_ref()?.parse().ok()),
        standing: job.map(|job| standing(job.state.as_str())),
        favorite: None,
    }
}
