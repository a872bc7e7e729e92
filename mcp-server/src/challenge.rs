//! Refusals of requests, and what they tell a client that can sign in by OAuth (RFC 9728, section 5.1).

use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use taskwire_http::{problem, respond};

/// The scopes that a client should ask for at first: it can ask for `delete` when it is needed.
pub(crate) const FIRST_SCOPES: &str = "read write";

/// Where a client finds out how to sign in; `None` if it cannot by OAuth.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    metadata: Option<String>,
}

impl Challenge {
    /// The challenge of the server at this address.
    pub(crate) fn new(base: Option<&str>) -> Self {
        Self {
            metadata: base.map(|base| format!("{base}/.well-known/oauth-protected-resource/mcp")),
        }
    }

    /// Adds the challenge with a code of RFC 6750, and the scopes that are needed.
    pub(crate) fn insert(&self, headers: &mut HeaderMap, error: Option<&str>, scopes: &str) {
        let error = error.map(|error| format!("error=\"{error}\""));
        let metadata = self
            .metadata
            .as_ref()
            .map(|at| format!("resource_metadata=\"{at}\""));
        let scopes = metadata.is_some().then(|| format!("scope=\"{scopes}\""));
        let parts: Vec<String> = [error, metadata, scopes].into_iter().flatten().collect();
        let text = if parts.is_empty() {
            "Bearer".to_owned()
        } else {
            format!("Bearer {}", parts.join(", "))
        };
        // Its parts are those of URLs and names.
        headers.extend(HeaderValue::from_str(&text).map(|value| (header::WWW_AUTHENTICATE, value)));
    }

    /// 401, for a request without a token, or with one that is not accepted.
    pub(crate) fn unauthorized(&self, error: Option<&str>, detail: &str) -> Response {
        let mut response = refuse(StatusCode::UNAUTHORIZED, "unauthorized", detail);
        let headers = response.headers_mut();
        headers.remove(header::WWW_AUTHENTICATE);
        self.insert(headers, error, FIRST_SCOPES);
        response
    }
}

/// A refusal with a problem.
pub(crate) fn refuse(status: StatusCode, code: &str, detail: &str) -> Response {
    respond(&problem(status, code, detail))
}
