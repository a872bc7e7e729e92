//! Metadata of the authorization server (RFC 8414) and of the MCP endpoint (RFC 9728).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::address::{self, issuer};
use crate::error::ApiError;
use crate::extract::{Empty, Query};
use crate::oauth::scope;
use crate::state::Api;

pub(super) async fn server(
    State(api): State<Api>,
    headers: HeaderMap,
    _: Query<Empty>,
) -> Result<Json<Value>, ApiError> {
    let issuer = issuer(&api, &headers)?;
    let mut metadata = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.url("/oauth/authorize"),
        "token_endpoint": issuer.url("/oauth/token"),
        "revocation_endpoint": issuer.url("/oauth/revoke"),
        "scopes_supported": scope::GRANTED,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": api.oauth.documents.is_some(),
        "service_documentation": issuer.url("/docs"),
    });
    if api.oauth.registration
        && let Some(fields) = metadata.as_object_mut()
    {
        let registration = issuer.url("/oauth/register");
        fields.insert("registration_endpoint".into(), registration.into());
    }
    Ok(Json(metadata))
}

pub(super) async fn resource(
    State(api): State<Api>,
    headers: HeaderMap,
    _: Query<Empty>,
) -> Result<Json<Value>, ApiError> {
    let server = address::server(&api, &headers)?;
    let external = api.oauth.external.as_ref();
    let issuer = external.map_or(server.as_str(), |external| external.as_str());
    Ok(Json(json!({
        "resource": server.resource(),
        "resource_name": "Taskwire",
        "authorization_servers": [issuer],
        // What is needed at first: clients ask for all that is named here, and for `delete` when they need it.
        "scopes_supported": scope::DEFAULT.split(' ').collect::<Vec<_>>(),
        "bearer_methods_supported": ["header"],
        "resource_documentation": server.url("/docs"),
    })))
}
