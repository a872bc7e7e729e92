//! Every refusal and failure as problem details (RFC 9457). The only place that knows which status an error has.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use taskwire_domain::Invalid;
use taskwire_domain::contract::{Problem, ProblemField};
use taskwire_domain::text::clip;
use tracing::error;

use crate::service;
use crate::service::precondition::Condition;

/// What a request can end in other than success.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request is not well-formed: not JSON, not UTF-8, a broken header.
    Malformed(Invalid),
    /// Well-formed, but a field cannot be accepted.
    Invalid(Vec<Invalid>),
    /// No credential, or one that is not known or has ended.
    Unauthorized,
    /// The credential does not allow this.
    Forbidden(Invalid),
    /// There is no such thing, or it is somebody else's.
    NotFound(String),
    /// The path exists, the method does not.
    MethodNotAllowed,
    /// The state of things does not allow this now.
    Conflict(Invalid),
    /// It was there, and is no more.
    Gone(Invalid),
    /// A condition in `If-Match` or `If-None-Match` does not hold.
    Precondition(Invalid),
    /// The body is larger than accepted.
    TooLarge(usize),
    /// The body is not of a type that is read here.
    UnsupportedMedia,
    /// The body is compressed, or coded in another way.
    UnsupportedEncoding(String),
    /// The database or another part did not answer in time; the same request may work later.
    Unavailable(String),
    /// Something is broken here. The text goes to the log only.
    Internal(String),
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(vec![invalid])
    }
}

impl From<taskwire_store::Error> for ApiError {
    fn from(failure: taskwire_store::Error) -> Self {
        if failure.is_outage() || failure.is_contention() {
            Self::Unavailable(failure.to_string())
        } else {
            Self::Internal(failure.to_string())
        }
    }
}

impl From<service::Error> for ApiError {
    fn from(refused: service::Error) -> Self {
        match refused {
            service::Error::NotFound(what) => Self::NotFound(what),
            service::Error::Invalid(fields) => Self::Invalid(fields),
            service::Error::Conflict(why) => Self::Conflict(why),
            service::Error::Gone(why) => Self::Gone(why),
            service::Error::Stale { current, condition } => {
                Self::Precondition(stale(current.as_deref(), condition))
            }
            service::Error::Store(failure) => failure.into(),
            service::Error::Internal(what) => Self::Internal(what),
        }
    }
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::Precondition(_) => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia | Self::UnsupportedEncoding(_) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The problem document. The text of a failure on our side never leaves the process.
    fn problem(&self) -> Problem {
        let status = self.status();
        let (code, detail, errors, hint) = match self {
            Self::Malformed(why)
            | Self::Forbidden(why)
            | Self::Conflict(why)
            | Self::Gone(why)
            | Self::Precondition(why) => {
                let errors = if why.field.is_empty() {
                    vec![]
                } else {
                    vec![field(why)]
                };
                (why.code, why.detail.clone(), errors, why.hint.clone())
            }
            Self::Invalid(all) => {
                let first = all.first();
                (
                    first.map_or("invalid", |why| why.code),
                    first.map_or_else(
                        || "The request is invalid.".into(),
                        |why| why.detail.clone(),
                    ),
                    all.iter().map(field).collect(),
                    first.and_then(|why| why.hint.clone()),
                )
            }
            Self::Unauthorized => (
                "unauthorized",
                "This needs a token or a signed-in browser.".into(),
                vec![],
                Some(
                    "Send \"Authorization: Bearer <token>\"; `taskwire token create` makes one."
                        .into(),
                ),
            ),
            Self::NotFound(what) => ("not_found", format!("There is no {what}."), vec![], None),
            Self::MethodNotAllowed => (
                "method_not_allowed",
                "Method not allowed.".into(),
                vec![],
                Some("The Allow header lists what is; see /docs.".into()),
            ),
            Self::TooLarge(limit) => (
                "body_too_large",
                format!("The body is larger than {limit} bytes."),
                vec![],
                Some(format!("Send at most {limit} bytes.")),
            ),
            Self::UnsupportedMedia => (
                "unsupported_media_type",
                "Content-Type must be application/json.".into(),
                vec![],
                Some("Send \"Content-Type: application/json\".".into()),
            ),
            Self::UnsupportedEncoding(coding) => (
                "unsupported_content_encoding",
                format!("The Content-Encoding {:?} is not read here.", clip(coding)),
                vec![ProblemField {
                    pointer: "Content-Encoding".into(),
                    detail: "Only bodies without a coding are read.".into(),
                }],
                Some("Send the body as it is, without Content-Encoding.".into()),
            ),
            Self::Unavailable(_) => (
                "unavailable",
                "The database did not answer in time. Nothing was changed.".into(),
                vec![],
                Some("Try again; with the same Idempotency-Key nothing is done twice.".into()),
            ),
            Self::Internal(_) => (
                "internal",
                "Something went wrong on our side.".into(),
                vec![],
                None,
            ),
        };
        Problem {
            kind: kind(code),
            title: title(status).into(),
            status: status.as_u16(),
            detail,
            code: code.into(),
            errors,
            hint,
            request_id: None,
        }
    }
}

/// A condition on the version that does not hold.
fn stale(current: Option<&str>, condition: Condition) -> Invalid {
    let header = match condition {
        Condition::Matches => "If-Match",
        Condition::Differs => "If-None-Match",
    };
    match current {
        None => Invalid::new(header, "no_version", "This has no version of its own.")
            .hint(format!("Leave {header} out.")),
        Some(current) => Invalid::new(
            header,
            "version_mismatch",
            format!("The current version is {current}."),
        )
        .hint("Read it again, and repeat the change on what is there now."),
    }
}

fn field(why: &Invalid) -> ProblemField {
    ProblemField {
        pointer: why.field.clone(),
        detail: why.detail.clone(),
    }
}

/// The kind of problem that a code names.
pub(crate) fn kind(code: &str) -> String {
    format!("/problems/{}", code.replace('_', "-"))
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(what) => error!(error = %what, "A request failed on our side"),
            Self::Unavailable(what) => {
                tracing::warn!(error = %what, "A request failed because the database did not answer");
            }
            _ => tracing::debug!(status = self.status().as_u16(), "A request was refused"),
        }
        let mut response = respond(&self.problem());
        if matches!(self, Self::UnsupportedEncoding(_)) {
            response.headers_mut().insert(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            );
        }
        response
    }
}

/// A problem as a response.
pub(crate) fn respond(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
