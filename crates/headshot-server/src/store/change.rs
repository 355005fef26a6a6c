use headshot_api::State;
use jiff::Timestamp;

use super::{SourcePhoto, Standing, Submission};
use crate::references::References;

/// What is to be written about a session; nothing unless said.
#[derive(Default)]
pub(crate) struct Change {
    /// Where it stands, and how new that is.
    pub(crate) standing: Option<(Standing, Timestamp)>,
    /// Since when the provider answers that it has no such session; goes with the standing.
    pub(crate) gone_since: Option<Timestamp>,
    /// How far submitting the person's photos has come.
    pub(crate) submission: Option<Submission>,
    /// The photos shown so far belong to a run that is over.
    pub(crate) ends_run: bool,
    /// The run that the photos belong to from now on.
    pub(crate) run: Option<String>,
    /// The finished photos, as the provider lists them.
    pub(crate) photos: Option<Vec<SourcePhoto>>,
    /// The provider had photos, and has removed them.
    pub(crate) photos_expired: bool,
    /// The photo that the person chose.
    pub(crate) favorite: Option<SourcePhoto>,
    /// More ids that the provider knows it by.
    pub(crate) references: References,
    /// It is deleted for good: photos, links and payloads go, and a tombstone stays.
    pub(crate) removes: bool,
}

impl Change {
    /// The host application deleted it.
    pub(crate) fn removed(at: Timestamp) -> Self {
        let deleted = Standing { provider_status: "deleted".into(), state: State::Deleted };
        Self { removes: true, ..Self::to(deleted, at) }
    }

    /// It stands there now. Results of a run that the provider went back on are no longer shown.
    pub(crate) fn to(standing: Standing, at: Timestamp) -> Self {
        let ends_run = standing.state != State::Ready;
        Self { standing: Some((standing, at)), ends_run, ..Self::default() }
    }
}
