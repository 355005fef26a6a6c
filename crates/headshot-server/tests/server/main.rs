//! The server against a stand-in for the provider; the routes by `oneshot`, the program as a process.

mod common;
mod config;
mod copies;
#[cfg(target_os = "linux")]
mod disk;
mod durability;
mod edge;
mod explain;
mod metrics;
mod process;
mod readme;
mod routes;
mod sqlite;
mod store_contract;
mod work;
