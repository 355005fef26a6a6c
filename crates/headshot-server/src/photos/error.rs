/// Why the storage of photos did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It has nothing of this name.
    #[error("there is no such file")]
    Missing,
    /// What it has is not what was kept.
    #[error("the bytes are not those that were kept")]
    Damaged,
    /// It could not be reached, or failed: later it may work.
    #[error("photos_unavailable: the storage of photos is away: {0}")]
    Away(String),
    /// It says no, and will until somebody changes a setting.
    #[error("photos_refused: {0}")]
    Refused(String),
    /// This machine's own disk failed.
    #[error("{0}")]
    Disk(#[from] std::io::Error),
}

impl StorageError {
    /// Whether it may pass without a hand.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Damaged)
    }
}

/// A thread that broke off.
impl From<tokio::task::JoinError> for StorageError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Disk(error.into())
    }
}
