//! What an application's server sends for the widget: its place on the page, and nothing that belongs to a browser.
//!
//! `cargo run --package headshot-widget --features ssr --example server`

use std::thread;

use headshot_widget::{HeadshotEmbed, Photo};
use leptos::prelude::*;

fn main() {
    let owner = Owner::new();
    let html = owner.with(|| {
        let picture = RwSignal::new(None);
        let on_favorite = move |photo: Photo| picture.set(Some(photo.url));
        view! { <HeadshotEmbed server="https://headshots.example" session="ses_1" token="hct_1" on_favorite /> }
            .to_html()
    });
    // Servers drop on any thread what they have made on another one.
    thread::spawn(move || drop(owner)).join().expect("nothing that belongs to one thread");
    println!("{html}");
}
