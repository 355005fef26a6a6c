use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use tokio::net::UnixListener;

use super::{Done, Order, carry_out};
use crate::app::App;

/// Answers commands of this machine until the app stops.
pub(crate) async fn run(app: Arc<App>) {
    let path = app.control.clone();
    let listener = match listen(&path) {
        Ok(listener) => listener,
        Err(error) => {
            let path = path.display();
            tracing::warn!(%error, %path, "commands of this machine cannot be taken: they need the server stopped");
            return;
        }
    };
    let router = Router::new().route("/orders", post(take)).with_state(Arc::clone(&app));
    let stopping = Arc::clone(&app);
    let stop = async move { stopping.stopped().await };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "commands of this machine are no longer taken");
    }
    let _ = std::fs::remove_file(path);
}

/// A socket that nobody answers at is of a process that is gone.
fn listen(path: &Path) -> io::Result<UnixListener> {
    if UnixStream::connect(path).is_ok() {
        return Err(io::Error::other("another server of this database takes them"));
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}

async fn take(State(app): State<Arc<App>>, Json(order): Json<Order>) -> Result<Json<Done>, (StatusCode, String)> {
    if order.changes_something() {
        tracing::info!(?order, "a command of this machine");
    }
    let done = carry_out(&app, order).await;
    done.map(Json).map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
}
