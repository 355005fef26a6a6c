use jiff::Timestamp;
use serde_json::Value;

/// One visit of a contact to the studio.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) contact_id: String,
    /// What the link carries.
    pub(super) token: String,
    pub(super) redirect_url: Option<String>,
    pub(super) metadata: Value,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) is_deleted: bool,
    /// Part of what image links sign: raising it ends all links made before.
    pub(super) link_series: u32,
}

/// One photo that was handed in.
#[derive(Clone)]
pub(super) struct Submission {
    pub(super) id: String,
    pub(super) session_id: String,
    pub(super) contact_id: String,
    pub(super) state: State,
    pub(super) is_enhanced: bool,
    /// Whether its completion was told.
    pub(super) is_announced: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Submission {
    /// Accepted and enhanced: the two together are what is told \[s-postman\].
    pub(super) fn is_complete(&self) -> bool {
        self.state == State::Accepted && self.is_enhanced
    }
}

/// Where a submission stands: `ACCEPTED` is documented \[s-postman\], the other words are assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Accepted,
    Rejected,
}

impl State {
    pub(super) const ALL: [Self; 3] = [Self::Pending, Self::Accepted, Self::Rejected];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Accepted => "ACCEPTED",
            Self::Rejected => "REJECTED",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
