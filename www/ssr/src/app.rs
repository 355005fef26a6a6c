use headshot_widget::{ErrorCode, HeadshotEmbed, Photo, State};
use leptos::{either::Either, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

/// What a browser needs to show the person's session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) server: String,
    pub(crate) session: String,
    pub(crate) token: String,
}

/// Asked while the server renders the page, and by the browser when the token has expired.
#[server(prefix = "/api", endpoint = "ticket")]
pub(crate) async fn fetch_ticket() -> Result<Ticket, ServerFnError> {
    expect_context::<crate::Backend>().ticket().await.map_err(ServerFnError::new)
}

/// The whole page, around [`App`].
#[cfg(feature = "ssr")]
pub fn document(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>"Your profile picture"</title>
                <link rel="icon" href="data:," />
                <style>{include_str!("../main.css")}</style>
                <HydrationScripts options />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The person's picture, and the way to a new one.
#[component]
pub fn App() -> impl IntoView {
    // Rendered on the server, and sent along with the page.
    let ticket = Resource::new_blocking(|| (), |()| fetch_ticket());
    let picture = RwSignal::new(None::<Photo>);
    let state = RwSignal::new(None::<State>);
    view! {
        <main>
            <h1>"Your profile picture"</h1>
            <Suspense>
                {move || Suspend::new(async move {
                    match ticket.await {
                        Ok(ticket) => Either::Left(view! { <Studio ticket picture state /> }),
                        Err(refusal) => Either::Right(view! { <p role="alert">{refusal.to_string()}</p> }),
                    }
                })}
            </Suspense>
            <p id="state" role="status">{move || state.get().as_ref().map(State::as_str).unwrap_or_default().to_owned()}</p>
            <Show when=move || picture.with(Option::is_some)>
                <img id="picture" alt="Your profile picture" src=move || picture.get().map(|photo| photo.url) />
            </Show>
        </main>
    }
}

/// The widget, which goes on with a fresh token when the one that came with the page has expired.
#[component]
fn Studio(ticket: Ticket, picture: RwSignal<Option<Photo>>, state: RwSignal<Option<State>>) -> impl IntoView {
    let token = RwSignal::new(ticket.token);
    let renew = move |code| {
        if code == ErrorCode::TokenRefused {
            spawn_local(async move {
                if let Ok(fresh) = fetch_ticket().await {
                    token.set(fresh.token);
                }
            });
        }
    };
    view! {
        <HeadshotEmbed
            server=ticket.server
            session=ticket.session
            token
            on_status=move |now| state.set(Some(now))
            on_favorite=move |photo| picture.set(Some(photo))
            on_error=renew
        />
    }
}
