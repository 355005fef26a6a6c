//! The application's server. `HEADSHOT_URL` is the headshot server's address and `HEADSHOT_API_KEY` the key for it;
//! `LEPTOS_SITE_ADDR` is where it listens, `LEPTOS_SITE_ROOT` the folder with `pkg/`.

use std::{env, error::Error};

use any_spawner::Executor;
use axum::{
    Router,
    routing::{get, post},
};
use headshot_ssr::{Backend, document};
use leptos::prelude::*;
use leptos_axum::{file_and_error_handler, handle_server_fns_with_context, render_app_async_with_context};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    Executor::init_tokio()?;
    let options = get_configuration(None)?.leptos_options;
    let backend = Backend::new(env::var("HEADSHOT_URL")?, env::var("HEADSHOT_API_KEY")?);
    let context = move || provide_context(backend.clone());
    let page = {
        let options = options.clone();
        render_app_async_with_context(context.clone(), move || document(options.clone()))
    };
    let functions = move |request| handle_server_fns_with_context(context.clone(), request);
    let listener = TcpListener::bind(options.site_addr).await?;
    println!("headshot-ssr listening on http://{}", listener.local_addr()?);
    let app = Router::new()
        .route("/", get(page))
        .route("/api/{*function}", post(functions))
        .fallback(file_and_error_handler::<LeptosOptions, _>(document))
        .with_state(options);
    Ok(axum::serve(listener, app).await?)
}
