//! Content codings: responses are compressed, requests must not be.

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::predicate::{And, NotForContentType, SizeAbove};
use tower_http::compression::{CompressionLayer, Predicate};

use crate::problem::{header_problem, respond};

/// Smallest response that is compressed, in bytes. Responses with a secret (a token, a session) are smaller, so
/// input of a caller is never compressed together with one (the BREACH attack). A page of tasks contains no secret, and
/// another site cannot make a browser request it, because the session cookie is `SameSite=Strict`.
const SMALLEST: u64 = 1024;

/// The condition for compressing a response.
pub(crate) type Rule = And<
    And<And<SizeAbove, NotForContentType>, NotForContentType>,
    fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool,
>;

/// Compresses responses, except event streams, whose events must not be delayed.
pub(crate) fn compression() -> CompressionLayer<Rule> {
    let names_no_bytes: fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool =
        |_, _, headers, _| {
            let etag = headers.get(header::ETAG);
            etag.is_none_or(|etag| etag.as_bytes().starts_with(b"W/"))
        };
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            SizeAbove::new(SMALLEST)
                .and(NotForContentType::SSE)
                .and(NotForContentType::IMAGES)
                // A strong validator identifies exact bytes (RFC 9110, section 8.8.3.3), and clients send it back in
                // If-Match: a compressed representation would need another one.
                .and(names_no_bytes),
        )
}

/// Sends a response uncompressed even if a client refuses that coding: the compression layer would otherwise
/// return 406 after a change was made.
pub(crate) fn always_accept_identity<B>(mut request: Request<B>) -> Request<B> {
    let forbids = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default().replace(' ', "");
        text.split(',')
            .any(|coding| coding.starts_with("identity;q=0") || coding.starts_with("*;q=0"))
    };
    if request
        .headers()
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .any(forbids)
    {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    request
}

/// The refusal of a compressed body: it would be misread, and a small one can expand to a huge one.
pub(crate) fn refusal(request: &Request) -> Option<Response> {
    let is_plain = request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|value| {
            let text = value.to_str().unwrap_or("?");
            text.split(',')
                .map(str::trim)
                .all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
        });
    if is_plain {
        return None;
    }
    let mut refused = header_problem(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_content_encoding",
        "Content-Encoding",
        "Compressed bodies are not accepted.",
    );
    refused.hint = Some("Send the body uncompressed, without Content-Encoding.".into());
    let mut response = respond(&refused);
    // RFC 9110, section 15.5.16: shows that the coding was the problem, and which one is accepted.
    response.headers_mut().insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    );
    Some(response)
}
