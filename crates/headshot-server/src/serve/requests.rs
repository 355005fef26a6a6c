//! One connection's requests on their way to the router and back, with their place told what goes on.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, header};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::place::Place;

/// What everything under it is for providers.
const DELIVERIES: &str = "/v1/webhooks/";

/// Answers the requests of one connection.
pub(super) struct Requests {
    router: TowerToHyperService<Router>,
    place: Arc<Place>,
    peer: SocketAddr,
}

impl Requests {
    pub(super) fn new(router: Router, place: Arc<Place>, peer: SocketAddr) -> Self {
        Self { router: TowerToHyperService::new(router), place, peer }
    }
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let place = Arc::clone(&self.place);
        let has_body = !request.body().is_end_stream();
        place.request_begins(request.uri().path().starts_with(DELIVERIES), has_body);
        let mut request = request.map(|body| if has_body { arriving(body, &place) } else { Body::empty() });
        request.extensions_mut().insert(Arc::clone(&place));
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let answer = self.router.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            if place.is_last_request() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| leaving(body, place)))
        })
    }
}

/// The body did not arrive in time, or its place was needed.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct TooSlow;

fn arriving(body: Incoming, place: &Arc<Place>) -> Body {
    let given_up = Box::pin(place.body_is_given_up());
    Body::new(Arriving { body, place: Arc::clone(place), given_up })
}

/// A request's body; when it is given up, it breaks off.
struct Arriving {
    body: Incoming,
    place: Arc<Place>,
    given_up: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) else {
            return self.given_up.as_mut().poll(cx).map(|()| Some(Err(axum::Error::new(TooSlow))));
        };
        if let Some(bytes) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            self.place.hold(bytes.len());
        }
        Poll::Ready(frame.map(|frame| frame.map_err(axum::Error::new)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        self.place.body_ended();
    }
}

fn leaving(body: Body, place: Arc<Place>) -> Body {
    let leaving = Leaving { body, place };
    // Without a body the request ends here.
    if leaving.is_end_stream() { Body::empty() } else { Body::new(leaving) }
}

/// An answer's body; with its end the request ends.
struct Leaving {
    body: Body,
    place: Arc<Place>,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.place.request_ended();
    }
}
