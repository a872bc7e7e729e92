//! The contract as a document, and a page to read it.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use taskwire_domain::contract::{Problem, ProblemField};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::failures;
use crate::routes;
use crate::state::Api;

#[derive(OpenApi)]
#[openapi(
    info(title = "Taskwire", description = "Tasks for people, programs and AI clients. Errors are problem details (RFC 9457)."),
    components(schemas(Problem, ProblemField)),
    modifiers(&Bearer),
    security(("token" = [])),
    tags(
        (name = "tasks", description = "Tasks"),
        (name = "notifications", description = "Reminders that fired, read and unread"),
        (name = "tags", description = "Names for groups of tasks"),
        (name = "events", description = "The event stream"),
        (name = "audit", description = "The audit log"),
        (name = "chat", description = "Stored conversations"),
        (name = "sign-in", description = "Sessions, tokens and settings"),
        (name = "operations", description = "Health and metrics"),
    )
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(routes::documented());
    failures::share(&mut document);
    document
}

/// The served document, built once, because anyone may request it and it is large.
static JSON: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&document()).unwrap_or_default());
/// The document as a page, without anything loaded from elsewhere.
static PAGE: LazyLock<String> = LazyLock::new(|| crate::docs::page(&document()));

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route("/api/v1/openapi.json", get(read))
        .route("/docs", get(show))
}

async fn read() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], JSON.as_str())
}

async fn show() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-cache")], Html(PAGE.as_str()))
}
