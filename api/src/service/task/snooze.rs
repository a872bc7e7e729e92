//! Putting off the reminder of a task.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::SnoozeTask;
use taskwire_domain::{EventKind, Invalid, Reminder, ReminderId, Status, TaskRef, Trigger};

use super::{Outcome, find_target, save};
use crate::service::{Context, Error, conflict, draft};

/// Longest time to put off a reminder: as far as a reminder may lie before its due value.
const MINUTES_MAX: i64 = 366 * 24 * 60;

/// Reminds of an open task later: what was told until now counts as seen, and its reminder fires once more. Only this
/// occurrence is concerned, and snoozing again moves the same reminder.
pub(crate) async fn snooze(
    context: &mut Context,
    task: TaskRef,
    body: &SnoozeTask,
) -> Result<Outcome, Error> {
    let (trigger, doubts) = read(context, body)?;
    let before = find_target(context, task).await?;
    if before.status != Status::Open {
        return Err(conflict(
            "task_not_open",
            format!("Task {} is {}.", before.number, before.status.as_str()),
            "Reopen or restore it first.",
        ));
    }
    context
        .tx
        .end_notifications_of_task(context.owner, before.id, context.now)
        .await?;
    let snoozed = before.reminders.iter().find(|known| known.is_snoozed);
    if snoozed.is_some_and(|known| known.trigger == trigger) {
        return Outcome::unchanged(context, before).await;
    }
    let id = match snoozed {
        Some(known) => known.id,
        None => context.ids.next::<ReminderId>(context.now),
    };
    let mut task = before.clone();
    task.reminders.retain(|known| !known.is_snoozed);
    task.reminders.push(Reminder {
        id,
        trigger,
        is_snoozed: true,
    });
    save(context, EventKind::TaskUpdated, &before, &mut task).await?;
    Ok(Outcome::changed(task).with_warnings(doubts))
}

/// When to remind again, and other likely readings of the words.
fn read(context: &Context, body: &SnoozeTask) -> Result<(Trigger, Vec<String>), Invalid> {
    let latest = context.now + SignedDuration::from_mins(MINUTES_MAX);
    match (body.minutes, &body.until) {
        (Some(minutes), None) => {
            if !(1..=MINUTES_MAX).contains(&minutes) {
                return Err(Invalid::new(
                    "/minutes",
                    "invalid_snooze",
                    format!("{minutes} minutes is out of range."),
                )
                .hint(format!("Send 1 to {MINUTES_MAX}.")));
            }
            let at = context.now + SignedDuration::from_mins(minutes);
            Ok((Trigger::At(at), Vec::new()))
        }
        (None, Some(text)) => {
            let (trigger, doubts) =
                draft::absolute(text, &context.words()).map_err(|why| why.at("/until"))?;
            let is_ahead = |at: Timestamp| at > context.now && at <= latest;
            if trigger.instant(None, &context.zone).is_some_and(is_ahead) {
                return Ok((trigger, doubts));
            }
            Err(Invalid::new(
                "/until",
                "invalid_snooze",
                "A reminder is put off until a time within the next 366 days.",
            )
            .hint("Send a future time, such as \"tomorrow 9am\"."))
        }
        _ => Err(Invalid::new(
            "",
            "invalid_snooze",
            "A reminder is put off for some minutes or until a time.",
        )
        .hint("Send either \"minutes\" or \"until\".")),
    }
}
