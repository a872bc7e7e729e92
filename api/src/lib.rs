//! The REST API: authentication, validation, use cases and events, over Axum.
//!
//! [`Api`] is the state, [`router`] the service. Handlers in `routes` parse, call one use case of `service`, and
//! respond; a use case is one transaction of rows and events. Nothing here talks to a broker, a model or an MCP client.

mod action_link;
mod address;
mod auth;
mod bounded;
mod conditional;
mod credentials;
mod cursor;
mod delegation;
mod docs;
mod error;
mod extract;
mod failures;
mod guard;
mod housekeeping;
mod last_use;
mod limit;
mod mutation;
mod notify;
mod oauth;
mod openapi;
mod page;
mod password;
mod push_key;
mod rate_limits;
mod reader;
mod readiness;
mod resource;
mod retention;
mod revocation;
mod routes;
mod secret;
mod service;
mod state;
mod stream;
mod throttle;

pub use auth::is_known_token;
pub use housekeeping::{Pruned, Schedule};
pub use notify::Notify;
pub use oauth::{ExternalIssuer, OAuth};
pub use openapi::document;
pub use push_key::public_push_key;
pub use rate_limits::Limits;
pub use retention::Retention;
pub use secret::generate as generate_secret;
pub use service::Error as ServiceError;
pub use service::account::SignUp;
pub use service::admin;
pub use service::dead_letter;
pub use state::{Api, Config};

use axum::middleware::from_fn_with_state;

/// The whole API with the page, ready to be served or called in process.
pub fn router(api: Api) -> axum::Router {
    router_with(api, axum::Router::new())
}

/// The API and the page together with `others` under the same address; they get the layers that the API's
/// own requests have.
pub fn router_with(api: Api, others: axum::Router) -> axum::Router {
    let guarded = routes::router(api.scrape.is_some())
        .merge(others.with_state(()))
        .merge(routes::internal::router())
        .merge(routes::oauth::router())
        .merge(routes::actions::router())
        .merge(openapi::router())
        .merge(page::router())
        .fallback(taskwire_http::unknown_path)
        .method_not_allowed_fallback(taskwire_http::unknown_method)
        .layer(from_fn_with_state(api.clone(), limit::enforce));
    guard::layers(guarded, &api).with_state(api)
}
