use serde::{Deserialize, Serialize};

/// An error answer: `application/problem+json` (RFC 9457) with a stable `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A link to the description of the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is wrong, the same text for every answer with this code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One stable word for programs.
    pub code: String,
    /// What is wrong with this very request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub detail: Option<String>,
    /// What is wrong field by field, where the body was read but not accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One field of a request body that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field, as a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}
