use std::{cell::RefCell, rc::Rc};

use leptos::{html, prelude::*};
use web_sys::HtmlElement;

use crate::{
    EmbedEvent, ErrorCode, Language, Photo, State, Way,
    browser::{self, Mounted, Options, Place, Style},
    language::Phrase,
    view::PLACE_STYLE,
};

/// Shows a session: the provider's page with the camera, where the session stands, and the finished photos.
///
/// Everything lies in a shadow root, so the page's style sheets and the widget's leave each other alone. A changed
/// `server` or `session` starts over; a changed `token` goes on with the same frame.
///
/// ```no_run
/// use headshot_widget::{HeadshotEmbed, Photo};
/// use leptos::prelude::*;
///
/// #[component]
/// fn ProfilePicture(server: String, session: String, token: String) -> impl IntoView {
///     let picture = RwSignal::new(None);
///     view! {
///         <img src=picture alt="Your profile picture" />
///         <HeadshotEmbed server session token on_favorite=move |photo: Photo| picture.set(Some(photo.url)) />
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
    /// Where the provider's page opens. Another one takes what is open along, as far as it can.
    #[prop(into, optional)]
    surface: Signal<Way>,
    /// What the person reads; another one takes effect at once.
    #[prop(into, optional)]
    language: Signal<Language>,
    /// Hears everything that happens, also what was so already when the widget opened.
    #[prop(into, optional)]
    on_event: Option<Callback<EmbedEvent>>,
    /// Hears where the session stands, at first and each time that it moves.
    #[prop(into, optional)]
    on_status: Option<Callback<State>>,
    /// Hears of all finished photos, at first and each time that they change.
    #[prop(into, optional)]
    on_photos: Option<Callback<Vec<Photo>>>,
    /// Hears of the photo that the person has chosen, at first and each time that they choose another one.
    #[prop(into, optional)]
    on_favorite: Option<Callback<Photo>>,
    /// Hears what stands in the way. The widget tells the person by itself.
    #[prop(into, optional)]
    on_error: Option<Callback<ErrorCode>>,
    /// Hears what stands in the way no longer.
    #[prop(into, optional)]
    on_recovered: Option<Callback<ErrorCode>>,
) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    // In the effects alone: they do not run on a server, where nothing of a browser may be made or dropped.
    let shown = Rc::new(RefCell::new(None::<Shown>));
    let has_token = Memo::new(move |_| token.with(|token| !token.is_empty()));
    let (renewing, presenting, speaking) = (Rc::clone(&shown), Rc::clone(&shown), Rc::clone(&shown));
    Effect::new(move || {
        let Some(host) = host.get() else { return };
        has_token.track();
        let options = Options {
            server: server.get(),
            session: session.get(),
            token: token.get_untracked(),
            surface: surface.get_untracked(),
            language: language.get_untracked(),
            early: None,
        };
        let emit = move |event: EmbedEvent| {
            run(on_event, event.clone());
            match event {
                EmbedEvent::Status { state, .. } => run(on_status, state),
                EmbedEvent::Photos { photos, .. } => run(on_photos, photos),
                EmbedEvent::Favorite { photo, .. } => run(on_favorite, photo),
                EmbedEvent::Error { code, .. } => run(on_error, code),
                EmbedEvent::Recovered { code, .. } => run(on_recovered, code),
            }
        };
        // The old one first, so that the place is free.
        drop(shown.take());
        shown.replace(Shown::new(&host, options, emit));
    });
    Effect::watch(
        move || token.get(),
        move |token, _, _| {
            // None at the moment is none to go on with, and no reason to take the frame away.
            if !token.is_empty() {
                tell(&renewing, |mounted| mounted.renew_token(token.clone()));
            }
        },
        false,
    );
    Effect::watch(move || surface.get(), move |way, _, _| tell(&presenting, |mounted| mounted.present(*way)), false);
    Effect::watch(
        move || language.get(),
        move |language, _, _| tell(&speaking, |mounted| mounted.speak(language.clone())),
        false,
    );
    // Keeps the place until the shadow root is there and hides it.
    let opening = html::p().child(language.with_untracked(|language| language.text(Phrase::Opening)));
    let kept = html::div().style(("display", "flow-root")).style(("min-block-size", HEIGHT)).child(opening);
    html::div().class("headshot-embed").node_ref(host).child(kept)
}

fn tell(shown: &RefCell<Option<Shown>>, change: impl FnOnce(&Mounted)) {
    if let Some(mounted) = shown.borrow().as_ref().and_then(|shown| shown.mounted.as_ref()) {
        change(mounted);
    }
}

fn run<T: 'static>(callback: Option<Callback<T>>, happened: T) {
    if let Some(callback) = callback {
        callback.run(happened);
    }
}

/// As high as head and stage in `place.css` at every width. A style attribute knows no media query; what is multiplied is
/// beyond all bounds on one side of the width, and below them on the other.
const HEIGHT: &str = "calc(clamp(11.5rem, (640.1px - 100vw) * 9999, 14.75rem) \
    + var(--headshot-frame-height, min(800px, max(92svh, (100vw - 480px) * 9999))))";

/// What is on the page: the place from the start, the widget once all is there that it needs.
struct Shown {
    mounted: Option<Mounted>,
    _style: Option<Style>,
}

impl Shown {
    fn new(host: &HtmlElement, options: Options, emit: impl Fn(EmbedEvent) + 'static) -> Option<Self> {
        let place = Place::build(host)?;
        let style = Style::put_into(&place, PLACE_STYLE);
        let is_complete = [&options.server, &options.session, &options.token].into_iter().all(|text| !text.is_empty());
        Some(Self { mounted: is_complete.then(|| browser::mount(host, place, options, emit)), _style: style })
    }
}
