//! `/oauth/grants`: the page on which a person sees what they have allowed, and ends it.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use taskwire_domain::GrantId;

use super::address::issuer;
use super::form::Form;
use super::page;
use super::proof::{is_proven, proof};
use super::redirection::see_other;
use crate::auth::{check_origin, session};
use crate::error::ApiError;
use crate::extract::{Empty, Query};
use crate::state::Api;

/// The subject of the forms on this page.
const SUBJECT: &str = "grants";

pub(super) async fn list(
    State(api): State<Api>,
    headers: HeaderMap,
    _: Query<Empty>,
) -> Result<Response, ApiError> {
    issuer(&api, &headers)?;
    let Some(session) = session(&api, &headers).await? else {
        return Ok(page::sign_in_first());
    };
    let mut tx = api.db.read().await?;
    let grants = tx.list_grants(session.user.id, api.clock.now()).await?;
    let csrf = proof(&api, &session, SUBJECT);
    Ok(page::grants(&grants, &session.user.name, &csrf))
}

pub(super) async fn end(
    State(api): State<Api>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, ApiError> {
    issuer(&api, &headers)?;
    check_origin(&headers)?;
    let Some(session) = session(&api, &headers).await? else {
        return Ok(page::sign_in_first());
    };
    if !is_proven(&api, &session, SUBJECT, form.get("csrf")) {
        let why = "This answer does not come from the page that lists the programs.";
        return Ok(page::refusal("Nothing was changed", why));
    }
    let unknown = || ApiError::NotFound("such grant".into());
    let grant = form.get("grant").and_then(|id| id.parse::<GrantId>().ok());
    let mut tx = api.db.begin().await?;
    let owner = session.user.id;
    let ended = tx.delete_grant(owner, grant.ok_or_else(unknown)?).await?;
    let ended = ended.ok_or_else(unknown)?;
    tx.commit().await?;
    api.grant_ended(owner, &ended);
    Ok(see_other(HeaderValue::from_static("/oauth/grants")))
}
