//! Errors as problem details (RFC 9457).

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use taskwire_domain::Trace;
use taskwire_domain::contract::{Problem, ProblemField};

/// The media type of problem details.
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
/// Largest problem document that gets the request's id, in bytes; ours are far smaller.
const PROBLEM_MAX: usize = 64 * 1024;

/// The `type` of problems with this code.
pub fn problem_type(code: &str) -> String {
    format!("/problems/{}", code.replace('_', "-"))
}

/// A problem without fields.
pub fn problem(status: StatusCode, code: &str, detail: impl Into<String>) -> Problem {
    Problem {
        kind: problem_type(code),
        title: status.canonical_reason().unwrap_or("Error").into(),
        status: status.as_u16(),
        detail: detail.into(),
        code: code.into(),
        errors: Vec::new(),
        hint: None,
        request_id: None,
        retry_after_seconds: None,
    }
}

/// A problem with a header.
pub fn header_problem(
    status: StatusCode,
    code: &str,
    header: &str,
    detail: impl Into<String>,
) -> Problem {
    let detail = detail.into();
    Problem {
        errors: vec![ProblemField {
            pointer: header.into(),
            detail: detail.clone(),
        }],
        ..problem(status, code, detail)
    }
}

/// The problem as a response, with the headers that its status requires.
pub fn respond(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, PROBLEM);
    // RFC 9110, section 15.5.2: a 401 must say how to authenticate.
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Adds the request's id to problem details, whichever part of the server wrote them.
pub(crate) async fn add_request_id(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<Trace>()
        .and_then(|trace| trace.request_id.clone());
    let response = next.run(request).await;
    let headers = response.headers();
    let is_problem = headers.get(header::CONTENT_TYPE) == Some(&PROBLEM);
    let (Some(id), true, false) = (
        id,
        is_problem,
        headers.contains_key(header::CONTENT_ENCODING),
    ) else {
        return response;
    };
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, PROBLEM_MAX).await else {
        return respond(&problem(
            StatusCode::BAD_GATEWAY,
            "incomplete_answer",
            "The response is incomplete.",
        ));
    };
    let named = serde_json::from_slice::<Problem>(&bytes)
        .ok()
        .filter(|problem| problem.request_id.is_none())
        .and_then(|problem| {
            serde_json::to_vec(&Problem {
                request_id: Some(id.to_string()),
                ..problem
            })
            .ok()
        });
    match named {
        Some(named) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(named))
        }
        None => Response::from_parts(parts, Body::from(bytes)),
    }
}
