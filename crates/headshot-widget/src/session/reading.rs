use headshot_api::{Photo, Progress, Session, State, Surface, UploadLimits};

/// A JSON object that somebody else has parsed: the browser, or `serde_json` in tests.
///
/// The fields are read by hand because a derived reader makes the wasm a tenth larger.
pub(crate) trait Record: Sized {
    /// The string under `key`.
    fn text(&self, key: &str) -> Option<String>;
    /// Whether `true` is under `key`.
    fn flag(&self, key: &str) -> bool;
    /// The number under `key`, without its fraction.
    fn number(&self, key: &str) -> Option<u32>;
    /// The object under `key`.
    fn record(&self, key: &str) -> Option<Self>;
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
        state: State::from_word(&json.text("state")?),
        progress: json.text("progress").map(|word| Progress::from_word(&word)),
        usual_minutes: json.number("usualMinutes"),
        provider_status: json.text("providerStatus")?,
        surface: json.record("surface").map(|json| surface(&json)),
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

/// What cannot be read is a surface that we do not know. The limits of uploads are read by what collects the photos.
fn surface(json: &impl Record) -> Surface {
    let (kind, url, expires_at) = (json.text("kind"), json.text("url"), json.text("expiresAt"));
    match (kind.as_deref(), url) {
        (Some("frame"), Some(url)) => {
            let origins = json.list("origins").unwrap_or_default();
            Surface::Frame { url, origins: origins.iter().filter_map(Record::as_text).collect(), expires_at }
        }
        (Some("link"), Some(url)) => Surface::Link { url, expires_at },
        (Some("upload"), _) => Surface::Upload { limits: UploadLimits::default() },
        _ => Surface::Unknown,
    }
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

        fn number(&self, key: &str) -> Option<u32> {
            self.get(key)?.as_u64()?.try_into().ok()
        }

        fn record(&self, key: &str) -> Option<Self> {
            self.get(key).filter(|value| value.is_object()).cloned()
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
            progress: Some(Progress::Making),
            usual_minutes: Some(60),
            surface: Some(Surface::Frame {
                url: "https://studio.test/auth/social?token=T".into(),
                origins: vec!["https://studio.test".into(), "https://other.test".into()],
                expires_at: Some("later".into()),
            }),
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
    fn reads_every_surface_and_knows_that_it_does_not_know_those_of_tomorrow() {
        let surfaces = [
            Surface::Link { url: "https://studio.test/s".into(), expires_at: None },
            Surface::Upload { limits: UploadLimits::default() },
        ];
        for offered in surfaces {
            let written = serde_json::to_value(Session { surface: Some(offered.clone()), ..full() }).unwrap();
            assert!(session(&written).unwrap().surface == Some(offered));
        }
        let mut odd = serde_json::to_value(full()).unwrap();
        for surface in [json!({"kind": "hologram"}), json!({"kind": "link"}), json!({"url": "https://a.test"})] {
            odd["surface"] = surface;
            assert!(session(&odd).unwrap().surface == Some(Surface::Unknown));
        }
    }

    #[test]
    fn reads_every_state_and_keeps_those_of_tomorrow() {
        let mut odd = serde_json::to_value(full()).unwrap();
        for word in ["awaiting_user", "in_review", "processing", "ready", "failed", "deleted", "on_hold"] {
            odd["state"] = word.into();
            assert_eq!(session(&odd).unwrap().state, serde_json::from_value(word.into()).unwrap());
        }
    }

    #[test]
    fn reads_a_session_without_what_is_optional() {
        let sparse = json!({
            "id": "ses_1", "provider": "headshotpro", "state": "deleted", "providerStatus": "deleted",
            "testMode": false, "photos": [], "createdAt": "c", "updatedAt": "u", "new": 1,
        });
        let session = session(&sparse).unwrap();
        assert!(
            session.surface.is_none()
                && session.progress.is_none()
                && session.usual_minutes.is_none()
                && session.favorite_photo_id.is_none()
                && !session.test_mode
        );
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
