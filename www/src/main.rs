//! A host application that uses the headshot widget: an employee's profile page in the intranet of an invented company.

#![expect(unreachable_pub, reason = "the component macro puts public functions into private ones")]

mod backend;
mod colleagues;
mod headshot;
mod page;
mod profile;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(page::Page);
}
