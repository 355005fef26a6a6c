use leptos::prelude::*;

use crate::{
    parts::{Due, Moment, Replay, host, named, outcome, sessions},
    record::{Kind, Record},
    route::Route,
    words,
};

/// What stands above the columns of a list.
pub(crate) fn columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Sessions => &["Session", "State", "Provider", "Photos", "Changed"],
        Kind::Deliveries => &["Delivery", "Verdict", "Provider", "Session", "Received"],
        Kind::Events => &["Event", "Told", "Learned from", "Session", "Happened"],
        Kind::Outbox => &["Event", "Address", "State", "Attempts", "Next or last", "Action"],
    }
}

/// One record of a list.
#[component]
pub(crate) fn Row(kind: Kind, id: String, record: Memo<Record>) -> impl IntoView {
    let first = record.get_untracked();
    let (name, detail) = match kind {
        Kind::Sessions => (words::short(&id), first.text("reference")),
        Kind::Deliveries => (named(&first.text("type"), "delivery"), words::short(&id)),
        Kind::Events => (first.text("type"), format!("{} · #{}", words::short(&id), first.text("seq"))),
        Kind::Outbox => (first.text("type"), words::short(&first.text("eventId"))),
    };
    let shown = match kind {
        Kind::Outbox => Route::Show(Kind::Events, first.text("eventId")),
        kind => Route::Show(kind, id.clone()),
    };
    let action = (kind == Kind::Outbox).then(|| {
        let label = format!("{}: {} to {}", words::replay(kind), first.text("type"), host(&first.text("address")));
        view! { <td role="cell" class="action"><Replay kind id label /></td> }
    });
    view! {
        <tr role="row">
            <th scope="row" role="rowheader">
                <a href=shown.href()>{name}</a>
                <span class="quiet">{detail}</span>
            </th>
            {move || cells(kind, &record.read())}
            {action}
        </tr>
    }
}

/// What a row shows that may change.
fn cells(kind: Kind, record: &Record) -> AnyView {
    let (word, tone) = words::status(kind, record);
    let badge = view! { <span class=tone.class()>{word}</span> };
    let provider = words::provider(&record.text("provider"));
    let session = record.text("sessionId");
    match kind {
        Kind::Sessions => {
            let provider_status = words::plain(&record.text("providerStatus"));
            let is_test = (record.text("testMode") == "true").then(|| view! { <span class="quiet">"test"</span> });
            let photos = photos(record);
            let at = record.text("updatedAt");
            view! {
                <Cell label="State">{badge} <Quiet text=provider_status /></Cell>
                <Cell label="Provider">{provider} {is_test}</Cell>
                <Cell label="Photos">{photos}</Cell>
                <Cell label="Changed"><Moment at /></Cell>
            }
            .into_any()
        }
        Kind::Deliveries => {
            let why = words::plain(&[record.text("code"), record.text("unread")].concat());
            let at = record.text("receivedAt");
            // Whose a refused one would be is not looked at.
            let session = (record.text("status") != "refused").then(|| sessions(&session));
            view! {
                <Cell label="Verdict">{badge} <Quiet text=why /></Cell>
                <Cell label="Provider">{provider}</Cell>
                <Cell label="Session">{session}</Cell>
                <Cell label="Received"><Moment at /></Cell>
            }
            .into_any()
        }
        Kind::Events => {
            let source = words::plain(&record.text("source"));
            let at = record.text("createdAt");
            view! {
                <Cell label="Told">{badge}</Cell>
                <Cell label="Learned from">{source}</Cell>
                <Cell label="Session">{sessions(&session)}</Cell>
                <Cell label="Happened"><Moment at /></Cell>
            }
            .into_any()
        }
        Kind::Outbox => {
            let (address, attempts, outcome) = (record.text("address"), record.text("attempts"), outcome(record));
            let (due, settled) = (record.text("dueAt"), record.text("settledAt"));
            view! {
                <Cell label="Address"><span class="address">{address}</span></Cell>
                <Cell label="State">{badge}</Cell>
                <Cell label="Attempts">{attempts} <Quiet text=outcome /></Cell>
                <Cell label="Next or last"><Due at=due /> <Moment at=settled /></Cell>
            }
            .into_any()
        }
    }
}

fn photos(session: &Record) -> String {
    let (copied, missing) = (session.number("photos"), session.number("photosMissing"));
    if missing > 0 { format!("{copied} of {}", copied + missing) } else { copied.to_string() }
}

/// A cell that carries its column's name to where there is no room for columns.
#[component]
fn Cell(label: &'static str, children: Children) -> impl IntoView {
    view! { <td role="cell" data-label=label><div>{children()}</div></td> }
}

#[component]
fn Quiet(text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <span class="quiet">{text}</span> })
}
