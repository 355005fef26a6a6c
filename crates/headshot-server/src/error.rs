//! Everything that an answer can refuse, in one table: variant, status, code, title.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headshot_api::{FieldError, Problem};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $status:ident, $code:literal, $title:literal;)*) => {
        /// What went wrong: each with its status, its stable code for programs, and its title for people.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the table in the README.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The HTTP status of answers with this code.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// The stable word for programs.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The sentence for people, the same for every answer with this code.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    /// No `Authorization` header, or not a bearer one.
    CredentialsMissing => UNAUTHORIZED, "credentials_missing", "the request carries no credentials";
    /// Not the server's API key.
    ApiKeyRefused => UNAUTHORIZED, "api_key_refused", "the API key is not this server's";
    /// Not a client token of this session.
    ClientTokenRefused => UNAUTHORIZED, "client_token_refused", "the client token is not one of this session";
    /// A client token of this session that is too old.
    ClientTokenExpired => UNAUTHORIZED, "client_token_expired", "the client token has expired";
    /// Not the console's key.
    ConsoleKeyRefused => UNAUTHORIZED, "console_key_refused", "the key is not the console's";
    /// Nobody is signed in to the console, or no longer.
    ConsoleSignedOut => UNAUTHORIZED, "console_signed_out", "nobody is signed in to the console";
    /// Another page than the console's wants to change something.
    OriginRefused => FORBIDDEN, "origin_refused", "the request does not come from the console's own page";
    /// Wrong keys of the console are tried faster than they are answered.
    /// No such record.
    RecordUnknown => NOT_FOUND, "record_unknown", "there is no such record";
    /// No such session.
    SessionUnknown => NOT_FOUND, "session_unknown", "there is no such session";
    /// The action needs a living session.
    SessionDeleted => GONE, "session_deleted", "the session is deleted";
    /// The body is not JSON, or not of the right type.
    BodyMalformed => BAD_REQUEST, "body_malformed", "the body could not be read";
    /// A parameter of the query cannot be read, or names what cannot be.
    CursorInvalid => BAD_REQUEST, "cursor_invalid", "a parameter of the query was not accepted";
    /// Events that were asked for are no longer kept.
    EventsRemoved => GONE, "events_removed", "some of these events are no longer kept";
    /// A field was read and not accepted.
    FieldInvalid => UNPROCESSABLE_ENTITY, "field_invalid", "a field was not accepted";
    /// More bytes than the route takes.
    BodyTooLarge => PAYLOAD_TOO_LARGE, "body_too_large", "the body is too large";
    /// Not `application/json`, or a form where a photo is expected.
    MediaTypeUnsupported => UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", "the route does not take this media type";
    /// The route does not know the method.
    MethodNotAllowed => METHOD_NOT_ALLOWED, "method_not_allowed", "the route does not allow this method";
    /// No such route.
    RouteUnknown => NOT_FOUND, "route_unknown", "there is no such route";
    /// The request did not arrive, or was not answered, in time.
    RequestTimeout => REQUEST_TIMEOUT, "request_timeout", "the request took too long";
    /// The server is not configured for this provider.
    ProviderUnknown => UNPROCESSABLE_ENTITY, "provider_unknown", "this server does not know the provider";
    /// The provider said no.
    ProviderRefused => BAD_GATEWAY, "provider_refused", "the provider refused";
    /// The provider could not be reached, or gave no usable answer.
    ProviderUnreachable => BAD_GATEWAY, "provider_unreachable", "the provider could not be reached";
    /// The provider limits the rate of requests.
    ProviderBusy => SERVICE_UNAVAILABLE, "provider_busy", "the provider is busy";
    /// The provider knows the e-mail address already.
    EmailExists => CONFLICT, "email_exists", "the provider already knows this e-mail address";
    /// The provider's signed URL is not on an accepted origin.
    SignedUrlRefused => BAD_GATEWAY, "signed_url_refused", "the provider's signed URL is not on an accepted origin";
    /// The link to a photo is too old.
    LinkExpired => FORBIDDEN, "link_expired", "the link has expired";
    /// The link to a photo was not made by this server.
    LinkRefused => FORBIDDEN, "link_refused", "the link was not made by this server";
    /// No such photo.
    PhotoUnknown => NOT_FOUND, "photo_unknown", "there is no such photo";
    /// Everything that is not kept for deliveries is in use.
    ServerBusy => SERVICE_UNAVAILABLE, "server_busy", "the server is busy";
    /// The server was told to stop.
    ServerStopping => SERVICE_UNAVAILABLE, "server_stopping", "the server is about to stop";
    /// Whoever asks has asked too often.
    TooManyRequests => TOO_MANY_REQUESTS, "too_many_requests", "there were too many requests";
    /// The session is not one that photos are uploaded to.
    SurfaceMismatch => CONFLICT, "surface_mismatch", "the session takes no uploads";
    /// The photos were submitted, so none can be added or removed.
    SessionSubmitted => CONFLICT, "session_submitted", "the session's photos were submitted";
    /// The body is no picture that the provider takes.
    ImageUnsupported => UNSUPPORTED_MEDIA_TYPE, "image_unsupported", "the body is not a JPEG or PNG image";
    /// The picture has too many pixels.
    ImageTooLarge => UNPROCESSABLE_ENTITY, "image_too_large", "the picture has too many pixels";
    /// The bytes are not those that `Content-MD5` names.
    DigestMismatch => BAD_REQUEST, "digest_mismatch", "the body is not the one that Content-MD5 names";
    /// The session has another photo of this name.
    UploadNameTaken => CONFLICT, "upload_name_taken", "the session has another photo of this name";
    /// The session has as many photos as it may.
    UploadsFull => CONFLICT, "uploads_full", "the session takes no more photos";
    /// There is nothing to submit.
    UploadsMissing => CONFLICT, "uploads_missing", "the session has no photos to submit";
    /// The provider does not take one of the photos.
    UploadRefused => CONFLICT, "upload_refused", "the provider does not take one of the photos";
    /// No such upload.
    UploadUnknown => NOT_FOUND, "upload_unknown", "there is no such upload";
    /// The store could not be written or read.
    StoreUnavailable => SERVICE_UNAVAILABLE, "store_unavailable", "the store is not available";
    /// A fault of the server.
    InternalError => INTERNAL_SERVER_ERROR, "internal_error", "the server made a mistake";
}

/// A refusal on its way out: what the client reads, and the cause that only the log sees.
#[derive(Debug)]
pub struct Error(Box<Refused>);

#[derive(Debug)]
struct Refused {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<Cow<'static, str>>,
    fields: Vec<FieldError>,
    headers: Vec<(HeaderName, HeaderValue)>,
    cause: Option<Cause>,
}

/// The code of a problem, for the log and for counting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemCode(pub(crate) &'static str);

/// Why a request failed, in our words: for the log, never for the client.
#[derive(Clone, Debug)]
pub(crate) struct Cause(pub(crate) String);

impl Error {
    /// A delivery that is not accepted as genuine, with the verifier's own code.
    #[must_use]
    pub fn delivery_refused(code: &'static str, detail: String) -> Self {
        let mut error = Self::from(Code::CredentialsMissing).detail(detail);
        error.0.code = code;
        error.0.title = "the delivery is not accepted as genuine";
        error.header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Signature"))
    }

    /// Tells the client what is wrong with this very request; no secrets, no causes.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Names a field of the body, as a JSON Pointer, and what is wrong with it.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.0.fields.push(FieldError { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.0.headers.retain(|(known, _)| *known != name);
        self.0.headers.push((name, value.into()));
        self
    }

    /// Keeps why it happened, for the log.
    #[must_use]
    pub fn cause(mut self, cause: impl std::fmt::Display) -> Self {
        self.0.cause = Some(Cause(cause.to_string()));
        self
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        let headers = match code {
            Code::CredentialsMissing => vec![bearer(r#"Bearer realm="headshot""#)],
            Code::ApiKeyRefused | Code::ClientTokenRefused | Code::ClientTokenExpired => {
                vec![bearer(r#"Bearer realm="headshot", error="invalid_token""#)]
            }
            _ => Vec::new(),
        };
        let (status, title) = (code.status(), code.title());
        let (code, detail, fields, cause) = (code.as_str(), None, Vec::new(), None);
        Self(Box::new(Refused { status, code, title, detail, fields, headers, cause }))
    }
}

fn bearer(challenge: &'static str) -> (HeaderName, HeaderValue) {
    (header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let refused = *self.0;
        let problem = Problem {
            kind: format!("urn:headshot-kit:problem:{}", refused.code),
            title: refused.title.to_owned(),
            status: refused.status.as_u16(),
            code: refused.code.to_owned(),
            detail: refused.detail.map(Cow::into_owned),
            errors: refused.fields,
        };
        let mut response = (refused.status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(refused.headers);
        response.extensions_mut().insert(ProblemCode(refused.code));
        if let Some(cause) = refused.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_used_twice() {
        let codes: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
    }

    #[test]
    fn a_cause_is_kept_for_the_log_and_not_in_the_problem() {
        let response = Error::from(Code::StoreUnavailable).cause("disk full").into_response();
        assert_eq!(response.extensions().get::<Cause>().map(|cause| cause.0.as_str()), Some("disk full"));
    }
}
