//! `HeadshotPro`.

mod account;
mod journey;
mod models;
mod photos;
mod studio;
mod variants;
mod webhooks;
