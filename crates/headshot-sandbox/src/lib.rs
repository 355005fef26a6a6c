#![doc = include_str!("../README.md")]

pub mod host;
pub mod portrait;
pub mod provider;

mod control;
mod delivery;
mod faults;
mod gate;
mod link;
mod page;
mod plain_http;
mod random;
mod running;
mod sandbox;
mod speed;
mod stand_in;
mod time;

pub use faults::{Fault, InvalidPlan, Plan};
pub use running::{ListenError, Running};
pub use sandbox::{Config, Sandbox};
pub use speed::{InvalidSpeed, Speed};
