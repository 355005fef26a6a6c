//! One module per route: arrange, one request, the full status and body.

mod client_tokens;
mod console;
mod delete_session;
mod deliveries;
mod elsewhere;
mod health;
mod open_session;
mod openapi;
mod photos;
mod read_session;
