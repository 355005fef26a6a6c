#![doc = include_str!("../README.md")]

mod event;
mod problem;
mod session;
mod upload;
mod words;

pub use event::{Event, EventData, EventPage, EventPhoto, EventType};
pub use problem::{FieldError, Problem};
pub use session::{ClientToken, OpenSession, OpenedSession, Photo, Progress, Session, State, Surface, UploadLimits};
pub use upload::{Upload, UploadState, Uploads};
