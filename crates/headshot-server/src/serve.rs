//! Sockets: accepting connections with limits, and stopping without cutting anybody off.

mod limits;
mod listener;
mod place;
mod places;
mod requests;
mod stream;
mod supervise;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

pub(crate) use self::limits::Limits;
pub use self::listener::Listener;
use self::place::Admitted;
pub(crate) use self::place::{Place, Waiting};
pub(crate) use self::places::Places;
use self::requests::Requests;
pub(crate) use self::requests::TooSlow;
use self::stream::Stream;
use self::supervise::supervise;
use crate::app::App;
use crate::bursts::Bursts;
use crate::pace;
use crate::{control, forward, metrics, retention, routes, work};

/// The largest head of a request.
const LARGEST_HEAD: usize = 32 * 1024;

/// Nobody but the monitoring is expected there.
const FOR_MONITORING: Limits = Limits { most: 16, kept_free: 2, idle: Duration::from_secs(75) };

/// Answers requests and works until `stop` ends, then finishes what is under way, within ten seconds.
///
/// So many connections are open at once as the configuration and the limit of file descriptors allow; when places run
/// short, idle, slow and waiting clients are given up for newcomers. Before the end, `/readyz` says no and every answer
/// closes its connection, for as long as the configuration says and a second at most for who would use one again.
pub async fn serve(listener: Listener, app: Arc<App>, stop: impl Future<Output = ()>) {
    let worker = Arc::clone(&app);
    let worker = tokio::spawn(supervise("the worker", move || work::run(Arc::clone(&worker))));
    let forwarder = Arc::clone(&app);
    let forwarder = tokio::spawn(supervise("the forwarder", move || forward::run(Arc::clone(&forwarder))));
    let pruner = Arc::clone(&app);
    let pruner = tokio::spawn(supervise("the pruner", move || retention::run(Arc::clone(&pruner))));
    let commands = tokio::spawn(control::run(Arc::clone(&app)));
    let (connections, closing) = (GracefulShutdown::new(), CancellationToken::new());
    let router = routes::app(Arc::clone(&app));
    let ended = {
        let mut accepting = pin!(accept(&listener, &router, &connections, &app.places, &app.bursts, &closing));
        tokio::select! {
            () = &mut accepting => {}
            () = app.places.sweep() => {}
            () = stop => {}
        }
        tracing::info!("stopping");
        app.places.phase_out();
        tokio::select! {
            () = &mut accepting => {}
            () = app.places.sweep() => {}
            () = phased_out(&app) => {}
        }
        closing.cancel();
        timeout(pace::DRAIN, accepting).await
    };
    drop(listener);
    app.stop();
    let drained = async {
        app.places.close_idle().await;
        connections.shutdown().await;
        let _ = worker.await;
        let _ = forwarder.await;
        let _ = pruner.await;
        let _ = commands.await;
    };
    if ended.is_err() || timeout(pace::DRAIN, drained).await.is_err() {
        tracing::warn!("some requests or attempts did not end in time");
    }
}

/// Until balancers have turned elsewhere, and whoever has a connection knows that it is the last answer on it.
async fn phased_out(app: &App) {
    sleep(app.drain).await;
    let _ = timeout(pace::PHASE_OUT, app.places.are_empty()).await;
}

/// Answers `GET /metrics` until the app stops: on a listener of its own, because browsers have no business there.
pub async fn serve_metrics(listener: Listener, app: Arc<App>) {
    let (places, never) = (Places::new(FOR_MONITORING), CancellationToken::new());
    let (router, connections) = (metrics::metrics(Arc::clone(&app)), GracefulShutdown::new());
    tokio::select! {
        () = accept(&listener, &router, &connections, &places, &app.bursts, &never) => {}
        () = places.sweep() => {}
        () = app.stopped() => {}
    }
}

async fn accept(
    listener: &Listener,
    router: &Router,
    connections: &GracefulShutdown,
    places: &Arc<Places>,
    bursts: &Bursts,
    closing: &CancellationToken,
) {
    while let Some(accepted) = listener.next(closing).await {
        match accepted {
            Ok((stream, peer)) => answer((stream, peer), router, connections, places.admit().await),
            Err(error) => recover(&error, places, bursts).await,
        }
    }
}

fn answer(
    (stream, peer): (TcpStream, SocketAddr),
    router: &Router,
    connections: &GracefulShutdown,
    admitted: Admitted,
) {
    let _ = stream.set_nodelay(true);
    let place = &admitted.0;
    let requests = Requests::new(router.clone(), Arc::clone(place), peer);
    let stream = TokioIo::new(Stream::new(stream, Arc::clone(place)));
    let mut http = http1::Builder::new();
    // The time for a head begins with its first byte, which the places see.
    http.header_read_timeout(None).max_buf_size(LARGEST_HEAD);
    let connection = connections.watch(http.serve_connection(stream, requests));
    tokio::spawn(async move {
        tokio::select! {
            // What has come is read before anybody is given up.
            biased;
            ended = connection => if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke off");
            },
            () = admitted.is_over() => tracing::debug!("a connection was given up"),
        }
    });
}

/// A client that went away is its own business. Anything else, such as too many open files, needs a breath and one
/// connection less.
async fn recover(error: &io::Error, places: &Places, bursts: &Bursts) {
    let by_client =
        [io::ErrorKind::ConnectionRefused, io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    if by_client.contains(&error.kind()) {
        return;
    }
    let spared = places.spare_one();
    if bursts.begins("no connection could be accepted".into()) {
        tracing::error!(%error, spared, "no connection could be accepted");
    }
    sleep(Duration::from_millis(if spared { 20 } else { 200 })).await;
}
