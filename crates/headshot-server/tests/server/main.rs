//! The server against a stand-in for the provider; the routes by `oneshot`, the program as a process.

mod abandoned;
mod backup;
mod common;
mod config;
mod copies;
mod deploy;
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
mod rates;
mod readme;
mod refused;
mod renew;
mod restart;
mod retention;
mod routes;
mod scale;
mod schemathesis;
mod skylab;
mod sqlite;
#[macro_use]
mod store_contract;
mod storm;
mod throughput;
mod upload_contract;
mod work;
