use headshot_widget::{EmbedEvent, ErrorCode, HeadshotEmbed, Photo};
use leptos::{html, prelude::*, task::spawn_local};

use crate::backend::{self, OpenedSession, Profile, Refusal};

/// The provider at which a person chooses none of the headshots.
const WITHOUT_CHOICE: &str = "skylab";

/// Where the panel stands.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Opening,
    Refused(Refusal),
    Open(OpenedSession),
}

/// The place on the page where a person gets a headshot: opens a session, shows the widget, takes over the favourite.
#[component]
pub(crate) fn HeadshotPanel(
    /// Who can make a headshot, the usual one first.
    providers: Vec<String>,
    /// Hears of the profile with its new picture.
    #[prop(into)]
    on_picture: Callback<Profile>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Opening);
    let has_ended = RwSignal::new(false);
    let provider = RwSignal::new(providers.first().cloned().unwrap_or_default());
    let open = move || {
        stage.set(Stage::Opening);
        has_ended.set(false);
        spawn_local(async move {
            let opened = backend::open_session(&provider.get_untracked()).await;
            stage.set(opened.map_or_else(Stage::Refused, Stage::Open));
        });
    };
    open();
    let title = NodeRef::<html::H2>::new();
    // Whoever opened the panel by keyboard or screen reader goes on inside it.
    Effect::new(move || _ = title.get().map(|title| title.focus()));
    let content = move || match stage.get() {
        Stage::Opening => view! { <p class="muted opening" role="status">"Preparing your session…"</p> }.into_any(),
        Stage::Refused(refusal) => view! { <Refused refusal on_retry=move |()| open() /> }.into_any(),
        Stage::Open(session) => {
            let is_chosen_here = provider.get_untracked() == WITHOUT_CHOICE;
            view! { <Studio session is_chosen_here has_ended on_picture /> }.into_any()
        }
    };
    view! {
        <section class="card panel" aria-labelledby="headshot-title">
            <header>
                <h2 id="headshot-title" tabindex="-1" node_ref=title>"Your headshot"</h2>
                <Providers providers provider on_choose=move |()| open() />
                <button class="quiet" type="button" on:click=move |_| on_close.run(())>"Close"</button>
            </header>
            {content}
            <Show when=move || has_ended.get()>
                <p class="again">
                    <button class="primary" type="button" on:click=move |_| open()>"Start a new session"</button>
                </p>
            </Show>
        </section>
    }
}

/// The choice of a provider, where there is one.
#[component]
fn Providers(
    providers: Vec<String>,
    provider: RwSignal<String>,
    #[prop(into)] on_choose: Callback<()>,
) -> impl IntoView {
    let choose = move |event| {
        provider.set(event_target_value(&event));
        on_choose.run(());
    };
    (providers.len() > 1).then(|| {
        let option = |name: String| {
            let label = label(&name).to_owned();
            view! { <option value=name>{label}</option> }
        };
        view! {
            <label class="provider">
                "Made by "
                <select on:change=choose>{providers.into_iter().map(option).collect_view()}</select>
            </label>
        }
    })
}

/// How a provider calls itself.
fn label(name: &str) -> &str {
    match name {
        "headshotpro" => "HeadshotPro",
        "scale" => "Scale Headshots",
        "skylab" => "Skylab Studio",
        other => other,
    }
}

/// The widget, and what the page makes of its events.
#[component]
fn Studio(
    session: OpenedSession,
    is_chosen_here: bool,
    has_ended: RwSignal<bool>,
    on_picture: Callback<Profile>,
) -> impl IntoView {
    let photos = RwSignal::new(Vec::new());
    let refusal = RwSignal::new(None::<(Refusal, String)>);
    let OpenedSession { server, session, token } = session;
    let id = StoredValue::new(session.clone());
    let choose = move |photo_id: String| {
        spawn_local(async move {
            match backend::choose_photo(&id.get_value(), &photo_id).await {
                Ok(profile) => {
                    refusal.set(None);
                    on_picture.run(profile);
                }
                Err(reason) => refusal.set(Some((reason, photo_id))),
            }
        });
    };
    let on_event = move |event| match event {
        EmbedEvent::Favorite { photo, .. } => choose(photo.id),
        EmbedEvent::Photos { photos: finished, .. } if is_chosen_here => photos.set(finished),
        EmbedEvent::Error { code, .. } => has_ended.set(ends_session(code)),
        EmbedEvent::Status { .. } | EmbedEvent::Recovered { .. } => has_ended.set(false),
        _ => {}
    };
    let refused = move || {
        refusal.get().map(|(refusal, photo_id)| {
            view! { <Refused refusal on_retry=move |()| choose(photo_id.clone()) /> }
        })
    };
    view! {
        {refused}
        <HeadshotEmbed server session token on_event />
        {move || (!photos.read().is_empty()).then(|| view! { <Choice photos=photos.get() on_choose=choose /> })}
    }
}

/// The choice of the profile picture.
#[component]
fn Choice(photos: Vec<Photo>, #[prop(into)] on_choose: Callback<String>) -> impl IntoView {
    let count = photos.len();
    let option = |(index, Photo { id, url, .. }): (usize, Photo)| {
        let label = format!("Use headshot {} of {count} as your profile picture", index + 1);
        view! {
            <li>
                <button type="button" aria-label=label on:click=move |_| on_choose.run(id.clone())>
                    <img src=url alt="" width="96" height="96" />
                </button>
            </li>
        }
    };
    view! {
        <div class="choice">
            <h3>"Choose your profile picture"</h3>
            <ul>{photos.into_iter().enumerate().map(option).collect_view()}</ul>
        </div>
    }
}

#[component]
fn Refused(refusal: Refusal, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="refused" role="alert">
            <p>{refusal.sentence()}</p>
            <button class="primary" type="button" on:click=move |_| on_retry.run(())>"Try again"</button>
        </div>
    }
}

/// Whether only a new session helps.
fn ends_session(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::SessionUnknown | ErrorCode::SessionDeleted | ErrorCode::TokenRefused)
}
