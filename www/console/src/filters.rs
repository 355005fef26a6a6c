use leptos::prelude::*;

use crate::{
    follow::Followed,
    parts::sessions,
    record::{Kind, Listed},
    route::{Filter, Route},
    words,
};

const TIMES: [(&str, &str); 5] =
    [("", "Any time"), ("15m", "Last 15 minutes"), ("1h", "Last hour"), ("1d", "Last day"), ("7d", "Last 7 days")];

/// The choice of what is listed.
#[component]
pub(crate) fn Filters(
    kind: Kind,
    filter: Memo<Filter>,
    listed: Followed<Listed>,
    providers: Vec<String>,
) -> impl IntoView {
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
