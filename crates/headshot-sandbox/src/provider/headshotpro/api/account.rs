use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::provider::headshotpro::{event::ORGANIZATION_ID, organization::Organization};

/// The organization's teams, with their names.
const TEAMS: [(&str, &str); 2] = [("team_design", "Design"), ("team_sales", "Sales")];

pub(super) async fn organization() -> Json<Value> {
    let organization = json!({
        "uid": ORGANIZATION_ID, "name": "Sandbox Ltd", "website": "https://sandbox.example", "teams": team_list(),
    });
    Json(json!({ "success": true, "organization": organization }))
}

pub(super) async fn teams() -> Json<Value> {
    Json(json!({ "success": true, "teams": team_list() }))
}

pub(super) async fn credits(State(organization): State<Arc<Organization>>) -> Json<Value> {
    Json(json!({ "success": true, "credits": organization.credits() }))
}

/// The name of a team, if the organization has it.
pub(super) fn team_name(id: &str) -> Option<&'static str> {
    TEAMS.iter().find(|(team, _)| *team == id).map(|(_, name)| *name)
}

fn team_list() -> Vec<Value> {
    TEAMS.iter().map(|(id, name)| json!({ "id": id, "name": name })).collect()
}
