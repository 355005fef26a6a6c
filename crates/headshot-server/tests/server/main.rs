//! The server against a stand-in for the provider; the routes by `oneshot`, the program as a process.

mod abandoned;
mod backup;
mod cluster;
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
#[cfg(target_os = "linux")]
mod interposed;
mod layers;
mod metrics;
mod model;
mod moving;
mod operate;
mod panics;
mod postgres;
mod power_cut;
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
mod storage;
#[macro_use]
mod store_contract;
mod storm;
mod upload_contract;
mod work;
