//! `/oauth/authorize`: a person is asked whether a client may act for them.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use taskwire_domain::contract::headers::SESSION_COOKIE;

use super::address::issuer;
use super::form::{Form, Parameters};
use super::page;
use super::proof::{is_proven, proof};
use super::redirection::see_other;
use super::request::{Authorization, Refusal};
use crate::address::ClientAddress;
use crate::auth::{check_origin, session};
use crate::error::ApiError;
use crate::oauth::settings::Issuer;
use crate::routes::session::{SignInForm, sign_in_with};
use crate::service::oauth::{self, Consent};
use crate::state::Api;

/// Marks a request that this server's own page has sent once more.
const AGAIN: &str = "taskwire_again=1";

/// Asks: who the person is, and then whether the client may.
pub(super) async fn ask(
    State(api): State<Api>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let issuer = issuer(&api, &headers)?;
    let query = uri.query().unwrap_or_default();
    let wanted = match check(&api, &issuer, query).await {
        Ok(wanted) => wanted,
        Err(refused) => return answer_of(refused),
    };
    match session(&api, &headers).await? {
        Some(session) => {
            let csrf = proof(&api, &session, query);
            Ok(page::consent(&wanted, &session.user.name, &csrf))
        }
        None if is_from_elsewhere(&headers, query) => {
            Ok(page::again(&format!("{}?{query}&{AGAIN}", uri.path())))
        }
        None => Ok(page::sign_in(&wanted, None)),
    }
}

/// Takes the answer, or signs the person in.
pub(super) async fn decide(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    uri: Uri,
    Form(form): Form,
) -> Result<Response, ApiError> {
    let issuer = issuer(&api, &headers)?;
    check_origin(&headers)?;
    let query = uri.query().unwrap_or_default();
    let wanted = match check(&api, &issuer, query).await {
        Ok(wanted) => wanted,
        Err(refused) => return answer_of(refused),
    };
    let action = form.get("action");
    if action == Some("sign_in") {
        let text = |name| form.get(name).map(ToOwned::to_owned);
        let sent = SignInForm {
            name: text("name"),
            password: text("password"),
            code: text("code"),
        };
        return match sign_in_with(&api, address, &headers, sent).await {
            Ok((_, cookie)) => {
                let here = format!("{}?{query}", uri.path());
                let here = here.parse().map_err(|_| ApiError::UnknownPath)?;
                Ok((CookieJar::new().add(cookie), see_other(here)).into_response())
            }
            Err(ApiError::NotSignedIn(why)) => {
                let wrong = Some((StatusCode::UNAUTHORIZED, &*why.detail));
                Ok(page::sign_in(&wanted, wrong))
            }
            Err(ApiError::TooMany { why, .. }) => {
                let wrong = Some((StatusCode::TOO_MANY_REQUESTS, &*why.detail));
                Ok(page::sign_in(&wanted, wrong))
            }
            Err(error) => Err(error),
        };
    }
    let Some(session) = session(&api, &headers).await? else {
        let why = "You were signed out in the meantime.";
        return Ok(page::sign_in(
            &wanted,
            Some((StatusCode::UNAUTHORIZED, why)),
        ));
    };
    if !is_proven(&api, &session, query, form.get("csrf")) {
        let why = "This answer does not come from the page that asked.";
        return Ok(page::refusal("Nothing was allowed", why));
    }
    let target = wanted.target(&issuer);
    match action {
        Some("allow") => {}
        Some("deny") => return Ok(target.respond(&[("error", "access_denied")])),
        _ => {
            return Ok(page::refusal(
                "Nothing was allowed",
                "The answer is neither allow nor deny.",
            ));
        }
    }
    let consent = Consent {
        client: &wanted.client,
        redirect_uri: &wanted.redirect_uri,
        challenge: &wanted.challenge,
        resource: &issuer.resource(),
        scopes: &wanted.scopes,
    };
    let mut tx = api.db.begin().await?;
    let now = api.clock.now();
    let code = oauth::allow(&mut tx, &api.ids, session.user.id, now, &consent).await?;
    tx.commit().await?;
    Ok(target.respond(&[("code", code.expose())]))
}

async fn check(api: &Api, issuer: &Issuer, query: &str) -> Result<Authorization, Refusal> {
    let sent = Parameters::parse(query.as_bytes());
    Authorization::check(api, issuer, &sent).await
}

fn answer_of(refused: Refusal) -> Result<Response, ApiError> {
    match refused {
        Refusal::Page(title, why) => Ok(page::refusal(title, &why)),
        Refusal::Redirect(answer) => Ok(*answer),
        Refusal::Failed(error) => Err(error),
    }
}

/// Whether the browser comes from another site and so has kept back the session of this one.
fn is_from_elsewhere(headers: &HeaderMap, query: &str) -> bool {
    let has_session = CookieJar::from_headers(headers)
        .get(SESSION_COOKIE)
        .is_some();
    let site = headers.get("sec-fetch-site");
    let is_first = !query.ends_with(AGAIN);
    is_first && !has_session && site.is_some_and(|site| site.as_bytes() == b"cross-site")
}
