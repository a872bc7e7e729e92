//! Reminders: kept in sync with their tasks, and fired at their time.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::contract::FiredReminders;
use taskwire_domain::{
    Actor, Due, EventId, EventKind, Ids, Reminder, ReminderId, Status, Task, Trigger, Via, Zone,
};
use taskwire_store::{Db, NotificationRow, ReminderRow};
use taskwire_telemetry::metric;

use super::precondition::Precondition;
use super::recorded::Recorded;
use super::{Context, Error, MayDelete};

/// How far the time of a new reminder may lie in the past: a request takes time, and may be repeated.
pub(crate) const LATE_MAX: SignedDuration = SignedDuration::from_mins(1);

/// Maximum number of reminders fired in one transaction.
pub(crate) const BATCH: u32 = 200;

/// Updates the times of a task's reminders. Only an open task has any, and only in the future; one
/// that was already due `before`, in the owner's zone at that time, may still wait to be fired and is kept.
pub(super) async fn schedule(
    context: &mut Context,
    task: &Task,
    before: Option<(&Task, &Zone)>,
) -> Result<(), Error> {
    let wanted: Vec<(usize, Timestamp)> = task
        .reminders
        .iter()
        .enumerate()
        .filter(|_| task.status == Status::Open)
        .filter_map(|(index, reminder)| {
            Some((
                index,
                reminder.trigger.instant(task.due.as_ref(), &context.zone)?,
            ))
        })
        .filter(|(index, fire_at)| {
            *fire_at > context.now || is_just_late(task, *index, *fire_at, before, context.now)
        })
        .collect();
    let keep: Vec<ReminderId> = wanted
        .iter()
        .filter_map(|(index, _)| task.reminders.get(*index))
        .chain(
            task.reminders
                .iter()
                .filter(|_| task.status == Status::Open)
                .filter(|reminder| {
                    before.is_some_and(|then| was_reached(reminder, then, context.now))
                }),
        )
        .map(|reminder| reminder.id)
        .collect();
    context
        .tx
        .cancel_reminders(context.owner, task.id, &keep)
        .await?;
    if task.status != Status::Open {
        // Completed tasks need no reminders.
        context
            .tx
            .mark_notifications_of_task_read(context.owner, task.id, context.now)
            .await?;
    }
    for (index, fire_at) in wanted {
        let Some(reminder) = task.reminders.get(index) else {
            continue;
        };
        let moved = context
            .tx
            .schedule_reminder(&ReminderRow {
                id: reminder.id,
                owner: context.owner,
                task: task.id,
                fire_at,
            })
            .await?;
        if moved {
            // It will fire again at its new time.
            context
                .tx
                .mark_notifications_of_reminder_read(context.owner, reminder.id, context.now)
                .await?;
            context
                .record_reminder(EventKind::ReminderScheduled, task, reminder)
                .await?;
        }
    }
    Ok(())
}

/// Whether the time of a new reminder passed while the request was under way; it fires at once.
fn is_just_late(
    task: &Task,
    index: usize,
    fire_at: Timestamp,
    before: Option<(&Task, &Zone)>,
    now: Timestamp,
) -> bool {
    let Some(reminder) = task.reminders.get(index) else {
        return false;
    };
    let is_new = match before {
        Some((then, _)) => !then.reminders.iter().any(|known| known.id == reminder.id),
        None => task.version == 1,
    };
    let is_absolute = !matches!(reminder.trigger, Trigger::Before(_));
    is_new && is_absolute && now.duration_since(fire_at) <= LATE_MAX
}

/// Warnings about reminders that count back from the due value and would have fired before now. Those that `before` had
/// too, with the same due value, were reported then.
pub(super) fn warnings(context: &Context, task: &Task, before: Option<&Task>) -> Vec<String> {
    let is_old = |reminder: &Reminder| {
        before.is_some_and(|before| {
            before.due == task.due
                && before
                    .reminders
                    .iter()
                    .any(|known| known.trigger == reminder.trigger)
        })
    };
    task.reminders
        .iter()
        .filter(|reminder| task.status == Status::Open && !is_old(reminder))
        .filter_map(|reminder| {
            passed_warning(
                reminder.trigger,
                task.due.as_ref(),
                context.now,
                &context.zone,
            )
        })
        .collect()
}

/// The default reminder of a new task with a time, if its owner has one and it is still to come; and what the response
/// says about it.
pub(super) fn default_of(context: &Context, due: Option<&Due>) -> Option<(Trigger, String)> {
    let minutes = context.default_reminder?;
    let trigger = Trigger::Before(minutes);
    let timed = due.filter(|due| !matches!(due, Due::Date(_)))?;
    let at = trigger.instant(Some(timed), &context.zone)?;
    let when = match minutes {
        0 => "at the due time".into(),
        1 => "1 minute before".into(),
        more => format!("{more} minutes before"),
    };
    let told = format!("Your default reminder was added: {when}.");
    (at > context.now).then_some((trigger, told))
}

/// The warning about a reminder before the due value whose time has passed.
pub(crate) fn passed_warning(
    trigger: Trigger,
    due: Option<&Due>,
    now: Timestamp,
    owner: &Zone,
) -> Option<String> {
    let Trigger::Before(minutes) = trigger else {
        return None;
    };
    let at = trigger.instant(due, owner).filter(|at| *at <= now)?;
    let zone = due.map_or(owner, |due| due.zone_or(owner));
    let at = Due::Floating(at.to_zoned_datetime(zone.rules().clone()).datetime()).in_words();
    Some(match minutes {
        0 => format!("The reminder at the due time, {at}, is in the past and will not fire."),
        minutes => {
            format!(
                "The reminder {minutes} minutes before, {at}, is in the past and will not fire."
            )
        }
    })
}

/// Whether a reminder's time had come before its task or the owner's zone changed.
fn was_reached(reminder: &Reminder, (task, zone): (&Task, &Zone), now: Timestamp) -> bool {
    task.status == Status::Open
        && task
            .reminders
            .iter()
            .find(|known| known.id == reminder.id)
            .and_then(|known| known.trigger.instant(task.due.as_ref(), zone))
            .is_some_and(|fire_at| fire_at <= now)
}

/// Fires the due reminders of all users, at most [`BATCH`] of them, with their events, in one
/// transaction that also stores the notification: each fires once, even if a process is killed. Returns the events too.
pub(crate) async fn fire(
    db: &Db,
    ids: &Arc<Ids>,
    now: Timestamp,
) -> Result<(FiredReminders, Vec<EventId>), Error> {
    let mut tx = db.begin().await?;
    let due = tx.claim_reminders(now, i64::from(BATCH)).await?;
    let mut late = Vec::new();
    let mut written = Vec::new();
    for claimed in due {
        let (Some(user), Some(task)) = (
            tx.find_user(claimed.owner).await?,
            tx.find_task(claimed.owner, claimed.task).await?,
        ) else {
            continue;
        };
        let Some(reminder) = task
            .reminders
            .iter()
            .find(|reminder| reminder.id == claimed.id)
            .copied()
        else {
            continue;
        };
        let mut context = Context {
            tx,
            owner: user.id,
            zone: user.zone,
            week_start: user.week_start,
            date_order: user.date_order,
            day_start: user.preferences.day_start,
            // Nothing is created here.
            default_reminder: None,
            actor: Actor {
                user: user.id,
                token: None,
                via: Via::Consumer,
                client: Some("taskwire-reminder".into()),
                chat_turn: None,
                tool_call: None,
            },
            precondition: Precondition::default(),
            // The clock made it due, not a request.
            traceparent: None,
            now,
            change: ids.next(now),
            ids: ids.clone(),
            written,
            stale: None,
            recorded: Recorded::default(),
            may_delete: MayDelete::Yes,
        };
        context
            .tx
            .insert_notification(&NotificationRow {
                id: ids.next(now),
                owner: context.owner,
                task: task.id,
                reminder: reminder.id,
                fire_at: claimed.fire_at,
                created_at: now,
                read_at: None,
            })
            .await?;
        context
            .record_reminder(EventKind::ReminderDue, &task, &reminder)
            .await?;
        Context { tx, written, .. } = context;
        late.push(now.duration_since(claimed.fire_at));
    }
    let next_at = tx.next_reminder().await?;
    tx.commit().await?;
    let lateness = metrics::histogram!(metric::REMINDER_LATENESS);
    for late in &late {
        lateness.record(late.as_secs_f64());
    }
    let fired = u32::try_from(late.len()).unwrap_or(u32::MAX);
    Ok((FiredReminders { fired, next_at }, written))
}
