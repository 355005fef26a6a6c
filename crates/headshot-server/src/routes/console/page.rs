use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::super::path::Segment;
use crate::console::{File, Page};
use crate::error::{Code, Error};

/// Shown where the program was built without the page.
const NO_PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Headshot console</title>\
<p>This build of the server carries no console. Build it with <code>cargo xtask dist</code>.</p>";

/// `GET /console` and the files of the page, whose names change with what is in them.
pub(super) fn router<S: Clone + Send + Sync + 'static>(page: Page) -> Router<S> {
    let file = async move |Segment(name): Segment| match page.file(&name).filter(|_| name != "index.html") {
        Some(file) => Ok(([(header::CACHE_CONTROL, "public, max-age=31536000, immutable")], shown(file))),
        None => Err(Error::from(Code::RouteUnknown)),
    };
    Router::new()
        .route("/console", get(async move || index(page)))
        .route("/console/", get(async || (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "../console")])))
        .route("/console/{file}", get(file))
        .method_not_allowed_fallback(super::method_not_allowed)
}

fn index(page: Page) -> Response {
    match page.index() {
        Some(file) => shown(file),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            shown(File { media_type: "text/html; charset=utf-8", bytes: NO_PAGE.as_bytes() }),
        )
            .into_response(),
    }
}

fn shown(file: File) -> Response {
    ([(header::CONTENT_TYPE, file.media_type)], file.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    const PAGE: Page = Page(&[("index.html", b"<p>"), ("page-1a2b.js", b"js"), ("page-1a2b_bg.wasm", b"wasm")]);

    async fn answer(page: Page, path: &str) -> (u16, String, String, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router(page).with_state(()).oneshot(request).await.unwrap();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (kind, cache) = (header(header::CONTENT_TYPE), header(header::CACHE_CONTROL));
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, kind.unwrap_or_default(), cache.unwrap_or_default(), String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn the_page_and_its_files_are_what_they_are_and_files_are_kept_for_ever() {
        let html = "text/html; charset=utf-8".to_owned();
        assert_eq!(answer(PAGE, "/console").await, (200, html, String::new(), "<p>".to_owned()));
        let for_ever = "public, max-age=31536000, immutable";
        for (name, kind, body) in [
            ("page-1a2b.js", "text/javascript; charset=utf-8", "js"),
            ("page-1a2b_bg.wasm", "application/wasm", "wasm"),
        ] {
            let file = answer(PAGE, &format!("/console/{name}")).await;
            assert_eq!(file, (200, kind.to_owned(), for_ever.to_owned(), body.to_owned()));
        }
        for name in ["index.html", "other.js", "..%2fCargo.toml", "%ff"] {
            assert_eq!(answer(PAGE, &format!("/console/{name}")).await.0, 404, "{name}");
        }
    }

    #[tokio::test]
    async fn a_build_without_the_page_says_so() {
        let (status, kind, _, body) = answer(Page(&[]), "/console").await;
        assert_eq!((status, kind.as_str()), (503, "text/html; charset=utf-8"));
        assert!(body.contains("carries no console") && body.contains("cargo xtask dist"), "{body}");
    }
}
