use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::{
    EventError, Fields, Neutral, NeutralKind, NeutralPhoto, NeutralState, Payload, References,
    json::{self, Object},
    shape::shape,
    time,
    words::words,
};

/// It might stand in the envelope or in the model.
const FAVORITE_PHOTO: &str = "favoritePhoto";

/// Something that happened to a model, HeadshotPro's word for what we call a session.
///
/// The documents describe two envelopes, with `id` and `createdAt` \[001\] and without \[002\]; both are read. A field of
/// an unexpected type is kept in `other` rather than refused, as is every field that this version does not know.
///
/// Deliveries come twice, late and out of order: take the event as a hint and read the model again.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: EventKind,
    /// The event's id, the same in every delivery of it; not every envelope has one \[001\].
    pub id: Option<String>,
    /// When it happened, RFC 3339 \[001\].
    pub created_at: Option<String>,
    /// What kind of thing it happened to, `model`.
    pub object_type: Option<String>,
    /// The model; only an event of an unknown kind may have none.
    pub model: Option<Model>,
    /// The photo that the person chose, with [`EventKind::FavoriteSelected`]; if absent, ask the API \[001\].
    pub favorite_photo: Option<Photo>,
    /// Every other field of the envelope.
    pub other: Fields,
}

words! {
    /// What happened to a model.
    pub enum EventKind {
        /// It was created, by API or by invite.
        ModelCreated = "model.created",
        /// Its status changed.
        StatusUpdated = "model.status.updated",
        /// Its headshots are there; after a retry this can happen again.
        PhotosReady = "model.photos_ready",
        /// The person chose a favourite; this can happen again.
        FavoriteSelected = "model.favorite_selected",
        /// It was removed.
        ModelDeleted = "model.deleted",
    }
}

words! {
    /// Where a model stands; a retry given by an administrator takes it back to the beginning.
    pub enum Status {
        /// The person is still filling in and uploading.
        Onboarding = "onboarding",
        /// Queued for training, or waiting for a review.
        Waiting = "waiting",
        /// In training.
        Pending = "pending",
        /// The images are being made.
        GeneratingHeadshots = "generatingHeadshots",
        /// The results are there.
        Active = "active",
        /// Training or generation failed; the provider starts it again by itself.
        Failed = "failed",
        /// Removed.
        Deleted = "deleted",
    }
}

/// A model as an event shows it: one hosted run for one person.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[non_exhaustive]
pub struct Model {
    /// Its id, written `_id` here, `id` and `modelId` elsewhere in the API.
    pub id: String,
    /// The person's id, `anon_…` in a whitelabel session.
    pub uid: Option<String>,
    /// The display name.
    pub title: Option<String>,
    /// The chosen gender, `male` or `female`.
    pub trigger: Option<String>,
    /// Where it stands.
    pub status: Option<Status>,
    /// Whether it runs in test mode.
    pub is_development: Option<bool>,
    /// When it was created, RFC 3339.
    pub created_at: Option<String>,
    /// When its results were there, RFC 3339.
    pub finished_at: Option<String>,
    /// When it was removed, RFC 3339.
    pub deleted_at: Option<String>,
    /// When its invite stops working, RFC 3339.
    pub invite_expires_at: Option<String>,
    /// The organization's id.
    pub organization: Option<String>,
    /// Every other field.
    pub other: Fields,
}

/// A photo, with links that stop working: copy the file soon.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Photo {
    /// Its id.
    pub id: String,
    /// Its links, each after the name of its variant and ordered by it; the documents disagree about the names.
    pub urls: Vec<(String, String)>,
    /// When the links stop working, RFC 3339; if absent, assume 24 hours.
    pub expires_at: Option<String>,
    /// Every other field.
    pub other: Fields,
}

shape! {
    Event(kind: EventKind, model: Option<Model>, favorite_photo: Option<Photo>) {
        optional_text id = "id";
        optional_text created_at = "createdAt";
        optional_text object_type = "objectType";
    }
}

impl Payload for Event {
    fn assume_verified(body: &[u8]) -> Result<Self, EventError> {
        let mut fields = json::object(body)?;
        let kind = EventKind::from(fields.require("event", "/event", json::text)?);
        let (model, nested_photo) = if !matches!(kind, EventKind::Other(_)) || holds_model(&fields) {
            let (model, photo) = fields.require("object", "/object", |value| Object::of(value).map(Model::read))??;
            (Some(model), photo)
        } else {
            (None, None)
        };
        let photo = fields.take(FAVORITE_PHOTO, Photo::read).or(nested_photo);
        Ok(Self::from_fields(fields, kind, model, photo))
    }

    fn neutral(&self) -> Neutral {
        let mut photos = Vec::new();
        if let Some(photo) = self.favorite_photo.as_ref().and_then(Photo::neutral) {
            photos.push(photo);
        }
        let model = self.model.as_ref();
        let about = References::of(
            model.map(|model| model.id.clone()),
            model.and_then(|model| model.uid.clone()),
            self.id.clone(),
        );
        Neutral { state: self.neutral_state(), photos, ..Neutral::of(self.kind.neutral(), about) }
    }

    /// The model's id is also looked for under the names that it has elsewhere in the API.
    fn references(body: &[u8]) -> References {
        let [named, id, model_id, outer, person, event_id] =
            json::sought(body, ["/object/_id", "/object/id", "/object/modelId", "/modelId", "/object/uid", "/id"]);
        References::of(named.or(id).or(model_id).or(outer), person, event_id)
    }
}

impl Event {
    /// The state that the model's status means; a deletion is final whatever the status says.
    fn neutral_state(&self) -> Option<NeutralState> {
        if self.kind == EventKind::ModelDeleted {
            return Some(NeutralState::Deleted);
        }
        self.model.as_ref()?.status.as_ref()?.neutral()
    }
}

impl EventKind {
    const fn neutral(&self) -> NeutralKind {
        match self {
            Self::ModelCreated => NeutralKind::SessionCreated,
            Self::StatusUpdated => NeutralKind::StateChanged,
            Self::PhotosReady => NeutralKind::PhotosReady,
            Self::FavoriteSelected => NeutralKind::FavoriteSelected,
            Self::ModelDeleted => NeutralKind::SessionDeleted,
            Self::Other(_) => NeutralKind::Other,
        }
    }
}

impl Status {
    /// A failure is not final: the provider starts again by itself.
    const fn neutral(&self) -> Option<NeutralState> {
        match self {
            Self::Onboarding => Some(NeutralState::AwaitingUser),
            Self::Waiting | Self::Pending | Self::GeneratingHeadshots | Self::Failed => Some(NeutralState::Processing),
            Self::Active => Some(NeutralState::Ready),
            Self::Deleted => Some(NeutralState::Deleted),
            Self::Other(_) => None,
        }
    }
}

fn holds_model(envelope: &Object<'_>) -> bool {
    let object = envelope.get("object").and_then(Object::of);
    object.is_some_and(|object| object.get("_id").is_some_and(json::is_text))
}

shape! {
    Model(id: String) {
        optional_text uid = "uid";
        optional_text title = "title";
        optional_text trigger = "trigger";
        optional_word status = "status";
        flag is_development = "isDevelopment";
        optional_text created_at = "createdAt";
        optional_text finished_at = "finishedAt";
        optional_text deleted_at = "deletedAt";
        optional_text invite_expires_at = "inviteExpiresAt";
        optional_text organization = "organization";
    }
}

impl Model {
    /// A model, and the favourite photo that it may hold.
    fn read(mut object: Object<'_>) -> Result<(Self, Option<Photo>), EventError> {
        let id = object.require("_id", "/object/_id", json::text)?;
        let photo = object.take(FAVORITE_PHOTO, Photo::read);
        Ok((Self::from_fields(object, id), photo))
    }
}

impl Photo {
    /// The names under which a link may stand, best first; the documents disagree \[000\] \[001\] \[002\].
    const PREFERENCE: [&str; 6] = ["main", "original", "preview", "pfp", "transparent", "thumbnail"];

    /// The link to take if only one is wanted: the best of the variants that the event names, else any.
    #[must_use]
    pub fn preferred_url(&self) -> Option<&str> {
        let preferred = Self::PREFERENCE.iter().find_map(|name| self.url(name));
        preferred.or_else(|| self.urls.first().map(|(_, url)| url.as_str()))
    }

    /// The link of one variant.
    #[must_use]
    pub fn url(&self, variant: &str) -> Option<&str> {
        self.urls.iter().find(|(name, _)| name == variant).map(|(_, url)| url.as_str())
    }

    /// One without an id is none.
    fn read(value: &str) -> Option<Self> {
        let mut fields = Object::of(value)?;
        let id = fields.take("id", json::text)?;
        let mut urls = Vec::new();
        fields.named_texts("urls", &mut urls);
        let expires_at = fields.take("expiresAt", json::text);
        Some(Self { id, urls, expires_at, other: fields.into_fields() })
    }

    fn neutral(&self) -> Option<NeutralPhoto> {
        Some(NeutralPhoto {
            id: self.id.clone(),
            url: self.preferred_url()?.into(),
            expires_at: self.expires_at.as_deref().and_then(time::read_rfc3339),
            is_favorite: true,
        })
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Photo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;

        let mut photo = serializer.serialize_struct("Photo", 5)?;
        photo.serialize_field("id", &self.id)?;
        photo.serialize_field("urls", &json::Map(&self.urls))?;
        photo.serialize_field("preferredUrl", &self.preferred_url())?;
        photo.serialize_field("expiresAt", &self.expires_at)?;
        photo.serialize_field("other", &self.other)?;
        photo.end()
    }
}

// Names, links and unknown fields stay out of logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("model", &self.model)
            .field("favorite_photo", &self.favorite_photo)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("id", &self.id).field("status", &self.status).finish_non_exhaustive()
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Photo").field("id", &self.id).finish_non_exhaustive()
    }
}
