use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    backend::{self, Profile, Refusal},
    colleagues::{Activity, Team},
    headshot::HeadshotPanel,
    profile::{About, Contact, Hero, Picture},
};

const TOAST_MS: u32 = 6_000;

/// The whole page.
#[component]
pub(crate) fn Page() -> impl IntoView {
    let profile = RwSignal::new(None::<Result<Profile, Refusal>>);
    let load = move || {
        spawn_local(async move { profile.set(Some(backend::profile().await)) });
    };
    load();
    let known = Memo::new(move |_| profile.get().and_then(Result::ok));
    let content = move || match profile.get() {
        None => view! { <p class="muted loading" role="status">"Loading your profile…"</p> }.into_any(),
        Some(Err(refusal)) => view! { <Unavailable refusal on_retry=move |()| load() /> }.into_any(),
        Some(Ok(_)) => ().into_any(),
    };
    view! {
        <TopBar profile=known />
        <main>
            {content}
            <Show when=move || known.with(Option::is_some)>
                <ProfilePage known profile />
            </Show>
        </main>
    }
}

/// The profile and, when asked for, the panel that makes its picture.
#[component]
fn ProfilePage(known: Memo<Option<Profile>>, profile: RwSignal<Option<Result<Profile, Refusal>>>) -> impl IntoView {
    let is_adding = RwSignal::new(false);
    let toast = RwSignal::new(None::<&'static str>);
    let on_picture = move |with_picture| {
        profile.set(Some(Ok(with_picture)));
        toast.set(Some("Your new profile picture is set."));
        Timeout::new(TOAST_MS, move || _ = toast.try_set(None)).forget();
    };
    let providers = move || known.get_untracked().map(|profile| profile.providers).unwrap_or_default();
    let hero = move || {
        let on_add = move |()| is_adding.set(true);
        known.get().map(|profile| view! { <Hero profile is_adding on_add /> })
    };
    view! {
        <div class="columns">
            <div class="column">
                {hero}
                <Show when=move || is_adding.get()>
                    <HeadshotPanel providers=providers() on_picture on_close=move |()| is_adding.set(false) />
                </Show>
                <About />
                <Activity />
            </div>
            <div class="column side">
                <Contact />
                <Team />
            </div>
        </div>
        <div class="toasts" role="status">{move || toast.get().map(|text| view! { <p class="toast">{text}</p> })}</div>
    }
}

#[component]
fn TopBar(profile: Memo<Option<Profile>>) -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href="#profile"><span aria-hidden="true" class="mark">"F"</span>"Fernwick"</a>
            <nav aria-label="Main">
                <a href="#profile" aria-current="page">"Profile"</a>
                <a href="#team">"Team"</a>
                <a href="#activity">"Activity"</a>
            </nav>
            {move || profile.get().map(|profile| view! { <Picture profile class="small" /> })}
        </header>
    }
}

#[component]
fn Unavailable(refusal: Refusal, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    view! {
        <section class="card refused" role="alert">
            <p>{refusal.sentence()}</p>
            <button class="primary" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
        </section>
    }
}
