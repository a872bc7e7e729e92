//! The page, built into the binary.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

use crate::error::ApiError;
use crate::extract::Segment;
use crate::state::Api;

#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// Shown by a binary that was built without the page.
const MISSING: &str = "<!doctype html><title>Taskwire</title><p>This binary was built without its page. Run <code>make run</code>, or use the API under <a href=\"/docs\">/docs</a>.";

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/", get(index))
        .route("/assets/{*file}", get(asset))
        .route("/favicon.svg", get(|| async { file("favicon.svg", false) }))
}

async fn index() -> Response {
    match Built::get("index.html") {
        Some(found) => Html(found.data).into_response(),
        None => (StatusCode::OK, Html(MISSING)).into_response(),
    }
}

async fn asset(Segment(path): Segment) -> Response {
    file(&format!("assets/{path}"), true)
}

/// Assets carry a hash in their name, so a browser may keep them for ever.
fn file(path: &str, hashed: bool) -> Response {
    let Some(found) = Built::get(path) else {
        return ApiError::NotFound("such file".into()).into_response();
    };
    let cache = if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    (
        [
            (header::CONTENT_TYPE, found.metadata.mimetype().to_owned()),
            (header::CACHE_CONTROL, cache.to_owned()),
        ],
        found.data,
    )
        .into_response()
}
