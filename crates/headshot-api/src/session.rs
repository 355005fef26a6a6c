use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::words;

/// What a host application sends to open a session: the body of `POST /v1/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSession {
    /// The provider that runs the session: `headshotpro`, `scale` or `skylab`.
    pub provider: String,
    /// The e-mail address that identifies the end user at the provider; Skylab needs none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = "idn-email"))]
    pub email: Option<String>,
    /// The person's first name, for providers that keep contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The person's last name, for providers that keep contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// HeadshotPro's team to put the person into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// What Scale Headshots is to keep about the person beside the name, such as `department` and `role`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub custom_attributes: BTreeMap<String, String>,
    /// Lists of Scale Headshots to put the person on, beside the server's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list_ids: Vec<String>,
    /// Skylab's profile to work by, instead of the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<u64>,
    /// The host application's own name for this person or session; kept and given back, at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub reference: Option<String>,
    /// Asks the provider for its test mode: canned results in minutes, no credits.
    #[serde(default)]
    pub test_mode: bool,
}

/// An open session, and the token that lets one browser read it and upload to it: the answer to `POST /v1/sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OpenedSession {
    /// The new session.
    pub session: Session,
    /// The token for the browser.
    pub client_token: ClientToken,
}

/// A short-lived token that lets one browser read one session, and upload to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ClientToken {
    /// The token itself, sent as `Authorization: Bearer <token>`.
    pub token: String,
    /// When it stops working.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

impl std::fmt::Debug for ClientToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// One hosted run at a provider for one end user, as `GET /v1/sessions/{id}` shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Our id, `ses_` and 32 hexadecimal digits.
    pub id: String,
    /// The provider that runs it.
    pub provider: String,
    /// Where it stands, in words that all providers share.
    pub state: State,
    /// Where it stands, in the provider's own word.
    pub provider_status: String,
    /// What the provider is doing, in words that all providers share; absent while it is the person's turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub progress: Option<Progress>,
    /// How many minutes the provider usually takes to make headshots, while it does and where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub usual_minutes: Option<u32>,
    /// What it offers the person; absent once the session is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub surface: Option<Surface>,
    /// Whether the provider runs it in test mode.
    pub test_mode: bool,
    /// The host application's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reference: Option<String>,
    /// The finished photos that the server holds a copy of.
    pub photos: Vec<Photo>,
    /// The photo that the person chose; it is also among `photos` once its copy is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub favorite_photo_id: Option<String>,
    /// When it was opened.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub created_at: String,
    /// When it last changed.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub updated_at: String,
}

impl Session {
    /// The chosen photo, once the person has chosen one and the server has copied it.
    #[must_use]
    pub fn favorite_photo(&self) -> Option<&Photo> {
        let id = self.favorite_photo_id.as_deref()?;
        self.photos.iter().find(|photo| photo.id == id)
    }
}

// What the surface links to carries the provider's own token, so it stays out of logs.
impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("provider_status", &self.provider_status)
            .field("photos", &self.photos.len())
            .field("favorite_photo_id", &self.favorite_photo_id)
            .finish_non_exhaustive()
    }
}

/// What a session offers the person who goes through it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Surface {
    /// The provider's page, to be shown in a frame that may use the camera.
    #[cfg_attr(feature = "openapi", schema(rename_all = "camelCase"))]
    Frame {
        /// The provider's link for the end user.
        url: String,
        /// Every origin that the page may show, for the frame's `allow` list.
        origins: Vec<String>,
        /// When the link stops working, where the provider says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
        expires_at: Option<String>,
    },
    /// The provider's page, which may not be framed: to be opened in a tab of its own.
    #[cfg_attr(feature = "openapi", schema(rename_all = "camelCase"))]
    Link {
        /// The provider's link for the end user.
        url: String,
        /// When the link stops working, where the provider says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
        expires_at: Option<String>,
    },
    /// No page of the provider's: the widget collects the photos and sends them to the headshot server.
    Upload {
        /// What the server takes.
        limits: UploadLimits,
    },
    /// A surface that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Surface {
    /// The provider's link for the end user, where there is one.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Frame { url, .. } | Self::Link { url, .. } => Some(url),
            Self::Upload { .. } | Self::Unknown => None,
        }
    }

    /// When that link stops working, RFC 3339, where the provider says so.
    #[must_use]
    pub fn expires_at(&self) -> Option<&str> {
        match self {
            Self::Frame { expires_at, .. } | Self::Link { expires_at, .. } => expires_at.as_deref(),
            Self::Upload { .. } | Self::Unknown => None,
        }
    }
}

impl std::fmt::Debug for Surface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Frame { origins, .. } => f.debug_struct("Frame").field("origins", origins).finish_non_exhaustive(),
            Self::Link { .. } => f.debug_struct("Link").finish_non_exhaustive(),
            Self::Upload { limits } => f.debug_struct("Upload").field("limits", limits).finish(),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// What photos a server takes from a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UploadLimits {
    /// The most photos of one session.
    pub photos: u32,
    /// The largest photo in bytes.
    pub bytes: u64,
    /// The most pixels of one photo.
    pub pixels: u64,
    /// The longest side of a photo in pixels.
    pub longest_side: u32,
    /// The media types, such as `image/jpeg`.
    pub media_types: Vec<String>,
}

/// A finished photo, served from the server's own copy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Photo {
    /// Our id, `pho_` and 32 hexadecimal digits.
    pub id: String,
    /// A link to the copy that works without a token until `expires_at`.
    pub url: String,
    /// When the link stops working; read the session again for a fresh one.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

words! {
    /// Where a session stands, in words that all providers share.
    ///
    /// States may go backwards: a provider can give a person a retry after the results are there.
    State:
    /// The person has still to fill in, take or upload something.
    AwaitingUser = "awaiting_user",
    /// Somebody at the provider or the organization has to accept the photos.
    InReview = "in_review",
    /// The provider is working.
    Processing = "processing",
    /// The headshots are there.
    Ready = "ready",
    /// The provider gave up.
    Failed = "failed",
    /// The session and its data are gone.
    Deleted = "deleted",
}

words! {
    /// What a provider is doing, in words that all providers share.
    Progress:
    /// The photos wait for their turn.
    Queued = "queued",
    /// It learns from the photos what the person looks like.
    Preparing = "preparing",
    /// It makes the headshots.
    Making = "making",
    /// Something went wrong there, and it begins again by itself.
    Delayed = "delayed",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_an_unknown_field_when_opening() {
        let body = r#"{"provider":"headshotpro","email":"a@b.test","teamid":"t"}"#;
        let error = serde_json::from_str::<OpenSession>(body).unwrap_err();
        assert!(error.to_string().contains("unknown field `teamid`"), "{error}");
    }

    #[test]
    fn a_surface_is_told_by_its_kind() {
        let link = Surface::Link { url: "https://x.test/s".into(), expires_at: None };
        assert_eq!(
            serde_json::to_value(&link).unwrap(),
            serde_json::json!({"kind": "link", "url": "https://x.test/s"})
        );
        let newer: Surface = serde_json::from_str(r#"{"kind": "hologram", "depth": 3}"#).unwrap();
        assert_eq!((newer.url(), &newer), (None, &Surface::Unknown));
    }

    #[test]
    fn debug_output_holds_no_secret() {
        let frame = Surface::Frame { url: "https://x.test/?token=T".into(), origins: Vec::new(), expires_at: None };
        assert!(!format!("{frame:?}").contains("token"));
        let token = ClientToken { token: "hct_secret".into(), expires_at: "2026-01-02T03:04:05Z".into() };
        assert!(!format!("{token:?}").contains("hct_secret"));
    }
}
