//! Scale Headshots, from the opened session to the picture.

mod deliveries;
mod open_session;
mod settings;
mod storm;
mod submissions;
