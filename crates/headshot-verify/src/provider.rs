//! The providers: for each, its signature schemes and its events, in one file of its name.

pub mod headshotpro;
