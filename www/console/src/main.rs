//! The page on which an operator looks into a headshot server: what came, what became of it, and who was told.

#![expect(unreachable_pub, reason = "the component macro puts public functions into private ones")]

mod chain;
mod filters;
mod follow;
mod life;
mod list;
mod page;
mod parts;
mod record;
mod route;
mod row;
mod server;
mod show;
mod sign_in;
mod time;
mod words;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(page::Page);
}
