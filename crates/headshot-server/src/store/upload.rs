use jiff::Timestamp;

use crate::ids::{SessionId, UploadId};

/// A photo that a person has uploaded, its file safely on the disk.
#[derive(Clone, Debug)]
pub struct NewUpload {
    /// Our id, which is the name of its file too.
    pub id: UploadId,
    /// The session that it is for.
    pub session: SessionId,
    /// The name that the person's browser gave it.
    pub name: String,
    /// What its bytes are.
    pub picture: Picture,
    /// When it was received.
    pub received_at: Timestamp,
}

/// What the bytes of a photo are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of them in hexadecimal.
    pub sha256: String,
    /// MD5 of them, which storages compare.
    pub md5: [u8; 16],
    /// Their media type, found from the first of them.
    pub media_type: String,
    /// How many there are.
    pub size_bytes: u64,
    /// The picture's width in pixels.
    pub width: u32,
    /// The picture's height in pixels.
    pub height: u32,
}

/// An upload as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredUpload {
    /// Our id, which is the name of its file too.
    pub id: UploadId,
    /// The name that the person's browser gave it.
    pub name: String,
    /// What its bytes are.
    pub picture: Picture,
    /// When it was received.
    pub received_at: Timestamp,
    /// When the provider had it.
    pub delivered_at: Option<Timestamp>,
    /// When the provider was found not to take it.
    pub refused_at: Option<Timestamp>,
    /// When the person took it back.
    pub withdrawn_at: Option<Timestamp>,
}

/// What became of an upload that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUpload {
    /// The upload that is kept.
    pub upload: StoredUpload,
    /// Whether it was not there before; if it was, the file of the new one is to be removed.
    pub is_new: bool,
}

/// Why a session's uploads are not changed or submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadBar {
    /// There is no such session.
    NoSession,
    /// The session is deleted.
    Deleted,
    /// The photos were submitted.
    Submitted,
    /// There are as many as the provider takes.
    Full,
    /// Another one has the name.
    NameTaken,
    /// There is no such upload.
    NoUpload,
    /// There is none to submit.
    Nothing,
    /// The provider does not take one of them.
    OneRefused,
    /// Receiving it took so long that its place was given up.
    TooLate,
}

/// How far submitting a session's photos has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Submission {
    /// The person can add and remove photos.
    Open,
    /// The person submitted them.
    Wished,
    /// The provider was told to begin.
    Sent,
    /// The provider was seen to have begun.
    Begun,
    /// The provider would not begin.
    Refused,
}

impl Submission {
    /// The word for it in the store.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Wished => "wished",
            Self::Sent => "sent",
            Self::Begun => "begun",
            Self::Refused => "refused",
        }
    }
}
