//! Sockets: accepting connections with limits, and stopping without cutting anybody off.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::app::App;
use crate::pace;
use crate::{forward, routes, work};

/// So many connections are open at once; more wait in the system. Every waiting widget holds one.
const CONNECTIONS: usize = 4096;

/// The longest that a request's head may take to arrive, and that an idle connection is kept.
const LONGEST_HEAD: Duration = Duration::from_secs(10);

/// The largest head of a request.
const LARGEST_HEAD: usize = 32 * 1024;

/// Answers requests and works until `stop` ends, then finishes what is under way, within ten seconds.
pub async fn serve(listener: TcpListener, app: Arc<App>, stop: impl Future<Output = ()>) {
    let worker = tokio::spawn(work::run(Arc::clone(&app)));
    let forwarder = tokio::spawn(forward::run(Arc::clone(&app)));
    let connections = GracefulShutdown::new();
    let router = routes::app(Arc::clone(&app));
    tokio::select! {
        () = accept(&listener, &router, &connections) => {}
        () = stop => {}
    }
    drop(listener);
    app.stop();
    tracing::info!("stopping");
    let drained = async {
        connections.shutdown().await;
        let _ = worker.await;
        let _ = forwarder.await;
    };
    if timeout(pace::DRAIN, drained).await.is_err() {
        tracing::warn!("some requests or attempts did not end in time");
    }
}

async fn accept(listener: &TcpListener, router: &Router, connections: &GracefulShutdown) {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(LONGEST_HEAD).max_buf_size(LARGEST_HEAD);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => answer(stream, &http, router, connections, place),
            Err(error) => recover(&error).await,
        }
    }
}

fn answer(
    stream: TcpStream,
    http: &Builder<TokioExecutor>,
    router: &Router,
    connections: &GracefulShutdown,
    place: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router.clone());
    let connection = http.serve_connection(TokioIo::new(stream), service).into_owned();
    let watched = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(error, "a connection broke off");
        }
        drop(place);
    });
}

/// A client that went away is its own business; anything else, such as too many open files, needs a breath.
async fn recover(error: &io::Error) {
    let by_client =
        [io::ErrorKind::ConnectionRefused, io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    if !by_client.contains(&error.kind()) {
        tracing::error!(%error, "no connection could be accepted");
        sleep(Duration::from_secs(1)).await;
    }
}
