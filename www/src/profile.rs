use leptos::prelude::*;

use crate::backend::Profile;

/// A person's picture, or the initials as long as there is none.
#[component]
pub(crate) fn Picture(profile: Profile, class: &'static str) -> impl IntoView {
    let class = format!("avatar {class}");
    match profile.photo_url {
        Some(url) => {
            let alt = format!("Portrait of {}", profile.name);
            view! { <img class=class src=url alt=alt width="320" height="400" /> }.into_any()
        }
        None => view! { <span class=class aria-hidden="true">{initials(&profile.name)}</span> }.into_any(),
    }
}

/// Who it is, and the way to a headshot.
#[component]
pub(crate) fn Hero(
    profile: Profile,
    /// Whether the headshot panel is open already.
    #[prop(into)]
    is_adding: Signal<bool>,
    #[prop(into)] on_add: Callback<()>,
) -> impl IntoView {
    let has_photo = profile.photo_url.is_some();
    let (name, title) = (profile.name.clone(), profile.title.clone());
    let action = move || {
        (!is_adding.get()).then(|| {
            let (label, hint) = if has_photo {
                ("Change headshot", None)
            } else {
                ("Add a headshot", Some("Your colleagues would love to see who they work with."))
            };
            view! {
                <button class="primary" type="button" on:click=move |_| on_add.run(())>{label}</button>
                <p class="muted">{hint}</p>
            }
        })
    };
    view! {
        <section class="card hero" id="profile">
            <div class="cover" aria-hidden="true"></div>
            <div class="identity">
                <div id="profile-picture"><Picture profile class="large" /></div>
                <div class="who">
                    <h1>{name}</h1>
                    <p>{title}</p>
                    <ul class="facts"><li>"Engineering"</li><li>"London"</li><li>"Since 2019"</li></ul>
                </div>
                <div class="action">{action}</div>
            </div>
        </section>
    }
}

/// Who the person is in a few words.
#[component]
pub(crate) fn About() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="about-title">
            <h2 id="about-title">"About"</h2>
            <p>
                "I write programs for machines that do not exist yet, and explain them to people who do. Ask me about \
                 looping, numbering, and why the engine might compose music one day."
            </p>
            <ul class="chips">
                <li>"Mathematics"</li><li>"Algorithms"</li><li>"Technical writing"</li><li>"French"</li>
            </ul>
        </section>
    }
}

/// How to reach the person.
#[component]
pub(crate) fn Contact() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="contact-title">
            <h2 id="contact-title">"Contact"</h2>
            <dl>
                <dt>"E-mail"</dt><dd>"ada@fernwick.example"</dd>
                <dt>"Phone"</dt><dd>"Extension 1843"</dd>
                <dt>"Desk"</dt><dd>"Second floor, by the loom"</dd>
                <dt>"Reports to"</dt><dd>"Mary Somerville"</dd>
            </dl>
        </section>
    }
}

/// The first letters of the first and the last name.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Ada King Lovelace"), "AL");
        assert_eq!(initials("Plato"), "P");
        assert_eq!(initials(""), "");
    }
}
