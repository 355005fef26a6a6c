use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, ShadowRoot, ShadowRootInit, ShadowRootMode};

use crate::{
    EmbedEvent,
    browser::{self, Mounted, Options},
};

/// Shows a session: the provider's page with the camera, where the session stands, and the finished photos.
///
/// Everything lies in a shadow root, so the page's style sheets and the widget's leave each other alone. A changed
/// `server` or `session` starts over; a changed `token` goes on with the same frame.
///
/// ```no_run
/// use headshot_widget::{EmbedEvent, HeadshotEmbed};
/// use leptos::prelude::*;
///
/// #[component]
/// fn ProfilePicture(server: String, session: String, token: String) -> impl IntoView {
///     let picture = RwSignal::new(None);
///     let on_event = move |event| {
///         if let EmbedEvent::Favorite { photo, .. } = event {
///             picture.set(Some(photo.url));
///         }
///     };
///     view! {
///         <img src=picture alt="Your profile picture" />
///         <HeadshotEmbed server session token on_event />
///     }
/// }
/// ```
#[component]
pub fn HeadshotEmbed(
    /// The base address of the headshot server, as the browser reaches it.
    #[prop(into)]
    server: Signal<String>,
    /// The session's id, from `POST /v1/sessions`.
    #[prop(into)]
    session: Signal<String>,
    /// The client token of that session. Never the server's API key.
    #[prop(into)]
    token: Signal<String>,
    /// Hears what happens.
    #[prop(into, optional)]
    on_event: Option<Callback<EmbedEvent>>,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let mounted = StoredValue::new_local(None::<Mounted>);
    Effect::new(move || {
        let Some(host) = host.get() else { return };
        let options = Options { server: server.get(), session: session.get(), token: token.get_untracked() };
        let emit = move |event| {
            if let Some(on_event) = on_event {
                on_event.run(event);
            }
        };
        mounted.set_value(None);
        mounted.set_value(empty_place(&host).map(|place| browser::mount(&host, &place, &options, emit)));
    });
    Effect::watch(
        move || token.get(),
        move |token, _, _| {
            mounted.with_value(|mounted| {
                if let Some(mounted) = mounted {
                    mounted.renew_token(token.clone());
                }
            });
        },
        false,
    );
    on_cleanup(move || mounted.set_value(None));
    html::div().class("headshot-embed").node_ref(host)
}

/// An empty element in the host's shadow root.
fn empty_place(host: &HtmlElement) -> Option<HtmlElement> {
    let root = host.shadow_root().or_else(|| attach_shadow(host))?;
    let place = host.owner_document()?.create_element("div").ok()?;
    root.replace_children_with_node_1(&place);
    place.dyn_into().ok()
}

fn attach_shadow(host: &HtmlElement) -> Option<ShadowRoot> {
    host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).ok()
}
