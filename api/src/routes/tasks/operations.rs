//! Operations of batches and bulk changes, read from their bodies and shown in results.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use taskwire_domain::text::clip;
use taskwire_domain::{Invalid, TaskRef};

use crate::error::ApiError;
use crate::extract::{Empty, parse};
use crate::service::batch::Change;

/// The operations on an existing task.
pub(super) const CHANGES: [&str; 8] = [
    "patch",
    "complete",
    "reopen",
    "skip",
    "reschedule",
    "snooze",
    "delete",
    "restore",
];

/// Reads what to do with a task.
pub(super) fn change(op: &str, body: Option<&RawValue>) -> Result<Change, ApiError> {
    Ok(match op {
        "patch" => Change::Patch(required(body)?),
        "complete" => Change::Complete(optional(body)?),
        "reopen" => nothing(body, Change::Reopen)?,
        "skip" => Change::Skip(optional(body)?),
        "reschedule" => Change::Reschedule(required(body)?),
        "snooze" => Change::Snooze(*required(body)?),
        "delete" => nothing(body, Change::Delete)?,
        "restore" => nothing(body, Change::Restore)?,
        _ => return Err(unknown(op, &CHANGES)),
    })
}

/// The error for an operation that does not exist.
pub(super) fn unknown(op: &str, known: &[&str]) -> ApiError {
    let detail = format!("Unknown operation {:?}.", clip(op));
    let hint = format!("Send {}.", known.join(", "));
    Invalid::new("/op", "invalid_value", detail)
        .hint(hint)
        .into()
}

/// A body that must be there.
pub(super) fn required<T: DeserializeOwned + Serialize>(
    body: Option<&RawValue>,
) -> Result<Box<T>, ApiError> {
    let body = body.ok_or_else(|| {
        ApiError::from(
            Invalid::new("/body", "missing_field", "The field \"body\" is missing.")
                .hint("Send it."),
        )
    })?;
    read(body).map(Box::new)
}

/// A body that may be left out.
fn optional<T: DeserializeOwned + Serialize + Default>(
    body: Option<&RawValue>,
) -> Result<T, ApiError> {
    body.map_or_else(|| Ok(T::default()), read)
}

/// An operation without fields.
fn nothing(body: Option<&RawValue>, change: Change) -> Result<Change, ApiError> {
    optional::<Empty>(body).map(|_| change)
}

fn read<T: DeserializeOwned + Serialize>(body: &RawValue) -> Result<T, ApiError> {
    parse(body.get().as_bytes()).map_err(|refused| below("/body", refused))
}

/// The same error of fields that are below another one.
fn below(parent: &str, refused: ApiError) -> ApiError {
    match refused {
        ApiError::Invalid(all) => {
            ApiError::Invalid(all.into_iter().map(|why| why.below(parent)).collect())
        }
        other => other,
    }
}

/// Reads a task's number or id.
pub(super) fn reference(task: Option<&RawValue>) -> Result<TaskRef, ApiError> {
    let Some(task) = task else {
        return Err(
            Invalid::new("/task", "missing_field", "The field \"task\" is missing.")
                .hint("Send the task's number or id.")
                .into(),
        );
    };
    let value: Value = serde_json::from_str(task.get()).unwrap_or_default();
    Ok(TaskRef::of_json("/task", &value)?)
}
