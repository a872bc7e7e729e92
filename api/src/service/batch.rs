//! Several operations on tasks as one change. Each of them is the use case of the operation on a single task.

use taskwire_domain::contract::{
    CompleteTask, NewTask, RescheduleTask, SkipTask, SnoozeTask, TaskChange, TaskPatch,
};
use taskwire_domain::{Invalid, TaskRef};

use super::draft::Draft;
use super::precondition::{EntityTag, EntityTags, Precondition};
use super::task;
use super::{Context, Error};

/// One operation.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Create(Box<NewTask>),
    On {
        task: TaskRef,
        expected_version: Option<i64>,
        change: Change,
    },
}

/// What is done to an existing task.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Patch(Box<TaskPatch>),
    Complete(CompleteTask),
    Reopen,
    Skip(SkipTask),
    Reschedule(Box<RescheduleTask>),
    Snooze(SnoozeTask),
    Delete,
    Restore,
}

/// Begins a batch: one change, whose locks are taken in an order in which two batches cannot block each other.
pub(crate) async fn begin(context: &mut Context, kind: &'static str) -> Result<(), Error> {
    context.recorded.kind = Some(kind);
    task::lock_owner(context).await
}

/// Carries out one operation of a batch. If it is refused, it has no effect, and the rest of the batch can go on; the
/// outer error ends the batch.
pub(crate) async fn step(
    context: &mut Context,
    operation: &Operation,
) -> Result<Result<TaskChange, Error>, Error> {
    context.tx.savepoint().await?;
    let (events, items) = (context.written.len(), context.recorded.items.len());
    // An operation has its own; that of the request concerns none of them.
    let of_request = std::mem::take(&mut context.precondition);
    let outcome = carry_out(context, operation).await;
    let is_conflict = |refused: &Error| matches!(refused, Error::Conflict(_) | Error::Conflicts(_));
    let outcome = context.refuse_stale(outcome, is_conflict);
    context.precondition = of_request;
    match outcome {
        Ok(done) => {
            context.tx.release_savepoint().await?;
            Ok(Ok(done))
        }
        Err(broken @ (Error::Store(_) | Error::Internal(_))) => Err(broken),
        Err(refused) => {
            context.tx.rollback_to_savepoint().await?;
            context.written.truncate(events);
            context.recorded.items.truncate(items);
            Ok(Err(refused))
        }
    }
}

async fn carry_out(context: &mut Context, operation: &Operation) -> Result<TaskChange, Error> {
    let outcome = match operation {
        Operation::Create(new) => {
            let draft = Draft::parse(new, &context.words()).map_err(Error::Invalid)?;
            task::create(context, draft).await?
        }
        Operation::On {
            task,
            expected_version,
            change,
        } => {
            context.precondition = expected(*expected_version);
            on(context, *task, change).await?
        }
    };
    Ok(outcome.view(context))
}

async fn on(
    context: &mut Context,
    reference: TaskRef,
    change: &Change,
) -> Result<task::Outcome, Error> {
    match change {
        Change::Patch(body) => task::patch(context, reference, body).await,
        Change::Complete(body) => task::complete(context, reference, body).await,
        Change::Reopen => task::reopen(context, reference).await,
        Change::Skip(body) => task::skip(context, reference, body).await,
        Change::Reschedule(body) => task::reschedule(context, reference, body).await,
        Change::Snooze(body) => task::snooze(context, reference, body).await,
        Change::Delete => {
            context.check_may_delete()?;
            task::delete(context, reference).await
        }
        Change::Restore => task::restore(context, reference).await,
    }
}

/// The condition that a task has this version.
fn expected(version: Option<i64>) -> Precondition {
    let tag = |version: i64| EntityTag {
        is_weak: false,
        opaque: version.to_string().into_bytes(),
    };
    Precondition {
        is_strict: false,
        matches: version.map(|version| EntityTags::These(vec![tag(version)])),
        differs: None,
    }
}

/// Maximum number of failures that the error of a whole batch names.
const NAMED_MAX: usize = 12;

/// The error of a batch that is all or nothing: each failure, below the operation it belongs to.
pub(crate) fn all_failed(failures: Vec<(String, Vec<Invalid>)>) -> Error {
    let named = failures.into_iter().flat_map(|(place, all)| {
        all.into_iter().map(move |why| {
            let hint = why
                .hint
                .clone()
                .unwrap_or_else(|| "Correct it, or leave it out.".into());
            let detail = why.detail.clone();
            Invalid::new(
                format!("{place}{}", why.field),
                "operation_failed",
                format!("{detail} Nothing was changed."),
            )
            .hint(hint)
        })
    });
    Error::Invalid(named.take(NAMED_MAX).collect())
}
