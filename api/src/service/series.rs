//! The way of a series: making a successor once, and taking it back.

use taskwire_domain::task::Membership;
use taskwire_domain::{EventKind, Reminder, ReminderId, Status, Task, TaskId, TaskRef, Trigger};

use super::task::{find_locked, hold_series, insert, write};
use super::{Context, Error, conflict};

/// Makes the successor of an occurrence that was completed or skipped. Answers none, and changes nothing, when it is
/// open (again), when the series is over, or when its successor is there already.
pub(crate) async fn advance(cx: &mut Context, ended: TaskId) -> Result<Option<Task>, Error> {
    hold_series(cx).await?;
    let ended = find_locked(cx, TaskRef::Id(ended)).await?;
    let (Some(series), Some(at)) = (&ended.series, ended.ended_at()) else {
        return Ok(None);
    };
    let Some(position) = series.next(ended.status, at, &cx.zone) else {
        return Ok(None);
    };
    if cx
        .tx
        .find_open_of_series(cx.owner, series.id)
        .await?
        .is_some()
    {
        return Ok(None);
    }
    // Computed anew it might be another one, if the owner has moved to another zone since.
    let follower = cx.tx.find_follower(cx.owner, series.id, ended.id).await?;
    if follower.is_some() {
        return Ok(None);
    }
    let id = TaskId::of_occurrence(series.id, &position.key);
    let known = cx.tx.find_occurrence(cx.owner, id).await?;
    let (number, version) = match &known {
        Some(known) if !known.withdrawn => return Ok(None),
        Some(known) => (known.task.number, known.task.version),
        None => (cx.tx.next_number(cx.owner).await?, 0),
    };
    let mut successor = Task {
        id,
        number,
        status: Status::Open,
        due: Some(position.due()),
        series: Some(Membership {
            position,
            follows: Some(ended.id),
            ends: false,
            ..series.clone()
        }),
        reminders: reminders(id, &ended.reminders),
        version: version + 1,
        created_at: cx.now,
        updated_at: cx.now,
        completed_at: None,
        skipped_at: None,
        deleted_at: None,
        change: cx.change,
        ..ended.clone()
    };
    match known {
        None => insert(cx, &successor).await?,
        Some(known) => {
            cx.tx.relink_tags(&successor).await?;
            write(cx, EventKind::TaskRestored, &known.task, &mut successor).await?;
        }
    }
    Ok(Some(successor))
}

/// The reminders of an occurrence move with it; one at a fixed instant belonged to the occurrence before.
fn reminders(task: TaskId, before: &[Reminder]) -> Vec<Reminder> {
    before
        .iter()
        .filter(|reminder| matches!(reminder.trigger, Trigger::Before(_)))
        .enumerate()
        .map(|(position, reminder)| Reminder {
            id: ReminderId::of_occurrence(task, position),
            trigger: reminder.trigger,
        })
        .collect()
}

/// Takes back the successor of an occurrence that is to be open again.
pub(super) async fn withdraw_successor(cx: &mut Context, ended: &Task) -> Result<(), Error> {
    let Some(series) = &ended.series else {
        return Ok(());
    };
    let follower = cx.tx.find_follower(cx.owner, series.id, ended.id).await?;
    let next = match follower {
        Some(follower) => Some(follower.id),
        // It may have left the series since, or have been made when nobody wrote down what it follows.
        None => ended
            .ended_at()
            .and_then(|at| series.next(ended.status, at, &cx.zone))
            .map(|next| TaskId::of_occurrence(series.id, &next.key)),
    };
    let open = cx.tx.find_open_of_series(cx.owner, series.id).await?;
    let Some(id) = open.map(|open| open.id).or(next) else {
        return Ok(());
    };
    cx.tx.lock_task(cx.owner, id).await?;
    let Some(before) = cx.tx.find_task(cx.owner, id).await? else {
        return Ok(());
    };
    // It may have been completed or deleted since, which is a touch as well; and then another one may be open. Making
    // or reviving a successor sets both instants alike; any touch moves the second.
    if next != Some(id) || before.status != Status::Open || before.updated_at != before.created_at {
        return Err(conflict(
            "successor_changed",
            format!(
                "The next occurrence, task {}, has been changed or done since.",
                before.number
            ),
            "Reopen or change that one instead.",
        ));
    }
    let mut task = before.clone();
    task.status = Status::Deleted;
    task.deleted_at = Some(cx.now);
    task.version += 1;
    task.updated_at = cx.now;
    task.change = cx.change;
    let zone = cx.zone.clone();
    cx.tx.update_task(&task, &zone, true).await?;
    cx.tx.cancel_reminders(cx.owner, task.id, &[]).await?;
    cx.record_task(EventKind::TaskDeleted, Some(&before), &task)
        .await?;
    Ok(())
}
