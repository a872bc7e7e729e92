//! Deleting tasks in the trash for good. It cannot be undone; their events and their audit lines stay.

use std::sync::Arc;

use jiff::Timestamp;
use taskwire_domain::contract::EmptiedTrash;
use taskwire_domain::{Actor, EventId, Ids, Status, Via};
use taskwire_store::{Db, Occurrence};

use super::precondition::Precondition;
use super::recorded::Recorded;
use super::task::lock_owner;
use super::{Context, Error, MayDelete, change};

/// Maximum number of tasks that one request deletes for good.
const TASKS_MAX: i64 = 1000;

/// Deletes the tasks in the owner's trash for good, at most 1,000 of them.
pub(crate) async fn empty(context: &mut Context) -> Result<EmptiedTrash, Error> {
    lock_owner(context).await?;
    context.recorded.kind = Some("empty_trash");
    context.recorded.is_final = true;
    let tasks = context
        .tx
        .tasks_in_trash(context.owner, TASKS_MAX + 1)
        .await?;
    let max = usize::try_from(TASKS_MAX).unwrap_or(usize::MAX);
    let has_more = tasks.len() > max;
    let mut purged = 0;
    for task in tasks.into_iter().take(max) {
        context.tx.lock_task(context.owner, task.id).await?;
        let found = context.tx.find_occurrence(context.owner, task.id).await?;
        if let Some(found) = found.filter(|found| found.task.status == Status::Deleted) {
            purge(context, &found).await?;
            purged += 1;
        }
    }
    Ok(EmptiedTrash { purged, has_more })
}

async fn purge(context: &mut Context, found: &Occurrence) -> Result<(), Error> {
    context.tx.purge_task(context.owner, found.task.id).await?;
    if found.withdrawn {
        // Its owner has not seen it since its creation was undone.
        return Ok(());
    }
    context.record_purge(found).await
}

/// Deletes up to `limit` tasks of all owners for good that went to the trash before `before`, in one transaction.
/// Returns how many, and the events.
pub(crate) async fn purge_old(
    db: &Db,
    ids: &Arc<Ids>,
    now: Timestamp,
    before: Timestamp,
    limit: i64,
) -> Result<(u64, Vec<EventId>), Error> {
    let mut tx = db.begin().await?;
    let old = tx.old_trash(before, limit).await?;
    let mut purged = 0;
    let mut written = Vec::new();
    for known in old {
        let (owner, id) = (known.task.owner, known.task.id);
        tx.lock_task(owner, id).await?;
        let found = tx.find_occurrence(owner, id).await?;
        // It may have been restored since.
        let is_old = |found: &Occurrence| {
            found.task.status == Status::Deleted
                && found.task.deleted_at.is_some_and(|at| at < before)
        };
        let (Some(found), Some(user)) = (found.filter(is_old), tx.find_user(owner).await?) else {
            continue;
        };
        let mut context = Context {
            tx,
            owner,
            zone: user.zone,
            week_start: user.week_start,
            date_order: user.date_order,
            day_start: user.preferences.day_start,
            default_reminder: None,
            actor: Actor {
                user: owner,
                token: None,
                via: Via::Consumer,
                client: Some("taskwire-housekeeping".into()),
                chat_turn: None,
                tool_call: None,
            },
            precondition: Precondition::default(),
            // The clock made it old, not a request.
            traceparent: None,
            now,
            change: ids.next(now),
            ids: ids.clone(),
            written,
            stale: None,
            recorded: Recorded::default(),
            may_delete: MayDelete::Yes,
        };
        context.recorded.is_final = true;
        purge(&mut context, &found).await?;
        change::store(&mut context).await?;
        Context { tx, written, .. } = context;
        purged += 1;
    }
    tx.commit().await?;
    Ok((purged, written))
}
