use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

/// One hosted run for one end user; the provider calls it a model.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) uid: String,
    pub(crate) email: String,
    pub(crate) team_id: Option<String>,
    pub(crate) test_mode: bool,
    pub(crate) status: Status,
    pub(crate) created_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    /// What the signed URL carries.
    pub(crate) token: String,
    pub(crate) photos: Vec<Photo>,
    pub(crate) favorite: Option<String>,
    /// How many photos the person handed in.
    pub(crate) received_photos: usize,
    /// Which walk along the statuses is in charge; a walk that finds another number here stops.
    pub(crate) walk: u64,
    /// Between which moments the present walk makes the headshots.
    pub(crate) making: Option<(Timestamp, Timestamp)>,
    /// Part of what photo links sign: raising it ends all links made before.
    pub(crate) link_series: u32,
}

/// A finished headshot.
#[derive(Clone)]
pub(crate) struct Photo {
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
}

impl Session {
    /// The person's name, as far as the local part of the e-mail address tells it.
    pub(crate) fn title(&self) -> String {
        let local = self.email.split(['@', '+']).next().unwrap_or_default();
        let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty());
        words.map(capitalized).collect::<Vec<_>>().join(" ")
    }

    /// Until when the person may come back to an invitation, 30 days as for invites \[h-invites\].
    pub(crate) fn invite_expires_at(&self) -> Timestamp {
        self.created_at + SignedDuration::from_hours(30 * 24)
    }

    /// The chosen photo.
    pub(crate) fn favorite_photo(&self) -> Option<&Photo> {
        self.photos.iter().find(|photo| self.favorite.as_ref() == Some(&photo.id))
    }

    /// Drops photos and favourite, so that the next results are new ones.
    pub(crate) fn forget_results(&mut self) {
        self.photos.clear();
        self.favorite = None;
        self.finished_at = None;
        self.making = None;
    }

    /// How much of the headshots is made at `now`, between 0 and 1.
    pub(crate) fn progress(&self, now: Timestamp) -> Option<f64> {
        let (start, end) = self.making?;
        let total = end.duration_since(start).as_secs_f64();
        Some((now.duration_since(start).as_secs_f64() / total.max(0.001)).clamp(0.0, 1.0))
    }
}

/// Where a session stands, in the provider's words \[002\]\[h-models\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Onboarding,
    Waiting,
    Pending,
    GeneratingHeadshots,
    Active,
    Failed,
    Deleted,
}

impl Status {
    pub(crate) const ALL: [Self; 7] = [
        Self::Onboarding,
        Self::Waiting,
        Self::Pending,
        Self::GeneratingHeadshots,
        Self::Active,
        Self::Failed,
        Self::Deleted,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Waiting => "waiting",
            Self::Pending => "pending",
            Self::GeneratingHeadshots => "generatingHeadshots",
            Self::Active => "active",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
