use headshot_api::{Photo, Session, State};

/// A JSON object that somebody else has parsed: the browser, or `serde_json` in tests.
///
/// The fields are read by hand because a derived reader makes the wasm a tenth larger.
pub(crate) trait Record: Sized {
    /// The string under `key`.
    fn text(&self, key: &str) -> Option<String>;
    /// Whether `true` is under `key`.
    fn flag(&self, key: &str) -> bool;
    /// What is in the array under `key`.
    fn list(&self, key: &str) -> Option<Vec<Self>>;
    /// The string that this is.
    fn as_text(&self) -> Option<String>;
}

/// Reads a session; `None` when something is missing that the widget cannot do without.
pub(crate) fn session(json: &impl Record) -> Option<Session> {
    Some(Session {
        id: json.text("id")?,
        provider: json.text("provider").unwrap_or_default(),
        state: state(json.text("state")?),
        provider_status: json.text("providerStatus")?,
        signed_url: json.text("signedUrl"),
        frame_origins: json.list("frameOrigins")?.iter().map(Record::as_text).collect::<Option<_>>()?,
        test_mode: json.flag("testMode"),
        reference: json.text("reference"),
        photos: json.list("photos")?.iter().map(photo).collect::<Option<_>>()?,
        favorite_photo_id: json.text("favoritePhotoId"),
        created_at: json.text("createdAt").unwrap_or_default(),
        updated_at: json.text("updatedAt").unwrap_or_default(),
    })
}

fn photo(json: &impl Record) -> Option<Photo> {
    Some(Photo { id: json.text("id")?, url: json.text("url")?, expires_at: json.text("expiresAt")? })
}

fn state(word: String) -> State {
    let known = [State::AwaitingUser, State::InReview, State::Processing, State::Ready, State::Failed, State::Deleted];
    known.into_iter().find(|state| state.as_str() == word).unwrap_or(State::Other(word))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    impl Record for Value {
        fn text(&self, key: &str) -> Option<String> {
            self.get(key)?.as_text()
        }

        fn flag(&self, key: &str) -> bool {
            self.get(key) == Some(&Value::Bool(true))
        }

        fn list(&self, key: &str) -> Option<Vec<Self>> {
            self.get(key)?.as_array().cloned()
        }

        fn as_text(&self) -> Option<String> {
            self.as_str().map(str::to_owned)
        }
    }

    fn full() -> Session {
        Session {
            id: "ses_1".into(),
            provider: "headshotpro".into(),
            state: State::Ready,
            provider_status: "active".into(),
            signed_url: Some("https://studio.test/auth/social?token=T".into()),
            frame_origins: vec!["https://studio.test".into(), "https://other.test".into()],
            test_mode: true,
            reference: Some("employee-7".into()),
            photos: vec![Photo { id: "pho_1".into(), url: "https://server.test/1".into(), expires_at: "later".into() }],
            favorite_photo_id: Some("pho_1".into()),
            created_at: "2026-01-02T03:04:05Z".into(),
            updated_at: "2026-01-02T03:05:00Z".into(),
        }
    }

    #[test]
    fn reads_what_the_server_writes() {
        let written = serde_json::to_value(full()).unwrap();
        assert!(session(&written) == Some(full()));
    }

    #[test]
    fn reads_every_state_and_keeps_those_of_tomorrow() {
        for word in ["awaiting_user", "in_review", "processing", "ready", "failed", "deleted", "on_hold"] {
            let derived: State = serde_json::from_value(word.into()).unwrap();
            assert_eq!(state(word.to_owned()), derived);
        }
    }

    #[test]
    fn reads_a_session_without_what_is_optional() {
        let sparse = json!({
            "id": "ses_1", "provider": "headshotpro", "state": "deleted", "providerStatus": "deleted",
            "frameOrigins": [], "testMode": false, "photos": [], "createdAt": "c", "updatedAt": "u", "new": 1,
        });
        let session = session(&sparse).unwrap();
        assert!(session.signed_url.is_none() && session.favorite_photo_id.is_none() && !session.test_mode);
    }

    #[test]
    fn refuses_what_is_no_session() {
        for wrong in [json!(null), json!([]), json!({ "id": "ses_1" }), json!({ "id": 1, "state": "ready" })] {
            assert!(session(&wrong).is_none(), "{wrong}");
        }
        let mut odd = serde_json::to_value(full()).unwrap();
        odd["photos"][0]["url"] = json!(7);
        assert!(session(&odd).is_none());
    }
}
