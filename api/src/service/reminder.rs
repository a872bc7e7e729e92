//! Reminders: kept in sync with their tasks, and fired at their time.

use jiff::{SignedDuration, Timestamp};
use taskwire_domain::reminder::REMINDERS_MAX;
use taskwire_domain::{Due, EventKind, Reminder, ReminderId, Status, TagName, Task, Trigger, Zone};
use taskwire_store::ReminderRow;

use super::{Context, Error};

/// How far the time of a new reminder may lie in the past: a request takes time, and may be repeated.
pub(crate) const LATE_MAX: SignedDuration = SignedDuration::from_mins(1);

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
            .end_notifications_of_task(context.owner, task.id, context.now)
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
                .end_notifications_of_reminder(context.owner, task.id, reminder.id, context.now)
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

/// The default reminders of a new task with a time that are still to come: those of its tags, otherwise the one of its
/// owner; and what the response says about each.
pub(super) async fn defaults(
    context: &mut Context,
    due: Option<&Due>,
    tags: &[TagName],
) -> Result<Vec<(Trigger, String)>, Error> {
    let Some(timed) = due.filter(|due| !matches!(due, Due::Date(_))) else {
        return Ok(Vec::new());
    };
    let of_tags = of_tags(context, tags).await?;
    let whose = if of_tags.is_empty() {
        "Your default reminder"
    } else {
        "The default reminder of a tag"
    };
    let minutes = if of_tags.is_empty() {
        Vec::from_iter(context.default_reminder)
    } else {
        of_tags
    };
    let still_to_come = |minutes: u32| {
        let trigger = Trigger::Before(minutes);
        let at = trigger.instant(Some(timed), &context.zone)?;
        let when = match minutes {
            0 => "at the due time".into(),
            1 => "1 minute before".into(),
            more => format!("{more} minutes before"),
        };
        (at > context.now).then(|| (trigger, format!("{whose} was added: {when}.")))
    };
    Ok(minutes.into_iter().filter_map(still_to_come).collect())
}

/// How many minutes before, for the tags that have default reminders.
async fn of_tags(context: &mut Context, tags: &[TagName]) -> Result<Vec<u32>, Error> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let settings = context.tx.find_notification_settings(context.owner).await?;
    let known = settings.map_or_else(Vec::new, |settings| settings.tag_reminders);
    if known.is_empty() {
        return Ok(Vec::new());
    }
    let mut minutes = Vec::new();
    for name in tags {
        let Some(tag) = context.tx.find_tag(context.owner, name).await? else {
            continue;
        };
        let of_tag = known.iter().filter(|own| own.tag == tag.id.0);
        minutes.extend(of_tag.map(|own| own.minutes_before));
    }
    minutes.sort_unstable_by(|one, other| other.cmp(one));
    minutes.dedup();
    minutes.truncate(REMINDERS_MAX);
    Ok(minutes)
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
