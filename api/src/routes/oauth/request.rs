//! An authorization request: read, and checked before anybody is asked or redirected.

use axum::response::Response;
use taskwire_store::Tx;
use url::Url;

use super::failure::describe;
use super::form::Parameters;
use super::redirection::Target;
use crate::error::ApiError;
use crate::oauth::client::{DOCUMENT_MAX, OAuthClient, document_url, is_storable, parse_document};
use crate::oauth::settings::Issuer;
use crate::oauth::{redirect, scope};
use crate::state::Api;

/// Longest `state`, in bytes.
const STATE_MAX: usize = 2000;

/// A request that can be granted.
pub(super) struct Authorization {
    pub(super) client: OAuthClient,
    /// As it was sent.
    pub(super) redirect_uri: String,
    /// The same, parsed.
    pub(super) redirect: Url,
    pub(super) state: Option<String>,
    pub(super) challenge: String,
    pub(super) scopes: String,
}

/// Why a request cannot be granted.
pub(super) enum Refusal {
    /// Said to the person alone: it is not known that the address belongs to the client.
    Page(&'static str, String),
    /// Said to the client, at its own address.
    Redirect(Box<Response>),
    Failed(ApiError),
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// Tells the client why it is refused.
fn refuse(target: &Target<'_>, code: &str, why: &str) -> Refusal {
    let why = describe(why);
    let answer = target.respond(&[("error", code), ("error_description", &why)]);
    Refusal::Redirect(Box::new(answer))
}

impl Authorization {
    /// Checks a request. Nothing is sent to an address before it is known to be the client's.
    pub(super) async fn check(
        api: &Api,
        issuer: &Issuer,
        sent: &Parameters,
    ) -> Result<Self, Refusal> {
        if let Some(name) = sent.repeated() {
            return Err(Refusal::Page(
                "Bad request",
                format!("{name:?} was sent more than once."),
            ));
        }
        let client = match sent.get("client_id") {
            Some(id) => find_client(api, id).await?,
            None => {
                return Err(Refusal::Page(
                    "Unknown program",
                    "client_id is missing.".into(),
                ));
            }
        };
        let redirect_uri = match (sent.get("redirect_uri"), &*client.redirect_uris) {
            (Some(uri), declared) if declared.iter().any(|own| redirect::is_same(own, uri)) => uri,
            (None, [only]) => only,
            _ => {
                let why = "The address to which this program wants to be sent back is not one of its own, so nothing was sent there.";
                return Err(Refusal::Page("Wrong address", why.into()));
            }
        };
        let redirect =
            redirect::check(redirect_uri).map_err(|why| Refusal::Page("Wrong address", why))?;
        let state = sent.get("state");
        let redirect_uri = redirect_uri.to_owned();
        let target = Target {
            redirect: &redirect,
            state: state.filter(|state| state.len() <= STATE_MAX),
            issuer,
        };
        if state.is_some() && target.state.is_none() {
            return Err(refuse(&target, "invalid_request", "state is too long"));
        }
        let (challenge, scopes) = check_rest(issuer, sent, &target)?;
        Ok(Self {
            state: state.map(ToOwned::to_owned),
            client,
            redirect_uri,
            challenge,
            scopes,
            redirect,
        })
    }

    pub(super) fn target<'a>(&'a self, issuer: &'a Issuer) -> Target<'a> {
        Target {
            redirect: &self.redirect,
            state: self.state.as_deref(),
            issuer,
        }
    }
}

/// What a client may be told at its own address: the challenge, and the scopes.
fn check_rest(
    issuer: &Issuer,
    sent: &Parameters,
    target: &Target<'_>,
) -> Result<(String, String), Refusal> {
    for (name, code) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
    ] {
        if sent.get(name).is_some() {
            return Err(refuse(target, code, "send the parameters themselves"));
        }
    }
    match sent.get("response_type") {
        Some("code") => {}
        Some(_) => {
            return Err(refuse(
                target,
                "unsupported_response_type",
                "response_type must be code",
            ));
        }
        None => {
            return Err(refuse(
                target,
                "invalid_request",
                "response_type is missing",
            ));
        }
    }
    if sent
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(refuse(
            target,
            "invalid_request",
            "response_mode must be query",
        ));
    }
    // Without a method, the standard means `plain`, which protects nothing from who reads the request.
    if sent.get("code_challenge_method") != Some("S256") {
        return Err(refuse(
            target,
            "invalid_request",
            "code_challenge_method must be S256",
        ));
    }
    let is_digest = |text: &&str| {
        let is_known = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_');
        text.len() == 43 && text.bytes().all(is_known)
    };
    let Some(challenge) = sent.get("code_challenge").filter(is_digest) else {
        let why = "code_challenge must be the SHA-256 of code_verifier in base64url";
        return Err(refuse(target, "invalid_request", why));
    };
    if sent
        .resources()
        .any(|resource| !issuer.is_resource(resource))
    {
        let why = format!("resource must be {}", issuer.resource());
        return Err(refuse(target, "invalid_target", &why));
    }
    let scopes =
        scope::parse(sent.get("scope")).map_err(|why| refuse(target, "invalid_scope", &why))?;
    Ok((challenge.to_owned(), scopes))
}

/// The client with this id: from its document, or registered.
async fn find_client(api: &Api, id: &str) -> Result<OAuthClient, Refusal> {
    let unknown = |why: &str| Refusal::Page("Unknown program", why.to_owned());
    if !is_storable(id) {
        return Err(unknown("client_id is too long, or not text."));
    }
    let (Some(url), Some(documents)) = (document_url(id), &api.oauth.documents) else {
        let mut tx: Tx = api.db.read().await.map_err(ApiError::from)?;
        let found = tx.find_oauth_client(id).await.map_err(ApiError::from)?;
        return found.map(Into::into).ok_or_else(|| {
            unknown("This program is not known here. It may have to register again.")
        });
    };
    let now = api.clock.now();
    if let Some(known) = api.oauth_clients.get(id, now) {
        return Ok(known);
    }
    let read = documents.read(url, DOCUMENT_MAX).await;
    let read = read.map_err(|why| {
        unknown(&format!(
            "The description of this program cannot be read: {why}."
        ))
    })?;
    let client = parse_document(id, &read).map_err(|(_, why)| {
        unknown(&format!("The description of this program is wrong: {why}."))
    })?;
    api.oauth_clients.put(client.clone(), now);
    Ok(client)
}
