//! What several of the page's places are made of.

use leptos::prelude::*;

use crate::{
    follow::Console,
    record::{Kind, Record},
    route::Route,
    time, words,
};

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
