//! Errors as problem details (RFC 9457). The only module that maps errors to status codes.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{Problem, ProblemField};
use taskwire_http::{problem, respond};
use taskwire_store::Outage;
use taskwire_telemetry::OutageLog;
use tracing::error;

use crate::service;
use crate::service::precondition::Condition;

const RETRY: &str = "Try again with the same Idempotency-Key; nothing is done twice.";

/// The ways in which a request can fail.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request is not well-formed: not JSON, not UTF-8, a broken header.
    Malformed(Invalid),
    /// Well-formed, but a field cannot be accepted.
    Invalid(Vec<Invalid>),
    /// No credential, or one that is not known or has ended.
    Unauthorized,
    /// Failed sign-in.
    NotSignedIn(Invalid),
    /// The credential does not allow this.
    Forbidden(Invalid),
    /// It does not exist, or it belongs to another user.
    NotFound(String),
    /// The path does not exist, or not for this caller. Worded like [`taskwire_http::unknown_path`], so that callers
    /// cannot tell the two apart.
    UnknownPath,
    /// The current state does not allow this.
    Conflict(Invalid),
    /// The current state does not allow this, for several reasons.
    Conflicts(Vec<Invalid>),
    /// It existed, but no longer does.
    Gone(Invalid),
    /// A condition in `If-Match` or `If-None-Match` does not hold.
    Precondition(Invalid),
    /// `Prefer: strict` without `If-Match`.
    Unconditional,
    /// The body is larger than accepted.
    TooLarge(usize),
    /// The media type of the body is not supported.
    UnsupportedMedia,
    /// A concurrent change won; the same request may work now.
    Contention(String),
    /// The database is unavailable; the same request will work later.
    Unavailable(Outage, String),
    /// The readiness check found that the database is unavailable.
    NotReady(Outage, String),
    /// Too many requests; the same request works after the wait.
    TooMany {
        /// The limit that was exceeded.
        why: Invalid,
        /// In whole seconds, at least one.
        wait_seconds: u64,
    },
    /// A read took longer than reads may.
    TookTooLong(u64),
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
        if let Some(outage) = failure.outage() {
            Self::Unavailable(outage, failure.to_string())
        } else if failure.is_contention() {
            Self::Contention(failure.to_string())
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
            service::Error::Conflicts(all) => Self::Conflicts(all),
            service::Error::Forbidden(why) => Self::Forbidden(why),
            service::Error::Gone(why) => Self::Gone(why),
            service::Error::Stale { current, condition } => {
                Self::Precondition(stale(current.as_deref(), condition))
            }
            service::Error::AccountDeleted => Self::Unauthorized,
            service::Error::Unconditional => Self::Unconditional,
            service::Error::Store(failure) => failure.into(),
            service::Error::Internal(what) => Self::Internal(what),
        }
    }
}

impl ApiError {
    /// A refusal until a time has passed.
    pub(crate) fn too_many(code: &'static str, detail: &str, wait: SignedDuration) -> Self {
        // Rounded up: a caller that retries too early is refused again.
        let whole = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
        let wait_seconds = u64::try_from(whole).unwrap_or_default().max(1);
        let unit = if wait_seconds == 1 {
            "second"
        } else {
            "seconds"
        };
        Self::TooMany {
            why: Invalid::new("", code, detail)
                .hint(format!("Try again in {wait_seconds} {unit}.")),
            wait_seconds,
        }
    }

    /// Whether the current state does not allow the request.
    pub(crate) fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Conflicts(_))
    }

    /// The status of the response.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthorized | Self::NotSignedIn(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::Conflict(_) | Self::Conflicts(_) => StatusCode::CONFLICT,
            Self::Gone(_) => StatusCode::GONE,
            Self::Precondition(_) => StatusCode::PRECONDITION_FAILED,
            Self::Unconditional => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(Outage::DiskFull, _) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Contention(_)
            | Self::Unavailable(..)
            | Self::NotReady(..)
            | Self::TookTooLong(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Why the request was refused: each field, or one reason for all of it.
    pub(crate) fn reasons(&self) -> Vec<Invalid> {
        match self {
            Self::Invalid(all) | Self::Conflicts(all) => all.clone(),
            Self::Malformed(why)
            | Self::Forbidden(why)
            | Self::Conflict(why)
            | Self::Gone(why)
            | Self::Precondition(why) => vec![why.clone()],
            other => {
                let problem = other.problem();
                vec![Invalid::new("", "failed", problem.detail)]
            }
        }
    }

    /// The problem document. The text of an internal error never leaves the process.
    pub(crate) fn problem(&self) -> Problem {
        let status = self.status();
        let (code, detail, errors, hint) = match self {
            Self::Malformed(why)
            | Self::NotSignedIn(why)
            | Self::Forbidden(why)
            | Self::Conflict(why)
            | Self::Gone(why)
            | Self::Precondition(why)
            | Self::TooMany { why, .. } => {
                let errors = if why.field.is_empty() {
                    vec![]
                } else {
                    vec![field(why)]
                };
                (why.code, why.detail.clone(), errors, why.hint.clone())
            }
            Self::Invalid(all) | Self::Conflicts(all) => {
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
                "Authentication is required.".into(),
                vec![],
                Some(
                    "Send \"Authorization: Bearer <token>\"; `taskwire token create` creates a token."
                        .into(),
                ),
            ),
            Self::NotFound(what) => ("not_found", format!("There is no {what}."), vec![], None),
            Self::Unconditional => (
                "precondition_required",
                "Prefer: strict needs If-Match.".into(),
                vec![ProblemField {
                    pointer: "Prefer".into(),
                    detail: "Prefer: strict needs If-Match.".into(),
                }],
                Some("Read it, and send its ETag in If-Match.".into()),
            ),
            Self::UnknownPath => ("unknown_path", "There is no such path.".into(), vec![], None),
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
            Self::Contention(_) => (
                "unavailable",
                "Another request changed the same data at the same time. Nothing was changed.".into(),
                vec![],
                Some(RETRY.into()),
            ),
            Self::Unavailable(outage, _) => {
                let (code, detail, hint) = describe(*outage);
                let detail = match outage {
                    Outage::Unconfirmed => detail.to_owned(),
                    _ => format!("{detail} Nothing was changed."),
                };
                (code, detail, vec![], Some(hint.into()))
            }
            Self::NotReady(outage, _) => {
                let (_, detail, _) = describe(*outage);
                ("unavailable", detail.into(), vec![], None)
            }
            Self::TookTooLong(seconds) => (
                "took_too_long",
                format!("This took longer than {seconds} seconds, and was stopped."),
                vec![],
                Some("Add a condition that few tasks meet, such as a tag or a status, or search for longer words.".into()),
            ),
            Self::Internal(_) => (
                "internal",
                "Internal server error.".into(),
                vec![],
                None,
            ),
        };
        Problem {
            errors,
            hint,
            retry_after_seconds: self.retry_after_seconds(),
            ..problem(status, code, detail)
        }
    }

    /// When the same request may succeed, in seconds; `None` if waiting does not help.
    fn retry_after_seconds(&self) -> Option<u64> {
        match self {
            Self::TooMany { wait_seconds, .. } => Some(*wait_seconds),
            // An operator must free space first.
            Self::Unavailable(Outage::DiskFull, _) => Some(30),
            Self::Contention(_)
            | Self::Unavailable(..)
            | Self::NotReady(..)
            | Self::TookTooLong(_) => Some(1),
            _ => None,
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
        None => Invalid::new(header, "no_version", "This resource has no version.")
            .hint(format!("Omit {header}.")),
        Some(current) => Invalid::new(
            header,
            "version_mismatch",
            format!("The current version is {current}."),
        )
        .hint("Read it again and apply the change to the current version."),
    }
}

/// Code, text and hint for an outage of the database.
fn describe(outage: Outage) -> (&'static str, &'static str, &'static str) {
    match outage {
        Outage::DiskFull => (
            "disk_full",
            "The database's disk is full.",
            "Free some disk space, then send the same request again.",
        ),
        Outage::ReadOnly => (
            "read_only",
            "The database is read-only at the moment.",
            "Try again later; the server log says why.",
        ),
        Outage::DiskFailed => (
            "unavailable",
            "The database cannot read or write its files.",
            RETRY,
        ),
        Outage::Unreachable => (
            "unavailable",
            "The database could not be reached, or did not respond in time.",
            RETRY,
        ),
        Outage::Unconfirmed => (
            "outcome_unknown",
            "The database did not confirm the change, so it may be stored or not.",
            "Send the same request again if it had an Idempotency-Key; otherwise first look whether the change is there.",
        ),
    }
}

fn field(why: &Invalid) -> ProblemField {
    ProblemField {
        pointer: why.field.clone(),
        detail: why.detail.clone(),
    }
}

/// Outages of the database: a line for each request would fill the disk, which may be what failed.
static DATABASE: LazyLock<OutageLog> = LazyLock::new(|| OutageLog::new("api", "use the database"));

/// The database accepted a write.
pub(crate) fn database_worked() {
    DATABASE.worked();
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match &self {
            Self::Internal(what) => error!(error = %what, "Request failed with an internal error"),
            Self::Contention(what) => {
                tracing::warn!(error = %what, "Request failed because another one changed the same rows");
            }
            Self::Unavailable(_, what) | Self::NotReady(_, what) => DATABASE.failed(what),
            _ => tracing::debug!(status = self.status().as_u16(), "Rejected request"),
        }
        respond(&self.problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_names_what_is_wrong() {
        for (outage, status, code, seconds) in [
            (Outage::DiskFull, 507, "disk_full", "30"),
            (Outage::ReadOnly, 503, "read_only", "1"),
            (Outage::DiskFailed, 503, "unavailable", "1"),
            (Outage::Unreachable, 503, "unavailable", "1"),
            (Outage::Unconfirmed, 503, "outcome_unknown", "1"),
        ] {
            let failed = ApiError::Unavailable(outage, "secret".into());
            let problem = failed.problem();
            assert_eq!((problem.status, problem.code.as_str()), (status, code));
            let is_known = outage != Outage::Unconfirmed;
            assert_eq!(problem.detail.ends_with(" Nothing was changed."), is_known);
            assert!(!format!("{problem:?}").contains("secret"));
            let response = failed.into_response();
            assert_eq!(response.headers()["retry-after"], seconds);
            // A readiness probe gets the same reason, with the status that is meant for it.
            let problem = ApiError::NotReady(outage, String::new()).problem();
            assert_eq!(
                (problem.status, problem.code.as_str()),
                (503, "unavailable")
            );
        }
    }
}
