//! What is known about a session and what is learned: decisions without any store, so that every store makes the same.

mod events;
mod news;
mod readings;
mod rereads;
mod submissions;

pub(crate) use self::events::on_event;
pub(crate) use self::news::news;
pub(crate) use self::readings::on_reading;
pub(crate) use self::rereads::{is_come_back_to, next_reread};
pub(crate) use self::submissions::{accepts_uploads, on_refused_submission, on_refused_upload, on_sent, on_submission};
