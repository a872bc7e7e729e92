//! `POST /api/v1/tasks/batch`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::Invalid;
use taskwire_domain::contract::{Batch, BatchOperation, BatchResult, OperationResult, TaskChange};

use super::operations::{CHANGES, change, reference, required, unknown};
use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{Batches, Creates, JsonBody, Refusals};
use crate::mutation::Mutation;
use crate::routes::parameters::Key;
use crate::service::Context;
use crate::service::batch::{self, Operation};

/// Maximum number of operations.
const OPERATIONS_MAX: usize = 100;

/// Carry out up to 100 operations in order, as one change with one idempotency key: all or nothing, or each for itself.
#[utoipa::path(post, path = "/api/v1/tasks/batch", operation_id = "batch_tasks", tag = "tasks", request_body = Batch, params(Key),
    responses((status = 200, description = "The result of each operation, in the order of the request", body = BatchResult),
        Refusals<(Creates, JsonBody, Batches)>))]
pub(crate) async fn batch(change: Mutation, body: Body<Batch>) -> Result<Response, ApiError> {
    let count = body.value.operations.len();
    if !(1..=OPERATIONS_MAX).contains(&count) {
        let detail = format!("A batch cannot have {count} operations.");
        let hint = format!("Send 1 to {OPERATIONS_MAX}.");
        return Err(Invalid::new("/operations", "invalid_length", detail)
            .hint(hint)
            .into());
    }
    change
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move { carry_out(context, &body.value).await })
        })
        .await
}

async fn carry_out(context: &mut Context, input: &Batch) -> Result<BatchResult, ApiError> {
    batch::begin(context, "batch").await?;
    let mut results = Vec::with_capacity(input.operations.len());
    let mut failures = Vec::new();
    for (index, asked) in input.operations.iter().enumerate() {
        let done = match read(asked) {
            Ok(operation) => batch::step(context, &operation)
                .await?
                .map_err(|refused| within_body(refused.into())),
            Err(refused) => Err(refused),
        };
        if let Err(refused) = &done {
            failures.push((format!("/operations/{index}"), refused.reasons()));
        }
        results.push(result(index, &asked.op, done));
    }
    if !failures.is_empty() && input.atomic != Some(false) {
        return Err(batch::all_failed(failures).into());
    }
    let has_changed = !context.recorded.items.is_empty();
    Ok(BatchResult {
        change: has_changed.then_some(context.change.0),
        succeeded: results.len() - failures.len(),
        failed: failures.len(),
        results,
    })
}

fn read(asked: &BatchOperation) -> Result<Operation, ApiError> {
    if asked.op == "create" {
        let extra = [
            ("/task", asked.task.is_some()),
            ("/expected_version", asked.expected_version.is_some()),
        ];
        if let Some((field, _)) = extra.into_iter().find(|(_, is_sent)| *is_sent) {
            return Err(Invalid::new(
                field,
                "unknown_field",
                "A task that is created has no number and no version yet.",
            )
            .hint("Omit it.")
            .into());
        }
        return Ok(Operation::Create(required(asked.body.as_deref())?));
    }
    if !CHANGES.contains(&asked.op.as_str()) {
        let known = [&["create"], CHANGES.as_slice()].concat();
        return Err(unknown(&asked.op, &known));
    }
    Ok(Operation::On {
        task: reference(asked.task.as_deref())?,
        expected_version: asked.expected_version,
        change: change(&asked.op, asked.body.as_deref())?,
    })
}

/// The fields of a refused use case are those of the body.
fn within_body(refused: ApiError) -> ApiError {
    match refused {
        ApiError::Invalid(all) => {
            ApiError::Invalid(all.into_iter().map(|why| why.below("/body")).collect())
        }
        ApiError::Conflict(why) if !why.field.is_empty() => ApiError::Conflict(why.below("/body")),
        ApiError::Precondition(why) => ApiError::Precondition(why.at("/expected_version")),
        other => other,
    }
}

fn result(index: usize, op: &str, done: Result<TaskChange, ApiError>) -> OperationResult {
    let status = match (&done, op) {
        (Ok(_), "create") => StatusCode::CREATED,
        (Ok(_), _) => StatusCode::OK,
        (Err(refused), _) => refused.status(),
    };
    let (task, problem) = match done {
        Ok(task) => (Some(task), None),
        Err(refused) => (None, Some(refused.problem())),
    };
    OperationResult {
        index,
        op: op.to_owned(),
        status: status.as_u16(),
        task,
        problem,
    }
}
