use leptos::prelude::*;

use crate::{
    chain::{Cause, Entry, entries},
    follow::{Console, Followed, follow},
    life::Life,
    parts::{Failed, Moment, Replay, named, sessions},
    record::{Finding, Kind, Record, Shown},
    route::{Filter, Route},
    server::{self, Refusal},
    time, words,
};

/// A record and the session's life that it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    shown: Shown,
    /// What is shown of the life, the newest first.
    entries: Vec<Entry>,
}

/// One record with all that is known about it.
#[component]
pub(crate) fn Show(kind: Kind, id: String) -> impl IntoView {
    let console = Console::here();
    let asked = id.clone();
    let told = follow(console, move || read(kind, asked.clone()));
    announce(console, told);
    let entries = Signal::derive(move || {
        told.answer.with(|told| told.as_ref().map_or_else(Vec::new, |told| told.entries.clone()))
    });
    let record = Memo::new(move |_| told.answer.with(|told| told.as_ref().map(|told| told.shown.record.clone())));
    let shown = Memo::new(move |_| told.answer.with(|told| told.as_ref().map(|told| told.shown.clone())));
    let back = Route::List(kind, Filter::default()).href();
    let is_there = Memo::new(move |_| record.with(Option::is_some));
    let id = StoredValue::new(id);
    let action = move || {
        let is_refused = record.with(|record| record.as_ref().is_some_and(|record| record.text("status") == "refused"));
        (is_there.get() && !is_refused)
            .then(|| view! { <Replay kind id=id.get_value() label=words::replay(kind).to_owned() /> })
    };
    view! {
        <p class="back"><a href=back>{words::title(kind)}</a></p>
        {move || missing(told)}
        <header class="head shown">
            <h1>{move || record.get().map(|record| heading(kind, &record))}</h1>
            {action}
        </header>
        <div class="facts">{move || shown.get().map(|shown| facts(kind, &shown))}</div>
        <section class="timeline" aria-labelledby="life" hidden=move || entries.read().is_empty()>
            <h2 id="life">{life_title(kind)}</h2>
            <Life entries />
        </section>
        {move || record.get().filter(|_| kind != Kind::Sessions).map(|record| whole_life(&record))}
    }
}

/// The record, and of its session what is about it.
async fn read(kind: Kind, id: String) -> Result<Told, Refusal> {
    let shown = server::show(kind, &id).await?;
    if kind == Kind::Sessions {
        let entries = entries(&shown);
        return Ok(Told { shown, entries });
    }
    let mut found = Vec::new();
    for session in shown.record.text("sessionId").split(',').filter(|session| !session.is_empty()) {
        let life = entries(&server::show(Kind::Sessions, session).await?);
        found.extend(life.into_iter().filter(|entry| match kind {
            Kind::Deliveries => entry.is_delivery(&id),
            _ => entry.has_event(&id),
        }));
    }
    if found.is_empty() && kind == Kind::Deliveries {
        found.push(alone(&shown.record));
    }
    Ok(Told { shown, entries: found })
}

/// A delivery that is about no session of ours, or was not believed.
fn alone(delivery: &Record) -> Entry {
    let at = time::millis(&delivery.text("receivedAt")).unwrap_or_default();
    Entry { at, cause: Cause::Delivery(delivery.clone()), read_at: None, events: Vec::new() }
}

/// Says what a look at the server brought, where it brought something.
fn announce(console: Console, told: Followed<Told>) {
    Effect::new(move |before: Option<Option<Told>>| {
        let now = told.answer.get();
        if let (Some(Some(before)), Some(now)) = (&before, &now) {
            let status = now.shown.record.text("status");
            let more = now.entries.len().saturating_sub(before.entries.len());
            if before.shown.record.text("status") != status {
                console.say(&format!("It is now {}.", words::plain(&status)));
            } else if more > 0 {
                console.say(&format!("{more} new in the timeline."));
            } else if before.entries != now.entries {
                console.say("The timeline has changed.");
            }
        }
        now
    });
}

fn missing(told: Followed<Told>) -> AnyView {
    match (told.refusal.get(), told.answer.with(Option::is_some)) {
        (Some(Refusal::Unknown), _) => view! {
            <div class="nothing" role="alert">
                <h2>"There is no such record any more"</h2>
                <p>"It was too old to be kept, or never was. Refused deliveries are remembered for an hour, and until the server stops."</p>
            </div>
        }
        .into_any(),
        (Some(_), false) => view! { <Failed /> }.into_any(),
        (None, false) => view! { <p class="nothing quiet" role="status">"Reading…"</p> }.into_any(),
        _ => ().into_any(),
    }
}

fn heading(kind: Kind, record: &Record) -> impl IntoView + use<> {
    let (word, tone) = words::status(kind, record);
    let name = match kind {
        Kind::Sessions => format!("Session {}", words::short(&record.id())),
        Kind::Deliveries => named(&record.text("type"), "Delivery"),
        Kind::Events | Kind::Outbox => record.text("type"),
    };
    view! { {name} " " <span class=tone.class()>{word}</span> }
}

fn life_title(kind: Kind) -> &'static str {
    match kind {
        Kind::Sessions => "Its life, the newest first",
        _ => "From its cause to whoever was told",
    }
}

fn whole_life(record: &Record) -> impl IntoView + use<> {
    let ids = record.text("sessionId");
    (!ids.is_empty()).then(|| view! { <p class="more">"The whole life of " {sessions(&ids)}</p> })
}

/// What is known about the record, in names and values; what is not known is left out.
fn facts(kind: Kind, shown: &Shown) -> impl IntoView + use<> {
    let record = &shown.record;
    let why = (kind == Kind::Deliveries).then(|| why(shown));
    let is_told = |name: &str| {
        let is_nothing_to_tell = matches!(name, "photosMissing" | "attempts") && record.number(name) == 0;
        !is_nothing_to_tell && !record.text(name).is_empty()
    };
    let pairs = names(kind).iter().filter(|(_, name)| is_told(name)).map(|(label, name)| {
        let text = record.text(name);
        let value = match *name {
            "sessionId" => sessions(&text),
            name if name.ends_with("At") || name.ends_with("Since") => {
                let exact = time::millis(&text).map(|at| time::clock(at, 0));
                view! { <Moment at=text /> <span class="quiet">{exact}</span> }.into_any()
            }
            "provider" => words::provider(&text).into_any(),
            "id" | "eventId" | "subject" | "bodySha256" | "lastError" => view! { <code>{text}</code> }.into_any(),
            "testMode" => if text == "true" { "yes" } else { "no" }.into_any(),
            _ => words::plain(&text).into_any(),
        };
        view! { <div><dt>{*label}</dt><dd>{value}</dd></div> }
    });
    let pairs = pairs.collect_view();
    view! { {why} <dl>{pairs}</dl> }
}

/// Why a delivery is believed, or is not.
fn why(shown: &Shown) -> impl IntoView + use<> {
    let record = &shown.record;
    if record.text("status") != "refused" {
        let means = shown.means.clone().unwrap_or_default();
        return view! { <p class="why">"Genuine: " {means} "."</p> }.into_any();
    }
    let findings = match &shown.findings {
        Some(findings) if !findings.is_empty() => findings.iter().map(finding).collect_view().into_any(),
        Some(_) => view! { <p>"None of the known mistakes explains it: most likely somebody else sent it."</p> }.into_any(),
        None => view! {
            <p>"The known mistakes were not tried on it: many came at once, or it was too large."</p>
            <p><strong>"Remedy: "</strong> "keep bodies with " <code>"HEADSHOT_KEEP_REFUSED=on"</code> ", and have the provider send it again."</p>
        }
        .into_any(),
    };
    view! {
        <div class="why bad">
            <h2>"Why it was refused"</h2>
            <p><code>{record.text("code")}</code> " · " {record.text("detail")}</p>
            {findings}
        </div>
    }
    .into_any()
}

fn finding(finding: &Finding) -> impl IntoView + use<> {
    let Finding { code, message, remedy } = finding.clone();
    view! {
        <div class="finding">
            <h3>{words::plain(&code)}</h3>
            <p>{message}</p>
            <p><strong>"Remedy: "</strong> {remedy}</p>
        </div>
    }
}

fn names(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Sessions => &[
            ("Id", "id"),
            ("Provider", "provider"),
            ("Provider’s word", "providerStatus"),
            ("Reference", "reference"),
            ("Test mode", "testMode"),
            ("Offers", "surface"),
            ("Photos", "photos"),
            ("Photos missing", "photosMissing"),
            ("Opened", "createdAt"),
            ("Changed", "updatedAt"),
            ("Read next", "nextReadingAt"),
            ("Attempts to read", "attempts"),
            ("Last failure", "lastError"),
            ("Gone at the provider since", "goneSince"),
            ("Deleted", "removedAt"),
        ],
        Kind::Deliveries => &[
            ("Id", "id"),
            ("Provider", "provider"),
            ("Session", "sessionId"),
            ("Received", "receivedAt"),
            ("Happened", "eventCreatedAt"),
            ("Event’s id", "eventId"),
            ("About", "subject"),
            ("Proven by", "proof"),
            ("Not read because", "unread"),
            ("Bytes", "bodyBytes"),
            ("SHA-256", "bodySha256"),
        ],
        Kind::Events | Kind::Outbox => &[
            ("Id", "id"),
            ("Place in the stream", "seq"),
            ("Session", "sessionId"),
            ("Learned from", "source"),
            ("Happened", "createdAt"),
        ],
    }
}
