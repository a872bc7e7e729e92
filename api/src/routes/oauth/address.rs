//! The address of this server in a request.

use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::oauth::settings::Issuer;
use crate::state::Api;

/// The issuer. These paths do not exist where another server issues the tokens, nor without a known address of this one.
pub(super) fn issuer(api: &Api, headers: &HeaderMap) -> Result<Issuer, ApiError> {
    if api.oauth.external.is_some() {
        return Err(ApiError::UnknownPath);
    }
    server(api, headers)
}

/// This server, whoever issues the tokens for it; without a known address of it there is no OAuth.
pub(super) fn server(api: &Api, headers: &HeaderMap) -> Result<Issuer, ApiError> {
    api.oauth.issuer(headers).ok_or(ApiError::UnknownPath)
}
