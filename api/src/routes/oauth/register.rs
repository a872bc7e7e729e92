//! `/oauth/register`: clients register themselves (RFC 7591), where the operator has switched that on.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use taskwire_store::ClientRow;

use super::address::issuer;
use super::failure::Failure;
use crate::error::ApiError;
use crate::oauth::client::{DOCUMENT_MAX, Declared};
use crate::secret;
use crate::state::Api;

/// Most clients: whoever registers need not be known.
const CLIENTS_MAX: i64 = 1000;
/// How long a client that nobody allowed anything is kept.
const UNUSED: SignedDuration = SignedDuration::from_hours(24);

pub(super) async fn register(
    State(api): State<Api>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Failure> {
    issuer(&api, &headers)?;
    if !api.oauth.registration {
        return Err(ApiError::UnknownPath.into());
    }
    let invalid = |why: String| Failure::new("invalid_client_metadata", why);
    if body.len() > DOCUMENT_MAX {
        return Err(invalid(format!(
            "the body has more than {DOCUMENT_MAX} bytes"
        )));
    }
    let declared: Declared = serde_json::from_slice(&body)
        .map_err(|error| invalid(format!("the body is not client metadata: {error}")))?;
    let client = declared
        .accept(secret::generate(&api.ids, "twk_"))
        .map_err(|(code, why)| Failure::new(code, why))?;
    let now = api.clock.now();
    let row = ClientRow {
        id: client.id,
        name: client.name,
        redirect_uris: client.redirect_uris,
        created_at: now,
    };
    let mut tx = api.db.begin().await?;
    let unused_since = now.saturating_sub(UNUSED).unwrap_or(now);
    if !tx
        .insert_oauth_client(&row, unused_since, CLIENTS_MAX)
        .await?
    {
        let why = "Too many clients have registered.";
        return Err(ApiError::too_many("too_many_requests", why, UNUSED).into());
    }
    tx.commit().await?;
    Ok((
        StatusCode::CREATED,
        Json(json!({
            "client_id": row.id,
            "client_id_issued_at": now.as_second(),
            "client_name": row.name,
            "redirect_uris": row.redirect_uris,
            "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
        })),
    ))
}
