use gloo_events::EventListener;
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    follow::{Console, Standing},
    list::List,
    record::Kind,
    route::{Filter, Route},
    server::{self, Server},
    show::Show as ShowRecord,
    sign_in::SignIn,
    words,
};

/// The whole page.
#[component]
pub(crate) fn Page() -> impl IntoView {
    let console = Console::new(here());
    provide_context(console);
    let listener = EventListener::new(&window(), "hashchange", move |_| console.route.set(here()));
    listener.forget();
    console.meet();
    Effect::new(move || document().set_title(&title(&console.route.get())));
    let content = move || match console.standing.get() {
        Standing::Unknown => view! { <Unknown /> }.into_any(),
        Standing::SignedOut => view! { <SignIn /> }.into_any(),
        Standing::SignedIn(server) => view! { <SignedIn server /> }.into_any(),
    };
    let said = move || console.said.get();
    view! {
        {content}
        <div class="said" role="status" aria-atomic="false">
            <For each=said key=|(number, _)| *number children=|(_, words)| view! { <p>{words}</p> } />
        </div>
    }
}

fn here() -> Route {
    Route::read(&window().location().hash().unwrap_or_default())
}

fn title(route: &Route) -> String {
    match route {
        Route::List(kind, _) => format!("{} · Headshot console", words::title(*kind)),
        Route::Show(_, id) => format!("{} · Headshot console", words::short(id)),
    }
}

/// Shown until the server has said who is in front of it.
#[component]
fn Unknown() -> impl IntoView {
    let console = Console::here();
    let unreachable = move || {
        (!console.is_reached.get()).then(|| {
            view! {
                <h1>"The server does not answer"</h1>
                <p>"Check that it runs and that you can reach it, and try again."</p>
                <p><button class="primary" type="button" on:click=move |_| console.meet()>"Try again"</button></p>
            }
        })
    };
    view! { <main class="door" role="alert">{unreachable}</main> }
}

#[component]
fn SignedIn(server: Server) -> impl IntoView {
    let console = Console::here();
    let main = NodeRef::<html::Main>::new();
    let providers = StoredValue::new(server.providers);
    // Another filter is no other place: whoever is about to choose one stays where they are.
    let place = Memo::new(move |_| match console.route.get() {
        Route::List(kind, _) => Route::List(kind, Filter::default()),
        shown @ Route::Show(..) => shown,
    });
    let content = move || match place.get() {
        Route::List(kind, _) => view! { <List kind providers=providers.get_value() /> }.into_any(),
        Route::Show(kind, id) => view! { <ShowRecord kind id /> }.into_any(),
    };
    Effect::new(move |before: Option<()>| {
        place.track();
        // Whoever goes on by keyboard or screen reader goes on with what is new.
        if before.is_some()
            && let Some(main) = main.get_untracked()
        {
            let _ = main.focus();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        main.get_untracked().map(|main| main.focus())
    };
    view! {
        <a class="skip" href="#main" on:click=move |event| { skip(event); }>"Skip to the content"</a>
        <Top version=server.version />
        <Unreachable />
        <main id="main" tabindex="-1" node_ref=main>{content}</main>
    }
}

#[component]
fn Top(version: String) -> impl IntoView {
    let console = Console::here();
    let link = move |kind: Kind| {
        let is_here = move || (console.route.read().kind() == kind).then_some("page");
        let href = Route::List(kind, Filter::default()).href();
        view! { <li><a href=href aria-current=is_here>{words::title(kind)}</a></li> }
    };
    let sign_out = move |_| {
        spawn_local(async move {
            match server::sign_out().await {
                Ok(()) => {
                    console.say("You are signed out.");
                    console.standing.set(Standing::SignedOut);
                }
                Err(_) => console.say("That did not reach the server. Try again."),
            }
        });
    };
    view! {
        <header class="top">
            <p class="brand"><span class="mark" aria-hidden="true">"h"</span>"Headshot "<span class="quiet">"console"</span></p>
            <nav aria-label="Records"><ul>{Kind::ALL.map(link).into_iter().collect_view()}</ul></nav>
            <p class="live" class:lost=move || !console.is_reached.get()>
                {move || if console.is_reached.get() { "Live" } else { "Not reached" }}
                <span class="quiet version">{format!("version {version}")}</span>
            </p>
            <button class="plain" type="button" on:click=sign_out>"Sign out"</button>
        </header>
    }
}

#[component]
fn Unreachable() -> impl IntoView {
    let console = Console::here();
    let banner = move || {
        (!console.is_reached.get()).then(|| {
            view! {
                <p>"The server does not answer. What you see is what it said last; it is asked again every few seconds."</p>
                <button class="plain" type="button" on:click=move |_| console.refresh()>"Ask now"</button>
            }
        })
    };
    view! { <div class="banner" role="alert">{banner}</div> }
}
