//! The address of this server in a request.

use axum::http::HeaderMap;

use crate::error::ApiError;
use crate::oauth::settings::Issuer;
use crate::state::Api;

/// The issuer; without a known address of this server there is no OAuth, and these paths do not exist.
pub(super) fn issuer(api: &Api, headers: &HeaderMap) -> Result<Issuer, ApiError> {
    api.oauth.issuer(headers).ok_or(ApiError::UnknownPath)
}
