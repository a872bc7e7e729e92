//! Enforces the rate limits: requests per minute for each token, and for each address without a valid
//! one.
//!
//! Requests of Taskwire's services for a user are not counted. A request to the MCP server or the chat counts as the
//! calls that these make to this API, against the user's token, and not twice.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use taskwire_domain::contract::headers;
use taskwire_http::LogUser;

use crate::address;
use crate::auth::{self, Identity};
use crate::error::ApiError;
use crate::state::Api;

/// How a request is limited, depending on its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Route {
    /// The page and the probes, which cost next to nothing.
    Free,
    /// The MCP server or the chat, in this process or another.
    PassedOn,
    /// This API.
    Own,
}

impl Route {
    fn of(path: &str) -> Self {
        if path == "/mcp" || path == "/api/v1/chat" || path.starts_with("/api/v1/chat/") {
            Self::PassedOn
        } else if path.starts_with("/api/") || path.starts_with("/oauth/") {
            Self::Own
        } else {
            Self::Free
        }
    }
}

/// Identifies the sender of a request, and refuses it when they sent too many.
pub(crate) async fn enforce(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let route = Route::of(request.uri().path());
    if route == Route::Free {
        return next.run(request).await;
    }
    let identity = match auth::identify(&api, request.headers()).await {
        Ok(identity) => identity,
        Err(failure) => return failure.into_response(),
    };
    let now = api.clock.now();
    let quota = match &identity {
        Identity::Service => None,
        // Counted when it arrives as a call to this API.
        Identity::Token(..) if route == Route::PassedOn => None,
        Identity::Token(credential, _) => api
            .limits
            .tokens
            .as_ref()
            .map(|limit| limit.take(credential.token.id, now)),
        Identity::Anonymous => {
            let proxies = &api.limits.trusted_proxies;
            let address = address::of(request.extensions(), request.headers(), proxies);
            api.limits
                .addresses
                .as_ref()
                .zip(address)
                .map(|(limit, address)| limit.take(address, now))
        }
    };
    let user = match &identity {
        Identity::Token(credential, _) => Some(LogUser(credential.user.id)),
        Identity::Service => service_user(request.headers()),
        Identity::Anonymous => None,
    };
    let mut response = if let Some(wait) = quota.and_then(|quota| quota.wait) {
        too_many(wait).into_response()
    } else {
        request.extensions_mut().insert(identity);
        next.run(request).await
    };
    if let Some(quota) = quota {
        quota.write_headers(response.headers_mut());
    }
    if let Some(user) = user {
        response.extensions_mut().insert(user);
    }
    response
}

/// The user for whom a service asks.
fn service_user(headers: &HeaderMap) -> Option<LogUser> {
    let user = headers.get(headers::USER)?.to_str().ok()?;
    user.parse().ok().map(LogUser)
}

fn too_many(wait: i64) -> ApiError {
    ApiError::too_many(
        "too_many_requests",
        "Too many requests. Nothing was changed.",
        SignedDuration::from_micros(wait),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_paths_are_distinguished_from_the_apis_own() {
        for (path, route) in [
            ("/mcp", Route::PassedOn),
            ("/api/v1/chat", Route::PassedOn),
            ("/api/v1/chat/talk/stream", Route::PassedOn),
            ("/api/v1/chats", Route::Own),
            ("/api/v1/tasks", Route::Own),
            ("/api/nowhere", Route::Own),
            ("/oauth/token", Route::Own),
            ("/.well-known/oauth-authorization-server", Route::Free),
            ("/mcps", Route::Free),
            ("/", Route::Free),
            ("/readyz", Route::Free),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
