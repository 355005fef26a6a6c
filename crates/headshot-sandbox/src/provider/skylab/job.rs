use jiff::Timestamp;
use url::Url;

/// One order of photos to be worked on.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) preset_type: Option<String>,
    pub(super) profile_id: Option<u64>,
    pub(super) state: State,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) submitted_at: Option<Timestamp>,
    pub(super) completed_at: Option<Timestamp>,
    /// When the job's files go.
    pub(super) expires_at: Option<Timestamp>,
    pub(super) callback_url: Option<Url>,
    pub(super) errors: Vec<String>,
    pub(super) is_deleted: bool,
    /// Whose face the results show.
    pub(super) person: String,
    /// Which walk along the states is in charge; a walk that finds another number here stops.
    pub(super) walk: u64,
    /// Part of what presigned URLs sign: raising it ends all made before.
    pub(super) link_series: u32,
}

impl Job {
    pub(super) fn new(id: u64, wanted: Wanted, person: String) -> Self {
        let now = Timestamp::now();
        Self {
            id,
            name: wanted.name,
            kind: wanted.kind,
            preset_type: wanted.preset_type,
            profile_id: wanted.profile_id,
            state: State::Pending,
            created_at: now,
            updated_at: now,
            submitted_at: None,
            completed_at: None,
            expires_at: None,
            callback_url: None,
            errors: Vec::new(),
            is_deleted: false,
            person,
            walk: 0,
            link_series: 0,
        }
    }

    /// Whether the job's files are still there.
    pub(super) fn has_files(&self, now: Timestamp) -> bool {
        !self.is_deleted && self.expires_at.is_none_or(|end| now < end)
    }

    /// The job's word in the sandbox's own routes.
    pub(super) fn word(&self) -> &'static str {
        if self.is_deleted { "deleted" } else { self.state.as_str() }
    }

    /// The sandbox's name for the job in its own routes.
    pub(super) fn session(&self) -> String {
        self.id.to_string()
    }
}

/// What a caller says about a new job.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) preset_type: Option<String>,
    pub(super) profile_id: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Regular,
    Training,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Training => "training",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Regular, Self::Training].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Where a job stands \[004\]\[k-openapi\].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Queued,
    Processing,
    Complete,
    Error,
}

impl State {
    pub(super) const ALL: [Self; 5] = [Self::Pending, Self::Queued, Self::Processing, Self::Complete, Self::Error];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Complete => "complete",
            Self::Error => "error",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The event of entering this state, if anybody is told \[k-openapi\].
    pub(super) const fn event(self) -> Option<&'static str> {
        match self {
            Self::Queued => Some("job_queued"),
            Self::Complete => Some("job_complete"),
            Self::Error => Some("job_error"),
            Self::Pending | Self::Processing => None,
        }
    }
}
