use leptos::prelude::*;

use crate::{
    follow::{Console, Followed, follow},
    record::{Kind, Listed, Record},
    route::{Filter, Route},
    server::{self, Refusal},
    time, words,
};

/// So many are listed at first.
const FIRST_PAGE: u32 = 50;

/// So many more with each wish.
const NEXT_PAGE: u32 = 200;

const TIMES: [(&str, &str); 5] =
    [("", "Any time"), ("15m", "Last 15 minutes"), ("1h", "Last hour"), ("1d", "Last day"), ("7d", "Last 7 days")];

/// The newest records of a kind.
#[component]
pub(crate) fn List(kind: Kind, providers: Vec<String>) -> impl IntoView {
    let console = Console::here();
    let filter = Memo::new(move |before: Option<&Filter>| match console.route.get() {
        Route::List(here, filter) if here == kind => filter,
        _ => before.cloned().unwrap_or_default(),
    });
    let listed = follow(console, move || server::list(kind, filter.get().query()));
    announce(console, kind, filter, listed);
    let records = Memo::new(move |_| listed.answer.with(|listed| listed.as_ref().map(|listed| listed.records.clone())));
    let ids = move || records.get().unwrap_or_default().iter().map(Record::id).collect::<Vec<_>>();
    let has_rows =
        Memo::new(move |_| records.with(|records| records.as_ref().is_some_and(|records| !records.is_empty())));
    let row = move |id: String| {
        let known = id.clone();
        let record = Memo::new(move |before: Option<&Record>| {
            let find = |records: &Vec<Record>| records.iter().find(|record| record.id() == known).cloned();
            records.with(|records| records.as_ref().and_then(find)).or_else(|| before.cloned()).unwrap_or_default()
        });
        view! { <Row kind id record /> }
    };
    let head =
        columns(kind).iter().map(|name| view! { <th scope="col" role="columnheader">{*name}</th> }).collect_view();
    view! {
        <header class="head">
            <h1>{words::title(kind)}</h1>
            <p class="quiet">{words::about(kind)}</p>
            <Filters kind filter listed providers />
        </header>
        <Nothing kind filter listed />
        <table role="table" class=format!("records {}", kind.as_str()) hidden=move || !has_rows.get()>
            <caption class="unseen">{words::title(kind)} ", the newest first"</caption>
            <thead role="rowgroup"><tr role="row">{head}</tr></thead>
            <tbody role="rowgroup"><For each=ids key=Clone::clone children=row /></tbody>
        </table>
        <More kind filter listed />
    }
}

/// Says what a look at the server brought, where it brought something.
fn announce(console: Console, kind: Kind, filter: Memo<Filter>, listed: Followed<Listed>) {
    Effect::new(move |before: Option<(Filter, Vec<Record>)>| {
        let records =
            listed.answer.with(|listed| listed.as_ref().map(|listed| listed.records.clone())).unwrap_or_default();
        let filter = filter.get_untracked();
        if let Some((_, before)) = before.filter(|(known, before)| *known == filter && !before.is_empty()) {
            let news = records.iter().filter(|record| before.iter().all(|known| known.id() != record.id())).count();
            let changed = records.iter().filter(|record| !before.contains(record)).count() - news;
            let noun = words::title(kind).to_lowercase();
            match (news, changed) {
                (0, 0) => {}
                (news, 0) => console.say(&format!("{news} new in {noun}.")),
                (0, changed) => console.say(&format!("{changed} changed in {noun}.")),
                (news, changed) => console.say(&format!("{news} new and {changed} changed in {noun}.")),
            }
        }
        (filter, records)
    });
}

fn columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Sessions => &["Session", "State", "Provider", "Photos", "Changed"],
        Kind::Deliveries => &["Delivery", "Verdict", "Provider", "Session", "Received"],
        Kind::Events => &["Event", "Told", "Learned from", "Session", "Happened"],
        Kind::Outbox => &["Event", "Address", "State", "Attempts", "Next or last", "Action"],
    }
}

#[component]
fn Row(kind: Kind, id: String, record: Memo<Record>) -> impl IntoView {
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

/// How the last attempt ended.
pub(crate) fn outcome(sending: &Record) -> String {
    match (sending.text("lastStatus"), sending.text("lastError")) {
        (status, error) if error.is_empty() && !status.is_empty() => format!("answered {status}"),
        (_, error) => error,
    }
}

/// The part of an address that a person knows it by.
pub(crate) fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

pub(crate) fn named(name: &str, otherwise: &str) -> String {
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
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

/// Links to the sessions that something is about.
pub(crate) fn sessions(ids: &str) -> AnyView {
    if ids.is_empty() {
        return view! { <span class="quiet">"none of ours"</span> }.into_any();
    }
    let link = |id: &str| {
        let href = Route::Show(Kind::Sessions, id.to_owned()).href();
        view! { <a href=href>{words::short(id)}</a>" " }
    };
    ids.split(',').map(link).collect_view().into_any()
}

/// A time: how long ago, and exactly where somebody asks.
#[component]
pub(crate) fn Moment(at: String) -> impl IntoView {
    let console = Console::here();
    time::millis(&at).map(|millis| {
        let title = time::clock(millis, 0);
        view! { <time datetime=at title=title>{move || time::away(millis, console.now.get())}</time> }
    })
}

/// When the next attempt is; what is due already waits until what happened before it is told.
#[component]
pub(crate) fn Due(at: String) -> impl IntoView {
    let console = Console::here();
    time::millis(&at).map(|millis| {
        let is_later = Memo::new(move |_| millis > console.now.get());
        move || {
            if is_later.get() {
                view! { "next " <Moment at=at.clone() /> }.into_any()
            } else {
                "waits its turn".into_any()
            }
        }
    })
}

/// Sets a record going again.
#[component]
pub(crate) fn Replay(kind: Kind, id: String, label: String) -> impl IntoView {
    let console = Console::here();
    view! {
        <button class="plain" type="button" aria-label=label on:click=move |_| console.replay(kind, id.clone())>
            {words::replay(kind)}
        </button>
    }
}

#[component]
fn Filters(kind: Kind, filter: Memo<Filter>, listed: Followed<Listed>, providers: Vec<String>) -> impl IntoView {
    let statuses = Memo::new(move |_| {
        let words = listed.answer.with(|listed| listed.as_ref().map(|listed| listed.statuses.clone()));
        // Before the first answer the one that is chosen is the only one that is known.
        words.unwrap_or_else(|| vec![filter.get().get("status").to_owned()])
    });
    let statuses = move || {
        let known = statuses.get().into_iter().filter(|word| !word.is_empty());
        let known = known.map(|word| (word.clone(), words::standing(kind, &word).0));
        std::iter::once((String::new(), "Any".to_owned())).chain(known).collect::<Vec<_>>()
    };
    let providers: Vec<_> = std::iter::once((String::new(), "Any".to_owned()))
        .chain(providers.into_iter().map(|name| (name.clone(), words::provider(&name))))
        .collect();
    let times = TIMES.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
    let session = move || {
        let id = filter.get().get("session").to_owned();
        (!id.is_empty()).then(|| {
            let all = Route::List(kind, filter.get().with("session", "")).href();
            view! { <p class="only">"Only of " {sessions(&id)} <a href=all>"Show all"</a></p> }
        })
    };
    view! {
        <div class="filters" role="search" aria-label="Which ones">
            <Choice kind filter name="status" label="State" options=Signal::derive(statuses) />
            <Choice kind filter name="provider" label="Provider" options=providers />
            <Choice kind filter name="since" label="Since" options=times />
            {session}
        </div>
    }
}

#[component]
fn Choice(
    kind: Kind,
    filter: Memo<Filter>,
    name: &'static str,
    label: &'static str,
    #[prop(into)] options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let choose = move |event| {
        let chosen = filter.get_untracked().with(name, &event_target_value(&event)).with("limit", "");
        let _ = window().location().set_hash(&Route::List(kind, chosen).href());
    };
    let option = move |(value, label): (String, String)| {
        let known = value.clone();
        view! { <option value=value prop:selected=move || filter.read().get(name) == known>{label}</option> }
    };
    view! {
        <label>
            <span>{label}</span>
            <select on:change=choose>{move || options.get().into_iter().map(option).collect_view()}</select>
        </label>
    }
}

/// What there is to read where there are no records.
#[component]
fn Nothing(kind: Kind, filter: Memo<Filter>, listed: Followed<Listed>) -> impl IntoView {
    let all = Route::List(kind, Filter::default()).href();
    move || {
        let count = listed.answer.with(|listed| listed.as_ref().map(|listed| listed.records.len()));
        match (listed.refusal.get(), count) {
            (Some(Refusal::FilterUnknown), _) => {
                let all = all.clone();
                view! {
                    <div class="nothing" role="alert">
                        <h2>"The address names a filter that there is not"</h2>
                        <p><a href=all>"Show all"</a></p>
                    </div>
                }
                .into_any()
            }
            (Some(_), None) => view! { <Failed /> }.into_any(),
            (_, None) => view! { <p class="nothing quiet" role="status">"Reading…"</p> }.into_any(),
            (_, Some(0)) if filter.get().narrows() => {
                let all = all.clone();
                view! {
                    <div class="nothing">
                        <h2>"None of these"</h2>
                        <p>"There is nothing that fits all filters. " <a href=all>"Show all"</a></p>
                    </div>
                }
                .into_any()
            }
            (_, Some(0)) => {
                let (head, text) = words::nothing(kind);
                view! { <div class="nothing"><h2>{head}</h2><p>{text}</p></div> }.into_any()
            }
            (_, Some(_)) => ().into_any(),
        }
    }
}

/// What there is to read where the server did not answer as it should.
#[component]
pub(crate) fn Failed() -> impl IntoView {
    let console = Console::here();
    view! {
        <div class="nothing" role="alert">
            <h2>"This could not be read"</h2>
            <p>"The server’s log says why, if it was reached."</p>
            <p><button class="primary" type="button" on:click=move |_| console.refresh()>"Try again"</button></p>
        </div>
    }
}

/// The way to older records, where there may be some.
#[component]
fn More(kind: Kind, filter: Memo<Filter>, listed: Followed<Listed>) -> impl IntoView {
    move || {
        let limit = filter.get().get("limit").parse().unwrap_or(FIRST_PAGE);
        let count = listed.answer.with(|listed| listed.as_ref().map_or(0, |listed| listed.records.len()));
        u32::try_from(count).is_ok_and(|count| count >= limit).then(|| {
            let more = filter.get().with("limit", &(limit + NEXT_PAGE).to_string());
            view! { <p class="more"><a href=Route::List(kind, more).href()>"Show older ones"</a></p> }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::record;

    #[test]
    fn an_address_is_known_by_its_host() {
        for (address, known) in
            [("https://a.test/hook", "a.test"), ("http://localhost:8080", "localhost:8080"), ("", "")]
        {
            assert_eq!(host(address), known);
        }
    }

    #[test]
    fn an_attempt_ended_with_a_status_or_a_reason() {
        assert_eq!(outcome(&record(r#"{"lastStatus": 204, "lastError": null}"#)), "answered 204");
        assert_eq!(outcome(&record(r#"{"lastStatus": 500, "lastError": "status 500"}"#)), "status 500");
        assert_eq!(outcome(&record("{}")), "");
    }
}
