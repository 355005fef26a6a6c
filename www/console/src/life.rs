use leptos::prelude::*;

use crate::{
    chain::{Cause, Entry, Event, Standing},
    follow::Console,
    parts::{Due, Replay, host, named, outcome},
    record::{Kind, Record},
    route::Route,
    time, words,
};

/// Entries of a session's life as a timeline, the newest first.
#[component]
pub(crate) fn Life(#[prop(into)] entries: Signal<Vec<Entry>>) -> impl IntoView {
    let keys = move || entries.read().iter().map(Entry::key).collect::<Vec<_>>();
    let item = move |key: String| {
        let entry = Memo::new(move |before: Option<&Option<Entry>>| {
            let found = entries.read().iter().find(|entry| entry.key() == key).cloned();
            found.or_else(|| before.cloned().flatten())
        });
        view! { <li>{move || entry.get().map(|entry| view! { <Chain entry /> })}</li> }
    };
    view! { <ol class="life"><For each=keys key=Clone::clone children=item /></ol> }
}

/// One thing that happened, from its cause to whoever was told.
#[component]
fn Chain(entry: Entry) -> impl IntoView {
    let console = Console::here();
    let at = entry.at;
    let head = match &entry.cause {
        Cause::Delivery(delivery) => {
            let href = Route::Show(Kind::Deliveries, delivery.id()).href();
            view! { <a href=href>{named(&delivery.text("type"), "Delivery")}</a> }.into_any()
        }
        other @ Cause::Other(_) => words::cause(other).into_any(),
    };
    let came = match &entry.cause {
        Cause::Delivery(delivery) => view! { <Received delivery=delivery.clone() /> }.into_any(),
        Cause::Other(source) => {
            let text = match source.as_str() {
                "reading" => "The provider was asked, without any delivery",
                "host" => "By its API key",
                "person" => "In a page that is ours",
                _ => "It is not said how",
            };
            view! { <Step name="Learned" class="done">{text}</Step> }.into_any()
        }
    };
    let events = entry.events.clone();
    view! {
        <article class="entry">
            <h3>
                <time>{move || time::clock(at, console.now.get())}</time>
                <span>{head}</span>
            </h3>
            <ol class="chain">
                {came}
                <Changed entry=entry.clone() />
                <Told events />
            </ol>
        </article>
    }
}

/// The first two steps of a delivery.
#[component]
fn Received(delivery: Record) -> impl IntoView {
    let (word, tone) = words::status(Kind::Deliveries, &delivery);
    let class = if delivery.text("status") == "refused" { "failed" } else { "done" };
    let why = words::plain(&[delivery.text("code"), delivery.text("unread")].concat());
    let bytes = delivery.text("bodyBytes");
    let size = if bytes.is_empty() { "body no longer kept".to_owned() } else { format!("{bytes} bytes") };
    let (provider, proof) = (words::provider(&delivery.text("provider")), delivery.text("proof"));
    view! {
        <Step name="Received" class="done">{provider} <span class="quiet">{size}</span></Step>
        <Step name="Verified" class=class>
            <span class=tone.class()>{word}</span>
            <span class="quiet">{why}</span>
            <span class="quiet">{proof}</span>
        </Step>
    }
}

/// The step in which the session changed, or did not.
#[component]
fn Changed(entry: Entry) -> impl IntoView {
    let is_refused = matches!(&entry.cause, Cause::Delivery(delivery) if delivery.text("status") == "refused");
    let asked = entry.read_at.map(|read_at| {
        view! { <span class="quiet">{format!("read at the provider {}", time::later(read_at - entry.at))}</span> }
    });
    let ends = entry.events.first().zip(entry.events.last());
    let change = match ends {
        Some((first, last)) => change(first.before.as_ref(), &last.after).into_any(),
        None if is_refused => view! { <span class="quiet">"nothing is believed of it"</span> }.into_any(),
        None => view! { <span class="quiet">"no change; the provider is asked"</span> }.into_any(),
    };
    let class = if ends.is_some() { "done" } else { "skipped" };
    view! { <Step name="Session changed" class=class>{change} {asked}</Step> }
}

fn change(before: Option<&Standing>, after: &Standing) -> impl IntoView + use<> {
    let (word, tone) = words::state(&after.state);
    let from = before.filter(|before| before.state != after.state).map(|before| {
        view! { <span class="was">{words::plain(&before.state)}<span class="unseen">" became "</span></span> }
    });
    view! {
        {from}
        <span class=tone.class()>{word}</span>
        <span class="quiet">{words::plain(&after.provider_status)}</span>
    }
}

/// The steps in which events were written and sent.
#[component]
fn Told(events: Vec<Event>) -> impl IntoView {
    if events.is_empty() {
        return view! {
            <Step name="Event" class="skipped"><span class="quiet">"none"</span></Step>
            <Step name="Told" class="skipped"><span class="quiet">"nobody"</span></Step>
        }
        .into_any();
    }
    let links = events.iter().map(|event| {
        let href = Route::Show(Kind::Events, event.record.id()).href();
        view! { <a href=href>{event.record.text("type")}</a> }
    });
    let links = links.collect_view();
    let sendings: Vec<_> = events.iter().flat_map(|event| event.sendings.clone()).collect();
    let worst =
        ["dead", "due", "delivered"].into_iter().find(|word| sendings.iter().any(|one| one.text("status") == *word));
    let class = match worst {
        Some("dead") => "failed",
        Some("due") => "busy",
        Some(_) => "done",
        None => "skipped",
    };
    let told = if sendings.is_empty() {
        view! { <span class="quiet">"no address is told; it can be read from /v1/events"</span> }.into_any()
    } else {
        sendings.into_iter().map(|sending| view! { <Sending sending /> }).collect_view().into_any()
    };
    view! {
        <Step name="Event" class="done">{links}</Step>
        <Step name="Told" class=class>{told}</Step>
    }
    .into_any()
}

/// What became of telling an event to one address.
#[component]
fn Sending(sending: Record) -> impl IntoView {
    let (word, tone) = words::status(Kind::Outbox, &sending);
    let attempts = match sending.number("attempts") {
        0 => "no attempt yet".to_owned(),
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    let due = sending.text("dueAt");
    let address = sending.text("address");
    let label = format!("{}: {} to {}", words::replay(Kind::Outbox), sending.text("type"), host(&address));
    view! {
        <div class="sending">
            <span class="address" title=address.clone()>{host(&address)}</span>
            <span class=tone.class()>{word}</span>
            <span class="quiet">{attempts}</span>
            <span class="quiet">{outcome(&sending)}</span>
            <span class="quiet"><Due at=due /></span>
            <Replay kind=Kind::Outbox id=sending.id() label />
        </div>
    }
}

#[component]
fn Step(name: &'static str, class: &'static str, children: Children) -> impl IntoView {
    view! { <li class=class><h4>{name}</h4><div>{children()}</div></li> }
}
