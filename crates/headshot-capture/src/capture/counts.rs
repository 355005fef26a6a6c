use super::photo::{Photo, Stage};

/// How many photos are where: the detail of `headshot-uploads`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// The server keeps them.
    pub(crate) arrived: u32,
    /// Waiting for their turn, or under way.
    pub(crate) pending: u32,
    /// Neither sent nor taken: the person has to look at them.
    pub(crate) refused: u32,
}

impl Counts {
    pub(crate) fn of(photos: &[Photo]) -> Self {
        let mut counts = Self::default();
        for photo in photos {
            match photo.stage {
                Stage::Checking | Stage::Waiting | Stage::Sending { .. } => counts.pending += 1,
                Stage::Arrived(_) => counts.arrived += 1,
                Stage::Unfit(_) | Stage::Refused { .. } => counts.refused += 1,
                Stage::Unwanted | Stage::Leaving { .. } => {}
            }
        }
        counts
    }
}
