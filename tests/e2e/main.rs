//! End to end: every test here runs the project's real programs, and a real browser or JavaScript runtime.

mod accessibility;
mod arrows;
mod capture;
mod conformance;
mod console;
mod deliveries;
mod embed;
mod events;
mod journey;
mod layers;
mod npm;
mod packages;
mod providers;
mod readme;
mod rendered;
mod sandbox_pages;
mod widget_crate;
mod widget_languages;
mod widget_page;
mod widget_photos;
mod widget_ways;
