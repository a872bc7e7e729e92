//! The contract as a document, and a page to read it.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use taskwire_domain::contract::{Problem, ProblemField};
use utoipa::openapi::RefOr;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::failures;
use crate::mutation::DRY_RUN;
use crate::page;
use crate::routes;
use crate::state::Api;

mod access;
mod alternatives;
mod channel_values;
mod examples;
mod links;
mod operations;
mod refine;
mod value;
mod values;
mod without_null;

#[derive(OpenApi)]
#[openapi(
    info(title = "Taskwire", description = "Tasks for people, programs and AI clients. Errors are problem details (RFC 9457)."),
    components(schemas(Problem, ProblemField)),
    modifiers(&Bearer),
    security(("token" = [])),
    tags(
        (name = "tasks", description = "Tasks"),
        (name = "notifications", description = "Reminders that fired, read and unread"),
        (name = "changes", description = "What was done, and undoing it"),
        (name = "filters", description = "Saved filters"),
        (name = "series", description = "Recurring tasks across their occurrences"),
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
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(access::DESCRIPTION))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme(access::SCHEME, SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI 3.1 document.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = derived();
    // A test finds a place that does not exist.
    let _ = refine::all(&mut document);
    let _ = alternatives::all(&mut document);
    links::add(&mut document);
    examples::add(&mut document);
    for item in document.paths.paths.values_mut() {
        let mutations = [
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in mutations.into_iter().flatten() {
            describe_mutation(operation);
        }
    }
    document
}

/// The document as it follows from the types.
fn derived() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.merge(routes::documented());
    failures::share(&mut document);
    access::declare(&mut document);
    document
}

/// The operations that do not go through [`crate::mutation::Mutation`].
const NO_MUTATIONS: [&str; 3] = ["sign_in", "sign_out", "sign_up"];

/// Adds what all mutations have in common.
fn describe_mutation(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    if NO_MUTATIONS.contains(&id) {
        return;
    }
    let dry_run = ParameterBuilder::new()
        .name(DRY_RUN)
        .parameter_in(ParameterIn::Query)
        .description(Some(
            "With `true` nothing is kept: the response is that of the change, with the header `Taskwire-Dry-Run: true`.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::Boolean)))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(dry_run.into());
    let change = HeaderBuilder::new()
        .description(Some(
            "The id of the change, if tasks or tags changed; it can be undone",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build();
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with('2')
            && !response.content.is_empty()
        {
            response
                .headers
                .insert("Taskwire-Change".into(), change.clone().into());
        }
    }
}

/// The served document, built once, because anyone may request it and it is large.
static JSON: LazyLock<String> =
    LazyLock::new(|| serde_json::to_string(&document()).unwrap_or_default());
/// The document as a page, without scripts or anything loaded from elsewhere.
static PAGE: LazyLock<String> =
    LazyLock::new(|| crate::docs::page(&document(), page::has_viewer()));

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_a_value_exists() {
        let mut document = derived();
        assert_eq!(refine::all(&mut document), Vec::<&str>::new());
        assert_eq!(alternatives::all(&mut document), Vec::<&str>::new());
    }
}
