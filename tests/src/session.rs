//! What host application and provider do in a session, without a browser.

use anyhow::{Context, Result};
use headshot_api::OpenedSession;
use serde_json::{Value, json};

use crate::{
    http::{client, get},
    stage::{API_KEY, Stage},
    wait::until,
};

/// Opens a session at the server, as a host application's backend does.
///
/// # Errors
///
/// When the server refuses.
pub async fn open_session(stage: &Stage) -> Result<OpenedSession> {
    let body = json!({ "provider": "headshotpro", "email": "ada@example.test", "testMode": true });
    let request = client().post(format!("{}/v1/sessions", stage.server)).bearer_auth(API_KEY).json(&body);
    Ok(request.send().await?.error_for_status()?.json().await?)
}

/// Plays the person at the provider: hands in photos, waits for the headshots, chooses the first.
///
/// # Errors
///
/// When the sandbox does not carry it out.
pub async fn show_finished_photos(stage: &Stage) -> Result<()> {
    let sessions = format!("{}/sandbox/sessions", stage.provider);
    let read = async |url: &str| -> Result<Value> { Ok(get(url).await?.json().await?) };
    let first = read(&sessions).await?["sessions"][0]["id"].as_str().context("a session")?.to_owned();
    let session = format!("{sessions}/{first}");
    let client = client();
    client.post(format!("{session}/submit")).send().await?.error_for_status()?;
    let photo =
        until("the provider's headshots", async || Ok(read(&session).await?["photos"][0].as_str().map(str::to_owned)))
            .await?;
    let choice = json!({ "photoId": photo });
    client.post(format!("{session}/favorite")).json(&choice).send().await?.error_for_status()?;
    Ok(())
}
