//! The reminders of a task after a patch.

use taskwire_domain::contract::{ReminderInput, TaskPatch};
use taskwire_domain::{Invalid, Reminder, Task, Trigger};

use super::number_reminders;
use crate::service::Context;
use crate::service::draft::{self, Base};

/// Triggers, and other likely readings of their words.
pub(super) type Triggers = (Vec<Trigger>, Vec<String>);

/// The triggers after a patch, and other likely readings; none if it keeps them.
pub(super) fn after(
    context: &Context,
    patch: &TaskPatch,
    before: &Task,
    base: &Base,
) -> Result<Option<Triggers>, Invalid> {
    let read = |field: &str, list: &[ReminderInput]| {
        draft::reminders((field, list), &before.reminders, base, &context.words())
    };
    match (&patch.reminders, &patch.add_reminders) {
        (None, None) => Ok(None),
        (Some(list), None) => read("/reminders", list.as_deref().unwrap_or_default()).map(Some),
        (Some(_), Some(_)) => Err(Invalid::new(
            "/add_reminders",
            "conflicting_reminders",
            "\"reminders\" replaces the whole list, so it cannot be combined with \"add_reminders\".",
        )
        .hint("Send either \"reminders\" or \"add_reminders\".")),
        (None, Some(list)) => {
            let (added, doubts) = read("/add_reminders", list)?;
            let present = before.reminders.iter().map(|reminder| reminder.trigger);
            let mut triggers: Vec<Trigger> = present.collect();
            for trigger in added {
                if !triggers.contains(&trigger) {
                    triggers.push(trigger);
                }
            }
            draft::check_count("/add_reminders", triggers.len())?;
            Ok(Some((triggers, doubts)))
        }
    }
}

/// Reminders that stay keep their ids, so that one that has fired does not fire again.
pub(super) fn keep_ids(context: &Context, before: &Task, triggers: Vec<Trigger>) -> Vec<Reminder> {
    number_reminders(context, triggers)
        .into_iter()
        .map(|new| {
            before
                .reminders
                .iter()
                .find(|old| old.trigger == new.trigger)
                .copied()
                .unwrap_or(new)
        })
        .collect()
}
