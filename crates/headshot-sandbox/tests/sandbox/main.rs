//! The sandbox as its callers see it, route by route.

mod account;
mod control;
mod host;
mod journey;
mod models;
mod photos;
mod program;
mod studio;
mod support;
mod webhooks;
