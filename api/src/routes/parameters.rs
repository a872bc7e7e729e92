//! Parameters that many operations share, for the document.

use utoipa::IntoParams;

/// The headers of a mutation.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "read by the extractor `Mutation`; this describes it"
)]
pub(crate) struct Key {
    /// Makes a repeated request return the first response.
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// The preconditions of a mutation.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "read by the extractor `Mutation`; this describes it"
)]
pub(crate) struct OnVersion {
    /// Only if the current version is one of these, from `ETag`.
    #[param(rename = "If-Match")]
    matches: Option<String>,
    /// Only if the current version is none of these.
    #[param(rename = "If-None-Match")]
    differs: Option<String>,
}

/// The preference of a PATCH or DELETE of something that has a version.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "read by the extractor `Mutation`; this describes it"
)]
pub(crate) struct PrefersStrict {
    /// `strict`: refuse the request with 428 if it has no `If-Match` (RFC 7240). Other preferences are ignored.
    #[param(rename = "Prefer")]
    prefer: Option<String>,
}

/// The precondition of a read.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "read by the extractor `Reader`; this describes it"
)]
pub(crate) struct IfChanged {
    /// Respond 304 if the current version is one of these `ETag` values.
    #[param(rename = "If-None-Match")]
    differs: Option<String>,
}

/// A task in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(
    dead_code,
    reason = "read by the extractor `TaskPath`; this describes it"
)]
pub(crate) struct TaskParam {
    /// The task's number or id.
    task: String,
}

/// A conversation in the path.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(
    dead_code,
    reason = "read by the extractor `Segment`; this describes it"
)]
pub(crate) struct ConversationParam {
    /// The conversation's id.
    conversation: String,
}
