//! `POST /api/v1/tasks/bulk`

use axum::http::StatusCode;
use axum::response::Response;
use taskwire_domain::contract::{Bulk, BulkResult, TaskQuery};
use taskwire_domain::{Invalid, TaskId, TaskRef};

use super::operations::change;
use crate::error::ApiError;
use crate::extract::Body;
use crate::failures::{
    Bulks, Creates, DueField, JsonBody, PriorityField, Refusals, TagFields, TaskFilter,
};
use crate::mutation::Mutation;
use crate::routes::parameters::Key;
use crate::service::batch::{self, Change, Operation};
use crate::service::{Context, Error, conflict, list};

/// Maximum number of tasks that one request changes.
const TASKS_MAX: usize = 1000;
/// Tasks read at once.
const PAGE: u32 = 200;
/// Maximum number of tasks that the result shows.
const SHOWN_MAX: usize = 200;

/// A task that a filter finds.
struct Found {
    id: TaskId,
    number: i64,
}

/// Do the same with all tasks that a filter finds, at most 1,000, as one change: all or nothing. The number must be
/// stated, so that no other tasks are changed than those that were seen.
#[utoipa::path(post, path = "/api/v1/tasks/bulk", operation_id = "bulk_tasks", tag = "tasks", request_body = Bulk, params(Key),
    responses((status = 200, description = "How many tasks were found, and how many changed", body = BulkResult),
        Refusals<(Creates, JsonBody, TaskFilter, PriorityField, TagFields, DueField, Bulks)>))]
pub(crate) async fn bulk(mutation: Mutation, body: Body<Bulk>) -> Result<Response, ApiError> {
    let input = body.value;
    let place = |refused: ApiError| match refused {
        ApiError::Invalid(all) => {
            ApiError::Invalid(all.into_iter().map(|why| why.below("/change")).collect())
        }
        other => other,
    };
    let change = change(&input.change.op, input.change.body.as_deref()).map_err(place)?;
    let query = query(input.filter)?;
    let expected = input.expected_count;
    if expected.is_none() && !mutation.is_dry_run {
        return Err(Invalid::new(
            "/expected_count",
            "missing_count",
            "The number of tasks that the filter finds is missing.",
        )
        .hint("Send the request with ?dry_run=true first, and then the number in its \"matched\".")
        .into());
    }
    let key = mutation.api.cursor_key.clone();
    mutation
        .run(StatusCode::OK, body.bytes, |context| {
            Box::pin(async move {
                batch::begin(context, "bulk").await?;
                if matches!(change, Change::Delete) {
                    context.check_may_delete()?;
                }
                let found = find(context, query, &key).await?;
                check_count(&found, expected)?;
                carry_out(context, &found, &change).await
            })
        })
        .await
}

/// The parameters of a filter, without those of a list.
fn query(filter: TaskQuery) -> Result<TaskQuery, ApiError> {
    match filter.of_a_page().into_iter().find(|(_, is_sent)| *is_sent) {
        None => Ok(TaskQuery {
            sort: Some("number".into()),
            limit: Some(PAGE),
            ..filter
        }),
        Some((name, _)) => Err(Invalid::new(
            format!("/filter/{name}"),
            "unknown_field",
            "A bulk change is about all tasks that are found, in no order.",
        )
        .hint("Omit it.")
        .into()),
    }
}

/// The tasks that a filter finds, one more than the maximum if there are too many.
async fn find(
    context: &mut Context,
    mut query: TaskQuery,
    key: &[u8],
) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    while found.len() <= TASKS_MAX {
        let page = list::tasks(context, &query, key).await.map_err(in_filter)?;
        found.extend(page.items.iter().map(|task| Found {
            id: TaskId(task.id),
            number: task.number,
        }));
        match page.next_cursor {
            Some(cursor) => query.cursor = Some(cursor),
            None => break,
        }
    }
    Ok(found)
}

/// The names of query parameters are fields of the filter here.
fn in_filter(refused: Error) -> Error {
    match refused {
        Error::Invalid(all) => {
            Error::Invalid(all.into_iter().map(|why| why.below("/filter/")).collect())
        }
        other => other,
    }
}

fn check_count(found: &[Found], expected: Option<u64>) -> Result<(), Error> {
    let count = u64::try_from(found.len()).unwrap_or(u64::MAX);
    if found.len() > TASKS_MAX {
        return Err(conflict(
            "too_many_tasks",
            format!("The filter finds more than {TASKS_MAX} tasks."),
            "Send a narrower filter, several times.",
        ));
    }
    match expected {
        Some(expected) if expected != count => Err(conflict(
            "count_mismatch",
            format!("The filter finds {count} tasks, not {expected}. Nothing was changed."),
            "List the tasks again, and send their number.",
        )),
        _ => Ok(()),
    }
}

async fn carry_out(
    context: &mut Context,
    found: &[Found],
    change: &Change,
) -> Result<BulkResult, ApiError> {
    let mut tasks = Vec::new();
    let mut changed = 0;
    let mut failures = Vec::new();
    for Found { id, number } in found {
        let operation = Operation::On {
            task: TaskRef::Id(*id),
            expected_version: None,
            change: change.clone(),
        };
        match batch::step(context, &operation).await? {
            Ok(done) => {
                changed += u64::from(done.changed);
                if tasks.len() < SHOWN_MAX {
                    tasks.push(done);
                }
            }
            Err(refused) => {
                let mut reasons = ApiError::from(refused).reasons();
                for why in &mut reasons {
                    why.detail = format!("Task {number}: {}", why.detail);
                }
                failures.push(("/change/body".to_owned(), reasons));
            }
        }
    }
    if !failures.is_empty() {
        return Err(batch::all_failed(failures).into());
    }
    let has_changed = !context.recorded.items.is_empty();
    Ok(BulkResult {
        change: has_changed.then_some(context.change.0),
        matched: u64::try_from(found.len()).unwrap_or(u64::MAX),
        changed,
        tasks,
    })
}
