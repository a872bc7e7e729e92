//! The authorization server (OAuth 2.1) for MCP clients: metadata, the page on which a person allows access, tokens, and
//! registration. Not part of the contract of `/api/v1`: the standards are.

use axum::Router;
use axum::routing::{get, post};

use crate::state::Api;

mod address;
mod authorize;
mod failure;
mod form;
mod grants;
mod metadata;
mod page;
mod proof;
mod redirection;
mod register;
mod request;
mod token;

pub(crate) fn router() -> Router<Api> {
    Router::new()
        .route(
            "/.well-known/oauth-authorization-server",
            get(metadata::server),
        )
        .route(
            "/.well-known/oauth-protected-resource",
            get(metadata::resource),
        )
        .route(
            "/.well-known/oauth-protected-resource/mcp",
            get(metadata::resource),
        )
        .route(
            "/oauth/authorize",
            get(authorize::ask).post(authorize::decide),
        )
        .route("/oauth/grants", get(grants::list).post(grants::end))
        .route("/oauth/token", post(token::issue))
        .route("/oauth/revoke", post(token::revoke))
        .route("/oauth/register", post(register::register))
}
