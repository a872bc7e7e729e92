//! Headers with a single value: a second one is refused, because either could be the intended one.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use taskwire_domain::contract::headers;

use crate::problem::{header_problem, respond};

/// Headers that Taskwire reads as one value. `traceparent` is not among them: by W3C Trace Context a request with
/// two counts as one without any.
const SINGLE: [&str; 15] = [
    "authorization",
    "content-type",
    "host",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "origin",
    headers::CHAT_TURN,
    headers::CLIENT,
    headers::IDEMPOTENCY_KEY,
    headers::REQUEST_ID,
    headers::TOOL_CALL,
    headers::USER,
    headers::VIA,
];

/// A header that appears more than once in the request.
#[derive(Clone, Copy, Debug)]
struct Repeated(&'static str);

/// Returns true if a header appears more than once.
pub(crate) fn is_repeated(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

/// Marks a request with a repeated header, before anything reads or replaces the header.
pub(crate) fn mark_repeated<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    let headers = request.headers();
    let found = SINGLE.into_iter().find(|name| is_repeated(headers, name));
    if let Some(name) = found {
        request.extensions_mut().insert(Repeated(name));
    }
    request
}

/// The refusal of a request with a repeated header.
pub(crate) fn refusal(request: &Request) -> Option<Response> {
    let Repeated(name) = *request.extensions().get::<Repeated>()?;
    let name = usual_case(name);
    let detail = format!("{name} was sent more than once.");
    let mut refused = header_problem(StatusCode::BAD_REQUEST, "repeated_header", &name, detail);
    refused.hint = Some(format!("Send {name} once."));
    Some(respond(&refused))
}

/// `Idempotency-Key` of `idempotency-key`.
fn usual_case(name: &str) -> String {
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => String::new(),
    });
    words.collect::<Vec<_>>().join("-")
}
