//! Checks the host name of requests.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::{header_problem, respond};

/// A page of another site can make a browser call this server under the site's own name (DNS rebinding); such a call
/// has a foreign `Host`. A call within the process has none.
pub(crate) async fn check(
    State(hosts): State<Arc<[String]>>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        // A name that is not ASCII is refused.
        .map(|value| value.to_str().unwrap_or_default())
        .or_else(|| request.uri().authority().map(Authority::as_str));
    // Container platforms request the health check by address; the response contains no user data.
    let is_open = matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics");
    let refused = host.filter(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        !is_open && !hosts.is_empty() && !hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
    });
    let Some(host) = refused else {
        return next.run(request).await;
    };
    let shown: String = host.chars().take(100).collect();
    let mut refused = header_problem(
        StatusCode::FORBIDDEN,
        "unknown_host",
        "Host",
        format!("Host {shown:?} is not allowed."),
    );
    refused.hint = Some("Start the server with --allowed-host to add a name.".into());
    respond(&refused)
}
