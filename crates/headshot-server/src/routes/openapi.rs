//! The description of the public routes. Each route describes itself; what they share is here.

use axum::Extension;
use axum::body::Bytes;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use headshot_api::{Event, Problem};
use headshot_verify::VerifyError;
use serde_json::Value;
use utoipa::openapi::path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, HttpMethod, KnownFormat, PathsBuilder, Ref, RefOr, Required, ResponseBuilder,
    SchemaFormat, Server,
};
use utoipa::{Modify, OpenApi, PartialSchema, ToSchema};

use super::refusals::refusals;
use crate::app::App;
use crate::error::Code;

/// What the description begins with, before the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "headshot-server",
        description = "Opens sessions at headshot providers, receives their webhooks, keeps the photos, and tells the host \
            application what happened.\n\nKeys are camelCase, times RFC 3339 in UTC. Objects may get more fields, and \
            enumerations more words: ignore what you do not know.\n\nEvery error is `application/problem+json` (RFC 9457) \
            with a stable `code`. Every answer has an `x-request-id`, by which the log knows the request. Heads of requests \
            are at most 32 KiB.",
        license(name = "MIT or Apache 2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "sessions", description = "One hosted run at a provider for one person."),
        (name = "uploads", description = "The person's photos, where the provider has no page of its own for the person."),
        (name = "photos", description = "The finished photos."),
        (name = "events", description = "What happened to sessions, for the host application."),
        (name = "webhooks", description = "Where providers deliver their events."),
        (name = "health", description = "For whoever keeps the server running."),
    ),
    components(schemas(Event, Problem)),
    modifiers(&Shared),
)]
pub(super) struct Description;

struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        add_credentials(components);
        add_codes(components);
        document.webhooks = Some(PathsBuilder::new().path("event", pushed_event()).build());
    }
}

fn add_credentials(components: &mut Components) {
    let bearer = |about: &str| HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build();
    let host_key = bearer("A key of `HEADSHOT_API_KEY`, between the host application and this server.");
    let client_token = "What lets one browser read one session, and upload to it, for 24 hours: `hct_…`.";
    components.add_security_scheme("host_key", SecurityScheme::Http(host_key));
    components.add_security_scheme("client_token", SecurityScheme::Http(bearer(client_token)));
}

/// The codes of problems are those of the tables.
fn add_codes(components: &mut Components) {
    let words = |about: &str, words: Vec<&'static str>| {
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).enum_values(Some(words)).build()
    };
    let codes = words("What this server refuses.", Code::ALL.iter().map(|code| code.as_str()).collect());
    let verifier = words("Why a delivery is not genuine.", VerifyError::CODES.to_vec());
    components.schemas.insert("ProblemCode".to_owned(), codes.into());
    components.schemas.insert("DeliveryProblemCode".to_owned(), verifier.into());
    if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem") {
        let code = AnyOfBuilder::new()
            .item(Ref::from_schema_name("ProblemCode"))
            .item(Ref::from_schema_name("DeliveryProblemCode"))
            .description(Some("One stable word for programs."));
        problem.properties.insert("code".to_owned(), code.into());
    }
}

/// What the host application's own addresses are sent.
fn pushed_event() -> PathItem {
    let header = |name: &str, about: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(about))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    };
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Event"))).build();
    let answer = |about: &str| ResponseBuilder::new().description(about).build();
    let operation = OperationBuilder::new()
        .operation_id(Some("event"))
        .tag("events")
        .summary(Some("An event, pushed"))
        .description(Some(
            "To each address of `HEADSHOT_EVENTS_URL`, signed per Standard Webhooks, at least once and of one session in \
             order. An answer is awaited for 20 seconds; what is not taken is sent again nine times, after 5 seconds at \
             first and after 24 hours at last.",
        ))
        .parameter(header("webhook-id", "The event's id: the same on every attempt."))
        .parameter(header("webhook-timestamp", "When this attempt was made, in Unix seconds."))
        .parameter(header("webhook-signature", "`v1,` and the signature; two while the secret is being replaced."))
        .request_body(Some(RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", body).build()))
        .response("2XX", answer("It is taken."))
        .response("410", answer("This address is told nothing more until the server starts again."))
        .response("default", answer("It is sent again, when `Retry-After` says or by the schedule."));
    PathItem::new(HttpMethod::Post, operation)
}

/// The finished description as it is sent.
#[derive(Clone)]
pub(super) struct Document(Bytes);

impl Document {
    /// What this very server adds: where it is, and which providers it has.
    pub(super) fn finish(mut document: utoipa::openapi::OpenApi, app: &App) -> Self {
        document.servers = Some(vec![Server::new(app.public_url())]);
        name_providers(&mut document, app);
        for path in document.paths.paths.values_mut() {
            // Two methods of one route have one description, but each operation must have a name of its own.
            if let Some(patch) = &mut path.patch {
                patch.operation_id = patch.operation_id.take().map(|name| name + "_by_patch");
            }
            [&mut path.get, &mut path.post].into_iter().flatten().for_each(never_null);
        }
        Self(document.to_json().unwrap_or_default().into())
    }
}

fn name_providers(document: &mut utoipa::openapi::OpenApi, app: &App) {
    let schemas = document.components.as_mut().map(|components| &mut components.schemas);
    if let Some(RefOr::T(Schema::Object(request))) = schemas.and_then(|schemas| schemas.get_mut("OpenSession"))
        && let Some(RefOr::T(Schema::Object(provider))) = request.properties.get_mut("provider")
    {
        provider.enum_values =
            Some(app.credentials().providers.iter().map(|provider| provider.name().into()).collect());
    }
}

/// A header may be absent; utoipa would have it `null` then.
fn never_null(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(Parameter { parameter_in: ParameterIn::Header, schema: Some(RefOr::T(schema)), .. }) = parameter
            && let Schema::Object(schema) = schema
        {
            schema.schema_type = Type::String.into();
        }
    }
}

/// Bytes that are no JSON.
pub(super) struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .into()
    }
}

impl ToSchema for Binary {}

refusals!(Refusals: ServerBusy);

/// Describe this server
///
/// This document.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "health",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json", body = Value), Refusals),
)]
pub(super) async fn show_document(Extension(Document(document)): Extension<Document>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

/// An answer to show; a test compares it with what the server answers.
pub(super) fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
