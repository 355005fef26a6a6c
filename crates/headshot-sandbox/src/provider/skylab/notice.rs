//! What the provider sends: a callback for each job, and webhooks for the account.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    account::Account,
    books::Books,
    config::{Envelope, Format},
    job::Job,
    view, xml,
};
use crate::{
    delivery::{Manner, Outgoing},
    stand_in::StandIn,
};

/// One attempt with three seconds to answer; no document speaks of more \[004\].
pub(super) const MANNER: Manner = Manner {
    delay: Duration::from_secs(1),
    further_attempts: &[],
    timeout: Duration::from_secs(3),
    accepts: is_accepted,
    keeps_first_timestamp: false,
};

/// Exactly these are a success \[004\].
fn is_accepted(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED | StatusCode::NO_CONTENT)
}

/// Tells the job's callback and the account's webhook that the job entered a state, if that is one that is told.
pub(super) fn announce(account: &Account, books: &Books, job: &Job) {
    let Some(event) = job.state.event() else { return };
    let view = view::job(account, books, job);
    if job.callback_url.is_some() {
        send(account, callback(account, job, event, &view));
    }
    if account.config.webhook_url.is_some() || job.callback_url.is_none() {
        let session = job.session();
        send(account, webhook(account, session, event, view));
    }
}

/// Tells the account's webhook that a call went wrong. No document shows what is told.
pub(super) fn announce_api_error(account: &Account) {
    let payload = json!({ "accountId": super::account::ACCOUNT_ID, "message": "Something went wrong" });
    send(account, webhook(account, "account".into(), "api_error", payload));
}

fn send(account: &Account, outgoing: Outgoing) {
    account.backstage().deliveries.send(outgoing);
}

/// A PATCH with the bare job, always JSON and always signed \[k-openapi\]\[004\].
fn callback(account: &Account, job: &Job, event: &'static str, view: &Value) -> Outgoing {
    Outgoing {
        id: new_id(account),
        session: job.session(),
        event,
        method: Method::PATCH,
        url: job.callback_url.clone(),
        content_type: "application/json",
        body: json_text(account, view),
        is_signed: true,
    }
}

/// A POST in the form that the account chose \[004\].
fn webhook(account: &Account, session: String, event: &'static str, payload: Value) -> Outgoing {
    let config = &account.config;
    let (root, body) = match config.webhook_envelope {
        Envelope::Full => ("webhook", json!({ "type": event, "payload": payload })),
        Envelope::Bare => ("job", payload),
    };
    let (content_type, body) = match config.webhook_format {
        Format::Json => ("application/json", json_text(account, &body)),
        Format::Xml => ("application/xml", xml::document(root, &body)),
    };
    Outgoing {
        id: new_id(account),
        session,
        event,
        method: Method::POST,
        url: config.webhook_url.clone(),
        content_type,
        body,
        is_signed: config.sign_webhooks,
    }
}

fn new_id(account: &Account) -> String {
    format!("dlv_{}", account.backstage().ids.object_id())
}

/// JSON as Rails writes it: with these characters escaped, so that reading and writing it again changes the bytes.
fn json_text(account: &Account, value: &Value) -> Vec<u8> {
    let text = value.to_string();
    if account.config.plain_ampersands {
        return text.into_bytes();
    }
    let escapes =
        [('&', "\\u0026"), ('<', "\\u003c"), ('>', "\\u003e"), ('\u{2028}', "\\u2028"), ('\u{2029}', "\\u2029")];
    escapes.iter().fold(text, |text, (from, to)| text.replace(*from, to)).into_bytes()
}
