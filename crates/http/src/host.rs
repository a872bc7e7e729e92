//! Checks the host name of requests.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::response::Response;

use crate::problem::{header_problem, respond};

/// The refusal of a request with a foreign `Host`. A page of another site can make a browser call this server under the
/// site's own name (DNS rebinding). A call within the process has none.
pub(crate) fn refusal(hosts: &[String], request: &Request) -> Option<Response> {
    let host = request
        .headers()
        .get(header::HOST)
        // A name that is not ASCII is refused.
        .map(|value| value.to_str().unwrap_or_default())
        .or_else(|| request.uri().authority().map(Authority::as_str));
    // Container platforms request the health check by address; the response contains no user data.
    let is_open = matches!(request.uri().path(), "/healthz" | "/readyz" | "/metrics");
    let host = host.filter(|host| {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        !is_open && !hosts.is_empty() && !hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
    })?;
    let shown: String = host.chars().take(100).collect();
    let mut refused = header_problem(
        StatusCode::FORBIDDEN,
        "unknown_host",
        "Host",
        format!("Host {shown:?} is not allowed."),
    );
    refused.hint = Some("Start the server with --allowed-host to add a name.".into());
    Some(respond(&refused))
}
