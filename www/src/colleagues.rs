use leptos::prelude::*;

use crate::profile::initials;

const TEAM: [(&str, &str, &str); 4] = [
    ("Grace Moreno", "Compiler lead", "plum"),
    ("Tomasz Wilk", "Platform engineer", "moss"),
    ("Noor Haddad", "Product designer", "clay"),
    ("Jun Ishikawa", "Data scientist", "sea"),
];

const ACTIVITY: [(&str, &str); 3] = [
    ("Published “Notes on the difference engine, part 7”", "Yesterday"),
    ("Joined the reading group Numbers & Looms", "Monday"),
    ("Reviewed Tomasz’s proposal for the card reader", "Last week"),
];

/// The people next door.
#[component]
pub(crate) fn Team() -> impl IntoView {
    let person = |(name, role, tint): (&'static str, &'static str, &'static str)| {
        view! {
            <li class="person">
                <span class=format!("avatar small {tint}") aria-hidden="true">{initials(name)}</span>
                <span><strong>{name}</strong><br /><span class="muted">{role}</span></span>
            </li>
        }
    };
    view! {
        <section class="card" id="team" aria-labelledby="team-title">
            <h2 id="team-title">"Team"</h2>
            <ul class="people">{TEAM.map(person).into_iter().collect_view()}</ul>
        </section>
    }
}

/// What happened lately.
#[component]
pub(crate) fn Activity() -> impl IntoView {
    let entry = |(what, when): (&'static str, &'static str)| {
        view! { <li><span>{what}</span><span class="muted">{when}</span></li> }
    };
    view! {
        <section class="card" id="activity" aria-labelledby="activity-title">
            <h2 id="activity-title">"Recent activity"</h2>
            <ul class="activity">{ACTIVITY.map(entry).into_iter().collect_view()}</ul>
        </section>
    }
}
