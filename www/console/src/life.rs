use leptos::prelude::*;

use crate::{
    chain::{Cause, Entry, Standing},
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
        let find = move || entries.read().iter().find(|entry| entry.key() == key).cloned();
        find().map(|first| {
            let entry = Memo::new(move |before: Option<&Entry>| {
                find().or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
            });
            view! { <li><Chain entry /></li> }
        })
    };
    view! { <ol class="life"><For each=keys key=Clone::clone children=item /></ol> }
}

/// One thing that happened, from its cause to whoever was told. What can have the focus stays while the rest changes.
#[component]
fn Chain(entry: Memo<Entry>) -> impl IntoView {
    let console = Console::here();
    let Entry { at, cause, .. } = entry.get_untracked();
    let head = match &cause {
        Cause::Delivery(delivery) => {
            let href = Route::Show(Kind::Deliveries, delivery.id()).href();
            view! { <a href=href>{named(&delivery.text("type"), "Delivery")}</a> }.into_any()
        }
        other @ Cause::Other(_) => words::cause(other).into_any(),
    };
    let came = match cause {
        Cause::Delivery(delivery) => view! { <Received delivery /> }.into_any(),
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
    view! {
        <article class="entry">
            <h3>
                <time>{move || time::clock(at, console.now.get())}</time>
                <span>{head}</span>
            </h3>
            <ol class="chain">
                {came}
                {move || view! { <Changed entry=entry.get() /> }}
                <Events entry />
                <Told entry />
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

/// The step in which events were written.
#[component]
fn Events(entry: Memo<Entry>) -> impl IntoView {
    let events = move || entry.read().events.iter().map(|event| event.record.clone()).collect::<Vec<_>>();
    let link = |event: Record| {
        let href = Route::Show(Kind::Events, event.id()).href();
        view! { <a href=href>{event.text("type")}</a> }
    };
    let is_none = move || entry.read().events.is_empty();
    let class = Signal::derive(move || if is_none() { "skipped" } else { "done" });
    view! {
        <Step name="Event" class>
            <For each=events key=Record::id children=link />
            {move || is_none().then(|| view! { <span class="quiet">"none"</span> })}
        </Step>
    }
}

/// The step in which addresses were told.
#[component]
fn Told(entry: Memo<Entry>) -> impl IntoView {
    let sendings =
        Memo::new(move |_| entry.read().events.iter().flat_map(|event| event.sendings.clone()).collect::<Vec<_>>());
    let class = Signal::derive(move || {
        let stands = |word: &str| sendings.read().iter().any(|sending| sending.text("status") == word);
        let classes = [("dead", "failed"), ("due", "busy"), ("delivered", "done")];
        classes.into_iter().find(|(word, _)| stands(word)).map_or("skipped", |(_, class)| class)
    });
    let item = move |first: Record| {
        let id = first.id();
        let sending = Memo::new(move |before: Option<&Record>| {
            let found = sendings.read().iter().find(|sending| sending.id() == id).cloned();
            found.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
        });
        view! { <Sending sending /> }
    };
    let nobody = move || {
        let words = match (entry.read().events.is_empty(), sendings.read().is_empty()) {
            (true, _) => "nobody",
            (false, true) => "no address is told; it can be read from /v1/events",
            (false, false) => return None,
        };
        Some(view! { <span class="quiet">{words}</span> })
    };
    view! {
        <Step name="Told" class>
            <For each=move || sendings.get() key=Record::id children=item />
            {nobody}
        </Step>
    }
}

/// What became of telling an event to one address.
#[component]
fn Sending(sending: Memo<Record>) -> impl IntoView {
    let first = sending.get_untracked();
    let address = first.text("address");
    let label = format!("{}: {} to {}", words::replay(Kind::Outbox), first.text("type"), host(&address));
    view! {
        <div class="sending">
            <span class="address" title=address.clone()>{host(&address)}</span>
            {move || attempts(&sending.read())}
            <Replay kind=Kind::Outbox id=first.id() label />
        </div>
    }
}

fn attempts(sending: &Record) -> impl IntoView + use<> {
    let (word, tone) = words::status(Kind::Outbox, sending);
    let attempts = match sending.number("attempts") {
        0 => "no attempt yet".to_owned(),
        1 => "1 attempt".to_owned(),
        attempts => format!("{attempts} attempts"),
    };
    view! {
        <span class=tone.class()>{word}</span>
        <span class="quiet">{attempts}</span>
        <span class="quiet">{outcome(sending)}</span>
        <span class="quiet"><Due at=sending.text("dueAt") /></span>
    }
}

#[component]
fn Step(name: &'static str, #[prop(into)] class: Signal<&'static str>, children: Children) -> impl IntoView {
    view! { <li class=move || class.get()><h4>{name}</h4><div>{children()}</div></li> }
}
