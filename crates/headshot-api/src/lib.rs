//! The requests and responses between the headshot widget, its host application and the headshot server.
//!
//! Types only: no I/O, no clock. Keys are camelCase, enumerated values `snake_case`; times are RFC 3339 text in UTC.
//! Unknown fields are ignored and unknown states kept, so that an old widget works with a newer server.
//!
//! ```
//! use headshot_api::{Session, State};
//!
//! let session: Session = serde_json::from_str(r#"{
//!     "id": "ses_1", "provider": "headshotpro", "state": "processing", "providerStatus": "pending",
//!     "surface": {"kind": "frame", "url": "https://yourproheadshots.com/auth/social?token=T",
//!                 "origins": ["https://yourproheadshots.com"]},
//!     "testMode": true, "photos": [],
//!     "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:05:00Z"
//! }"#)?;
//! assert_eq!(session.state, State::Processing);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod event;
mod problem;
mod session;
mod upload;
mod words;

pub use event::{Event, EventData, EventPage, EventPhoto, EventType};
pub use problem::{FieldError, Problem};
pub use session::{ClientToken, OpenSession, OpenedSession, Photo, Progress, Session, State, Surface, UploadLimits};
pub use upload::{Upload, UploadState, Uploads};
