use super::{check::Unfit, fault::Refusal};

/// A photo's place in this page; not its id at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PhotoId(pub(crate) u32);

/// A photo that the person has added, now or before a reload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Photo {
    pub(crate) id: PhotoId,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// In hexadecimal, where it is known.
    pub(crate) sha256: Option<String>,
    /// Whether the page has its bytes; after a reload only the server has them.
    pub(crate) is_here: bool,
    pub(crate) stage: Stage,
    /// How often it could not be sent, for reasons that pass.
    pub(crate) failures: u32,
}

/// How far a photo has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its bytes are being looked at.
    Checking,
    /// It is never sent.
    Unfit(Unfit),
    /// It waits for its turn.
    Waiting,
    Sending {
        percent: u8,
    },
    /// The server keeps it, under this id.
    Arrived(String),
    /// The server did not take it; or it did, and the provider does not: then it has an id.
    Refused {
        refusal: Refusal,
        upload: Option<String>,
    },
    /// The person does not want it; all of it was sent, and the server has not said yet how it calls it.
    Unwanted,
    /// The person does not want it, and the server is being told.
    Leaving {
        upload: String,
        is_asked: bool,
    },
}

/// A photo as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) upload: String,
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Whether the provider does not take it.
    pub(crate) is_refused: bool,
}

impl Arrival {
    pub(crate) fn stage(&self) -> Stage {
        let upload = self.upload.clone();
        if self.is_refused {
            Stage::Refused { refusal: Refusal::Provider, upload: Some(upload) }
        } else {
            Stage::Arrived(upload)
        }
    }
}

impl Stage {
    /// Whether the person does not want the photo.
    pub(crate) fn is_leaving(&self) -> bool {
        matches!(self, Self::Unwanted | Self::Leaving { .. })
    }
}

impl Photo {
    /// Whether it takes one of the places that a session has.
    pub(crate) fn takes_room(&self) -> bool {
        !matches!(self.stage, Stage::Unfit(_) | Stage::Refused { upload: None, .. })
    }

    /// Its id at the server.
    pub(crate) fn upload(&self) -> Option<&str> {
        match &self.stage {
            Stage::Arrived(upload) | Stage::Leaving { upload, .. } => Some(upload),
            Stage::Refused { upload, .. } => upload.as_deref(),
            _ => None,
        }
    }
}
