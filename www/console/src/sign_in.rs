use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    follow::Console,
    server::{self, Refusal},
};

/// The way in: the console's key.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let console = Console::here();
    let key = NodeRef::<html::Input>::new();
    let is_trying = RwSignal::new(false);
    let refusal = RwSignal::new(None::<Refusal>);
    Effect::new(move || _ = key.get().map(|key| key.focus()));
    let sign_in = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = key.get_untracked().filter(|_| !is_trying.get_untracked()) else { return };
        is_trying.set(true);
        spawn_local(async move {
            match server::sign_in(&input.value()).await {
                Ok(()) => console.meet(),
                Err(reason) => {
                    refusal.set(Some(reason));
                    is_trying.set(false);
                    input.select();
                }
            }
        });
    };
    let is_wrong = move || refusal.get() == Some(Refusal::SignedOut);
    view! {
        <main class="door">
            <form on:submit=sign_in>
                <p class="brand"><span class="mark" aria-hidden="true">"h"</span>"Headshot "<span class="quiet">"console"</span></p>
                <h1>"Sign in"</h1>
                // For whatever keeps passwords.
                <input type="text" name="username" autocomplete="username" value="console" hidden />
                <label for="key">"Key of the console"</label>
                <input
                    id="key"
                    type="password"
                    autocomplete="current-password"
                    required
                    node_ref=key
                    aria-invalid=move || is_wrong().to_string()
                    aria-describedby="hint refused"
                />
                <p id="hint" class="quiet">"It is the server’s setting " <code>"HEADSHOT_CONSOLE_KEY"</code> "."</p>
                <p id="refused" class="refused" role="alert">{move || refusal.get().map(sentence)}</p>
                <button class="primary" type="submit" aria-disabled=move || is_trying.get().to_string()>
                    {move || if is_trying.get() { "Signing in…" } else { "Sign in" }}
                </button>
            </form>
        </main>
    }
}

fn sentence(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::SignedOut => "That is not the console’s key.",
        Refusal::TooMany => "Many wrong keys are being tried right now. Wait a second and try again.",
        Refusal::Unreachable => "The server does not answer. Check that it runs, and try again.",
        _ => "The server would not sign you in; its log says why.",
    }
}
