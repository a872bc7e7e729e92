//! `/api/v1/users` and `/api/v1/sign-up`: signing up, and who may.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{NewUser, SignUpPolicy, UserView};

use super::password;
use crate::address::ClientAddress;
use crate::auth::check_origin;
use crate::error::ApiError;
use crate::extract::{Body, Empty, Query};
use crate::failures::{JsonBody, NoBody, NoKey, NoQuery, Refusals, SignsUp};
use crate::mutation::Unkeyed;
use crate::resource::response;
use crate::service::account::{self, NewAccount, SignUp};
use crate::service::user;
use crate::state::Api;
use crate::throttle::Purpose;

/// Who may sign up: a setting of the server, for a page that offers it.
#[utoipa::path(get, path = "/api/v1/sign-up", operation_id = "get_sign_up_policy", tag = "sign-in", security(()),
    responses((status = 200, description = "Who may sign up", body = SignUpPolicy), Refusals<(NoQuery, NoBody)>))]
pub(crate) async fn policy(State(api): State<Api>, _: Query<Empty>) -> Json<SignUpPolicy> {
    Json(SignUpPolicy {
        sign_up: api.sign_up.as_str().to_owned(),
    })
}

/// Sign up. Whether anyone may, only with an invitation, or nobody, is a setting of the server. The new user signs in with `POST /api/v1/session`.
#[utoipa::path(post, path = "/api/v1/users", operation_id = "sign_up", tag = "sign-in", request_body = NewUser, security(()),
    responses((status = 201, description = "The new user", body = UserView, headers(("Location", description = "URL of the new resource"), ("ETag", description = "The version"))),
        Refusals<(SignsUp, NoKey, NoQuery, JsonBody)>))]
pub(crate) async fn sign_up(
    State(api): State<Api>,
    // The body holds a password, of which no digest may be stored.
    _: Unkeyed,
    ClientAddress(address): ClientAddress,
    _: Query<Empty>,
    headers: HeaderMap,
    body: Body<NewUser>,
) -> Result<Response, ApiError> {
    if headers.contains_key(header::ORIGIN) {
        check_origin(&headers)?;
    }
    if api.sign_up == SignUp::Closed {
        return Err(ApiError::Forbidden(
            Invalid::new("", "sign_up_closed", "Nobody can sign up here.")
                .hint("Ask the operator of this server for an account."),
        ));
    }
    let now = api.clock.now();
    let account = account::check(api.sign_up, &body.value)?;
    let attempt = password::begin(&api, Purpose::SignUp, &account.name, address, now)?;
    let made = create(&api, account, now).await;
    match &made {
        Ok(_) => api.throttle.signed_up(&attempt),
        // Somebody tries names or invitations.
        Err(ApiError::Conflict(_) | ApiError::Invalid(_)) => {}
        Err(_) => api.throttle.withdraw(&attempt),
    }
    let view = made?;
    let text =
        serde_json::to_string(&view).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(response(StatusCode::CREATED, text, Some(&view)))
}

async fn create(api: &Api, account: NewAccount, now: Timestamp) -> Result<UserView, ApiError> {
    // Before the name is looked at: without an invitation nobody learns which names exist.
    account::check_invitation(&mut api.db.read().await?, &account, now).await?;
    let hash = api.passwords.hash(&api.ids, account.password.clone());
    let hash = hash.await?;
    let mut tx = api.db.begin().await?;
    let user = account::create(&mut tx, &api.ids, now, account, hash).await?;
    tx.commit().await?;
    Ok(user::view(&user))
}
