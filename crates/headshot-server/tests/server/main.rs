//! The server against a stand-in for the provider; the routes by `oneshot`, the program as a process.

mod backup;
mod common;
mod config;
mod copies;
#[cfg(target_os = "linux")]
mod disk;
mod doctor;
mod durability;
mod edge;
mod events;
mod explain;
mod layers;
mod metrics;
mod operate;
mod postgres;
mod process;
mod readme;
mod refused;
mod retention;
mod routes;
mod scale;
mod skylab;
mod sqlite;
#[macro_use]
mod store_contract;
mod storm;
mod throughput;
mod upload_contract;
mod work;
