//! The providers: for each, its signature schemes and its events, in one file of its name.

pub mod declared;
pub mod headshotpro;
pub mod scale;
pub mod skylab;
pub mod standardwebhooks;
