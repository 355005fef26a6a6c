//! The sandbox as its callers see it, route by route.

mod control;
mod faults;
mod headshotpro;
mod host;
mod program;
mod receiver;
mod scale;
mod skylab;
mod support;
