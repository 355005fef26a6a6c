use leptos::prelude::*;

use crate::{
    filters::Filters,
    follow::{Console, Followed, follow},
    parts::Failed,
    record::{Kind, Listed, Record},
    route::{Filter, Route},
    row::{Row, columns},
    server::{self, Refusal},
    words,
};

/// So many are listed at first.
const FIRST_PAGE: u32 = 50;

/// So many more with each wish.
const NEXT_PAGE: u32 = 200;

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
            let known = |record: &Record| before.iter().find(|known| known.id() == record.id());
            let news = records.iter().filter(|record| known(record).is_none()).count();
            let has_moved = |known: &Record, record: &Record| known.text("status") != record.text("status");
            let is_changed = |record: &&Record| known(record).is_some_and(|known| has_moved(known, record));
            let changed = records.iter().filter(is_changed).count();
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
