//! The server against a stand-in for the provider; the routes by `oneshot`, the program as a process.

mod common;
mod config;
mod copies;
mod durability;
mod explain;
mod process;
mod readme;
mod routes;
mod scale;
mod skylab;
mod sqlite;
#[macro_use]
mod store_contract;
mod upload_contract;
mod work;
